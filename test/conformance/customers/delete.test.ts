import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem } from "../problems";
import { Server } from "./server";

let server: Server;
beforeAll(async () => {
  server = await Server.open();
});
afterAll(() => server.close());

describe("a deleted customer", () => {
  test("is gone by its key, and there by its id with deletedAt and the subject keys that it had", async () => {
    const key = server.key();
    const created = await server.create({ key, name: "One", usageAttribution: { subjectKeys: [key] } });
    const reply = await server.delete(key);
    expect([reply.status, reply.text]).toEqual([204, ""]);
    expectProblem(await server.get(key), 404, "Not Found", key);
    const { deletedAt, updatedAt, ...rest } = await server.read(created.id);
    expect(deletedAt).toEqual(expect.any(String));
    expect(updatedAt > created.updatedAt).toBe(true);
    expect({ ...rest, updatedAt: created.updatedAt }).toEqual(created);
  });

  test("is refused to a second DELETE: 404 by its key, 412 by its id", async () => {
    const key = server.key();
    const { id } = await server.create({ key, name: "One" });
    await server.delete(id);
    expectProblem(await server.delete(key), 404, "Not Found", key);
    expectProblem(
      await server.delete(id),
      412,
      "Precondition Failed",
      "precondition failed error: customer is deleted",
    );
  });

  test("is refused to PUT: 404 by its key, 412 by its id", async () => {
    const key = server.key();
    const { id } = await server.create({ key, name: "One" });
    await server.delete(id);
    expectProblem(await server.put(key, { key, name: "Two" }), 404, "Not Found", key);
    expectProblem(await server.put(id, { key, name: "Two" }), 412, "Precondition Failed", `customer.id=${id}]`);
  });

  test("leaves its key and subject keys to a new one, which inherits nothing", async () => {
    const key = server.key();
    const body = { key, name: "One", usageAttribution: { subjectKeys: [key] } };
    const old = await server.create({ ...body, metadata: { a: "b" } });
    await server.delete(key);
    const created = await server.create(body);
    expect(created.id).not.toBe(old.id);
    expect(created).not.toHaveProperty("metadata");
    expectProblem(await server.delete(old.id), 412, "Precondition Failed", "customer is deleted");
    expect(await server.read(key)).toEqual(created);
  });

  test("leaves its subjects", async () => {
    const [key, subjectKey] = [server.key(), server.key()];
    await server.create({ key, name: "One", usageAttribution: { subjectKeys: [subjectKey] } });
    await server.delete(key);
    expect(await server.target.read(subjectKey)).not.toHaveProperty("deletedAt");
  });

  test("is not found by its id in other letters", async () => {
    const { id } = await server.create({ key: server.key(), name: "One" });
    expectProblem(await server.get(id.toLowerCase()), 404, "Not Found", id.toLowerCase());
  });
});

test("of two deletions at once one answers 204, the other that or that it is gone", async () => {
  const { id } = await server.create({ key: server.key(), name: "One" });
  const statuses = (await Promise.all([server.delete(id), server.delete(id)])).map(({ status }) => status).sort();
  expect(statuses[0]).toBe(204);
  expect([204, 404, 412]).toContain(statuses[1]);
});
