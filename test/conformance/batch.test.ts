import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNotFound, expectProblem } from "./problems";
import { onRealServer, parse, SUBJECTS, Target, type WireSubject } from "./target";

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

describe("a batch", () => {
  test("creates and updates, and answers in the order of its items", async () => {
    const existing = await target.upsertOne({ key: target.key() });
    const keys = [target.key("z"), existing.key, target.key("a")];
    const subjects = await target.upsert(...keys.map((key) => ({ key, displayName: key })));
    expect(subjects.map(({ key }) => key)).toEqual(keys);
    expect(subjects[1]?.id).toBe(existing.id);
  });

  test("that is empty answers null", async () => {
    const reply = await target.post([]);
    expect(reply).toMatchObject({ status: 200, contentType: "application/json" });
    expect(parse(reply)).toBeNull();
  });

  test("with a new key twice is a 409, with what came before the second of them stored", async () => {
    const [before, twice, after] = [target.key(), target.key(), target.key()];
    const items = [{ key: twice, displayName: "1" }, { key: before }, { key: twice, displayName: "2" }, { key: after }];
    const detail = `conflict error: subject with key already exists: ${twice}`;
    expectProblem(await target.post(items), 409, "Conflict", detail);
    expect(await target.read(twice)).toMatchObject({ displayName: "1" });
    expect(await target.read(before)).toMatchObject({ key: before });
    expectNotFound(await target.get(after), after);
  });

  test("with a new key twice is a 500 when the database refuses the second for its values", async () => {
    const key = target.key();
    const reply = await target.post([{ key }, { key, metadata: { a: ["\0"] } }]);
    expectProblem(reply, 500, "Internal Server Error");
    expect(await target.read(key)).toMatchObject({ key, metadata: {} });
  });

  test("with an existing key twice applies both in order", async () => {
    const { key } = await target.upsertOne({ key: target.key(), metadata: { a: 1 } });
    const subjects = await target.upsert({ key, displayName: "1", metadata: { b: 1 } }, { key, displayName: "2" });
    expect(subjects.map(({ displayName }) => displayName)).toEqual(["1", "2"]);
    expect(await target.read(key)).toMatchObject({ displayName: "2", metadata: { b: 1 } });
  });

  test("stops at an empty key with a 400, with what came before stored", async () => {
    const [before, after] = [target.key(), target.key()];
    const reply = await target.post([{ key: before }, { key: "" }, { key: after }]);
    expectProblem(reply, 400, "Bad Request", "validation error: key is required");
    expect(await target.read(before)).toMatchObject({ key: before });
    expectNotFound(await target.get(after), after);
  });
});

test("two clients creating a key at once: each gets 200 or 409, and one record is there", async () => {
  const key = target.key();
  const replies = await Promise.all(Array.from({ length: 12 }, () => target.post([{ key }])));
  expect(replies.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
  expect((await target.listOwn()).filter((subject) => subject.key === key)).toHaveLength(1);
});

describe.runIf(!onRealServer)("large batches and lists (emulator only: minutes on a real server)", () => {
  const items = (count: number, start = 0) => Array.from({ length: count }, (_, i) => ({ key: `large-${start + i}` }));

  test("65,534 items are a 500 and store nothing, 65,533 are stored", async () => {
    const large = await Target.open();
    try {
      expectProblem(await large.post(items(65_534)), 500, "Internal Server Error");
      expect(parse(await large.send("GET", SUBJECTS))).toEqual([]);
      expect(await large.post(items(65_533))).toMatchObject({ status: 200 });
    } finally {
      await large.close();
    }
  });

  test("72,000 subjects are listed: there is no limit", async () => {
    const large = await Target.open();
    try {
      await large.post(items(40_000));
      await large.post(items(32_000, 40_000));
      expect(parse<WireSubject[]>(await large.send("GET", SUBJECTS))).toHaveLength(72_000);
    } finally {
      await large.close();
    }
  });

  test("10,000 items of tens of megabytes are accepted", async () => {
    const large = await Target.open();
    try {
      const body = items(10_000).map((item) => ({ ...item, metadata: { text: "x".repeat(3000) } }));
      expect(await large.post(body)).toMatchObject({ status: 200 });
      expect(await large.send("DELETE", `${SUBJECTS}/large-1`)).toMatchObject({ status: 204 });
    } finally {
      await large.close();
    }
  });
});
