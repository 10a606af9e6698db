import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { apiKey, avoidProxies, closedLater, closeServers, connect, serve } from "./connected-transport";
import { FakeClock } from "./fake-clock";
import { answer, deadAddress, type Step, serveBytes, serveUntrusted, silence } from "./scripted-server";

/** A clock whose sleepers wait until they are woken. */
class HeldClock extends FakeClock {
  #passed = 0;
  #wakers: (() => void)[] = [];
  #watchers: (() => void)[] = [];

  override now(): number {
    return super.now() + this.#passed;
  }

  override sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    for (const notice of this.#watchers) notice();
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  /** Resolves when so many sleep. */
  asleep(count: number): Promise<void> {
    return new Promise((resolve) => {
      const notice = () => this.sleeps.length >= count && resolve();
      this.#watchers.push(notice);
      notice();
    });
  }

  wake(ms: number): void {
    this.#passed += ms;
    for (const wake of this.#wakers.splice(0)) wake();
  }
}

beforeEach(avoidProxies);
afterEach(closeServers);

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])(
    "with status %d is not followed, so its target never sees the API key",
    async (status) => {
      const target = await serve(answer(200, "{}"));
      const { url, received } = await serve(answer(status, "", { location: `${target.url}/api/v1/subjects` }));
      const error = await connect(url).failure();
      expect(error).toMatchObject({ kind: "unintelligible", status });
      expect(error.message).toBe(
        `${url} redirects to ${target.url}/api/v1/subjects, which is not followed. If that is your server, set openmeter:baseUrl to it`,
      );
      expect(target.received).toEqual([]);
      expect(received).toHaveLength(1);
    },
  );

  it("without a target is none, and is handed out", async () => {
    const { url, received } = await serve(answer(304));
    expect((await connect(url).send()).status).toBe(304);
    expect(received).toHaveLength(1);
  });
});

describe("the API key stays out of messages when the server echoes it", () => {
  it.each<[string, Step]>([
    ["in a problem's detail", answer(500, JSON.stringify({ title: "T", detail: `Bearer ${apiKey}` }))],
    ["in a problem's title", answer(500, JSON.stringify({ title: `Bearer ${apiKey}`, detail: "D" }))],
    ["escaped in other JSON", answer(500, JSON.stringify({ request: { authorization: apiKey } }))],
    ["in a page", answer(502, `<h1>Bad gateway</h1><pre>${apiKey}</pre>`, { "content-type": "text/html" })],
    ["URL-encoded in a page", answer(502, `<a href="?k=${encodeURIComponent(apiKey)}">again</a>`)],
    ["in base64", answer(502, Buffer.from(apiKey).toString("base64"))],
    ["in a redirect", answer(302, "", { location: `/login?key=${apiKey}` })],
    ["URL-encoded in a redirect", answer(302, "", { location: `/login?key=${encodeURIComponent(apiKey)}` })],
  ])("%s", async (_where, step) => {
    const { url } = await serve(step);
    const { message } = await connect(url, { maxRetries: 0 }).failure();
    expect(message).toContain("[API key]");
    expect(message).not.toContain("om_secret");
    expect(message).not.toContain(Buffer.from(apiKey).toString("base64"));
  });
});

