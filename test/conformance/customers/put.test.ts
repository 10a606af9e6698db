import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem } from "../problems";
import { Server } from "./server";

let server: Server;
beforeAll(async () => {
  server = await Server.open();
});
afterAll(() => server.close());

const address = { city: "B", country: "DE", line1: "1" };

function full(key: string) {
  return {
    key,
    name: "One",
    description: "about it",
    metadata: { plan: "pro" },
    primaryEmail: "a@b.test",
    currency: "EUR",
    billingAddress: address,
    usageAttribution: { subjectKeys: [key] },
  };
}

describe("PUT", () => {
  test("clears description, metadata, address and subject keys that it leaves out", async () => {
    const key = server.key();
    const { id } = await server.create(full(key));
    const replaced = await server.replace(id, { key, name: "Two" });
    expect(Object.keys(replaced).sort()).toEqual([
      "createdAt",
      "currency",
      "id",
      "key",
      "name",
      "primaryEmail",
      "updatedAt",
    ]);
    expect(await server.read(id)).toEqual(replaced);
  });

  test("keeps an email and a currency that it leaves out", async () => {
    const key = server.key();
    await server.create(full(key));
    expect(await server.replace(key, { key, name: "Two" })).toMatchObject({
      primaryEmail: "a@b.test",
      currency: "EUR",
    });
  });

  test("replaces metadata whole", async () => {
    const key = server.key();
    await server.create({ key, name: "One", metadata: { a: "1", b: "2" } });
    expect(await server.replace(key, { key, name: "One", metadata: { b: "3" } })).toMatchObject({
      metadata: { b: "3" },
    });
    expect((await server.read(key)).metadata).toEqual({ b: "3" });
  });

  test("keeps the parts of an address that it sends without them", async () => {
    const key = server.key();
    await server.create(full(key));
    const kept = await server.replace(key, { key, name: "One", billingAddress: {} });
    expect(kept.billingAddress).toEqual(address);
    const changed = await server.replace(key, { key, name: "One", billingAddress: { city: "", line2: "2" } });
    expect(changed.billingAddress).toEqual({ ...address, city: "", line2: "2" });
  });

  test("clears an email with an empty one", async () => {
    const key = server.key();
    await server.create(full(key));
    expect(await server.replace(key, { key, name: "One", primaryEmail: "" })).toMatchObject({ primaryEmail: "" });
  });

  test("clears a key that it leaves out, if a subject key remains", async () => {
    const key = server.key();
    const { id } = await server.create(full(key));
    const replaced = await server.replace(id, { name: "One", usageAttribution: { subjectKeys: [key] } });
    expect(replaced).not.toHaveProperty("key");
    expectProblem(await server.get(key), 404, "Not Found", key);
  });

  test("that would leave neither key nor subject key changes nothing", async () => {
    const key = server.key();
    const created = await server.create(full(key));
    expectProblem(await server.put(key, { name: "One" }), 400, "Bad Request", "either key or usageAttribution");
    expect(await server.read(key)).toEqual(created);
  });

  test("changes the key in place, and the old one is free at once", async () => {
    const [before, after] = [server.key(), server.key()];
    const { id, createdAt } = await server.create({ key: before, name: "One" });
    expect(await server.replace(before, { key: after, name: "One" })).toMatchObject({ id, key: after, createdAt });
    expectProblem(await server.get(before), 404, "Not Found", before);
    expect((await server.create({ key: before, name: "Two" })).id).not.toBe(id);
  });

  test("that changes nothing moves updatedAt all the same", async () => {
    const key = server.key();
    const created = await server.create(full(key));
    const { updatedAt, ...rest } = await server.replace(key, full(key));
    expect(rest).toEqual({ ...created, updatedAt: undefined });
    expect(updatedAt > created.updatedAt).toBe(true);
  });

  test("takes a subject key twice for once, adds and drops subject keys", async () => {
    const key = server.key();
    await server.create({ key, name: "One", usageAttribution: { subjectKeys: [`${key}a`, `${key}b`] } });
    const subjectKeys = [`${key}c`, `${key}b`, `${key}c`];
    const replaced = await server.replace(key, { key, name: "One", usageAttribution: { subjectKeys } });
    expect(replaced.usageAttribution).toEqual({ subjectKeys: [`${key}b`, `${key}c`] });
    // What was dropped is free.
    await server.create({ name: "Two", usageAttribution: { subjectKeys: [`${key}a`] } });
  });

  test("refuses null where the schema does, though metadata may be null", async () => {
    const key = server.key();
    await server.create(full(key));
    expect(await server.put(key, { key, name: "One", currency: null })).toMatchObject({ status: 400 });
    expect(await server.replace(key, { key, name: "One", metadata: null })).not.toHaveProperty("metadata");
  });
});
