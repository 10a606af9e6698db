import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSchemaProblem } from "./problems";
import { Target, type WireSubject } from "./target";

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

const FULL = { displayName: "Name", metadata: { a: 1 }, stripeCustomerId: "cus_1" };

/** Creates a subject with all fields set. */
async function createFull(): Promise<WireSubject> {
  return target.upsertOne({ key: target.key(), ...FULL });
}

describe("an update", () => {
  test("answers 200 with the same id and createdAt", async () => {
    const created = await createFull();
    const updated = await target.upsertOne({ key: created.key, displayName: "Other" });
    expect(updated).toEqual({ ...created, displayName: "Other", updatedAt: updated.updatedAt });
    expect(await target.read(created.key)).toEqual(updated);
  });

  test("keeps absent fields, and still moves updatedAt", async () => {
    const created = await createFull();
    const updated = await target.upsertOne({ key: created.key });
    expect(updated).toEqual({ ...created, updatedAt: updated.updatedAt });
    expect(updated.updatedAt > created.updatedAt).toBe(true);
  });

  test.each(["displayName", "stripeCustomerId"])("clears %s given as null, and nothing else", async (field) => {
    const created = await createFull();
    const updated = await target.upsertOne({ key: created.key, [field]: null });
    const { [field]: _, ...rest } = { ...created, updatedAt: updated.updatedAt } as Record<string, unknown>;
    expect(updated).toEqual(rest);
    expect(await target.read(created.key)).toEqual(rest);
  });

  test("keeps an empty displayName as it is", async ({ skip }) => {
    skip(await target.hasSubjectHook(), "the server has the hook on, and a customer needs a name");
    const created = await createFull();
    expect(await target.upsertOne({ key: created.key, displayName: "" })).toHaveProperty("displayName", "");
    expect(await target.read(created.key)).toHaveProperty("displayName", "");
  });

  test("replaces metadata whole", async () => {
    const { key } = await target.upsertOne({ key: target.key(), metadata: { a: 1, b: { c: 2, d: 3 } } });
    await target.upsertOne({ key, metadata: { b: { c: 9 } } });
    expect((await target.read(key)).metadata).toEqual({ b: { c: 9 } });
  });

  test.each([[{}], [null]])("metadata %j reads back as {}", async (metadata) => {
    const { key } = await createFull();
    expect((await target.upsertOne({ key, metadata })).metadata).toEqual({});
    expect((await target.read(key)).metadata).toEqual({});
  });

  test("ignores unknown fields", async () => {
    const { key, id } = await createFull();
    const updated = await target.upsertOne({ key, foo: [{ bar: null }], id: "mine", createdAt: "never" });
    expect(updated.id).toBe(id);
    expect(updated).not.toHaveProperty("foo");
  });
});

describe("a field name in another case", () => {
  test("counts when the subject is created, the last one for all, with metadata merged", async () => {
    const key = target.key();
    const item = `{"KEY":"${key}","key":"${key}","displayName":"a","DisplayName":"b","metadata":{"a":1,"b":1},"METADATA":{"b":2},"stripeCu\u017ftomerId":"cus_1"}`;
    expect(await target.send("POST", "/api/v1/subjects", `[${item}]`)).toMatchObject({ status: 200 });
    const expected = { key, displayName: "b", metadata: { a: 1, b: 2 }, stripeCustomerId: "cus_1" };
    expect(await target.read(key)).toMatchObject(expected);
  });

  test("is ignored by an update, unless the field is there in its own case too", async () => {
    const { key } = await createFull();
    expect(await target.upsertOne({ key, DISPLAYNAME: "b", Metadata: { b: 2 } })).toMatchObject(FULL);
    expect(await target.upsertOne({ key, displayName: "a", DISPLAYNAME: "b" })).toMatchObject({ displayName: "b" });
  });

  test("may be null", async () => {
    const { key } = await createFull();
    const updated = await target.upsertOne({ key, KEY: null, displayName: "a", DISPLAYNAME: null });
    expect(updated).not.toHaveProperty("displayName");
  });
});