describe("a page of a proxy", () => {
  it("is told in one line, cut to 4 KB", async () => {
    const { url } = await serve(
      answer(502, `<html>\r\n<body>\u001b[31m${"<p>sorry</p>\n".repeat(10_000)}</body></html>`),
    );
    const { message } = await connect(url, { maxRetries: 0 }).failure();
    expect(message).toMatch(/^OpenMeter answered 502 Bad Gateway: <html> <body>\\u001b\[31m<p>sorry<\/p> /);
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThan(4_300);
  });

  it("that redirects far away is told briefly", async () => {
    const { url } = await serve(answer(302, "", { location: `/${"x".repeat(10_000)}` }));
    expect((await connect(url).failure()).message.length).toBeLessThan(4_500);
  });
});

describe("what the server puts into a redirect", () => {
  it("cannot repaint the terminal", async () => {
    const bytes = Buffer.from("HTTP/1.1 302 Found\r\nlocation: /\u009b31m\r\ncontent-length: 0\r\n\r\n", "latin1");
    const server = closedLater(await serveBytes(bytes));
    expect((await connect(server.url).failure()).message).not.toMatch(/\p{Cc}/u);
  });
});

describe("an API key in the server's address", () => {
  it("stays out of the message that nobody answers there", async () => {
    const url = `${await deadAddress()}/${encodeURIComponent(apiKey)}`;
    const { message } = await connect(url, { maxRetries: 0 }).failure();
    expect(message).toContain("/[API key]: connect ECONNREFUSED");
  });
});

describe("a certificate that is not trusted", () => {
  it("is told at once, with the remedy, before the API key is sent", async () => {
    const server = closedLater(await serveUntrusted());
    const { failure, clock } = connect(server.url);
    const error = await failure();
    expect(error.kind).toBe("unavailable");
    expect(error.message).toMatch(
      /its TLS certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT: .*NODE_EXTRA_CA_CERTS/,
    );
    expect(clock.sleeps).toEqual([]);
    expect(server.received()).toBe(0);
  });
});

describe("an answer that is too large", () => {
  it.each([true, false])("is given up without a second try, with a length announced: %s", async (announced) => {
    const body = "x".repeat(5_000);
    const { url, received } = await serve(answer(200, body, announced ? {} : { "transfer-encoding": "chunked" }));
    expect((await (await connect(url).send({}, { maxBodyBytes: 5_000 })).text()).length).toBe(5_000);
    const error = await connect(url).failure({}, { maxBodyBytes: 4_999 });
    expect(error).toMatchObject({ kind: "oversized", message: "the answer is larger than 5 KB" });
    expect(received).toHaveLength(2);
  });
});

describe("a compressed answer that grows", () => {
  it("is given up when its text is too large", async () => {
    const bomb = gzipSync("x".repeat(1_000_000));
    const { url, received } = await serve((response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    });
    const error = await connect(url).failure({}, { maxBodyBytes: 100_000 });
    expect(error).toMatchObject({ kind: "oversized", message: "the answer is larger than 98 KB" });
    expect(received).toHaveLength(1);
  });
});

describe("a request that the caller can divide", () => {
  it.each([500, 502, 504])("is not repeated after status %d", async (status) => {
    const { url, received } = await serve(answer(status), answer(200));
    expect(await connect(url).failure({}, { divisible: true })).toMatchObject({ kind: "unavailable", status });
    expect(received).toHaveLength(1);
  });

  it("is not repeated after a timeout, which the error tells", async () => {
    const { url } = await serve(silence);
    const { failure, clock } = connect(url, {}, new FakeClock(0, 0.5, true));
    expect(await failure({}, { divisible: true })).toMatchObject({ kind: "unavailable", timedOut: true });
    expect(clock.timeouts).toHaveLength(1);
  });

  it.each([408, 425, 429, 503])("is repeated after status %d all the same", async (status) => {
    const { url, received } = await serve(answer(status), answer(200));
    await connect(url).send({}, { divisible: true });
    expect(received).toHaveLength(2);
  });
});

describe("a server that asks for patience (429)", () => {
  it("gets it from all requests of the connection", async () => {
    const { url, received } = await serve(answer(429, "", { "retry-after": "20" }), answer(200));
    const clock = new HeldClock();
    const { send } = connect(url, {}, clock);
    const first = send();
    await clock.asleep(1);
    const second = send();
    await clock.asleep(2);
    expect(received).toHaveLength(1);
    expect(clock.sleeps).toEqual([20_000, 20_000]);
    clock.wake(20_000);
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
    expect(received).toHaveLength(3);
  });

  it("is asked more often than maxRetries, until the deadline", async () => {
    const { url, received } = await serve(answer(429, "", { "retry-after": "10" }));
    const error = await connect(url, { maxRetries: 1 }).failure();
    expect(error.message).toMatch(/^OpenMeter answered 429 Too Many Requests \(13 tries in 120 s\)$/);
    expect(received).toHaveLength(13);
  });
});
