import type { CustomerInput } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Fields } from "../../../../provider/src/core/port";
import { write } from "../asked";
import { changed, started } from "./started";

/** A customer that is there, and its update from one declaration to the next. */
function there(input: Partial<CustomerInput>, options: Parameters<typeof started>[0] = {}) {
  const connected = started(options);
  const { customers, emulator, idOf } = connected;
  emulator.customers.create({ key: "acme", name: "Acme", ...input });
  const id = idOf("acme");
  const up = (before: Fields, now: Fields) => write(customers, [changed("acme", id, before, now)]);
  const customer = () => emulator.customers.get("acme");
  return { ...connected, id, up, customer };
}

describe("the update of a customer", () => {
  it("is two requests, and sends back all that it is not about", async () => {
    const others = {
      description: "by hand",
      metadata: { crm: "1" },
      primaryEmail: "a@b.c",
      currency: "EUR",
      billingAddress: { country: "DE", city: "Bonn" },
      usageAttribution: { subjectKeys: ["x"] },
    };
    const { up, customer, emulator, requests, id } = there(others);
    await up({ name: "Acme" }, { name: "New" });
    expect(requests()).toEqual(["GET acme", "PUT acme"]);
    expect(customer()).toMatchObject({ ...others, id, name: "New" });
    expect(emulator.subjects.get("x")).toBeDefined();
  });

  it("never leaves usageAttribution out, which would drop all subject keys even under a subscription", async () => {
    const { up, customer, emulator } = there({ usageAttribution: { subjectKeys: ["x"] } });
    emulator.customers.subscribe("acme");
    expect((await up({ name: "Acme" }, { name: "New" })).refused).toEqual([]);
    expect(customer()).toMatchObject({ name: "New", usageAttribution: { subjectKeys: ["x"] } });
  });

  it("sends nothing where OpenMeter has it already, as a write would make subjects anew", async () => {
    const { up, emulator, requests, customer } = there({ name: "New", usageAttribution: { subjectKeys: ["b", "a"] } });
    emulator.subjects.delete("a");
    const { updatedAt } = customer() ?? {};
    const { stored } = await up({ name: "Acme", subjectKeys: [] }, { name: "New", subjectKeys: ["a", "b"] });
    expect(stored.get("acme")?.fields).toMatchObject({ name: "New" });
    expect(requests()).toEqual(["GET acme"]);
    expect(emulator.subjects.get("a")).toBeUndefined();
    expect(customer()?.updatedAt).toBe(updatedAt);
  });

  it.each<[string, Partial<CustomerInput>, Fields, keyof CustomerInput]>([
    ["a description", { description: "d" }, { description: "d" }, "description"],
    ["metadata", { metadata: { a: "1" } }, { metadata: { a: "1" } }, "metadata"],
    ["an email address", { primaryEmail: "a@b.c" }, { primaryEmail: "a@b.c" }, "primaryEmail"],
    ["an address", { billingAddress: { country: "DE" } }, { billingAddress: { country: "DE" } }, "billingAddress"],
    ["subject keys", { usageAttribution: { subjectKeys: ["x"] } }, { subjectKeys: ["x"] }, "usageAttribution"],
  ])("clears %s that is declared no more, in two requests", async (_what, input, before, name) => {
    const { up, customer, requests } = there(input);
    const { stored, refused } = await up(before, {});
    expect(refused).toEqual([]);
    expect(customer()?.[name] ?? "").toEqual("");
    expect(stored.get("acme")?.fields).toEqual({ name: "Acme" });
    expect(requests()).toEqual(["GET acme", "PUT acme"]);
  });

  it("empties subject keys with an empty list", async () => {
    const { up, customer } = there({ usageAttribution: { subjectKeys: ["x"] } });
    await up({ subjectKeys: ["x"] }, { subjectKeys: [] });
    expect(customer()).not.toHaveProperty("usageAttribution");
  });

  it("sends nothing for an empty list of subject keys where there are none", async () => {
    const { up, requests } = there({});
    expect((await up({}, { subjectKeys: [] })).refused).toEqual([]);
    expect(requests()).toEqual(["GET acme"]);
  });

  it("clears a country in three requests, and keeps the rest of the address", async () => {
    const before = { country: "DE", city: "Bonn", line1: "A 1" };
    const { up, customer, requests, emulator } = there({ billingAddress: before });
    const { stored } = await up(
      { billingAddress: { country: "DE", city: "Bonn" } },
      { billingAddress: { city: "Bonn" } },
    );
    expect(customer()?.billingAddress).toEqual({ city: "Bonn", line1: "A 1" });
    expect(stored.get("acme")?.fields.billingAddress).toEqual({ city: "Bonn", line1: "A 1" });
    const sent = emulator.requests
      .list()
      .flatMap(({ body }) => (body === undefined ? [] : [Object(body).billingAddress]));
    expect(sent).toEqual([undefined, { city: "Bonn", line1: "A 1" }]);
    expect(requests()).toEqual(["GET acme", "PUT acme", "PUT acme"]);
  });

  it("writes what has come up under the key of one that is gone", async () => {
    const { customers, customer, emulator, id } = there({});
    emulator.customers.delete("acme");
    emulator.customers.create({ key: "acme", name: "Again", description: "d" });
    const now = [changed("acme", id, { name: "Acme" }, { name: "New" })];
    const { stored, refused } = await write(customers, now, { adopts: false });
    expect({ refused, keys: [...stored.keys()] }).toEqual({ refused: [], keys: ["acme"] });
    expect(customer()).toMatchObject({ name: "New", description: "d" });
  });

  it("clears another part of an address by an empty text, which reads back as absent", async () => {
    const { up, requests, customers } = there({ billingAddress: { country: "DE", city: "Bonn" } });
    const { stored } = await up(
      { billingAddress: { country: "DE", city: "Bonn" } },
      { billingAddress: { country: "DE" } },
    );
    expect(stored.get("acme")?.fields.billingAddress).toEqual({ country: "DE" });
    expect(requests()).toEqual(["GET acme", "PUT acme"]);
    expect((await customers.look("acme"))?.fields.billingAddress).toEqual({ country: "DE" });
  });

  it("gives the name back that a new customer has, where it is declared no more", async () => {
    const { up, customer } = there({});
    await up({ name: "Acme" }, {});
    expect(customer()?.name).toBe("acme");
  });

  it("makes a customer anew that was deleted, whole, and never writes the deleted record", async () => {
    const { customers, customer, emulator, requests, id } = there({});
    emulator.customers.delete("acme");
    const before = { name: "Acme", description: "d" };
    await write(customers, [changed("acme", id, before, { ...before, name: "New" })]);
    expect(requests()).toEqual(["GET acme", "POST"]);
    expect(customer()).toMatchObject({ name: "New", description: "d" });
    expect(emulator.customers.getById(id)).toMatchObject({ name: "Acme", deletedAt: expect.anything() });
  });
});

