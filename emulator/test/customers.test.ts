import { beforeEach, describe, expect, test } from "vitest";
import { type Customer, createEmulator, type InProcessEmulator } from "../src/index";
import { sendTo } from "./send";

let emulator: InProcessEmulator;
beforeEach(() => {
  emulator = createEmulator();
});

const send = (method: string, path: string, body?: unknown) => sendTo(emulator, method, path, body);

/** A customer with these subject keys. */
function input(key: string, ...subjectKeys: string[]) {
  return { key, name: key, usageAttribution: { subjectKeys } };
}

describe("customers changed behind the API's back", () => {
  test("are what the API shows, and the other way round", async () => {
    const [created] = emulator.customers.upsert(input("a", "b"));
    expect((await send("GET", "customers/a")).body).toEqual(created);
    await send("PUT", "customers/a", { ...input("a"), name: "Other" });
    expect(emulator.customers.get("a")).toMatchObject({ id: created?.id, name: "Other" });
    expect(emulator.customers.find(created?.id ?? "")).toEqual(emulator.customers.get("a"));
    expect(emulator.customers.size).toBe(1);
  });

  test("are refused what the API refuses", () => {
    emulator.customers.create(input("a", "b"));
    expect(() => emulator.customers.create(input("b"))).toThrow("key b overlaps with subject of another customer");
    expect(() => emulator.customers.put("none", input("none"))).toThrow("customer with id or key none not found");
  });

  test("are written back whole without that read-only fields count", () => {
    emulator = createEmulator({ subjectHook: true });
    emulator.subjects.upsert({ key: "a" });
    const before = emulator.customers.get("a");
    expect(before).toHaveProperty("annotations");
    expect(emulator.customers.put("a", { name: "", ...before })).not.toHaveProperty("annotations");
  });

  test("are deleted whatever stands against it", () => {
    const { id } = emulator.customers.create(input("a"));
    emulator.customers.entitle("a");
    expect(emulator.customers.delete("a")).toBe(true);
    expect(emulator.customers.delete("a")).toBe(false);
    expect(emulator.customers.getById(id)).toHaveProperty("deletedAt");
    emulator.customers.clear();
    expect(emulator.customers.all()).toEqual([]);
  });

  test("tell whose usage a subject's is: the owner of the key and the one that has it as a subject key", () => {
    const owner = emulator.customers.create(input("a"));
    const holder = emulator.customers.create(input("b", "a", "c"));
    expect(emulator.customers.attributedTo("a")).toEqual([owner.id, holder.id]);
    expect(emulator.customers.attributedTo("c")).toEqual([holder.id]);
    expect(emulator.customers.attributedTo(holder.id)).toEqual([]);
    emulator.customers.delete("b");
    expect(emulator.customers.attributedTo("c")).toEqual([]);
  });
});

describe("a customer under a subscription", () => {
  let id: string;
  let subscription: string;
  beforeEach(() => {
    ({ id } = emulator.customers.create(input("a", "b", "c")));
    subscription = emulator.customers.subscribe("a");
  });

  test("shows it in GET and the list, not in the answer to PUT", async () => {
    const shown = { currentSubscriptionId: subscription, subscriptions: [{ id: subscription, customerId: id }] };
    expect((await send("GET", "customers/a")).body).toMatchObject(shown);
    expect((await send("GET", "customers")).body.items).toMatchObject([shown]);
    expect((await send("PUT", "customers/a", input("a", "b", "c"))).body).not.toHaveProperty("subscriptions");
  });

  test.each([[["b"]], [["c", "b"]], [[]], [["b", "b"]]])("is refused the subject keys %j", async (subjectKeys) => {
    const { status, body } = await send("PUT", "customers/a", input("a", ...subjectKeys));
    expect(status).toBe(400);
    expect(body.detail).toBe("validation error: cannot change subject keys for customer with active subscriptions");
  });

  test("loses all subject keys to a PUT that leaves them out, and may change its key", async () => {
    expect(await send("PUT", "customers/a", { key: "z", name: "Z" })).toMatchObject({
      status: 200,
      body: { key: "z" },
    });
    expect(emulator.customers.getById(id)).not.toHaveProperty("usageAttribution");
  });

  test("is not deleted, for the subscription and for the invoice that the attempt gathers", async () => {
    const { status, body } = await send("DELETE", "customers/a");
    expect(status).toBe(400);
    expect(body.detail).toMatch(
      /^validation error: customer \w+ still have active subscriptions, please cancel them before deleting the customer\ninvoice \w+ is still in gathering state$/,
    );
    emulator.customers.settle("a", "subscription");
    expect((await send("DELETE", "customers/a")).body.detail).toMatch(/^validation error: invoice \w+ is still in/);
    emulator.customers.settle("a");
    expect(await send("DELETE", "customers/a")).toMatchObject({ status: 204 });
  });
});

test("active entitlements keep a customer from being deleted with 409, and its subject keys may change", async () => {
  const { id } = emulator.customers.create(input("a", "b"));
  emulator.customers.entitle("a");
  const { status, body } = await send("DELETE", "customers/a");
  expect([status, body.detail]).toEqual([
    409,
    `conflict error: customer ${id} still has active entitlements, please remove them before deleting the customer`,
  ]);
  expect(await send("PUT", "customers/a", input("a"))).toMatchObject({ status: 200 });
});