describe("metadata", () => {
  test("keeps nested nulls, empty things and text that looks like something else", async () => {
    const metadata = {
      nested: { null: null, list: [null, { deeper: null }] },
      empty: { text: "", list: [], object: {} },
      date: "2024-01-31T10:00:00Z",
      offset: "2024-01-31T10:00:00.000+02:00",
      number: "1e3",
      html: "<&>\u2028",
      "a key with spaces and ünï": true,
      "": "the empty name",
    };
    const { key } = await target.upsertOne({ key: target.key(), metadata });
    expect((await target.read(key)).metadata).toEqual(metadata);
  });

  test("comes back with its names sorted, at every level", async () => {
    const { key } = await target.upsertOne({
      key: target.key(),
      metadata: { b: 1, a: { z: 1, bb: [{ y: 1, x: 2 }], c: 2 } },
    });
    expect(JSON.stringify((await target.read(key)).metadata)).toBe('{"a":{"bb":[{"x":2,"y":1}],"c":2,"z":1},"b":1}');
  });

  test("has its names in the order of their UTF-8", async () => {
    const { key } = await target.upsertOne({ key: target.key(), metadata: { "😀": 1, "\uffff": 2 } });
    expect(JSON.stringify((await target.read(key)).metadata)).toBe('{"\uffff":2,"😀":1}');
  });

  test("may be 900 levels deep", async () => {
    const metadata = JSON.parse(`${'{"a":'.repeat(450)}${"[".repeat(450)}1${"]".repeat(450)}${"}".repeat(450)}`);
    const { key } = await target.upsertOne({ key: target.key(), metadata });
    expect(JSON.stringify((await target.read(key)).metadata)).toBe(JSON.stringify(metadata));
  });

  test("of more than 10,000 levels is refused", async () => {
    const deep = `[{"key":"${target.key()}","metadata":{"a":${"[".repeat(10_001)}${"]".repeat(10_001)}}}]`;
    expectSchemaProblem(await target.send("POST", "/api/v1/subjects", deep), "failed to decode request body");
  });

  test("has doubles for numbers", async () => {
    const key = target.key();
    const item = `[{"key":"${key}","metadata":{"big":9007199254740993,"bigger":12345678901234567890,"one":1.0,"tiny":5e-324,"under":1e-400,"max":1.7976931348623157e308}}]`;
    expect(await target.send("POST", "/api/v1/subjects", item)).toMatchObject({ status: 200 });
    expect((await target.read(key)).metadata).toEqual({
      big: 9007199254740992,
      bigger: 12345678901234567000,
      one: 1,
      tiny: 5e-324,
      under: 0,
      max: 1.7976931348623157e308,
    });
  });

  test("keeps names that are special in JavaScript", async () => {
    const metadata = JSON.parse(
      '{"__proto__":{"__proto__":[1],"polluted":true},"constructor":{"prototype":1},"toString":"x"}',
    );
    const { key } = await target.upsertOne({ key: target.key("__proto__"), metadata });
    expect(JSON.stringify((await target.read(key)).metadata)).toBe(JSON.stringify(metadata));
    expect({}).not.toHaveProperty("polluted");
  });

  test("and names have U+FFFD for lone surrogates", async () => {
    const key = target.key();
    const item = `[{"key":"${key}","displayName":"a\\ud800b","metadata":{"\\udc00":"\\ud83d\\ude00 \\ud83d"}}]`;
    expect(await target.send("POST", "/api/v1/subjects", item)).toMatchObject({ status: 200 });
    expect(await target.read(key)).toMatchObject({ displayName: "a\uFFFDb", metadata: { "\uFFFD": "😀 \uFFFD" } });
  });

  test("and names have a U+FFFD for each byte that is no text", async () => {
    const key = target.key();
    const item = Buffer.from(`[{"key":"${key}","displayName":"a\xe2\x82 \xc3\xa9 \xff"}]`, "latin1");
    expect(await target.send("POST", "/api/v1/subjects", item)).toMatchObject({ status: 200 });
    expect(await target.read(key)).toMatchObject({ displayName: "a\uFFFD\uFFFD é \uFFFD" });
  });
});
