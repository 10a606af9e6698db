import { afterEach, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ apiKey: "secret" });
  emulator.customers.create({ key: "a", name: "A", usageAttribution: { subjectKeys: ["s"] } });
});
afterEach(() => emulator.close());

async function control(method: string, name: string, body?: unknown) {
  const response = await fetch(`${emulator.url}/_emulator/${name}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

test("customers are shown with the deleted ones, and reset", async () => {
  emulator.customers.delete("a");
  expect((await control("GET", "customers")).body).toMatchObject([{ key: "a", deletedAt: expect.any(String) }]);
  expect(await control("DELETE", "customers")).toMatchObject({ status: 204 });
  expect(emulator.customers.all()).toEqual([]);
});

test("attribution tells the ids of the customers that get a subject's usage", async () => {
  expect((await control("GET", "attribution?subject=s")).body).toEqual(emulator.customers.attributedTo("s"));
  expect((await control("GET", "attribution?subject=none")).body).toEqual([]);
});

test.each(["subscription", "invoice", "entitlement"])("an obligation is put there and ended: %s", async (kind) => {
  const posted = await control("POST", "obligations", { customer: "a", kind });
  expect(posted).toEqual({ status: 201, body: { id: expect.any(String) } });
  expect(() => emulator.customers.remove("a")).toThrow();
  expect(await control("DELETE", "obligations", { customer: "a" })).toMatchObject({ status: 204 });
  emulator.customers.remove("a");
});

test("a subject key is burnt", async () => {
  const id = emulator.customers.get("a")?.id;
  expect(await control("POST", "burnt", { customer: id, subjectKey: "b" })).toMatchObject({ status: 412 });
  emulator.customers.delete("a");
  expect(await control("POST", "burnt", { customer: id, subjectKey: "b" })).toMatchObject({ status: 204 });
  const input = { key: "b", name: "B", usageAttribution: { subjectKeys: ["b"] } };
  expect(() => emulator.customers.create(input)).toThrow("key b overlaps with subject of another customer");
});

test("Stripe is installed, told its customers, and uninstalled", async () => {
  const installed = await control("PUT", "stripe", { customers: ["cus_1"] });
  expect(installed).toMatchObject({ status: 200, body: { app: { inProfile: true }, known: ["cus_1"], links: [] } });
  expect(emulator.stripe.app).toBeDefined();
  expect((await control("PUT", "stripe", { installed: false })).body).toEqual({ links: [] });
  expect((await control("GET", "stripe")).body).toEqual({ links: [] });
});

test("a race is a fault like others", async () => {
  const fault = { kind: "race", against: "put", subjectKeys: ["t"], match: { key: "a" } };
  expect(await control("POST", "faults", fault)).toMatchObject({ status: 201 });
  expect(emulator.faults.pending()).toMatchObject([fault]);
});

test.each<[string, string, unknown, number]>([
  ["POST", "obligations", { customer: "a", kind: "debt" }, 400],
  ["POST", "obligations", { customer: "none", kind: "invoice" }, 404],
  ["POST", "burnt", {}, 400],
  ["PUT", "stripe", { customers: "cus_1" }, 400],
])("%s %s of what is wrong is refused with its reason: %j", async (method, name, body, status) => {
  expect(await control(method, name, body)).toEqual({ status, body: { error: expect.any(String) } });
});
