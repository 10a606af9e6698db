import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNotFound } from "./problems";
import { Target } from "./target";

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

test("a live subject is found by key and by id", async () => {
  const created = await target.upsertOne({ key: target.key() });
  expect(await target.read(created.key)).toEqual(created);
  expect(await target.read(created.id)).toEqual(created);
});

describe("a deleted subject", () => {
  test("is gone by key and from the list, and stays to be read by id with deletedAt", async () => {
    const created = await target.upsertOne({ key: target.key(), displayName: "D", metadata: { a: 1 } });
    expect(await target.delete(created.key)).toEqual({ status: 204, contentType: undefined, text: "" });

    expectNotFound(await target.get(created.key), created.key);
    expect((await target.listOwn()).map(({ id }) => id)).not.toContain(created.id);
    const deleted = await target.read(created.id);
    expect(deleted).toEqual({ ...created, deletedAt: deleted.deletedAt, updatedAt: deleted.updatedAt });
    expect(Date.parse(deleted.deletedAt ?? "")).not.toBeNaN();
    expect(deleted.updatedAt > created.updatedAt).toBe(true);
  });

  test("deleted again is a 404 by key and a 204 by id, which changes nothing", async () => {
    const { id, key } = await target.upsertOne({ key: target.key() });
    expect(await target.delete(id)).toMatchObject({ status: 204, text: "" });
    const deleted = await target.read(id);
    expectNotFound(await target.delete(key), key);
    expect(await target.delete(id)).toMatchObject({ status: 204, text: "" });
    expect(await target.read(id)).toEqual(deleted);
  });

  test("created again is a new record that inherits nothing", async () => {
    const key = target.key();
    const old = await target.upsertOne({ key, displayName: "Old", metadata: { a: 1 }, stripeCustomerId: "cus_1" });
    await target.delete(key);
    const recreated = await target.upsertOne({ key });
    expect(Object.keys(recreated).sort()).toEqual(["createdAt", "id", "key", "metadata", "updatedAt"]);
    expect(recreated.metadata).toEqual({});
    expect(recreated.id > old.id).toBe(true);
    expect(await target.read(key)).toEqual(recreated);
  });

  test("deleted by its id leaves the subject re-created under its key", async () => {
    const key = target.key();
    const old = await target.upsertOne({ key });
    await target.delete(key);
    const recreated = await target.upsertOne({ key });
    expect(await target.delete(old.id)).toMatchObject({ status: 204 });
    expect(await target.read(key)).toEqual(recreated);
  });
});

test("the list is ordered by id, which is the order of creation, whatever is updated later", async () => {
  const keys = [target.key("c"), target.key("a"), target.key("b")];
  const created = await target.upsert(...keys.map((key) => ({ key })));
  await target.upsertOne({ key: keys[0] ?? "", displayName: "updated last" });
  const listed = (await target.listOwn()).filter(({ key }) => keys.includes(key));
  expect(listed.map(({ key }) => key)).toEqual(keys);
  expect(created.map(({ id }) => id)).toEqual(created.map(({ id }) => id).sort());
});

test("the list shows subjects as a look-up does", async () => {
  const created = await target.upsertOne({ key: target.key(), displayName: "L", metadata: { a: [1] } });
  expect(await target.listOwn()).toContainEqual(created);
});

test("ids of a batch are ascending", async () => {
  const subjects = await target.upsert(...Array.from({ length: 200 }, () => ({ key: target.key() })));
  const ids = subjects.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
});

test("a key may equal another subject's id: look-ups and deletions then take one of the two", async () => {
  const first = await target.upsertOne({ key: target.key() });
  const second = await target.upsertOne({ key: first.id });
  expect(second.id).not.toBe(first.id);
  expect([first, second]).toContainEqual(await target.read(first.id));
  expect(await target.read(first.key)).toEqual(first);
  expect(await target.read(second.id)).toEqual(second);

  expect(await target.delete(first.id)).toMatchObject({ status: 204 });
  const live = (await target.listOwn()).filter(({ id }) => id === first.id || id === second.id);
  expect(live).toHaveLength(1);
});
