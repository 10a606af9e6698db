import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

const SUBJECTS = "/api/v1/subjects";

function post(items: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json", ...init.headers };
  return fetch(`${emulator.url}${SUBJECTS}`, { ...init, method: "POST", body: JSON.stringify(items), headers });
}

function get(idOrKey: string, init?: RequestInit): Promise<Response> {
  return fetch(`${emulator.url}${SUBJECTS}/${encodeURIComponent(idOrKey)}`, init);
}

describe("which request a fault strikes", () => {
  test("one, the next, by default", async () => {
    emulator.faults.add({ kind: "status", status: 503 });
    expect((await get("a")).status).toBe(503);
    expect((await get("a")).status).toBe(404);
    expect(emulator.faults.pending()).toEqual([]);
  });

  test("and it tells each time that it strikes", async () => {
    let struck = 0;
    emulator.faults.add({ kind: "status", status: 503, times: 2, onStrike: () => (struck += 1) });
    for (let i = 0; i < 3; i += 1) await get("a");
    expect(struck).toBe(2);
  });

  test("so many as times says, after so many as skip says", async () => {
    emulator.faults.add({ kind: "status", status: 503, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      statuses.push((await get("a")).status);
    }
    expect(statuses).toEqual([404, 503, 503, 404, 404]);
  });

  test("every one, for ever, until cleared", async () => {
    emulator.faults.add({ kind: "status", status: 503, times: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 5; i += 1) {
      expect((await get("a")).status).toBe(503);
    }
    emulator.faults.clear();
    expect((await get("a")).status).toBe(404);
  });

  test("in the order they were added", async () => {
    emulator.faults.add({ kind: "status", status: 502 }, { kind: "status", status: 503 });
    expect([(await get("a")).status, (await get("a")).status]).toEqual([502, 503]);
  });

  test("by method, path, pattern and key", async () => {
    emulator.subjects.upsert({ key: "a/b" });
    emulator.faults.add(
      { kind: "status", status: 500, match: { method: "delete" } },
      { kind: "status", status: 501, match: { path: `${SUBJECTS}/exact` } },
      { kind: "status", status: 502, match: { path: /\/decoded\/path$/ } },
      { kind: "status", status: 503, match: { path: /raw%2Fpath$/ } },
      { kind: "status", status: 504, match: { key: "a/b" }, times: 3 },
    );
    expect((await get("other")).status).toBe(404);
    expect((await get("exact")).status).toBe(501);
    expect((await get("decoded/path")).status).toBe(502);
    expect((await get("raw/path")).status).toBe(503);
    expect((await post([{ key: "x" }])).status).toBe(200);
    expect((await post([{ key: "x" }, { key: "a/b" }])).status).toBe(504);
    expect((await get("a/b")).status).toBe(504);
    expect((await get(emulator.subjects.get("a/b")?.id ?? "")).status).toBe(504);
    expect(emulator.faults.pending()).toHaveLength(1);
  });
});

describe("answers in place of the API's", () => {
  test("a status with Retry-After, headers and a body of its own", async () => {
    emulator.faults.add({ kind: "status", status: 429, retryAfter: "7", body: "slow down", headers: { "x-a": "b" } });
    const response = await get("a");
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("x-a")).toBe("b");
    expect(await response.text()).toBe("slow down");
  });

  test("an object as body is sent as a problem document, or as the given type", async () => {
    emulator.faults.add({ kind: "status", status: 400, body: { title: "T" }, times: 1 });
    expect((await get("a")).headers.get("content-type")).toBe("application/problem+json");
    emulator.faults.add({ kind: "status", status: 400, body: { title: "T" }, contentType: "text/json" });
    expect((await get("a")).headers.get("content-type")).toBe("text/json");
  });

  test("are not carried out, unless applied", async () => {
    emulator.faults.add({ kind: "status", status: 500 }, { kind: "status", status: 500, applied: true });
    await post([{ key: "a" }]);
    expect(emulator.subjects.get("a")).toBeUndefined();
    await post([{ key: "a" }]);
    expect(emulator.subjects.get("a")).toBeDefined();
  });

  test("echoRequest quotes the API key and the body", async () => {
    emulator.faults.add({ kind: "status", status: 500, echoRequest: true });
    const response = await post([{ key: "a" }], { headers: { authorization: "Bearer secret" } });
    expect(await response.json()).toMatchObject({ detail: 'Authorization: Bearer secret [{"key":"a"}]' });
  });

  test("html, empty, redirect and huge", async () => {
    emulator.faults.add(
      { kind: "html" },
      { kind: "empty" },
      { kind: "redirect", location: "/x" },
      { kind: "huge", bytes: 5_000_000 },
    );
    const html = await get("a");
    expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await html.text()).toContain("<html>");
    const empty = await get("a");
    expect([empty.status, empty.headers.get("content-type"), await empty.text()]).toEqual([200, null, ""]);
    const redirect = await get("a", { redirect: "manual" });
    expect([redirect.status, redirect.headers.get("location")]).toEqual([307, "/x"]);
    const huge = await (await get("a")).text();
    expect(huge).toHaveLength(5_000_000);
    expect(JSON.parse(huge)).toHaveLength(1);
  });
});

