import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import type { Properties } from "../../../provider/src/hosts/resource";
import { failureOf, startTenants, tenants } from "../hosts/kinds";
import { many, one, type Refused, Stack } from "../hosts/stack";
import { TenantServer } from "./server";

/** What only this kind of objects has, and the core serves without knowing. */
async function created(fields: Properties) {
  const api = new TenantServer();
  const stack = new Stack(tenants, startTenants(api));
  await stack.up({ a: one("acme", fields) });
  api.requests.length = 0;
  const { server } = stack;
  return { api, stack, server, up: (now: Properties) => stack.up({ a: one("acme", now) }) };
}

describe("an API that replaces the whole object", () => {
  it("gets back all that the update is not about, by id", async () => {
    const { api, server, up } = await created({ name: "Acme", currency: "EUR" });
    server.put("acme", { labels: { crm: 1 }, usedBy: ["x"], address: { city: "Bonn" } });
    await up({ name: "New", currency: "EUR" });
    expect(server.fields("acme")).toEqual({
      name: "New",
      currency: "EUR",
      labels: { crm: 1 },
      usedBy: ["x"],
      address: { city: "Bonn" },
    });
    const writes = api.requests.filter(({ method }) => method === "PUT");
    expect(writes.map(({ target }) => target)).toEqual([server.id("acme")]);
  });

  it("is not asked to write what it has already", async () => {
    const api = new TenantServer();
    const stack = new Stack(tenants, startTenants(api));
    stack.server.put("acme", { name: "Acme", address: { city: "Bonn" } });
    await stack.up({ a: one("acme", { name: "Acme", address: { city: "Bonn" } }) });
    expect(api.requests.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  it("gets a nested object merged in three ways, too", async () => {
    const { server, up } = await created({ address: { city: "Bonn", line1: "A 1" } });
    server.put("acme", { address: { city: "Bonn", line1: "A 1", country: "DE" } });
    const { reports } = await up({ address: { city: "Berlin" } });
    expect(server.fields("acme")).toMatchObject({ address: { city: "Berlin", country: "DE" } });
    expect(server.fields("acme")?.address).not.toHaveProperty("line1");
    expect(reports.join()).toContain("address");
    await up({ name: "Acme" });
    expect(server.fields("acme")?.address).toEqual({ country: "DE" });
  });
});

describe("a set-valued field", () => {
  it("is equal in any order, with any item twice, and is no drift once stored", async () => {
    const { api, stack, up } = await created({ usedBy: ["b", "a", "😀", "\uffee", "a"], name: "Acme" });
    expect((await stack.refresh()).steps).toEqual([]);
    stack.server.put("acme", { name: "ACME" });
    await stack.refresh();
    expect(stack.outputs("a")).toMatchObject({ name: "ACME", usedBy: ["b", "a", "😀", "\uffee", "a"] });
    for (const usedBy of [
      ["b", "a", "😀", "\uffee", "a"],
      ["a", "b", "\uffee", "😀"],
    ]) {
      await up({ usedBy, name: "Acme" });
      api.requests.length = 0;
      expect((await up({ usedBy, name: "Acme" })).steps).toEqual([]);
    }
    expect(api.requests).toEqual([]);
    expect((await up({ usedBy: ["a", "b"], name: "Acme" })).steps).toEqual(["~ single a"]);
    expect(stack.server.fields("acme")?.usedBy).toEqual(["a", "b"]);
  });

  it("of which an item is not known yet is a change", async () => {
    const { stack } = await created({ usedBy: ["a"] });
    const { steps } = await stack.preview({ a: one("acme", { usedBy: [unknown] }) });
    expect(steps).toEqual(["~ single a"]);
  });
});

describe("a field that cannot be cleared", () => {
  it("is an error in the preview where it stops being declared, which names it and why", async () => {
    const { stack, up } = await created({ name: "Acme", currency: "EUR" });
    const refused = await failureOf<Refused>(stack.preview({ a: one("acme", { name: "Acme" }) }));
    expect(refused.failures).toEqual([
      { property: "currency", reason: expect.stringMatching(/^currency cannot be cleared: its invoices are in it/) },
    ]);
    await up({ name: "Acme", currency: "USD" });
    expect((await stack.preview({ a: one("acme", { currency: unknown }) })).steps).toEqual(["~ single a"]);
    // Another key is another object.
    expect((await stack.preview({ a: one("globex") })).steps).toEqual(["+- single a"]);
  });

  it("is one in a set, too, by key", async () => {
    const stack = new Stack(tenants);
    await stack.up({ s: many(tenants, { a: { currency: "EUR" }, b: { currency: "EUR" }, c: {} }) });
    const now = { a: {}, b: { currency: "EUR" }, c: { name: "C" } };
    const { message } = await failureOf(stack.preview({ s: many(tenants, now) }));
    expect(message).toMatch(/^tenants\.a\.currency cannot be cleared/);
    const hush = await failureOf(stack.preview({ s: many(tenants, now, {}, { secretKeys: true }) }));
    expect(hush.message).toMatch(/^tenants\["\[secret\]"\]\.currency/);
  });

  it("stays as it is where the object changes hands, of which nothing is sent", async () => {
    const { api, stack, server } = await created({ currency: "EUR" });
    await stack.up({ b: one("acme") });
    expect(server.fields("acme")).toEqual({ currency: "EUR" });
    expect(api.requests.map(({ method }) => method)).not.toContain("PUT");
  });
});

describe("a field with a route of its own", () => {
  it("is written after the object, and read back", async () => {
    const { api, server, stack, up } = await created({ name: "Acme", stripe: "cus_1" });
    expect(server.fields("acme")).toEqual({ name: "Acme", stripe: "cus_1" });
    await up({ name: "Acme", stripe: "cus_2" });
    expect(api.requests.filter(({ method }) => method === "PUT")).toMatchObject([{ route: "stripe" }]);
    server.put("acme", { stripe: "cus_9" });
    await stack.refresh();
    expect(stack.outputs("a")).toMatchObject({ stripe: "cus_9" });
    await up({ name: "Acme" });
    expect(server.fields("acme")).toEqual({ name: "Acme" });
  });

  it("that is refused leaves in the state what of the object is stored, and both reasons in the message", async () => {
    const { server, stack } = await created({});
    server.trouble({ on: "write", key: "b", skip: 1, status: 412, detail: "unknown in Stripe" });
    const program = { a: one("acme"), b: one("b", { name: "B", stripe: "cus_1" }) };
    const { message } = await failureOf(stack.up(program));
    expect(message).toContain("unknown in Stripe");
    expect(message).toContain('stripe is nothing in OpenMeter and "cus_1" in the program');
    expect(stack.outputs("b")).toMatchObject({ name: "B", tenantId: server.id("b") });
    server.cure();
    expect((await stack.up(program)).steps).toEqual(["~ single b"]);
    expect(server.fields("b")).toEqual({ name: "B", stripe: "cus_1" });
  });
});
