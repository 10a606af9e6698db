import { describe, expect, it } from "vitest";
import { Deployment } from "./deployment";
import { customer, customerSet, live, messageOf } from "./program";

const linked = (stripeCustomerId: string, fields = {}) => ({ a: customer("acme", { ...fields, stripeCustomerId }) });
const ofStripe = (requests: readonly string[]) => requests.filter((line) => /\/(apps|stripe)\b/.test(line));

describe("the Stripe customer ID of a customer", () => {
  const linkOf = (deployment: Deployment) => {
    const { customers, stripe } = deployment.emulator;
    return stripe.linkOf(customers.get("acme")?.id ?? "")?.stripeCustomerId;
  };

  it("is linked after the customer is stored, changed, and unlinked when it stops being declared", async () => {
    const deployment = new Deployment({ stripe: true });
    expect((await deployment.up(linked("cus_1"))).requests.slice(0, 2)).toEqual([
      "POST /api/v1/customers",
      "PUT /api/v1/customers/{id}/stripe",
    ]);
    expect(linkOf(deployment)).toBe("cus_1");
    await deployment.settle(linked("cus_2"));
    expect(linkOf(deployment)).toBe("cus_2");
    await deployment.settle({ a: customer("acme", { name: "A" }) });
    expect(linkOf(deployment)).toBeUndefined();
    expect(live(deployment.emulator, "acme")?.name).toBe("A");
  });

  it("that is not declared is not asked for, and is kept by updates, in a Customer and in a set", async () => {
    const deployment = new Deployment({ stripe: true });
    const { customers, stripe } = deployment.emulator;
    const declares = (name: string) => ({ a: customer("acme", { name }), s: customerSet({ b: { name } }) });
    const requests = [...(await deployment.up(declares("A"))).requests];
    const app = stripe.appOf("any");
    stripe.link(String(customers.get("acme")?.id), app, { stripeCustomerId: "cus_1" });
    stripe.link(String(customers.get("b")?.id), app, { stripeCustomerId: "cus_2" });
    requests.push(...(await deployment.refresh()).requests, ...(await deployment.up(declares("B"))).requests);
    expect(ofStripe(requests)).toEqual([]);
    expect(linkOf(deployment)).toBe("cus_1");
    expect(ofStripe((await deployment.destroy()).requests)).toEqual([]);
  });

  it("that was changed or unlinked outside is drift, which up repairs without writing the customer", async () => {
    const deployment = new Deployment({ stripe: true });
    const { customers, stripe } = deployment.emulator;
    await deployment.up(linked("cus_1", { name: "A" }));
    const id = String(customers.get("acme")?.id);
    for (const drift of [
      () => stripe.link(id, stripe.appOf(id), { stripeCustomerId: "cus_9" }),
      () => stripe.unlink(id),
    ]) {
      drift();
      expect((await deployment.refresh()).steps).toEqual(["~ Customer a"]);
      const { requests } = await deployment.up(linked("cus_1", { name: "A" }));
      expect(requests).not.toContain("PUT /api/v1/customers/{id}");
      expect(linkOf(deployment)).toBe("cus_1");
    }
  });

  const missing = [
    {
      what: "without a Stripe app",
      prepare: () => {},
      mend: ({ emulator }: Deployment) => void emulator.stripe.install(),
      says: /no stripe app found.*Install the Stripe app/is,
    },
    {
      what: "with an app that its profile does not use",
      prepare: ({ emulator }: Deployment) => void emulator.stripe.install({ inProfile: false }),
      mend: ({ emulator }: Deployment) => void emulator.stripe.install({ inProfile: true }),
      says: /no stripe app found.*billing profile/is,
    },
    {
      what: "that Stripe does not know",
      prepare: ({ emulator }: Deployment) => {
        emulator.stripe.install();
        emulator.stripe.setCustomers(["cus_other"]);
      },
      mend: ({ emulator }: Deployment) => emulator.stripe.setCustomers(["cus_1"]),
      says: /cus_1 not found.*Check that this customer exists in the Stripe account/is,
    },
    {
      what: "that another customer is linked to",
      prepare: ({ emulator: { customers, stripe } }: Deployment) => {
        stripe.install();
        const { id } = customers.create({ key: "other", name: "Other" });
        stripe.link(id, stripe.appOf(id), { stripeCustomerId: "cus_1" });
      },
      mend: ({ emulator: { customers, stripe } }: Deployment) => stripe.unlink(String(customers.get("other")?.id)),
      says: /stripeCustomerId was not linked: .*Declare it for one customer only/is,
    },
  ];

  it.each(missing)("$what is told with what to do; the customer is stored, and the next up links it", async (row) => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    row.prepare(deployment);
    const said = await messageOf(deployment.up(linked("cus_1", { name: "A" })));
    expect(said).toMatch(row.says);
    const id = customers.get("acme")?.id;
    expect(live(deployment.emulator, "acme")).toMatchObject({ name: "A" });
    expect(deployment.outputs("a")).toMatchObject({ name: "A", customerId: id });
    expect(deployment.outputs("a")).not.toHaveProperty("stripeCustomerId");
    row.mend(deployment);
    const { requests } = await deployment.up(linked("cus_1", { name: "A" }));
    expect(requests.filter((line) => line.startsWith("POST"))).toEqual([]);
    expect(linkOf(deployment)).toBe("cus_1");
    expect(customers.get("acme")?.id).toBe(id);
    expect(await deployment.refreshedPreview(linked("cus_1", { name: "A" }))).toEqual([]);
  });

  it("that is refused in an update leaves the old link and stores the rest", async () => {
    const deployment = new Deployment({ stripe: true });
    await deployment.up(linked("cus_1", { name: "A" }));
    deployment.emulator.stripe.setCustomers(["cus_1"]);
    await messageOf(deployment.up(linked("cus_2", { name: "B" })));
    expect(live(deployment.emulator, "acme")?.name).toBe("B");
    expect(deployment.outputs("a")).toMatchObject({ name: "B", stripeCustomerId: "cus_1" });
    deployment.emulator.stripe.setCustomers(undefined);
    await deployment.settle(linked("cus_2", { name: "B" }));
    expect(linkOf(deployment)).toBe("cus_2");
  });
});

describe("Stripe customer IDs of a set", () => {
  it("are refused for one customer by name, stored for the others, and refreshed for those alone that declare one", async () => {
    const deployment = new Deployment({ stripe: true });
    const { emulator } = deployment;
    emulator.stripe.setCustomers(["cus_1"]);
    const members = { a: { stripeCustomerId: "cus_1" }, b: { stripeCustomerId: "cus_2" }, c: {} };
    const said = await messageOf(deployment.up({ s: customerSet(members) }));
    expect(said).toMatch(/"b": stripeCustomerId was not linked/);
    expect(emulator.customers.size).toBe(3);
    emulator.stripe.setCustomers(undefined);
    await deployment.up({ s: customerSet(members) });
    expect(await deployment.refreshedPreview({ s: customerSet(members) })).toEqual([]);
    const { requests } = await deployment.refresh();
    expect(ofStripe(requests)).toHaveLength(2);
  });
});
