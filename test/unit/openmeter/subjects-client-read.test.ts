import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonObject, jsonEqual, normalizeJson } from "../../../provider/src/json";
import { answered, failureOf, gone, html, idOf, key, live, noOperation, record } from "./client-answered";
import { clientAnsweredBy, configuration, json, notFound, problem, text } from "./fake-transport";
import { SubjectsInMemory } from "./subjects-in-memory";

describe("what is stored comes back exactly", () => {
  const tricky = fc.constantFrom(
    "2024-01-31T10:00:00Z",
    "2024-01-31",
    "2024-01-31T10:00:00.000+01:00",
    "",
    "null",
    "ünï 😀",
    "\u2028",
    "a\\u0041",
  );
  const name = fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "key", "deletedAt", ""), fc.string());
  const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(
        tricky,
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(name, tie("value")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));
  const anyMetadata = fc
    .array(fc.tuple(name, anyValue), { maxLength: 4 })
    .map((entries): JsonObject => JSON.parse(JSON.stringify(Object.fromEntries(entries))));

  it("in metadata and names, by upsert, get and list", async () => {
    await fc.assert(
      fc.asyncProperty(anyMetadata, fc.oneof(tricky, fc.string()), async (metadata, displayName) => {
        const { client } = new SubjectsInMemory();
        const [stored] = await client.upsert([{ key, displayName, metadata }]);
        const [listed] = await client.list();
        for (const subject of [stored, await client.get(key), listed]) {
          expect(subject?.displayName).toBe(displayName);
          expect(JSON.stringify(normalizeJson(subject?.metadata))).toBe(JSON.stringify(normalizeJson(metadata)));
          expect(jsonEqual(subject?.metadata, metadata)).toBe(true);
        }
      }),
    );
  });

  it("under any key, which is sent as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (anyKey) => {
        const server = new SubjectsInMemory();
        server.seed({ key: "another" });
        await server.client.upsert([{ key: anyKey, displayName: "A" }]);
        expect(await server.client.get(anyKey)).toMatchObject({ key: anyKey, displayName: "A" });
      }),
    );
  });
});

describe("every request", () => {
  it("carries the API key", async () => {
    const { client, sent } = answered(json(record), json([]), json([record]), notFound());
    await client.get(key);
    await client.list();
    await client.upsert([{ key }]);
    await client.delete(idOf(record));
    expect(sent.map(({ authorization }) => authorization)).toEqual(Array(4).fill(`Bearer ${configuration.apiKey}`));
  });

  it("carries no authorization where there is no API key", async () => {
    const { client, sent } = clientAnsweredBy(() => json([]), {
      baseUrl: "http://openmeter.test",
      requestTimeoutMs: 1,
      maxRetries: 0,
    });
    await client.list();
    expect(sent[0]?.authorization).toBeNull();
  });

  it("goes to the server's path where it has one", async () => {
    const { client, sent } = clientAnsweredBy(() => json(record), {
      ...configuration,
      baseUrl: "http://openmeter.test/metering",
    });
    await client.get(key);
    expect(sent[0]?.path).toBe("/api/v1/subjects/customer-42");
  });
});

