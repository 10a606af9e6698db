import { afterAll, beforeAll, expect, it } from "vitest";
import type { StripeCustomer } from "../../examples/stripe-customers/customers";
import { longIt } from "../sample";
import { withExample } from "./copied-example";
import { type StripeStandIn, startStripe } from "./stripe-stand-in";

const apiKey = "rk_test_of_the_example";
let stripe: StripeStandIn;
beforeAll(async () => {
  stripe = await startStripe(apiKey);
});
afterAll(() => stripe.close());

function customer(index: number): StripeCustomer {
  return { id: `cus_${index}`, name: `Customer ${index}`, email: `${index}@example.com`, metadata: {} };
}

const threePages = [
  { ...customer(0), metadata: { account_id: "account-0" } },
  { ...customer(1), name: null },
  ...Array.from({ length: 248 }, (_, index) => customer(index + 2)),
];

it("declares subjects or customers for every page of Stripe's, and moves from the ones to the others", async () => {
  await withExample("stripe-customers", async ({ env, pulumi, failingPulumi, emulator }) => {
    const { subjects, customers, requests } = emulator;
    stripe.customers = threePages;
    expect(await failingPulumi("preview")).toContain("set STRIPE_API_KEY");
    expect(requests.list()).toEqual([]);
    Object.assign(env, { STRIPE_API_KEY: apiKey, STRIPE_URL: stripe.url });

    await pulumi("config", "set", "kind", "subjects");
    await pulumi("up", "--yes", "--skip-preview");
    expect(subjects.size).toBe(250);
    expect(stripe.pages()).toBe(3);
    expect(subjects.get("account-0")).toMatchObject({ stripeCustomerId: "cus_0", displayName: "Customer 0" });
    expect(subjects.get("cus_1")).not.toHaveProperty("displayName");
    expect(JSON.stringify(subjects.all())).not.toContain("@example.com");
    const records = subjects.list();

    await pulumi("config", "rm", "kind");
    expect(await failingPulumi("up", "--yes", "--skip-preview")).toMatch(/not linked: .*Install the Stripe app/);
    expect(customers.size).toBe(250);
    emulator.stripe.install();
    expect(await pulumi("up", "--yes", "--skip-preview")).toMatch(
      /set "customers": "account-0", .* and 245 more kept: another resource of the program has the usage of them/,
    );
    const { id = "absent", ...stored } = customers.get("account-0") ?? {};
    expect(stored).toMatchObject({ name: "Customer 0", primaryEmail: "0@example.com" });
    expect(customers.attributedTo("account-0")).toEqual([id]);
    expect(emulator.stripe.linkOf(id)).toEqual({ stripeCustomerId: "cus_0" });
    expect(subjects.list()).toEqual(records);
    await pulumi("preview", "--refresh", "--expect-no-changes");
  });
});

longIt("keeps up with Stripe, and refuses to lose all customers at once", async () => {
  const env = { STRIPE_API_KEY: apiKey, STRIPE_URL: stripe.url };
  await withExample(
    "stripe-customers",
    async ({ pulumi, failingPulumi, emulator: { customers } }) => {
      stripe.customers = threePages;
      await pulumi("up", "--yes", "--skip-preview");
      stripe.customers = [...threePages.slice(0, 249), { ...customer(250), name: "Newcomer" }];
      const preview = await pulumi("preview");
      expect(preview).toContain('set "customers": 1 to create, 1 to remove of 250: -"cus_249", +"cus_250"');
      expect(`${preview}${await pulumi("stack", "export")}`).not.toContain(apiKey);
      await pulumi("up", "--yes", "--skip-preview");
      expect(customers.get("cus_249")).toBeUndefined();
      expect(customers.get("cus_250")?.name).toBe("Newcomer");

      stripe.customers = [];
      expect(await failingPulumi("up", "--yes", "--skip-preview")).toContain("would lose 250 of 250");
      expect(customers.size).toBe(250);
    },
    { env, server: { stripe: true } },
  );
});
