import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNotFound, expectProblem } from "./problems";
import { parse, SUBJECTS, Target } from "./target";

let target: Target;
beforeAll(async () => {
  target = await Target.open();
});
afterAll(() => target.close());

describe("a key sent through encodeURIComponent finds its subject", () => {
  test.each([
    ["reserved characters", "/a?b#c&d=e+f:g;h,i@j$k"],
    ["marks that encodeURIComponent leaves", "!'()*-_.~"],
    ["space, tab, newline", " a\tb\nc "],
    ["unicode", "ünï-日本語-😀-\u202e"],
    ["characters that URLs refuse", '"<>[]\\^`{|}'],
    ["dots", "../.."],
    ["a name special in JavaScript", "__proto__"],
    ["2,000 characters", "k".repeat(2000)],
  ])("%s", async (_, end) => {
    const key = target.key(end);
    const created = await target.upsertOne({ key });
    expect(created.key).toBe(key);
    expect(await target.read(key)).toEqual(created);
    expect(await target.delete(key)).toMatchObject({ status: 204 });
    expectNotFound(await target.get(created.key), key);
  });
});

test("a trailing space, and case, make another key", async () => {
  const key = target.key("a");
  await target.upsertOne({ key });
  expectNotFound(await target.get(`${key} `), `${key} `);
  expectNotFound(await target.get(key.toUpperCase()), key.toUpperCase());
});

describe("a key with % is decoded twice", () => {
  test("encoded once it addresses another key: DELETE of p%2Fq deletes p/q", async () => {
    const base = target.key();
    const [percent, slash] = await target.upsert({ key: `${base}p%2Fq` }, { key: `${base}p/q` });
    expect(parse(await target.send("GET", `${SUBJECTS}/${base}p%252Fq`))).toEqual(slash);
    expect(await target.send("DELETE", `${SUBJECTS}/${base}p%252Fq`)).toMatchObject({ status: 204 });
    expectNotFound(await target.get(`${base}p/q`), `${base}p/q`);
    expect(await target.read(percent?.id ?? "")).toEqual(percent);
  });

  test("one more encoded character of the segment avoids it", async () => {
    const base = target.key();
    const created = await target.upsertOne({ key: `${base}p%2Fq` });
    expect(parse(await target.send("GET", `${SUBJECTS}/${base}%70%252Fq`))).toEqual(created);
    expect(await target.send("DELETE", `${SUBJECTS}/${base}%70%252Fq`)).toMatchObject({ status: 204 });
    expect(await target.read(created.id)).toHaveProperty("deletedAt");
  });

  test("so does any character of the segment that Go would encode otherwise", async () => {
    const base = target.key();
    const created = await target.upsertOne({ key: `${base}(p%41)` });
    expect(parse(await target.send("GET", `${SUBJECTS}/${base}(p%2541)`))).toEqual(created);
    const slashed = await target.upsertOne({ key: `${base}a/100%` });
    expect(parse(await target.send("GET", `${SUBJECTS}/${base}a%2F100%25`))).toEqual(slashed);
  });

  test("encoded twice it is found", async () => {
    const base = target.key();
    const created = await target.upsertOne({ key: `${base}p%41` });
    expect(parse(await target.send("GET", `${SUBJECTS}/${base}p%252541`))).toEqual(created);
  });

  test.each([
    ["100%", "%"],
    ["100%zz", "%zz"],
    ["%4", "%4"],
  ])("%s cannot be decoded again: 400", async (end, invalid) => {
    const key = target.key(end);
    const detail = `error unescaping path parameter 'subjectIdOrKey': invalid URL escape "${invalid}"`;
    expectProblem(await target.get(key), 400, "Bad Request", detail);
    expectProblem(await target.delete(key), 400, "Bad Request", detail);
  });

  test("a bare % can be found as an id, or with the whole key encoded", async () => {
    const key = target.key("100%");
    const created = await target.upsertOne({ key });
    expect(await target.read(created.id)).toEqual(created);
    const everyByte = [...Buffer.from(key)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    expect(parse(await target.send("GET", `${SUBJECTS}/${everyByte}`))).toEqual(created);
  });
});

describe("paths that are no text", () => {
  test.each(["%FF", "%00"])("%s is a 500", async (bytes) => {
    expectProblem(await target.send("GET", `${SUBJECTS}/${target.key()}${bytes}`), 500, "Internal Server Error");
  });

  test("a malformed escape is refused before the API", async () => {
    const reply = await target.send("GET", `${SUBJECTS}/${target.key()}%zz`);
    expect(reply.status).toBe(400);
    expect(reply.contentType).toMatch(/^text\/plain/);
  });
});

test("a dot segment that arrives is a key like others; clients normalise it away", async () => {
  expectNotFound(await target.send("GET", `${SUBJECTS}/...`), "...");
  const reply = await target.send("GET", `${SUBJECTS}/..`);
  expect(reply.text).not.toContain("[]");
  expect([200, 404]).toContain(reply.status);
});
