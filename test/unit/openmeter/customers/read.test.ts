import { describe, expect, it } from "vitest";
import type { RecordId } from "../../../../provider/src/core/port";
import { wanted } from "../asked";
import { started } from "./started";

/** An account with so many customers, keys `k0`, `k1`, …, all of one name. */
function withCustomers(count: number) {
  const connected = started();
  for (let index = 0; index < count; index += 1) {
    connected.emulator.customers.create({ key: `k${index}`, name: "Same" });
  }
  return connected;
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

describe("the read of a customer", () => {
  it("shows the fields that have a value, by the names of the kind, and neither annotations nor subscriptions", async () => {
    const { customers, emulator } = started({ subjectHook: true });
    emulator.subjects.upsert({ key: "acme", displayName: "Acme", metadata: { a: 1 } });
    emulator.customers.subscribe("acme");
    expect((await customers.get({ key: "acme", fields: [] }))?.fields).toEqual({
      name: "Acme",
      subjectKeys: ["acme"],
      metadata: { a: "1" },
    });
  });

  it("shows empty texts of an email address and of parts of an address as absent", async () => {
    const { customers, emulator } = started();
    const billingAddress = { city: "", country: "DE" };
    emulator.customers.create({ key: "acme", name: "Acme", description: "", primaryEmail: "", billingAddress });
    const found = await customers.get({ key: "acme", fields: [] });
    expect(found?.fields).toEqual({ name: "Acme", description: "", billingAddress: { country: "DE" } });
  });

  it("by an id finds no deleted one, and then looks for its key", async () => {
    const { customers, emulator, idOf, requests } = withCustomers(1);
    const id = idOf("k0");
    emulator.customers.delete("k0");
    expect(await customers.get({ key: "k0", id, fields: [] })).toBeUndefined();
    expect(requests()).toEqual(["GET k0", "GET k0"]);
    emulator.customers.create({ key: "k0", name: "Again" });
    expect(await customers.get({ key: "k0", id, fields: [] })).toMatchObject({ id: idOf("k0") });
    expect(await customers.hasRecord(id)).toBe(true);
    expect(await customers.hasRecord("01ARZ3NDEKTSV4RRFFQ69G5FAV" as RecordId)).toBe(false);
  });

  it.each(["a/b", "%", "p%2Fq", "a b", "ü?#+&:\\", "😀"])("finds the key %j, and no other", async (key) => {
    const { customers, emulator } = started();
    emulator.customers.create({ key: "p/q", name: "decoy" });
    expect(await customers.get({ key, fields: [] })).toBeUndefined();
    emulator.customers.create({ key, name: "Acme" });
    expect(await customers.get({ key, fields: [] })).toMatchObject({ key, fields: { name: "Acme" } });
  });

  it("by a key does not take for it whose id this is", async () => {
    const { customers, idOf } = withCustomers(1);
    expect(await customers.get({ key: idOf("k0"), fields: [] })).toBeUndefined();
  });

  it("by a name finds an id as well as a key", async () => {
    const { customers, idOf } = withCustomers(2);
    expect((await customers.look("k1"))?.id).toBe(idOf("k1"));
    expect((await customers.look(idOf("k1")))?.key).toBe("k1");
    expect(await customers.look("k2")).toBeUndefined();
  });
});

describe("the list of customers", () => {
  it("is exact over pages though all names are equal, and leaves out customers without a key", async () => {
    const { customers, emulator, requests } = withCustomers(1_201);
    emulator.customers.create({ name: "no key", usageAttribution: { subjectKeys: ["x"] } });
    const { objects } = await customers.list();
    expect(objects.map(({ key }) => key)).toEqual(keys(1_201));
    expect(requests()).toHaveLength(2);
  });

  it("answers many reads at once, and what is not in it is asked for by itself", async () => {
    const { customers, emulator, requests } = withCustomers(40);
    const hide = (answer: unknown) => {
      const { items } = Object(answer);
      return Array.isArray(items) ? { ...Object(answer), items: items.filter(({ key }) => key !== "k7") } : answer;
    };
    emulator.faults.add({ kind: "alter", change: hide, times: 100 });
    const all = wanted([...keys(40), "gone"]).map((one) => ({ ...one, fields: [] }));
    const found = await customers.getAll(all, ({ id }) => id);
    expect([...found.keys()].sort()).toEqual(keys(40).sort());
    expect(requests()).toHaveLength(3);
  });

  it("finds by its id a customer whose key has changed", async () => {
    const { customers, emulator, idOf } = withCustomers(20);
    const all = keys(20).map((key) => ({ key, id: idOf(key), fields: [] }));
    emulator.customers.put("k3", { key: "renamed", name: "Same" });
    const found = await customers.getAll(all, ({ key }) => key);
    expect(found.get("k3")).toBe("renamed");
  });
});
