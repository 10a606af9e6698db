import { OpenMeter } from "@openmeter/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ apiKey: "secret" });
});
afterEach(() => emulator.close());

const sent = {
  id: "1",
  source: "test",
  specversion: "1.0",
  type: "request",
  subject: "customer-1",
  time: "2026-11-23T10:00:00Z",
};

async function post(body: unknown, contentType = "application/cloudevents+json") {
  const response = await fetch(`${emulator.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: "Bearer secret", "content-type": contentType },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

test("takes what the SDK sends, and shows it", async () => {
  const { events } = new OpenMeter({ baseUrl: emulator.url, apiKey: "secret" });
  await events.ingest({ type: "request", subject: "customer-1", data: { tokens: 12 } });
  const [event] = emulator.events.list();
  expect(event).toMatchObject({ specversion: "1.0", type: "request", subject: "customer-1", data: { tokens: 12 } });

  const control = `${emulator.url}/_emulator/events`;
  expect(await (await fetch(control)).json()).toEqual([event]);
  expect((await fetch(control, { method: "DELETE" })).status).toBe(204);
  expect(emulator.events.list()).toEqual([]);
});

test.each([
  ["application/cloudevents+json", sent, 1],
  ["application/cloudevents-batch+json", [sent, { ...sent, id: "2" }], 2],
  ["application/cloudevents-batch+json", [], 0],
  ["application/json", sent, 1],
  ["application/json", [sent, { ...sent, id: "2" }], 2],
])("%s: %j", async (contentType, body, count) => {
  expect(await post(body, contentType)).toEqual({ status: 204, text: "" });
  expect(emulator.events.list()).toEqual([sent, { ...sent, id: "2" }].slice(0, count));
});

test("an event without a time gets that of its arrival", async () => {
  await post({ ...sent, time: null });
  expect(Date.parse(emulator.events.list()[0]?.time ?? "")).not.toBeNaN();
});

describe("refuses, and keeps nothing of the request", () => {
  const batch = "application/cloudevents-batch+json";
  const { subject: _subject, ...withoutSubject } = sent;
  test.each([
    [
      "an event without a subject",
      withoutSubject,
      undefined,
      `Error at \\"/subject\\": property \\"subject\\" is missing`,
    ],
    ["one of many", [sent, withoutSubject], batch, `Error at \\"/1/subject\\"`],
    ["an empty id", { ...sent, id: "" }, undefined, `Error at \\"/id\\": minimum string length is 1`],
    ["a bad time", { ...sent, time: "yesterday" }, undefined, `Error at \\"/time\\": string doesn't match the format`],
    ["data that is no object", { ...sent, data: 12 }, undefined, `Error at \\"/data\\": value must be an object`],
    ["an unknown version", { ...sent, specversion: "2.0" }, undefined, "specversion: unknown value: 2.0"],
    ["a batch as one event", [sent], undefined, "value must be an object"],
    ["one event as a batch", sent, batch, "value must be an array"],
    ["an empty list as JSON", [], "application/json", "no events found"],
    ["another content type", sent, "text/plain", "Content-Type has unexpected value"],
    ["a content type with parameters", sent, "application/json; charset=utf-8", "invalid content type"],
  ])("%s", async (_, body, contentType, reason) => {
    const { status, text } = await post(body, contentType);
    expect(status).toBe(400);
    expect(text).toContain(reason);
    expect(emulator.events.list()).toEqual([]);
  });

  test("a wrong API key", async () => {
    expect((await fetch(`${emulator.url}/api/v1/events`, { method: "POST", body: "{}" })).status).toBe(401);
  });

  test("questions about usage", async () => {
    const headers = { authorization: "Bearer secret" };
    expect((await fetch(`${emulator.url}/api/v1/events`, { headers })).status).toBe(405);
  });
});

test("faults strike events, too", async () => {
  emulator.faults.add({ kind: "status", status: 503, match: { path: "/api/v1/events" } });
  expect((await post(sent)).status).toBe(503);
  expect(emulator.events.list()).toEqual([]);
});
