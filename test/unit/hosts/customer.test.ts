import { createEmulator } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import type { Properties } from "../../../provider/src/hosts/resource";
import { startCustomers } from "./customer-server";
import { customers, failureOf } from "./kinds";
import { many, one, type Refused, Stack } from "./stack";

/** A stack with one customer, whose creation is not among the requests any more. */
async function created(fields: Properties) {
  const emulator = createEmulator({ stripe: true });
  const stack = new Stack(customers, startCustomers(emulator));
  await stack.up({ a: one("acme", fields) });
  emulator.requests.clear();
  const { server } = stack;
  return { emulator, stack, server, up: (now: Properties) => stack.up({ a: one("acme", now) }) };
}

describe("an API that replaces the whole customer", () => {
  it("gets back all that the update is not about, by id", async () => {
    const { emulator, server, up } = await created({ name: "Acme", currency: "EUR" });
    const others = {
      metadata: { crm: "1" },
      subjectKeys: ["x"],
      billingAddress: { city: "Bonn" },
      primaryEmail: "a@b.c",
    };
    server.put("acme", { ...others, description: "by hand" });
    await up({ name: "New", currency: "EUR" });
    expect(server.fields("acme")).toEqual({ name: "New", currency: "EUR", description: "by hand", ...others });
    expect(emulator.requests.count(`PUT /api/v1/customers/${server.id("acme")}`)).toBe(1);
  });

  it("is not asked to write what it has already", async () => {
    const emulator = createEmulator();
    const stack = new Stack(customers, startCustomers(emulator));
    stack.server.put("acme", { name: "Acme", billingAddress: { city: "Bonn" } });
    await stack.up({ a: one("acme", { name: "Acme", billingAddress: { city: "Bonn" } }) });
    expect(emulator.requests.count(/^PUT/)).toBe(0);
  });

  it("gets a billing address merged in three ways", async () => {
    const { server, up } = await created({ billingAddress: { city: "Bonn", line1: "A 1" } });
    server.put("acme", { billingAddress: { city: "Bonn", line1: "A 1", country: "DE" } });
    const { reports } = await up({ billingAddress: { city: "Berlin" } });
    expect(server.fields("acme")?.billingAddress).toEqual({ city: "Berlin", country: "DE" });
    expect(reports.join()).toContain("billingAddress");
    await up({ name: "Acme" });
    expect(server.fields("acme")?.billingAddress).toEqual({ country: "DE" });
  });
});

describe("a billing address that begins to be declared", () => {
  it.each(["remove", "keep"])("is owned as a whole, with undeclaredMetadata %s", async (undeclaredMetadata) => {
    const { server, stack, up } = await created({ undeclaredMetadata });
    server.put("acme", { billingAddress: { city: "Berlin", country: "DE", line1: "A 1" } });
    await up({ undeclaredMetadata, billingAddress: { country: "AT" } });
    expect(server.fields("acme")?.billingAddress).toEqual({ country: "AT" });
    expect((await stack.refresh()).steps).toEqual([]);
  });
});

describe("subject keys", () => {
  it("are equal in any order, with any of them twice, and are no drift once stored", async () => {
    const subjectKeys = ["b", "a", "😀", "\uffee", "a"];
    const { emulator, stack, up } = await created({ subjectKeys, name: "Acme" });
    expect((await stack.refresh()).steps).toEqual([]);
    stack.server.put("acme", { name: "ACME" });
    await stack.refresh();
    expect(stack.outputs("a")).toMatchObject({ name: "ACME", subjectKeys });
    for (const inAnyOrder of [subjectKeys, ["a", "b", "\uffee", "😀"]]) {
      await up({ subjectKeys: inAnyOrder, name: "Acme" });
      emulator.requests.clear();
      expect((await up({ subjectKeys: inAnyOrder, name: "Acme" })).steps).toEqual([]);
      expect(emulator.requests.list()).toEqual([]);
    }
    expect((await up({ subjectKeys: ["a", "b"], name: "Acme" })).steps).toEqual(["~ single a"]);
    expect(stack.server.fields("acme")?.subjectKeys).toEqual(["a", "b"]);
  });

  it("of which one is not known yet are a change", async () => {
    const { stack } = await created({ subjectKeys: ["a"] });
    const { steps } = await stack.preview({ a: one("acme", { subjectKeys: [unknown] }) });
    expect(steps).toEqual(["~ single a"]);
  });
});

describe("a currency", () => {
  it("is an error in the preview where it stops being declared, which names it and why", async () => {
    const { stack, up } = await created({ name: "Acme", currency: "EUR" });
    const refused = await failureOf<Refused>(stack.preview({ a: one("acme", { name: "Acme" }) }));
    expect(refused.failures).toEqual([
      {
        property: "currency",
        reason: expect.stringMatching(/^currency cannot be cleared: OpenMeter keeps the currency/),
      },
    ]);
    await up({ name: "Acme", currency: "USD" });
    expect((await stack.preview({ a: one("acme", { currency: unknown }) })).steps).toEqual(["~ single a"]);
  });

  it("is one in a set, too, by key", async () => {
    const stack = new Stack(customers);
    await stack.up({ s: many(customers, { a: { currency: "EUR" }, b: { currency: "EUR" }, c: {} }) });
    const now = { a: {}, b: { currency: "EUR" }, c: { name: "C" } };
    const { message } = await failureOf(stack.preview({ s: many(customers, now) }));
    expect(message).toMatch(/^customers\.a\.currency cannot be cleared/);
    const hush = await failureOf(stack.preview({ s: many(customers, now, {}, { secretKeys: true }) }));
    expect(hush.message).toMatch(/^customers\["\[secret\]"\]\.currency/);
  });

  it("stays as it is where the customer changes hands, of which nothing is sent", async () => {
    const { emulator, stack, server } = await created({ currency: "EUR" });
    await stack.up({ b: one("acme") });
    expect(server.fields("acme")).toEqual({ name: "acme", currency: "EUR" });
    expect(emulator.requests.count(/^PUT/)).toBe(0);
  });
});

describe("a Stripe customer ID", () => {
  it("is written after the customer, and read back", async () => {
    const { emulator, server, stack, up } = await created({ name: "Acme", stripeCustomerId: "cus_1" });
    expect(server.fields("acme")).toEqual({ name: "Acme", stripeCustomerId: "cus_1" });
    await up({ name: "Acme", stripeCustomerId: "cus_2" });
    expect(emulator.requests.list().filter(({ method }) => method === "PUT")).toMatchObject([
      { path: `/api/v1/customers/${server.id("acme")}/stripe` },
    ]);
    server.put("acme", { stripeCustomerId: "cus_9" });
    await stack.refresh();
    expect(stack.outputs("a")).toMatchObject({ stripeCustomerId: "cus_9" });
    await up({ name: "Acme" });
    expect(server.fields("acme")).toEqual({ name: "Acme" });
  });

  it("that is refused leaves in the state what of the customer is stored, and the reason in the message", async () => {
    const { emulator, server, stack } = await created({});
    emulator.stripe.setCustomers([]);
    const program = { a: one("acme"), b: one("b", { name: "B", stripeCustomerId: "cus_1" }) };
    const { message } = await failureOf(stack.up(program));
    expect(message).toContain("stripe customer cus_1 not found in stripe account");
    expect(stack.outputs("b")).toMatchObject({ name: "B", customerId: server.id("b") });
    emulator.stripe.setCustomers(undefined);
    expect((await stack.up(program)).steps).toEqual(["~ single b"]);
    expect(server.fields("b")).toEqual({ name: "B", stripeCustomerId: "cus_1" });
  });
});
