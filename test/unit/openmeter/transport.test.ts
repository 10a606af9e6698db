import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTransport } from "../../../provider/src/openmeter/transport";
import { apiKey, avoidProxies, closedLater, closeServers, connect, serve } from "./connected-transport";
import { FakeClock } from "./fake-clock";
import { answer, deadAddress, reset, serveBytes, silence, truncate } from "./scripted-server";

beforeEach(avoidProxies);
afterEach(closeServers);

describe("an answer", () => {
  it("is handed out with status, type and exact text", async () => {
    const body = '{"name":"ünï 😀","big":1e2}\n';
    const { url } = await serve(answer(200, body, { "content-type": "application/json; charset=utf-8" }));
    const response = await connect(url).send();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.text()).toBe(body);
  });

  it("may be empty", async () => {
    const { url } = await serve(answer(204));
    const response = await connect(url).send({ method: "DELETE" });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  it("keeps characters whole that arrive in two pieces", async () => {
    const bytes = Buffer.from('"😀"');
    const { url } = await serve((response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 3), () => response.end(bytes.subarray(3)));
    });
    expect(await (await connect(url).send()).text()).toBe('"😀"');
  });

  it("is understood whatever bytes a proxy puts into its other headers", async () => {
    const server = closedLater(
      await serveBytes(Buffer.from("HTTP/1.1 200 OK\r\nx-city: Łódź\r\ncontent-length: 2\r\n\r\n{}", "utf8")),
    );
    expect(await (await connect(server.url, { maxRetries: 0 }).send()).text()).toBe("{}");
  });

  it.each<[string, (body: Buffer) => Buffer]>([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["identity", (body) => body],
  ])("is understood in %s too, which nobody asked for", async (coding, compress) => {
    const { url, received } = await serve((response) => {
      response.writeHead(200, { "content-encoding": coding }).end(compress(Buffer.from('"😀"')));
    });
    const response = await connect(url).send();
    expect(await response.text()).toBe('"😀"');
    expect(response.headers.has("content-encoding")).toBe(false);
    expect(received[0]?.headers).not.toHaveProperty("accept-encoding");
  });

  it("is refused in a compression that is not known", async () => {
    const { url, received } = await serve(answer(200, "?", { "content-encoding": "snappy" }));
    expect(await connect(url).failure()).toMatchObject({
      kind: "unintelligible",
      message: 'the answer is compressed as "snappy", which was not asked for',
    });
    expect(received).toHaveLength(1);
  });

  it("is asked for again when its compression is torn", async () => {
    const torn = gzipSync("[]").subarray(0, 12);
    const { url, received } = await serve(
      (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(torn),
      answer(200, "done"),
    );
    expect(await (await connect(url).send()).text()).toBe("done");
    expect(received).toHaveLength(2);
  });

  it("keeps no headers about the transfer, which is over", async () => {
    const { url } = await serve((response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      response.end("{}");
    });
    expect([...(await connect(url).send()).headers.keys()]).not.toContain("transfer-encoding");
  });
});

describe("a request", () => {
  it("arrives with method, headers and body, again in each try", async () => {
    const { url, received } = await serve(answer(503), reset, answer(200, "[]"));
    await connect(url).send({ method: "POST", body: '[{"key":"k"}]', headers: { "content-type": "application/json" } });
    expect(received).toHaveLength(3);
    for (const { method, path, headers, body } of received) {
      expect([method, path, body]).toEqual(["POST", "/api/v1/subjects", '[{"key":"k"}]']);
      expect(headers).toMatchObject({ authorization: `Bearer ${apiKey}`, "content-type": "application/json" });
    }
  });

  it("keeps the spelling of its path", async () => {
    const { url, received } = await serve(answer(200, "{}"));
    const transport = createTransport({ baseUrl: url, requestTimeoutMs: 1_000, maxRetries: 0 }, new FakeClock());
    await transport(new Request(`${url}/api/v1/subjects/%70%252Fq%2F`));
    expect(received[0]?.path).toBe("/api/v1/subjects/%70%252Fq%2F");
  });

  it("has a timeout of its own in each try", async () => {
    const { url } = await serve(answer(503), answer(200));
    const { send, clock } = connect(url, { requestTimeoutMs: 1_234 });
    await send();
    expect(clock.timeouts).toEqual([1_234, 1_234]);
  });

  it("has no more than what is left until the deadline, and at least five seconds", async () => {
    const { url } = await serve(answer(503, "", { "retry-after": "28" }), answer(503, "", { "retry-after": "30" }));
    const { failure, clock } = connect(url, { maxRetries: 20 });
    await failure();
    expect(clock.timeouts).toEqual([30_000, 30_000, 30_000, 30_000, 5_000]);
  });
});

