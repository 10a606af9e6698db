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

  it("by an id does not take for it whose key this is", async () => {
    const { customers, emulator } = started();
    const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV" as RecordId;
    emulator.customers.create({ key: id, name: "decoy" });
    expect(await customers.get({ key: "k0", id, fields: [] })).toBeUndefined();
  });

  it.each(["a/b", "%", "p%2Fq", "a b", "ü?#+&:\\", "😀"])("finds the key %j, and no other", async (key) => {
    const { customers, emulator } = started();
    for (const decoy of ["p/q", `${key}${key}`, `x${key}`]) {
      emulator.customers.create({ key: decoy, name: "decoy" });
    }
    expect(await customers.get({ key, fields: [] })).toBeUndefined();
    emulator.customers.create({ key, name: "Acme" });
    expect(await customers.get({ key, fields: [] })).toMatchObject({ key, fields: { name: "Acme" } });
  });

  it.each(["é".repeat(43), "日".repeat(29), "/".repeat(86), "😀".repeat(256)])(
    "finds a key that is too long for a path once it is encoded: %s",
    async (key) => {
      const { customers, emulator } = started();
      expect(await customers.look(key)).toBeUndefined();
      const { id } = emulator.customers.create({ key, name: "long" });
      expect(await customers.get({ key, fields: [] })).toMatchObject({ id, key });
      expect(await customers.look(key)).toMatchObject({ id, key });
    },
  );

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

describe("what Stripe knows of a customer", () => {
  it.each<[string, readonly string[] | undefined, boolean]>([
    ["where no field is looked at", [], false],
    ["where other fields are looked at", ["name"], false],
    ["where it is looked at", ["stripeCustomerId"], true],
    ["where it is not known which fields are", undefined, true],
  ])("is asked for only where it matters: %s", async (_what, fields, isAsked) => {
    const { customers, requests, emulator, idOf } = started({ stripe: true });
    for (let index = 0; index < 20; index += 1) {
      const { id } = emulator.customers.create({ key: `k${index}`, name: "Same" });
      emulator.stripe.link(id, emulator.stripe.appOf(id), { stripeCustomerId: `cus_${index}` });
    }
    const looked = fields === undefined ? {} : { fields };
    const one = await customers.get({ key: "k7", id: idOf("k7"), ...looked });
    expect(requests()).toEqual(isAsked ? ["GET k7", "GET k7/apps"] : ["GET k7"]);
    const all = keys(20).map((key) => ({ key, id: idOf(key), ...looked }));
    const found = await customers.getAll(all, ({ fields: { stripeCustomerId } }) => stripeCustomerId ?? "not asked");
    expect(one?.fields.stripeCustomerId ?? "not asked").toBe(found.get("k7"));
    expect(found.get("k7")).toBe(isAsked ? "cus_7" : "not asked");
    expect(requests().filter((line) => line.endsWith("/apps"))).toHaveLength(isAsked ? 20 : 0);
  });

  it.each([
    ["is deleted", ({ emulator, idOf }: ReturnType<typeof withCustomers>) => emulator.customers.delete(idOf("k0"))],
    ["is gone", ({ emulator, idOf }: ReturnType<typeof withCustomers>) => emulator.customers.remove(idOf("k0"))],
  ])("is nothing where the customer %s at that moment", async (_what, remove) => {
    const connected = withCustomers(1);
    const before = (): void => void remove(connected);
    connected.emulator.faults.add({ kind: "call", before, match: { path: /apps$/ } });
    expect((await connected.customers.get({ key: "k0" }))?.fields).toEqual({ name: "Same" });
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