describe("the subject hook", () => {
  test("is off unless asked for", () => {
    emulator.subjects.upsert({ key: "a" });
    expect(emulator.customers.all()).toEqual([]);
  });

  test("takes part in an upsert behind the API's back", () => {
    emulator = createEmulator({ subjectHook: true });
    emulator.subjects.upsert({ key: "a", displayName: "A" });
    expect(emulator.customers.get("a")).toMatchObject({ name: "A", usageAttribution: { subjectKeys: ["a"] } });
  });

  test("does not keep of a batch what it refuses, but what came before", async () => {
    emulator = createEmulator({ subjectHook: true });
    const batch = [{ key: "a" }, { key: "b", displayName: "" }, { key: "c" }];
    expect(await send("POST", "subjects", batch)).toMatchObject({ status: 400 });
    expect(emulator.subjects.list().map(({ key }) => key)).toEqual(["a"]);
    expect(emulator.customers.list().map(({ key }) => key)).toEqual(["a"]);
  });

  test("is refused by a subscription when a subject is deleted, which then stays", async () => {
    emulator = createEmulator({ subjectHook: true });
    emulator.subjects.upsert({ key: "a" });
    emulator.customers.subscribe("a");
    expect(await send("DELETE", "subjects/a")).toMatchObject({
      status: 400,
      body: { detail: "validation error: cannot change subject keys for customer with active subscriptions" },
    });
    expect(emulator.subjects.get("a")).toBeDefined();
  });

  test.each([
    [1e21, "1000000000000000000000"],
    [1.25e21, "1250000000000000000000"],
    [-1.5e-7, "-0.00000015"],
    [-0, "-0"],
    [0.1, "0.1"],
  ])("writes the number %d into metadata without an exponent", (value, text) => {
    emulator = createEmulator({ subjectHook: true });
    emulator.subjects.upsert({ key: "a", metadata: { value } });
    expect(emulator.customers.get("a")?.metadata).toEqual({ value: text });
  });
});

describe("a race", () => {
  test("of PUT and DELETE answers 200 with deletedAt, and burns the subject keys that the PUT added", async () => {
    const { id } = emulator.customers.create(input("a", "b"));
    emulator.faults.add({ kind: "race", against: "delete", match: { method: "PUT", key: "a" } });
    const { status, body } = await send("PUT", `customers/${id}`, input("a", "b", "c"));
    expect([status, body.deletedAt]).toEqual([200, expect.any(String)]);
    expect(emulator.customers.getById(id)?.deletedAt).toBe(body.deletedAt);
    // What it had is free again, what it added is not.
    emulator.customers.create(input("free", "b"));
    expect(await send("POST", "customers", input("new", "c"))).toMatchObject({ status: 409 });
    expect(emulator.customers.attributedTo("c")).toEqual([]);
  });

  test.each([
    [true, ["b", "theirs"]],
    [false, ["b"]],
  ])("of two PUTs merges their subject keys; shown in the answer: %s", async (seen, shown) => {
    emulator.customers.create(input("a"));
    emulator.faults.add({ kind: "race", against: "put", subjectKeys: ["theirs"], seen });
    const { body } = await send("PUT", "customers/a", input("a", "b"));
    expect(body.usageAttribution.subjectKeys).toEqual(shown);
    expect(emulator.customers.get("a")?.usageAttribution).toEqual({ subjectKeys: ["b", "theirs"] });
  });

  test("of POST and the upsert of its subject answers 409, and a second POST 201", async () => {
    emulator.faults.add({ kind: "race", against: "subjectUpsert", match: { key: "a" } });
    expect(await send("POST", "customers", input("other"))).toMatchObject({ status: 201 });
    const { status, body } = await send("POST", "customers", input("a", "a"));
    expect([status, body.detail]).toEqual([409, "conflict error: subject with key already exists: a"]);
    expect(emulator.customers.get("a")).toBeUndefined();
    expect(await send("POST", "customers", input("a", "a"))).toMatchObject({ status: 201 });
  });

  test("of PUT and the hook answers 200, and what the PUT wrote is reverted", async () => {
    emulator.customers.create(input("a"));
    emulator.faults.add({ kind: "race", against: "subjectUpsert", match: { method: "PUT" } });
    expect((await send("PUT", "customers/a", { ...input("a"), name: "New" })).body.name).toBe("New");
    expect(emulator.customers.get("a")?.name).toBe("a");
  });

  test("leaves a request that it cannot meet", async () => {
    emulator.faults.add({ kind: "race", against: "delete" }, { kind: "race", against: "subjectUpsert" });
    expect(await send("GET", "customers")).toMatchObject({ status: 200 });
    expect(await send("PUT", "customers/none", input("none"))).toMatchObject({ status: 404 });
  });
});

test("only a subject key that is free is burnt, with a deleted customer", () => {
  const { id } = emulator.customers.create(input("a", "b"));
  expect(() => emulator.customers.burn(id, "c")).toThrow("is no deleted customer");
  emulator.customers.delete(id);
  emulator.customers.create(input("new", "b"));
  expect(() => emulator.customers.burn(id, "b")).toThrow("subject key b is taken");
});

test("a fault finds a customer by its key: created, in the path, and behind its id", async () => {
  const made: Customer = emulator.customers.create(input("b"));
  emulator.faults.add({ kind: "status", status: 503, match: { key: "b" }, times: 2 });
  expect(await send("POST", "customers", input("a"))).toMatchObject({ status: 201 });
  expect(await send("GET", `customers/${made.id}`)).toMatchObject({ status: 503 });
  expect(await send("POST", "customers", input("b"))).toMatchObject({ status: 503 });
});

test("equal names come in another order on every other page, so that one who pages by name misses some", async () => {
  for (const key of ["a", "b", "c", "d"]) {
    emulator.customers.create({ key, name: "One" });
  }
  const pages = await Promise.all([1, 2].map((page) => send("GET", `customers?pageSize=2&page=${page}`)));
  const keys = pages.flatMap(({ body }) => body.items.map(({ key }: Customer) => key));
  expect(keys).toEqual(["a", "b", "b", "a"]);
});
