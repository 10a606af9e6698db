import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNotFound, expectProblem, expectSchemaProblem } from "./problems";
import { SUBJECTS, Target } from "./target";

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

describe("schema errors are a 400 without instance, and store nothing of the batch", () => {
  test.each([
    ["null directly in metadata", { metadata: { a: 1, n: null } }, `Error at "/1/metadata/n": Value is not nullable`],
    ["metadata that is text", { metadata: "s" }, `Error at "/1/metadata": value must be an object`],
    ["metadata that is a list", { metadata: [] }, `Error at "/1/metadata": value must be an object`],
    ["a numeric displayName", { displayName: 1 }, `Error at "/1/displayName": value must be a string`],
    ["a numeric stripeCustomerId", { stripeCustomerId: 1 }, `Error at "/1/stripeCustomerId": value must be a string`],
    ["a numeric key", { key: 1 }, `Error at "/1/key": value must be a string`],
    ["a null key", { key: null }, `Error at "/1/key": Value is not nullable`],
    ["no key", { key: undefined }, `Error at "/1/key": property "key" is missing`],
    ["a null period", { currentPeriodStart: null }, `Error at "/1/currentPeriodStart": Value is not nullable`],
    [
      "a period that is no date",
      { currentPeriodEnd: "soon" },
      `Error at "/1/currentPeriodEnd": string doesn't match the format "date-time": string doesn't match pattern "^[0-9]{4}-`,
    ],
    // In the order of their UTF-8: U+FFFF comes before U+1F600.
    [
      "nulls, of which the first is told",
      { metadata: { "😀": null, "\uffff": null } },
      `Error at "/1/metadata/\uffff"`,
    ],
    ["a null under half a surrogate pair", { metadata: { "\udc00": null } }, `Error at "/1/metadata/\ufffd"`],
  ])("%s", async (_, fields, detail) => {
    const first = target.key();
    expectSchemaProblem(await target.post([{ key: first }, { key: target.key(), ...fields }]), detail);
    expectNotFound(await target.get(first), first);
  });

  test.each([
    ["a null item", [null], `Error at "/0": Value is not nullable`],
    ["an item that is text", ["a"], `Error at "/0": value must be an object`],
    ["an object", { key: "k" }, "value must be an array"],
    ["null", null, "Value is not nullable"],
  ])("a body that is %s", async (_, body, detail) => {
    expectSchemaProblem(await target.post(body), detail);
  });

  test("a body that is not JSON", async () => {
    expectSchemaProblem(await target.send("POST", SUBJECTS, `[{"key":`), "failed to decode request body");
  });

  test("no body", async () => {
    expectSchemaProblem(await target.send("POST", SUBJECTS, ""), "value is required but missing");
  });

  test.each(["text/plain", "application/xml", "Application/JSON", "application/json ; charset=utf-8", "json", ""])(
    "content type %j",
    async (contentType) => {
      const key = target.key();
      const reply = await target.send("POST", SUBJECTS, JSON.stringify([{ key }]), contentType);
      expectSchemaProblem(reply, `header Content-Type has unexpected value "${contentType}"`);
      expectNotFound(await target.get(key), key);
    },
  );
});

test("a content type with parameters is accepted", async () => {
  const body = JSON.stringify([{ key: target.key() }]);
  expect(await target.send("POST", SUBJECTS, body, "application/json; charset=utf-8")).toMatchObject({ status: 200 });
});

test.each(["bad", "", "CUS_1", " cus_1"])(
  "stripeCustomerId %j is a 400 and stores nothing of the batch",
  async (id) => {
    const first = target.key();
    const reply = await target.post([{ key: first }, { key: target.key(), stripeCustomerId: id }]);
    expectProblem(reply, 400, "Bad Request", "stripeCustomerId must start with cus_ when set");
    expectNotFound(await target.get(first), first);
  },
);

test("schema errors come before a bad Stripe ID", async () => {
  const reply = await target.post([{ key: target.key(), stripeCustomerId: "bad" }, { displayName: "no key" }]);
  expectSchemaProblem(reply, `Error at "/1/key"`);
});

describe("1e400 is a 500 and stores nothing", () => {
  test.each(['"metadata":{"n":1e400}', '"metadata":{"n":[{"m":-1e400}]}', '"unknown":1e400'])(
    "in %s",
    async (field) => {
      const first = target.key();
      const reply = await target.send("POST", SUBJECTS, `[{"key":"${first}"},{"key":"${target.key()}",${field}}]`);
      expectProblem(reply, 500, "Internal Server Error");
      expectNotFound(await target.get(first), first);
    },
  );
});

