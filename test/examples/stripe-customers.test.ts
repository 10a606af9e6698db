import { afterAll, beforeAll, expect, it } from "vitest";
import { withExample } from "./copied-example";
import { type StripeCustomer, type StripeStandIn, startStripe } from "./stripe-stand-in";

const apiKey = "rk_test_of_the_example";
let stripe: StripeStandIn;
beforeAll(async () => {
  stripe = await startStripe(apiKey);
});
afterAll(() => stripe.close());

function customer(index: number): StripeCustomer {
  return { id: `cus_${index}`, name: `Customer ${index}`, email: `${index}@example.com`, metadata: {} };
}

it("brings every page of Stripe's customers to OpenMeter, and keeps up with Stripe", async () => {
  const env = { STRIPE_API_KEY: apiKey, STRIPE_URL: stripe.url };
  await withExample(
    "stripe-customers",
    async ({ pulumi, failingPulumi, emulator: { subjects } }) => {
      stripe.customers = [
        { ...customer(0), metadata: { account_id: "account-0" } },
        { ...customer(1), name: null },
        ...Array.from({ length: 248 }, (_, index) => customer(index + 2)),
      ];
      await pulumi("up", "--yes", "--skip-preview");
      expect(subjects.size).toBe(250);
      expect(stripe.pages()).toBe(3);
      expect(subjects.get("account-0")).toMatchObject({ stripeCustomerId: "cus_0", displayName: "Customer 0" });
      expect(subjects.get("cus_1")).not.toHaveProperty("displayName");
      expect(subjects.get("cus_249")).toMatchObject({ stripeCustomerId: "cus_249", displayName: "Customer 249" });
      expect(JSON.stringify(subjects.all())).not.toContain("@example.com");
      await pulumi("preview", "--refresh", "--expect-no-changes");

      stripe.customers = [...stripe.customers.slice(0, 249), { ...customer(250), name: "Newcomer" }];
      const preview = await pulumi("preview");
      expect(preview).toContain('set "customers": 1 to create, 1 to remove of 250: -"cus_249", +"cus_250"');
      expect(`${preview}${await pulumi("stack", "export")}`).not.toContain(apiKey);
      await pulumi("up", "--yes", "--skip-preview");
      expect(subjects.get("cus_249")).toBeUndefined();
      expect(subjects.get("cus_250")?.displayName).toBe("Newcomer");

      stripe.customers = [];
      expect(await failingPulumi("up", "--yes", "--skip-preview")).toContain("would lose 250 of 250");
      expect(subjects.size).toBe(250);
    },
    { env },
  );
});

it("changes nothing without a key, or when Stripe refuses it", async () => {
  await withExample("stripe-customers", async ({ env, failingPulumi, emulator }) => {
    expect(await failingPulumi("preview")).toContain("set STRIPE_API_KEY");
    Object.assign(env, { STRIPE_API_KEY: "rk_test_wrong", STRIPE_URL: stripe.url });
    expect(await failingPulumi("up", "--yes", "--skip-preview")).toContain(
      "Stripe's customers cannot be read: Invalid API Key provided",
    );
    expect(emulator.requests.list()).toEqual([]);
  });
});
