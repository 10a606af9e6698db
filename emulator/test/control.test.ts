import { afterEach, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ apiKey: "secret" });
});
afterEach(() => emulator.close());

/** Calls the control API, which needs no API key. */
async function control(method: string, name: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${emulator.url}/_emulator/${name}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

function list(token = "secret"): Promise<Response> {
  return fetch(`${emulator.url}/api/v1/subjects`, { headers: { authorization: `Bearer ${token}` } });
}

test("the Subject API needs the API key", async () => {
  expect((await list()).status).toBe(200);
  const refused = await list("wrong");
  expect(refused.status).toBe(401);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({ title: "Unauthorized", status: 401 });
});

test("health tells how many subjects and customers there are", async () => {
  emulator.subjects.upsert({ key: "a" }, { key: "b" });
  emulator.customers.create({ key: "a", name: "A" });
  const body = { status: "ok", subjects: 2, customers: 1 };
  expect(await control("GET", "health")).toEqual({ status: 200, body });
});

test("subjects are shown with the deleted ones, and reset", async () => {
  emulator.subjects.upsert({ key: "a" }, { key: "b" });
  emulator.subjects.delete("a");
  const { body } = await control("GET", "subjects");
  expect(body).toMatchObject([{ key: "a", deletedAt: expect.any(String) }, { key: "b" }]);
  expect(await control("DELETE", "subjects")).toEqual({ status: 204, body: undefined });
  expect(emulator.subjects.all()).toEqual([]);
});

test("requests are those of the Subject API, in order, with path and body as they came", async () => {
  await list("wrong");
  await fetch(`${emulator.url}/api/v1/subjects/a%2Fb?c`, { method: "DELETE" });
  await fetch(`${emulator.url}/api/v1/subjects`, { method: "POST", body: '[{"key":"a"}]' });
  await control("GET", "health");
  expect((await control("GET", "requests")).body).toMatchObject([
    { method: "GET", path: "/api/v1/subjects", status: 401, headers: { authorization: "Bearer wrong" } },
    { method: "DELETE", path: "/api/v1/subjects/a%2Fb?c", status: 401 },
    { method: "POST", path: "/api/v1/subjects", status: 401, body: [{ key: "a" }] },
  ]);
  expect(emulator.requests.count("GET /api/v1/subjects")).toBe(1);
  expect(emulator.requests.count(/^(GET|POST) /)).toBe(2);
  expect(await control("DELETE", "requests")).toMatchObject({ status: 204 });
  expect(emulator.requests.list()).toEqual([]);
});

test("faults are set, one or many, and cleared", async () => {
  expect(await control("POST", "faults", { kind: "status", status: 503, times: "always" })).toEqual({
    status: 201,
    body: { pending: 1 },
  });
  expect((await list()).status).toBe(503);
  expect((await list()).status).toBe(503);
  await control("DELETE", "faults");
  expect((await list()).status).toBe(200);

  const many = [
    { kind: "html", match: { path: { pattern: "subjects$" }, method: "GET" } },
    { kind: "truncate", skip: 3 },
  ];
  expect(await control("POST", "faults", many)).toMatchObject({ body: { pending: 2 } });
  expect(await (await list()).text()).toContain("<html>");
});

test("alter merges into every subject of an answer", async () => {
  emulator.subjects.upsert({ key: "a" }, { key: "b" });
  await control("POST", "faults", { kind: "alter", merge: { displayName: "changed" } });
  expect(await (await list()).json()).toMatchObject([
    { key: "a", displayName: "changed" },
    { key: "b", displayName: "changed" },
  ]);
});

test.each([
  ["an unknown kind", { kind: "nonsense" }],
  ["an unknown field", { kind: "hang", tmies: 3 }],
  ["a bad status", { kind: "status", status: 99 }],
  ["a bad pattern", { kind: "hang", match: { path: { pattern: "(" } } }],
  ["code", { kind: "call" }],
  ["no JSON", "{"],
])("a fault with %s is refused with a reason", async (_, fault) => {
  const { status, body } = await control("POST", "faults", fault);
  expect(status).toBe(400);
  expect(body).toEqual({ error: expect.stringMatching(/./) });
  expect(emulator.faults.pending()).toEqual([]);
});

test("an unknown control route is a 404", async () => {
  expect((await control("GET", "nothing")).status).toBe(404);
  expect(emulator.requests.list()).toEqual([]);
});
