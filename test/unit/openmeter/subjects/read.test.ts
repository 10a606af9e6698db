import fc from "fast-check";
import { createEmulator, type Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { RecordId } from "../../../../provider/src/core/port";
import { type JsonObject, jsonEqual } from "../../../../provider/src/json";
import { connectTo } from "../../../../provider/src/openmeter/connection";
import { configuration, FakeClock, sendTo } from "../../connection";
import { write, writeOf } from "../asked";
import { answered, lines, problem, started } from "./started";

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
    .map((entries) => entries.filter(([, value]) => value !== null))
    .map((entries): JsonObject => JSON.parse(JSON.stringify(Object.fromEntries(entries))));

  it("in metadata and names, by write, get and list", async () => {
    await fc.assert(
      fc.asyncProperty(anyMetadata, fc.oneof(tricky, fc.string()), async (metadata, displayName) => {
        const { subjects } = started();
        const { stored } = await write(subjects, [writeOf("acme", { displayName, metadata })]);
        const { objects } = await subjects.list();
        for (const object of [stored.get("acme"), await subjects.get({ key: "acme" }), objects[0]]) {
          expect(object?.fields.displayName).toBe(displayName);
          expect(jsonEqual(object?.fields.metadata, metadata)).toBe(true);
        }
      }),
    );
  });

  it("under any key, which is sent as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (key) => {
        const { subjects, emulator } = started();
        emulator.subjects.upsert({ key: "another" });
        await write(subjects, [writeOf(key, { displayName: "A" })]);
        expect(await subjects.get({ key })).toMatchObject({ key, fields: { displayName: "A" } });
      }),
    );
  });
});

describe("every request", () => {
  const { apiKey, ...withoutApiKey } = configuration;

  it.each([
    ["carries the API key", configuration, `Bearer ${apiKey}`],
    ["carries no authorization where there is no API key", withoutApiKey, undefined],
  ])("%s", async (_what, settings, authorization) => {
    const emulator = createEmulator();
    const { subjects } = connectTo(settings, { clock: new FakeClock(), send: sendTo(emulator) });
    const { stored } = await write(subjects, [writeOf("acme", {})]);
    await subjects.get({ key: "acme" });
    await subjects.list();
    await subjects.delete(new Map([...stored].map(([key, { id }]) => [key, id])), { isKey: () => false });
    expect(emulator.requests.list().map(({ headers }) => headers.authorization)).toEqual(Array(4).fill(authorization));
  });

  it("goes to the server's path where it has one", async () => {
    const { subjects, emulator } = started({ baseUrl: "http://openmeter.test/metering" });
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject({ status: 404 });
    expect(lines(emulator)).toEqual(["GET /metering/api/v1/subjects/acme"]);
  });
});