describe("a transient failure", () => {
  it.each([408, 425, 429, 500, 502, 503, 504])("with status %d is retried until there is an answer", async (status) => {
    const { url, received } = await serve(answer(status), answer(status), answer(200, "done"));
    const { send, clock } = connect(url);
    expect(await (await send()).text()).toBe("done");
    expect(received).toHaveLength(3);
    expect(clock.sleeps).toEqual([250, 500]);
  });

  it("by a reset is retried", async () => {
    const { url, received } = await serve(reset, answer(200, "done"));
    expect(await (await connect(url).send()).text()).toBe("done");
    expect(received).toHaveLength(2);
  });

  it("by a truncated answer is retried, and the torn answer is not handed out", async () => {
    const { url, received } = await serve(truncate, answer(200, "done"));
    expect(await (await connect(url).send()).text()).toBe("done");
    expect(received).toHaveLength(2);
  });

  it("waits as long as Retry-After asks", async () => {
    const { url } = await serve(
      answer(429, "", { "retry-after": "7" }),
      answer(503, "", { "retry-after": "Thu, 15 Jan 2026 12:00:10 GMT" }),
      answer(200),
    );
    const { send, clock } = connect(url);
    await send();
    expect(clock.sleeps).toEqual([7_000, 3_000]);
  });

  it.each([0, 1, 3])("is retried %d times where so many are allowed", async (maxRetries) => {
    const { url, received } = await serve(answer(503));
    const failure = await connect(url, { maxRetries }).failure();
    expect(received).toHaveLength(maxRetries + 1);
    expect(failure).toMatchObject({ kind: "unavailable", status: 503 });
  });

  it("is told in the end, with the last answer, the tries and the time", async () => {
    const { url } = await serve(
      answer(500),
      answer(503, '{"title":"Busy","detail":"come back"}', { "retry-after": "9" }),
    );
    const failure = await connect(url, { maxRetries: 2 }).failure();
    expect(failure.message).toBe("OpenMeter answered 503 Busy: come back (3 tries in 9 s)");
  });

  it("is told without a count of tries when there was one", async () => {
    const { url } = await serve(answer(503));
    expect((await connect(url, { maxRetries: 0 }).failure()).message).toBe(
      "OpenMeter answered 503 Service Unavailable",
    );
  });

  it("is given up at the deadline of two minutes, before the tries are used up", async () => {
    const { url, received } = await serve(answer(503, "", { "retry-after": "30" }));
    const { failure, clock } = connect(url, { maxRetries: 20 });
    expect((await failure()).message).toMatch(/\(5 tries in 120 s\)$/);
    expect(received).toHaveLength(5);
    expect(clock.sleeps).toEqual([30_000, 30_000, 30_000, 30_000]);
  });

  it("has twice the timeout as deadline where that is longer", async () => {
    const { url } = await serve(answer(503, "", { "retry-after": "30" }));
    const { failure } = connect(url, { maxRetries: 20, requestTimeoutMs: 90_000 });
    expect((await failure()).message).toMatch(/\(7 tries in 180 s\)$/);
  });

  it("by a timeout names the setting", async () => {
    const { url } = await serve(silence);
    const { failure } = connect(url, { maxRetries: 1, requestTimeoutMs: 5_000 }, new FakeClock(0, 0.5, true));
    const error = await failure();
    expect(error.kind).toBe("unavailable");
    expect(error.message).toBe(`no answer from ${url}: none within 5 s (openmeter:requestTimeout) (2 tries in 0 s)`);
    expect(error.status).toBeUndefined();
  });

  it("to connect names address and reason", async () => {
    const url = await deadAddress();
    const error = await connect(url, { maxRetries: 2 }).failure();
    expect(error.kind).toBe("unavailable");
    expect(error.message).toMatch(new RegExp(`^no answer from ${url}: connect ECONNREFUSED .* \\(3 tries in 1 s\\)$`));
  });

  it("of an answer that is no HTTP is told as one", async () => {
    const server = closedLater(await serveBytes(Buffer.from("SSH-2.0-OpenSSH_9.6\r\n")));
    expect(await connect(server.url, { maxRetries: 1 }).failure()).toMatchObject({ kind: "unavailable" });
  });
});

describe("a refusal", () => {
  it.each([400, 401, 403, 404, 405, 409, 410, 413, 422, 451])(
    "with status %d is handed out at once, once",
    async (status) => {
      const { url, received } = await serve(answer(status, "why", { "retry-after": "1" }));
      const { send, clock } = connect(url);
      const response = await send();
      expect(response.status).toBe(status);
      expect(await response.text()).toBe("why");
      expect(received).toHaveLength(1);
      expect(clock.sleeps).toEqual([]);
    },
  );
});
