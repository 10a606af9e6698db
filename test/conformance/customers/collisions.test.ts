import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem } from "../problems";
import type { Reply } from "../target";
import { Server } from "./server";

let server: Server;
beforeAll(async () => {
  server = await Server.open();
});
afterAll(() => server.close());

function expectConflict(reply: Reply, detail: string): void {
  expectProblem(reply, 409, "Conflict", `conflict error: ${detail}`);
}

/** A customer with these subject keys; with none it has but its key. */
function body(key: string, ...subjectKeys: string[]) {
  return { key, name: "One", usageAttribution: { subjectKeys } };
}

describe("the key of a customer", () => {
  test("is refused if a live customer has it, on POST and PUT", async () => {
    const [key, other] = [server.key(), server.key()];
    await server.create(body(key));
    await server.create(body(other));
    const detail = `key "${key}" is already used by an another customer in the namespace`;
    expectConflict(await server.post(body(key)), detail);
    expectConflict(await server.put(other, body(key)), detail);
  });

  test("is refused if it is the id of any customer, of a deleted one and of itself too", async () => {
    const [key, gone] = [server.key(), server.key()];
    const { id } = await server.create(body(key));
    const deleted = await server.create(body(gone));
    await server.delete(deleted.id);
    for (const taken of [id, deleted.id]) {
      const detail = `key ${taken} overlaps with id of another customer`;
      expectConflict(await server.post(body(taken)), detail);
      expectConflict(await server.put(key, body(taken)), detail);
    }
  });

  test("is refused if another customer has it for a subject key, which the answer names", async () => {
    const [key, subjectKey, other] = [server.key(), server.key(), server.key()];
    const { id } = await server.create(body(key, subjectKey));
    await server.create(body(other));
    const detail = `key ${subjectKey} overlaps with subject of another customer: ${id}`;
    expectConflict(await server.post(body(subjectKey)), detail);
    expectConflict(await server.put(other, body(subjectKey)), detail);
  });

  test("that is also its own subject key is refused with that reason when it is created again", async () => {
    const key = server.key();
    const { id } = await server.create(body(key, key));
    expectConflict(await server.post(body(key, key)), `key ${key} overlaps with subject of another customer: ${id}`);
  });

  test("may be its own subject key", async () => {
    const [key, subjectKey] = [server.key(), server.key()];
    await server.create(body(key, subjectKey));
    expect(await server.replace(key, body(subjectKey, subjectKey))).toMatchObject({ key: subjectKey });
  });
});

describe("a subject key", () => {
  test("is refused on POST if another customer has it, with all that were sent", async () => {
    const [key, taken, free] = [server.key(), server.key(), server.key()];
    await server.create(body(key, taken));
    const reply = await server.post(body(server.key(), free, taken));
    expectConflict(
      reply,
      `one or multiple subject keys of [${free}, ${taken}] are already associated with an different`,
    );
    expect(await server.target.get(free)).toMatchObject({ status: 404 });
  });

  test("is refused on PUT if another customer has it, with those that the PUT adds; nothing is changed", async () => {
    const [key, taken, own] = [server.key(), server.key(), server.key()];
    await server.create(body(server.key(), taken));
    const before = await server.create(body(key, own));
    const reply = await server.put(key, { ...body(key, taken, own), name: "Two" });
    expectConflict(reply, `one or multiple subject keys of [${taken}] are already associated with an different`);
    expect(await server.read(key)).toEqual(before);
  });

  test("is refused on POST if it is sent twice", async () => {
    const subjectKey = server.key();
    const detail = `one or multiple subject keys of [${subjectKey}, ${subjectKey}] are already associated`;
    expectConflict(await server.post(body(server.key(), subjectKey, subjectKey)), detail);
  });

  test("may be the key or the id of another customer: nobody looks", async () => {
    const key = server.key();
    const { id } = await server.create(body(key));
    const subjectKeys = [id, key].sort();
    const other = await server.create(body(server.key(), ...subjectKeys));
    expect(other.usageAttribution).toEqual({ subjectKeys });
  });

  test("finds no customer in the path", async () => {
    const subjectKey = server.key();
    await server.create(body(server.key(), subjectKey));
    expect(await server.get(subjectKey)).toMatchObject({ status: 404 });
  });

  test("that is the id of a subject is refused, and nothing is stored", async () => {
    const { id } = await server.target.upsertOne({ key: server.key() });
    const [key, other] = [server.key(), server.key()];
    const created = await server.create(body(other));
    const detail = "validation error: use subject key instead of id for usage attribution";
    expectProblem(await server.post(body(key, id)), 400, "Bad Request", detail);
    expectProblem(await server.put(other, body(key, id)), 400, "Bad Request", detail);
    expect(await server.get(key)).toMatchObject({ status: 404 });
    expect(await server.read(other)).toEqual(created);
  });
});

test("of two creations at once with one key, or one subject key, one is refused", async () => {
  for (const both of [body(server.key()), { name: "One", usageAttribution: { subjectKeys: [server.key()] } }]) {
    const replies = await Promise.all([server.post(both), server.post(both)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  }
});
