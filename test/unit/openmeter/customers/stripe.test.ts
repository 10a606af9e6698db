import { describe, expect, it } from "vitest";
import type { Fields } from "../../../../provider/src/core/port";
import { write } from "../asked";
import { changed, created, started } from "./started";

/** A customer that is there and linked so. */
function there(stripeCustomerId?: string) {
  const connected = started({ stripe: true });
  const { customers, emulator, idOf } = connected;
  const { stripe } = emulator;
  emulator.customers.create({ key: "acme", name: "Acme" });
  const id = idOf("acme");
  if (stripeCustomerId !== undefined && stripe.app !== undefined) {
    stripe.link(id, stripe.app, { stripeCustomerId });
  }
  const up = (before: Fields, now: Fields) => write(customers, [changed("acme", id, before, now)]);
  return { ...connected, stripe, id, up, linked: () => stripe.linkOf(id)?.stripeCustomerId };
}

describe("the link to Stripe", () => {
  it("costs a create two more requests, after the customer's own, and is read back", async () => {
    const { customers, emulator, requests, idOf } = started({ stripe: true });
    const { stored } = await write(customers, [created("acme", { stripeCustomerId: "cus_1" })]);
    expect(requests()).toEqual(["POST", "PUT acme/stripe", "GET acme/apps"]);
    expect(stored.get("acme")?.fields.stripeCustomerId).toBe("cus_1");
    expect(emulator.stripe.linkOf(idOf("acme"))?.stripeCustomerId).toBe("cus_1");
  });

  it("is changed without a write of the customer", async () => {
    const { up, requests, linked } = there("cus_1");
    await up({ stripeCustomerId: "cus_1" }, { stripeCustomerId: "cus_2" });
    expect(requests()).toEqual(["GET acme", "PUT acme/stripe", "GET acme/apps"]);
    expect(linked()).toBe("cus_2");
  });

  it("is read back where other fields are written, so that drift is seen", async () => {
    const { up, requests } = there("cus_9");
    const { stored } = await up({ stripeCustomerId: "cus_1" }, { stripeCustomerId: "cus_1", name: "New" });
    expect(requests()).toEqual(["GET acme", "PUT acme", "GET acme/apps"]);
    expect(stored.get("acme")?.fields.stripeCustomerId).toBe("cus_9");
  });

  it("is removed where it is declared no more", async () => {
    const { up, requests, linked, emulator } = there("cus_1");
    const { stored } = await up({ stripeCustomerId: "cus_1" }, {});
    expect(linked()).toBeUndefined();
    expect(requests()).toEqual(["GET acme", "GET acme/apps", `DELETE acme/apps/${emulator.stripe.app?.id}`]);
    expect(stored.get("acme")?.fields).not.toHaveProperty("stripeCustomerId");
  });

  it("that is gone already needs no removal", async () => {
    const { up, requests } = there();
    expect((await up({ stripeCustomerId: "cus_1" }, {})).refused).toEqual([]);
    expect(requests()).toEqual(["GET acme", "GET acme/apps"]);
  });

  it.each([
    [404, { failures: 0, known: undefined }],
    [500, { failures: 1, known: "cus_1" }],
  ])("whose removal is answered %d is removed only where that says so", async (status, { failures, known }) => {
    const { up, emulator } = there("cus_1");
    const detail = status === 404 ? "customer with id or key acme not found in default namespace" : "broken";
    const body = { title: "No", status, detail };
    emulator.faults.add({ kind: "status", status, body, match: { method: "DELETE" }, times: 100 });
    const { refused, stored, stoppedBy } = await up({ stripeCustomerId: "cus_1" }, {});
    expect([...refused, ...(stoppedBy === undefined ? [] : [stoppedBy])]).toHaveLength(failures);
    // What is still there stays in the state, and the next run removes it.
    expect(stored.get("acme")?.fields.stripeCustomerId).toBe(known);
  });

  it("is never asked about where no stripeCustomerId is declared", async () => {
    const { up, requests, customers, id, linked } = there("cus_1");
    await up({}, { name: "New" });
    await write(customers, [created("other", { name: "Other" })]);
    await customers.get({ key: "acme", id, fields: ["name"] });
    await customers.getAll([{ key: "acme", id, fields: [] }], ({ key }) => key);
    expect(linked()).toBe("cus_1");
    await customers.delete(new Map([["acme", id]]), { isKey: () => false });
    expect(requests().join()).not.toMatch(/stripe|apps/);
  });

  it("costs a read one more request", async () => {
    const { customers, requests, id } = there("cus_1");
    const found = await customers.get({ key: "acme", id, fields: ["name", "stripeCustomerId"] });
    expect(found?.fields.stripeCustomerId).toBe("cus_1");
    expect(requests()).toEqual(["GET acme", "GET acme/apps"]);
  });

  it.each<[string, (server: ReturnType<typeof there>) => void, RegExp]>([
    ["no app is installed", ({ stripe }) => stripe.uninstall(), /no stripe app found.*Install the Stripe app/],
    [
      "the billing profile uses another app",
      ({ stripe }) => void stripe.install({ inProfile: false }),
      /no stripe app found.*use it in the billing profile/,
    ],
    [
      "Stripe does not know the ID",
      ({ stripe }) => stripe.setCustomers([]),
      /stripe customer cus_2 not found in stripe account.*Check that this customer exists in the Stripe account/,
    ],
    [
      "another customer is linked to it",
      ({ stripe, emulator }) => {
        const { id } = emulator.customers.create({ key: "other", name: "Other" });
        stripe.link(id, stripe.app as never, { stripeCustomerId: "cus_2" });
      },
      /unique stripe customer id.*Declare it for one customer only/,
    ],
  ])("is refused with what to do where %s, and what of the customer is stored counts", async (_what, spoil, said) => {
    const server = there();
    spoil(server);
    const { stored, refused } = await server.up({}, { name: "New", stripeCustomerId: "cus_2" });
    expect(refused[0]?.error.message).toMatch(/^stripeCustomerId was not linked: /);
    expect(refused[0]?.error.message).toMatch(said);
    expect(stored.get("acme")?.fields).toEqual({ name: "New" });
  });

  it("is refused to all customers in the same words where no app is installed, so that a set says them once", async () => {
    const { customers, emulator } = started();
    const both = [created("acme", { stripeCustomerId: "cus_1" }), created("other", { stripeCustomerId: "cus_2" })];
    const { refused } = await write(customers, both);
    const messages = refused.map(({ error }) => error.message);
    expect(messages).toHaveLength(2);
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toMatch(/The rest of the customer is stored$/);
    expect(emulator.customers.size).toBe(2);
  });
});
