import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNotFound, expectProblem } from "./problems";
import { parse, SUBJECTS, Target } from "./target";

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$/;

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

describe("a subject", () => {
  test("has createdAt, id, key, metadata and updatedAt, and nothing that is null", async () => {
    const key = target.key();
    const created = await target.upsertOne({ key });
    expect(created).toEqual({
      createdAt: expect.stringMatching(MICROSECONDS),
      id: expect.stringMatching(ULID),
      key,
      metadata: {},
      updatedAt: expect.stringMatching(MICROSECONDS),
    });
    expect(await target.read(key)).toEqual(created);
  });

  test("has every field that was set", async () => {
    const item = { key: target.key(), displayName: "One", metadata: { plan: "pro" }, stripeCustomerId: "cus_1" };
    const created = await target.upsertOne(item);
    expect(created).toMatchObject(item);
    expect(await target.read(item.key)).toEqual(created);
  });

  test("created with nulls has none of them", async () => {
    const key = target.key();
    const created = await target.upsertOne({ key, displayName: null, metadata: null, stripeCustomerId: null });
    expect(Object.keys(created).sort()).toEqual(["createdAt", "id", "key", "metadata", "updatedAt"]);
    expect(created.metadata).toEqual({});
  });

  test("cuts trailing zeros from its timestamps", async () => {
    const items = Array.from({ length: 60 }, () => ({ key: target.key() }));
    const subjects = await target.upsert(...items);
    for (const { createdAt, updatedAt } of subjects) {
      expect(createdAt).toMatch(MICROSECONDS);
      expect(updatedAt).toMatch(MICROSECONDS);
    }
  });

  test("comes as application/json", async () => {
    const key = target.key();
    await target.upsertOne({ key });
    for (const reply of [await target.get(key), await target.send("GET", SUBJECTS), await target.post([{ key }])]) {
      expect(reply).toMatchObject({ status: 200, contentType: "application/json" });
    }
  });
});

describe("routes", () => {
  test("an unknown key is a 404 that names it", async () => {
    const key = target.key();
    expectNotFound(await target.get(key), key);
    expectNotFound(await target.delete(key), key);
  });

  test.each(["/api/v1/nothing", `${SUBJECTS}/`, `${SUBJECTS}//`, `${SUBJECTS}/a/b`, `/${SUBJECTS}`])(
    "%s is a 404 without detail",
    async (path) => {
      expectProblem(await target.send("GET", path), 404, "Not Found");
    },
  );

  test.each([
    ["PUT", SUBJECTS],
    ["DELETE", SUBJECTS],
    ["PATCH", `${SUBJECTS}/a`],
    ["POST", `${SUBJECTS}/a`],
    ["PUT", `${SUBJECTS}/%FF`],
    ["PATCH", `${SUBJECTS}/100%2525`],
  ])("%s %s is a 405", async (method, path) => {
    expectProblem(await target.send(method, path), 405, "Method Not Allowed");
  });

  test("a query is ignored", async () => {
    const key = target.key();
    const created = await target.upsertOne({ key });
    const reply = await target.send("GET", `${SUBJECTS}/${key}?foo=%41&key=x`);
    expect(parse(reply)).toEqual(created);
  });
});