describe("the answer to a write", () => {
  it("that has another writer's subject keys as well is stored otherwise", async () => {
    const { up, emulator } = there({});
    emulator.faults.add({ kind: "race", against: "put", subjectKeys: ["z"], match: { method: "PUT" } });
    const { stored } = await up({}, { subjectKeys: ["x"] });
    expect(stored.get("acme")?.fields.subjectKeys).toEqual(["x", "z"]);
  });

  it("that is marked deleted is no success, and the subject key that it burns is recognized afterwards", async () => {
    const { up, emulator, id, customers } = there({});
    emulator.faults.add({ kind: "race", against: "delete", match: { method: "PUT" } });
    const { stored, refused, stoppedBy } = await up({}, { subjectKeys: ["x"] });
    expect(stored.size).toBe(0);
    expect(stoppedBy).toBeUndefined();
    expect(refused[0]?.error.message).toMatch(/deleted it at the moment/);
    const again = await write(customers, [changed("acme", id, {}, { subjectKeys: ["x"] })]);
    expect(again.refused[0]?.error.message).toMatch(/No customer has it any more/);
  });

  it("to a write that a hook has reverted shows what was sent, and the next read what is there", async () => {
    const { up, emulator, customers, id } = there({}, { subjectHook: true });
    emulator.faults.add({ kind: "race", against: "subjectUpsert", match: { method: "PUT" } });
    await up({}, { name: "New" });
    expect((await customers.get({ key: "acme", id: id, fields: [] }))?.fields.name).toBe("Acme");
  });
});

describe("several writes of one customer", () => {
  it("are one after the other, so that none is lost", async () => {
    const { up, customer, emulator } = there({});
    emulator.faults.add({ kind: "delay", ms: 5, match: { method: "PUT" } });
    await Promise.all([up({}, { name: "New" }), up({}, { description: "d" }), up({}, { metadata: { a: "1" } })]);
    expect(customer()).toMatchObject({ name: "New", description: "d", metadata: { a: "1" } });
  });

  it("are never beside a delete", async () => {
    const { up, emulator, customers, id, requests } = there({});
    const records = new Map([["acme", id]]);
    const [updated] = await Promise.all([up({}, { name: "New" }), customers.delete(records, { isKey: () => false })]);
    expect(updated.refused).toEqual([]);
    expect(requests()).toEqual(["GET acme", "PUT acme", "DELETE acme"]);
    expect(emulator.customers.size).toBe(0);
  });
});

describe("a customer whose key was changed in OpenMeter", () => {
  it("is found by its id, with its new key", async () => {
    const { emulator, customers, id } = there({});
    emulator.customers.put("acme", { key: "renamed", name: "Acme" });
    const found = await customers.get({ key: "acme", id: id, fields: [] });
    expect(found).toMatchObject({ id, key: "renamed" });
  });

  it("is not written under its old key, which would change it back", async () => {
    const { emulator, customers, id } = there({});
    emulator.customers.put("acme", { key: "renamed", name: "Acme" });
    const { refused } = await write(customers, [changed("acme", id, {}, { name: "New" })]);
    expect(refused[0]?.error.message).toContain('its key is "renamed" in OpenMeter');
    expect(emulator.customers.list().map(({ key, name }) => [key, name])).toEqual([["renamed", "Acme"]]);
  });
});
