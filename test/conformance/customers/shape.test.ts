import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem } from "../problems";
import { CUSTOMERS, pathOf, Server } from "./server";

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$/;

let server: Server;
beforeAll(async () => {
  server = await Server.open();
});
afterAll(() => server.close());

describe("a customer", () => {
  test("has id, name, createdAt and updatedAt, and nothing that is empty", async () => {
    const key = server.key();
    const created = await server.create({ key, name: "One", metadata: {}, usageAttribution: { subjectKeys: [] } });
    expect(created).toEqual({
      createdAt: expect.stringMatching(MICROSECONDS),
      id: expect.stringMatching(ULID),
      key,
      name: "One",
      updatedAt: expect.stringMatching(MICROSECONDS),
    });
    expect(await server.read(key)).toEqual(created);
  });

  test("has every field that was set", async () => {
    const key = server.key();
    const body = {
      key,
      name: "One",
      description: "about it",
      metadata: { plan: "pro", "": "empty name" },
      primaryEmail: "no address",
      currency: "EUR",
      billingAddress: {
        city: "B",
        country: "DE",
        line1: "1",
        line2: "2",
        phoneNumber: "3",
        postalCode: "4",
        state: "5",
      },
      usageAttribution: { subjectKeys: [key] },
    };
    const created = await server.create(body);
    expect(created).toMatchObject(body);
    expect(await server.read(created.id)).toEqual(created);
  });

  test("keeps an empty description, email and part of an address", async () => {
    const body = { key: server.key(), name: "One", description: "", primaryEmail: "", billingAddress: { city: "" } };
    expect(await server.create(body)).toMatchObject(body);
  });

  test("has no billing address when that was sent without fields", async () => {
    expect(await server.create({ key: server.key(), name: "One", billingAddress: {} })).not.toHaveProperty(
      "billingAddress",
    );
  });

  test("is created with metadata null as without", async () => {
    expect(await server.create({ key: server.key(), name: "One", metadata: null })).not.toHaveProperty("metadata");
  });

  test("needs no key if it has a subject key", async () => {
    const subjectKeys = [server.key()];
    const created = await server.create({ name: "One", usageAttribution: { subjectKeys } });
    expect(created).not.toHaveProperty("key");
    expect(created).toMatchObject({ usageAttribution: { subjectKeys } });
  });

  test("has its subject keys sorted by their UTF-8, where JavaScript sorts by UTF-16", async () => {
    const base = server.key();
    const subjectKeys = ["b", "\u{10000}", "\uffee", "a"].map((end) => `${base}${end}`);
    const created = await server.create({ key: base, name: "One", usageAttribution: { subjectKeys } });
    const sorted = ["a", "b", "\uffee", "\u{10000}"].map((end) => `${base}${end}`);
    expect(created.usageAttribution?.subjectKeys).toEqual(sorted);
  });

  test("takes neither read-only nor unknown fields from its creator", async () => {
    const foreign = { id: "x", createdAt: 7, deletedAt: "x", annotations: { a: "b" }, unknown: [1] };
    const created = await server.create({ key: server.key(), name: "One", ...foreign });
    expect(Object.keys(created).sort()).toEqual(["createdAt", "id", "key", "name", "updatedAt"]);
  });

  test("has half a surrogate pair replaced by U+FFFD", async () => {
    expect(await server.create({ key: server.key(), name: "a\ud800b" })).toMatchObject({ name: "a\ufffdb" });
  });
});

describe("routes", () => {
  test.each([`${CUSTOMERS}/`, `${CUSTOMERS}/a/b`, `${CUSTOMERS}/a/apps/b/c`, `/${CUSTOMERS}`])(
    "%s is a 404 without detail",
    async (path) => {
      expectProblem(await server.target.send("GET", path), 404, "Not Found");
    },
  );

  test.each([
    ["PUT", CUSTOMERS],
    ["PATCH", `${CUSTOMERS}/a`],
    ["POST", `${CUSTOMERS}/a`],
    ["PATCH", `${CUSTOMERS}/a/stripe`],
    ["DELETE", `${CUSTOMERS}/a/apps`],
    ["GET", `${CUSTOMERS}/a/apps/01G65Z755AFWAKHE12NY0CQ9FH`],
    ["PATCH", `${CUSTOMERS}/100%2525`],
  ])("%s %s is a 405", async (method, path) => {
    expectProblem(await server.target.send(method, path), 405, "Method Not Allowed");
  });

  test("an unknown key is a 404 that names it, whatever the method", async () => {
    const key = server.key();
    const detail = `not found error: customer with id or key ${key} not found in`;
    for (const reply of [await server.get(key), await server.delete(key), await server.put(key, { key, name: "a" })]) {
      expectProblem(reply, 404, "Not Found", detail);
    }
  });
});

describe("a key in the path", () => {
  test.each([
    ["reserved characters", "/a?b#c&d=e+f:g;h,i@j$k"],
    ["space, tab, newline", " a\tb\nc "],
    ["unicode", "ünï-日本語-😀"],
    ["dots", "../.."],
    ["a name special in JavaScript", "__proto__"],
  ])("is found through encodeURIComponent: %s", async (_, end) => {
    const key = server.key(end);
    const created = await server.create({ key, name: "One" });
    expect(await server.read(key)).toEqual(created);
    expect(await server.delete(key)).toMatchObject({ status: 204 });
  });

  test("is decoded twice: DELETE of p%2Fq deletes p/q", async () => {
    const base = server.key();
    const percent = await server.create({ key: `${base}p%2Fq`, name: "percent" });
    const slash = await server.create({ key: `${base}p/q`, name: "slash" });
    expect(await server.target.send("DELETE", `${CUSTOMERS}/${base}p%252Fq`)).toMatchObject({ status: 204 });
    expect(await server.read(slash.id)).toHaveProperty("deletedAt");
    expect(await server.read(percent.id)).not.toHaveProperty("deletedAt");
  });

  test("is decoded once if one more character of it is encoded", async () => {
    const base = server.key();
    const created = await server.create({ key: `${base}p%2Fq`, name: "percent" });
    expect(await server.target.send("GET", `${CUSTOMERS}/${base}%70%252Fq`)).toMatchObject({ status: 200 });
    expect(await server.target.send("DELETE", `${CUSTOMERS}/${base}%70%252Fq`)).toMatchObject({ status: 204 });
    expect(await server.read(created.id)).toHaveProperty("deletedAt");
  });

  test("with a bare % is a 400", async () => {
    const detail = `error unescaping path parameter 'customerIdOrKey': invalid URL escape "%"`;
    expectProblem(await server.get(server.key("100%")), 400, "Bad Request", detail);
  });

  test.each(["%FF", "%00"])("with %s is a 500", async (bytes) => {
    expectProblem(await server.target.send("GET", `${pathOf(server.key())}${bytes}`), 500, "Internal Server Error");
  });
});