describe("a single read", () => {
  it("is one request for the key", async () => {
    const { subjects, emulator } = started();
    const [{ id } = { id: "" }] = emulator.subjects.upsert({
      key: "acme",
      displayName: "A",
      stripeCustomerId: "cus_1",
    });
    expect(await subjects.get({ key: "acme" })).toStrictEqual({
      id,
      key: "acme",
      fields: { displayName: "A", metadata: {}, stripeCustomerId: "cus_1" },
    });
    expect(lines(emulator)).toEqual(["GET /api/v1/subjects/acme"]);
  });

  it("takes no more than 8 MB, since no subject is larger", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add({ kind: "huge", bytes: 8 * 2 ** 20 }, { kind: "huge", bytes: 8 * 2 ** 20 + 1 });
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject({ kind: "unintelligible" });
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject({ kind: "oversized" });
  });

  it.each([
    ["a/b c", "a%2Fb%20c"],
    ["p%2Fq", "%70%252Fq"],
    ["$&", "%24%26"],
    ["$'x", "%24'x"],
  ])("spells the key %s as %s", async (key, segment) => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key });
    expect(await subjects.get({ key })).toMatchObject({ key });
    expect(lines(emulator)).toEqual([`GET /api/v1/subjects/${segment}`]);
  });

  it.each(["%", ".", ".."])("looks for the key %s, which no path reaches, in the list", async (key) => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: "acme" });
    expect(await subjects.get({ key })).toBeUndefined();
    emulator.subjects.upsert({ key });
    expect(await subjects.get({ key })).toMatchObject({ key });
    expect(lines(emulator)).toEqual(["GET /api/v1/subjects", "GET /api/v1/subjects"]);
  });

  it.each([
    "subject not found",
    "not found error: subject not found [namespace=default subject.idOrKey=acme]",
    "subject with key acme not found",
  ])("finds nothing where OpenMeter has no such subject: %s", async (detail) => {
    const { subjects, emulator } = started();
    emulator.faults.add(problem(404, detail));
    expect(await subjects.get({ key: "acme" })).toBeUndefined();
  });

  it("takes no other status for a missing subject, whatever is said with it", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add(problem(409, "subject not found"));
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject({ kind: "refused", status: 409 });
  });

  it("finds nothing where the subject is marked deleted", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add(answered(200, { id: "01J", key: "acme", deletedAt: "2026-01-02T00:00:00Z" }));
    expect(await subjects.get({ key: "acme" })).toBeUndefined();
    expect(lines(emulator)).toHaveLength(1);
  });

  it.each([
    ["live", {}],
    ["deleted", { deletedAt: "2026-01-02T00:00:00Z" }],
  ])("looks in the list where the answer is a %s subject of another key, found by its id", async (_what, more) => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: "acme", displayName: "hidden" });
    emulator.faults.add(answered(200, { id: "acme", key: "other", ...more }));
    expect(await subjects.get({ key: "acme" })).toMatchObject({ key: "acme", fields: { displayName: "hidden" } });
    expect(lines(emulator)).toEqual(["GET /api/v1/subjects/acme", "GET /api/v1/subjects"]);
  });

  it.each<[string, Fault]>([
    ["a proxy's page", { kind: "html", status: 404 }],
    ["an empty answer", answered(404, "", "")],
    ["a missing route", problem(404, "no matching operation was found")],
    ["JSON of another product", answered(404, { message: "not found" })],
    ["a problem that is only called JSON", answered(404, { title: "Not Found", detail: "subject not found" })],
    [
      "a problem that only a parameter calls so",
      answered(404, { detail: "subject not found" }, "text/plain; as=application/problem+json"),
    ],
    ["a problem without detail", answered(404, { title: "Subject" }, "application/problem+json")],
    ["a problem that names the path", problem(404, "No static resource api/v1/subjects/subject-1.")],
    ["a problem that says so of the path", problem(404, "The path /api/v1/subjects/subject was not found")],
    ["a problem of another shape", answered(404, { message: "no" }, "application/problem+json")],
  ])("does not take a 404 for a missing subject that is %s", async (_what, fault) => {
    const { subjects, emulator } = started();
    emulator.faults.add(fault);
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject({
      kind: "unintelligible",
      status: 404,
      message: expect.stringMatching(/The Subject API is not there; check that openmeter:baseUrl is/),
    });
  });
});

describe("whether an account has a record", () => {
  it("is one request for the id, and so also of one that is deleted", async () => {
    const { subjects, emulator } = started();
    const [{ id } = { id: "" }] = emulator.subjects.upsert({ key: "acme" });
    expect(await subjects.hasRecord(id as RecordId)).toBe(true);
    emulator.subjects.delete("acme");
    expect(await subjects.hasRecord(id as RecordId)).toBe(true);
    expect(await subjects.hasRecord("01JZZZZZZZZZZZZZZZZZZZZZZZ" as RecordId)).toBe(false);
    expect(lines(emulator)).toEqual([
      `GET /api/v1/subjects/${id}`,
      `GET /api/v1/subjects/${id}`,
      "GET /api/v1/subjects/01JZZZZZZZZZZZZZZZZZZZZZZZ",
    ]);
  });

  it("is not told by another subject that has the id as its key", async () => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: "01JZZZZZZZZZZZZZZZZZZZZZZZ" });
    expect(await subjects.hasRecord("01JZZZZZZZZZZZZZZZZZZZZZZZ" as RecordId)).toBe(false);
  });

  it("is not told by an answer that is none of OpenMeter's", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add({ kind: "status", status: 404 });
    await expect(subjects.hasRecord("01J" as RecordId)).rejects.toMatchObject({ kind: "unintelligible" });
  });
});

describe("a list", () => {
  it("has the live subjects in their order", async () => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: "b" }, { key: "c" }, { key: "a" });
    const deleted = { deletedAt: "2026-01-02T00:00:00Z" };
    emulator.faults.add({
      kind: "alter",
      change: (all) => (Array.isArray(all) ? all.map((one) => (one.key === "c" ? { ...one, ...deleted } : one)) : all),
    });
    const { objects, withheld } = await subjects.list();
    expect(objects.map(({ key }) => key)).toEqual(["b", "a"]);
    expect(withheld).toEqual([]);
  });

  it.each(["null", "[]"])("of an empty account is empty: %s", async (body) => {
    const { subjects, emulator } = started();
    emulator.faults.add(answered(200, body));
    expect(await subjects.list()).toEqual({ objects: [], withheld: [] });
  });

  it.each<[string, unknown]>([
    ["an object", { items: [] }],
    ["text", "hello"],
    ["a list of other things", [{ name: "x" }]],
    ["a list with null", [{ id: "01J", key: "acme" }, null]],
  ])("is none where the answer is %s", async (_what, body) => {
    const { subjects, emulator } = started();
    emulator.faults.add(answered(200, JSON.stringify(body)));
    await expect(subjects.list()).rejects.toMatchObject({ kind: "unintelligible" });
  });
});