test.each(["key", "displayName", "metadata"])("1e400 as %s is a schema error", async (field) => {
  const reply = await target.send(
    "POST",
    SUBJECTS,
    `[{"key":"${target.key()}","${field}":1e400}]`.replace(/"key":"[^"]*","key"/, '"key"'),
  );
  expectSchemaProblem(reply, `Error at "/0/${field}": strconv.ParseFloat: parsing`);
});

describe("what the schema lets pass and the handler cannot decode is a 500 and stores nothing", () => {
  test.each([
    ["a period on a day that is none", '"currentPeriodStart":"2024-02-30T10:00:00Z"'],
    ["a period in a leap second", '"currentPeriodStart":"2024-12-31T23:59:60Z"'],
    ["a period 25 hours off", '"currentPeriodEnd":"2024-01-31T10:00:00+25:00"'],
    ["a field of another case and type", '"DISPLAYNAME":1'],
  ])("%s", async (_, field) => {
    const first = target.key();
    const reply = await target.send("POST", SUBJECTS, `[{"key":"${first}"},{"key":"${target.key()}",${field}}]`);
    expectProblem(reply, 500, "Internal Server Error");
    expectNotFound(await target.get(first), first);
  });

  test("JSON followed by anything but blanks", async () => {
    const key = target.key();
    expectProblem(await target.send("POST", SUBJECTS, `[{"key":"${key}"}]x`), 500, "Internal Server Error");
    expectNotFound(await target.get(key), key);
    expect(await target.send("POST", SUBJECTS, `[{"key":"${key}"}] \n`)).toMatchObject({ status: 200 });
  });

  test("but schema errors come first", async () => {
    expectSchemaProblem(await target.send("POST", SUBJECTS, '[{"key":1}]x'), `Error at "/0/key"`);
  });
});

test("a leap day and odd offsets are periods", async () => {
  const currentPeriodStart = "2024-02-29T10:00:00.123456789+24:00";
  await target.upsertOne({ key: target.key(), currentPeriodStart, currentPeriodEnd: "2000-02-29T23:59:59-00:60" });
});

describe("what the database refuses is a 500", () => {
  // Random text: what compresses well fits an index row that it would else exceed.
  const long = randomBytes(6000).toString("base64url");

  test.each([
    ["NUL in displayName", { displayName: "a\0" }],
    ["NUL in metadata", { metadata: { a: ["\0"] } }],
    ["NUL in a metadata name", { metadata: { "a\0": 1 } }],
    ["NUL in stripeCustomerId", { stripeCustomerId: "cus_\0" }],
    ["a displayName of 8,000 bytes", { displayName: long }],
  ])("at its item: %s", async (_, fields) => {
    const [first, second, third] = [target.key(), target.key(), target.key()];
    const reply = await target.post([{ key: first }, { key: second, ...fields }, { key: third }]);
    expectProblem(reply, 500, "Internal Server Error");
    expect(await target.read(first)).toMatchObject({ key: first });
    expectNotFound(await target.get(second), second);
    expectNotFound(await target.get(third), third);
  });

  test("at its item: a key of 8,000 bytes", async () => {
    const first = target.key();
    expectProblem(await target.post([{ key: first }, { key: target.key(long) }]), 500, "Internal Server Error");
    expect(await target.read(first)).toMatchObject({ key: first });
  });

  test("from 2,677 bytes of a key on, and 2,693 of a displayName, of text that does not compress", async () => {
    const keyOf = (bytes: number) => target.key(long).slice(0, bytes);
    const fitting = { key: keyOf(2676), displayName: long.slice(0, 2692) };
    expect(await target.upsertOne(fitting)).toMatchObject(fitting);
    expectProblem(await target.post([{ key: keyOf(2677) }]), 500, "Internal Server Error");
    const displayName = long.slice(0, 2693);
    expectProblem(await target.post([{ key: target.key(), displayName }]), 500, "Internal Server Error");
  });

  test("before the first item: NUL in a key, for all keys are looked up first", async () => {
    const first = target.key();
    expectProblem(await target.post([{ key: first }, { key: target.key("\0") }]), 500, "Internal Server Error");
    expectNotFound(await target.get(first), first);
  });

  test("an update leaves the subject as it was", async () => {
    const created = await target.upsertOne({ key: target.key(), displayName: "kept" });
    expectProblem(await target.post([{ key: created.key, displayName: "\0" }]), 500, "Internal Server Error");
    expect(await target.read(created.key)).toEqual(created);
  });
});
