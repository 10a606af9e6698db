import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type InProcessEmulator } from "../src/index";

const SUBJECTS = "http://openmeter.test/api/v1/subjects";

let emulator: InProcessEmulator;
beforeEach(() => {
  emulator = createEmulator({ apiKey: "secret" });
});

function request(path = "", init: RequestInit = {}): Request {
  return new Request(`${SUBJECTS}${path}`, { ...init, headers: { authorization: "Bearer secret", ...init.headers } });
}

function post(items: unknown): Request {
  const headers = { "content-type": "application/json" };
  return request("", { method: "POST", body: JSON.stringify(items), headers });
}

describe("an emulator in this process", () => {
  test("answers as one on the network does, and records the requests", async () => {
    const created = await emulator.respond(post([{ key: "p%2Fq" }]));
    expect([created.status, created.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(await created.json()).toMatchObject([{ key: "p%2Fq" }]);
    expect((await emulator.respond(request("/%70%252Fq?a=1"))).status).toBe(200);
    const deleted = await emulator.respond(request("/%70%252Fq", { method: "DELETE" }));
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect((await emulator.respond(new Request(SUBJECTS))).status).toBe(401);
    expect(emulator.requests.list()).toMatchObject([
      { method: "POST", path: "/api/v1/subjects", body: [{ key: "p%2Fq" }], status: 200 },
      { method: "GET", path: "/api/v1/subjects/%70%252Fq?a=1", status: 200 },
      { method: "DELETE", status: 204 },
      { method: "GET", status: 401 },
    ]);
  });

  test.each([
    ["resetBefore", false],
    ["resetAfter", true],
    ["truncate", true],
  ] as const)("rejects on %s as a cut connection does; carried out: %s", async (kind, applied) => {
    emulator.faults.add({ kind });
    const answer = emulator.respond(post([{ key: "a" }])).then((response) => response.text());
    await expect(answer).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(emulator.subjects.get("a") !== undefined).toBe(applied);
    expect(emulator.requests.list()).toMatchObject([{ status: undefined }]);
  });

  test("truncate cuts an answer without a body", async () => {
    emulator.subjects.upsert({ key: "a" });
    emulator.faults.add({ kind: "truncate" });
    await expect(emulator.respond(request("/a", { method: "DELETE" }))).rejects.toThrow("ECONNRESET");
  });

  test.each([true, false])(
    "never answers on hang, until the signal says so (before the request: %s)",
    async (before) => {
      emulator.faults.add({ kind: "hang" });
      const giveUp = new AbortController();
      const end = () => giveUp.abort(new Error("given up"));
      if (before) {
        emulator.faults.clear();
        emulator.faults.add({ kind: "hang", onStrike: end });
      }
      const answer = emulator.respond(request("", { signal: giveUp.signal }));
      setImmediate(end);
      await expect(answer).rejects.toThrow("given up");
    },
  );

  test("compresses on gzip, and sends a byte at a time on trickle", async () => {
    emulator.faults.add({ kind: "gzip" }, { kind: "trickle", ms: 0 });
    const compressed = await emulator.respond(request());
    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    expect(gunzipSync(await compressed.arrayBuffer()).toString()).toBe("[]\n");
    expect(await (await emulator.respond(request())).json()).toEqual([]);
  });

  test("is struck by faults that judge the items of an upsert", async () => {
    emulator.faults.add({ kind: "status", status: 413, match: { items: (keys) => keys.length > 1 }, times: 9 });
    expect((await emulator.respond(request())).status).toBe(200);
    expect((await emulator.respond(post([{ key: "a" }]))).status).toBe(200);
    expect((await emulator.respond(post([{ key: "a" }, { key: "b" }]))).status).toBe(413);
  });
});
