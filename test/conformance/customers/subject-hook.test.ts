/** What the subject→customer hook does (`customer.enableSubjectHook`). On a real server without it the tests are skipped. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { expectProblem } from "../problems";
import { Server } from "./server";

let server: Server;
let hasHook: boolean;
beforeAll(async () => {
  server = await Server.open({ subjectHook: true });
  hasHook = await server.target.hasSubjectHook();
});
afterAll(() => server.close());
beforeEach(({ skip }) => {
  skip(!hasHook, "the server has the hook off");
});

describe("the upsert of a subject", () => {
  test("makes a customer of its key, with its name and metadata as text", async () => {
    const key = server.key();
    const metadata = { a: "x", b: true, c: 1.5, e: "", l: ["u", 1], o: { n: null, p: "q", r: { s: "t" } } };
    const { id } = await server.target.upsertOne({ key, displayName: "One", metadata });
    expect(await server.read(key)).toMatchObject({
      key,
      name: "One",
      metadata: { a: "x", b: "true", c: "1.5", l: '"u","1"', o: '"p"="q"' },
      annotations: { createdBy: "customer.provisioner", subjectId: id },
      usageAttribution: { subjectKeys: [key] },
    });
  });

  test("names the customer by the key when the subject has no display name", async () => {
    const key = server.key();
    await server.target.upsertOne({ key });
    expect(await server.read(key)).toMatchObject({ name: key });
  });

  test("overwrites the name and merges the metadata of its customer where they differ, made by hand or not", async () => {
    const [key, subjectKey] = [server.key(), server.key()];
    const body = { key, name: "Mine", metadata: { a: "1", b: "2" }, usageAttribution: { subjectKeys: [subjectKey] } };
    const created = await server.create(body);
    await server.target.upsertOne({ key: subjectKey, displayName: "Theirs", metadata: { b: "3", c: "4" } });
    expect(await server.read(key)).toMatchObject({
      id: created.id,
      name: "Theirs",
      metadata: { a: "1", b: "3", c: "4" },
      annotations: { createdBy: "customer.provisioner" },
      usageAttribution: { subjectKeys: [subjectKey] },
    });
  });

  test("leaves a customer that agrees with it", async () => {
    const key = server.key();
    await server.target.upsertOne({ key, displayName: "One" });
    const before = await server.read(key);
    await server.target.upsertOne({ key, displayName: "One" });
    expect(await server.read(key)).toEqual(before);
  });

  test("writes to a customer of its key that does not have it as a subject key, and does not add it", async () => {
    const key = server.key();
    await server.create({ key, name: "Mine" });
    await server.target.upsertOne({ key, displayName: "Theirs" });
    const after = await server.read(key);
    expect(after).toMatchObject({ name: "Theirs" });
    expect(after).not.toHaveProperty("usageAttribution");
  });

  test("brings a deleted customer back as a new one", async () => {
    const key = server.key();
    await server.target.upsertOne({ key });
    const { id } = await server.read(key);
    await server.delete(key);
    await server.target.upsertOne({ key });
    expect((await server.read(key)).id).not.toBe(id);
  });

  test("with an empty display name is refused, and stores nothing", async () => {
    const key = server.key();
    expectProblem(await server.target.post([{ key, displayName: "" }]), 400, "Bad Request", "name is required");
    expect(await server.target.get(key)).toMatchObject({ status: 404 });
    expect(await server.get(key)).toMatchObject({ status: 404 });
  });
});

test("a PUT wipes the hook's annotations", async () => {
  const key = server.key();
  await server.target.upsertOne({ key });
  const { name, usageAttribution } = await server.read(key);
  expect(await server.replace(key, { key, name, usageAttribution })).not.toHaveProperty("annotations");
});

describe("the deletion of a subject", () => {
  test("drops its key from the subject keys of its customer, which stays", async () => {
    const [key, one, two] = [server.key(), server.key(), server.key()];
    await server.create({ key, name: "One", usageAttribution: { subjectKeys: [one, two] } });
    expect(await server.target.delete(one)).toMatchObject({ status: 204 });
    expect((await server.read(key)).usageAttribution).toEqual({ subjectKeys: [two] });
    expect(await server.target.delete(two)).toMatchObject({ status: 204 });
    expect(await server.read(key)).not.toHaveProperty("usageAttribution");
  });

  test("is refused when the customer would have neither key nor subject key, and nothing is done", async () => {
    const subjectKey = server.key();
    const { id } = await server.create({ name: "One", usageAttribution: { subjectKeys: [subjectKey] } });
    const detail = "either key or usageAttribution.subjectKeys must be provided";
    expectProblem(await server.target.delete(subjectKey), 400, "Bad Request", detail);
    expect(await server.target.read(subjectKey)).not.toHaveProperty("deletedAt");
    expect((await server.read(id)).usageAttribution).toEqual({ subjectKeys: [subjectKey] });
  });

  test("again by the id of one deleted before drops the key of the subject that has it now", async () => {
    const key = server.key();
    const { id } = await server.target.upsertOne({ key });
    await server.target.delete(id);
    const { name } = await server.read(key);
    await server.replace(key, { key, name, usageAttribution: { subjectKeys: [key] } });
    expect(await server.target.delete(id)).toMatchObject({ status: 204 });
    expect(await server.read(key)).not.toHaveProperty("usageAttribution");
    expect(await server.target.read(key)).not.toHaveProperty("deletedAt");
  });
});