describe("answers that come otherwise", () => {
  test("delay waits before it carries the request out", async () => {
    emulator.faults.add({ kind: "delay", ms: 80 });
    const started = performance.now();
    expect((await post([{ key: "a" }])).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(70);
  });

  test("trickle sends a byte at a time, and the answer is whole in the end", async () => {
    emulator.subjects.upsert({ key: "a" });
    emulator.faults.add({ kind: "trickle", ms: 1 });
    const started = performance.now();
    const response = await get("a");
    expect(await response.json()).toMatchObject({ key: "a" });
    expect(performance.now() - started).toBeGreaterThan(100);
    expect(emulator.requests.list().at(-1)?.status).toBe(200);
  });

  test("hang does nothing until the client gives up", async () => {
    emulator.faults.add({ kind: "hang" });
    await expect(post([{ key: "a" }], { signal: AbortSignal.timeout(60) })).rejects.toThrow();
    expect(emulator.subjects.get("a")).toBeUndefined();
    expect(emulator.requests.list()).toMatchObject([{ method: "POST", status: undefined }]);
  });

  test.each([
    ["resetBefore", false],
    ["resetAfter", true],
    ["truncate", true],
  ] as const)("%s cuts the connection; carried out: %s", async (kind, applied) => {
    emulator.faults.add({ kind });
    await expect(post([{ key: "a" }]).then((response) => response.text())).rejects.toThrow();
    expect(emulator.subjects.get("a") !== undefined).toBe(applied);
    expect(emulator.requests.list()).toMatchObject([{ status: undefined }]);
  });

  test("a reset is one on the wire", async () => {
    emulator.faults.add({ kind: "resetBefore" });
    await expect(get("a")).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  });

  test("truncate announces the whole answer", async () => {
    emulator.subjects.upsert({ key: "a" });
    emulator.faults.add({ kind: "truncate" });
    const response = await get("a");
    expect(response.status).toBe(200);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(100);
    await expect(response.text()).rejects.toThrow();
  });

  test("truncate cuts an answer without a body", async () => {
    emulator.subjects.upsert({ key: "a" });
    emulator.faults.add({ kind: "truncate" });
    await expect(fetch(`${emulator.url}${SUBJECTS}/a`, { method: "DELETE" })).rejects.toThrow();
    expect(emulator.subjects.get("a")).toBeUndefined();
  });

  test("gzip compresses the answer, and leaves one without a body alone", async () => {
    emulator.faults.add({ kind: "gzip", times: 2 });
    const answer = await post([{ key: "a" }]);
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    expect(await answer.json()).toMatchObject([{ key: "a" }]);
    expect((await fetch(`${emulator.url}${SUBJECTS}/a`, { method: "DELETE" })).status).toBe(204);
  });

  test("alter changes the content type too where it is given", async () => {
    emulator.faults.add({ kind: "alter", change: (answer) => answer, contentType: "text/html" });
    expect((await post([{ key: "a" }])).headers.get("content-type")).toBe("text/html");
  });

  test("alter changes what is answered, not what is stored", async () => {
    emulator.faults.add({ kind: "alter", change: () => ({ other: true }) });
    expect(await (await post([{ key: "a" }])).json()).toEqual({ other: true });
    expect(emulator.subjects.get("a")).toMatchObject({ key: "a" });
  });

  test("call runs code around the request", async () => {
    const seen: (boolean | undefined)[] = [];
    const look = () => void seen.push(emulator.subjects.get("a") !== undefined);
    emulator.faults.add({
      kind: "call",
      before: look,
      after: async () => {
        look();
        emulator.subjects.delete("a");
      },
    });
    expect((await post([{ key: "a" }])).status).toBe(200);
    expect(seen).toEqual([false, true]);
    expect((await get("a")).status).toBe(404);
  });
});

test.each(["hang", "delay"] as const)("closing the emulator ends a request held up by %s", async (kind) => {
  const other = await startEmulator();
  other.faults.add(kind === "hang" ? { kind } : { kind, ms: 600_000 });
  const request = fetch(`${other.url}${SUBJECTS}`);
  const rejected = expect(request).rejects.toThrow();
  while (other.requests.list().length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await other.close();
  await rejected;
});