describe("get", () => {
  it("is one request for the key", async () => {
    const { client, sent } = answered(json({ ...record, displayName: "A", stripeCustomerId: "cus_1" }));
    expect(await client.get(key)).toStrictEqual({ ...live, displayName: "A", stripeCustomerId: "cus_1" });
    expect(sent.map(({ method, path }) => [method, path])).toEqual([["GET", "/api/v1/subjects/customer-42"]]);
    // No subject is larger.
    expect(sent[0]?.bounds).toEqual({ maxBodyBytes: 8 * 2 ** 20 });
  });

  it.each([
    ["a/b c", "a%2Fb%20c"],
    ["p%2Fq", "%70%252Fq"],
    ["$&", "%24%26"],
    ["$'x", "%24'x"],
  ])("spells the key %s as %s", async (odd, segment) => {
    const { client, sent } = answered(json({ ...record, key: odd }));
    expect(await client.get(odd)).toMatchObject({ key: odd });
    expect(sent[0]?.path).toBe(`/api/v1/subjects/${segment}`);
  });

  it.each(["%", ".", ".."])("looks for the key %s, which no path reaches, in the list", async (odd) => {
    const { client, sent } = answered(json([record, { ...record, key: odd }]), json([record]));
    expect(await client.get(odd)).toMatchObject({ key: odd });
    expect(await client.get(odd)).toBeUndefined();
    expect(sent.map(({ path }) => path)).toEqual(["/api/v1/subjects", "/api/v1/subjects"]);
  });

  it.each([
    "subject not found",
    "not found error: subject not found [namespace=default subject.idOrKey=acme]",
    "subject with key acme not found",
  ])("finds nothing where OpenMeter has no such subject: %s", async (detail) => {
    expect(await answered(problem(404, detail, "Not Found")).client.get(key)).toBeUndefined();
  });

  it("takes no other status for a missing subject, whatever is said with it", async () => {
    const error = await failureOf(answered(problem(409, "subject not found")).client.get(key));
    expect(error).toMatchObject({ kind: "refused", status: 409 });
  });

  it("finds nothing where the subject is marked deleted", async () => {
    const { client, sent } = answered(json(gone));
    expect(await client.get(key)).toBeUndefined();
    expect(sent).toHaveLength(1);
  });

  it.each([
    ["live", { ...record, key: "other" }],
    ["deleted", { ...gone, key: "other" }],
  ])("looks in the list where the answer is a %s subject of another key, found by its id", async (_what, other) => {
    const hidden = { ...record, id: "01K", displayName: "hidden" };
    const { client, sent } = answered(json(other), json([{ ...record, key: "other" }, hidden]));
    expect(await client.get(key)).toStrictEqual({ id: "01K", key, displayName: "hidden", metadata: {} });
    expect(sent.map(({ path }) => path)).toEqual(["/api/v1/subjects/customer-42", "/api/v1/subjects"]);
  });

  it("finds nothing where that list has only a deleted subject of the key", async () => {
    const { client } = answered(json({ ...record, key: "other" }), json([gone]));
    expect(await client.get(key)).toBeUndefined();
  });

  it.each<[string, () => Response]>([
    ["a proxy's page", () => html(404)],
    ["an empty answer", () => text("", 404, "")],
    ["a missing route", noOperation],
    ["JSON of another product", () => json({ message: "not found" }, 404)],
    ["a problem that is only called JSON", () => json({ title: "Not Found", status: 404 }, 404)],
    [
      "a problem that only a parameter calls so",
      () => text('{"detail":"subject not found"}', 404, "text/plain; as=application/problem+json"),
    ],
    ["a problem without detail", () => text('{"title":"Subject"}', 404, "application/problem+json")],
    ["a problem that names the path", () => problem(404, "No static resource api/v1/subjects/subject-1.")],
    ["a problem that says so of the path", () => problem(404, "The path /api/v1/subjects/subject was not found")],
    ["a problem of another shape", () => text('{"message":"no"}', 404, "application/problem+json")],
  ])("does not take a 404 for a missing subject that is %s", async (_what, response) => {
    const error = await failureOf(answered(response()).client.get(key));
    expect(error).toMatchObject({ kind: "unintelligible", status: 404 });
    expect(error.message).toMatch(
      /The Subject API is not there; check that openmeter:baseUrl \(http:\/\/openmeter\.test\)/,
    );
  });
});

describe("list", () => {
  it("returns live subjects in their order", async () => {
    const { client, sent } = answered(json([{ ...record, key: "b" }, gone, { ...record, key: "a" }]));
    const bounds = { maxBodyBytes: 7, divisible: true };
    expect((await client.list(bounds)).map((subject) => subject.key)).toEqual(["b", "a"]);
    expect(sent.map(({ method, path }) => [method, path])).toEqual([["GET", "/api/v1/subjects"]]);
    expect(sent[0]?.bounds).toEqual(bounds);
  });

  it.each([[null], [[]]])("of an empty account is empty: %j", async (body) => {
    expect(await answered(json(body)).client.list()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["an object", { items: [] }],
    ["text", "hello"],
    ["a list of other things", [{ name: "x" }]],
    ["a list with null", [record, null]],
  ])("refuses %s", async (_what, body) => {
    expect(await failureOf(answered(json(body)).client.list())).toMatchObject({ kind: "unintelligible" });
  });
});
