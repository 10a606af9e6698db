import { createEmulator, type Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Configuration } from "../../../../provider/src/openmeter/configuration";
import type { OpenMeterError } from "../../../../provider/src/openmeter/errors";
import { Pause } from "../../../../provider/src/openmeter/http/pause";
import type { Send } from "../../../../provider/src/openmeter/http/send";
import { type Bounds, createTransport } from "../../../../provider/src/openmeter/http/transport";
import { UnderwayRequests } from "../../../../provider/src/openmeter/http/underway";
import { Redactor } from "../../../../provider/src/openmeter/redact/redactor";
import { configuration, FakeClock, sendTo } from "../../connection";

/** An API key that JSON and URLs spell in other ways. */
const apiKey = 'om_secret_"k/0123';
const always = Number.POSITIVE_INFINITY;

/** A transport to an emulator with these faults. */
function connect(faults: readonly Fault[] = [], settings: Partial<Configuration> = {}, watch?: (send: Send) => Send) {
  const emulator = createEmulator();
  const clock = new FakeClock();
  const lines: string[] = [];
  emulator.faults.add(
    ...faults.map((fault) => (fault.kind === "hang" ? { ...fault, onStrike: clock.strikeTimeouts } : fault)),
  );
  const all = { ...configuration, apiKey, ...settings };
  const send = sendTo(emulator);
  const transport = createTransport({
    configuration: all,
    clock,
    redactor: new Redactor(apiKey),
    pause: new Pause(clock),
    underway: new UnderwayRequests(clock, () => all.baseUrl),
    send: watch?.(send) ?? send,
    debug: (line) => lines.push(line),
  });
  const ask = (init: RequestInit = {}, bounds?: Bounds): Promise<Response> =>
    transport(
      new Request(`${all.baseUrl}/api/v1/subjects`, {
        ...init,
        headers: { authorization: `Bearer ${apiKey}`, ...init.headers },
      }),
      bounds,
    );
  /** The error of a request that fails. */
  const failure = (bounds?: Bounds): Promise<OpenMeterError> =>
    ask({}, bounds).then(
      () => Promise.reject(new Error("the request did not fail")),
      (error: OpenMeterError) => error,
    );
  return { ask, failure, clock, emulator, lines, tries: () => emulator.requests.list().length };
}

function status(code: number, more: Omit<Extract<Fault, { kind: "status" }>, "kind" | "status"> = {}): Fault {
  return { kind: "status", status: code, body: "", ...more };
}

describe("an answer", () => {
  it("is handed out with status, type and exact text", async () => {
    const body = '{"name":"ünï 😀","big":1e2}\n';
    const { ask } = connect([status(200, { body, contentType: "application/json; charset=utf-8" })]);
    const response = await ask();
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect([response.status, await response.text()]).toEqual([200, body]);
  });

  it("keeps no headers about the transfer, which is over", async () => {
    const { ask } = connect([{ kind: "gzip" }]);
    const response = await ask();
    expect([...response.headers.keys()]).toEqual(["content-type"]);
    expect(await response.json()).toEqual([]);
  });

  it.each([204, 304])("may be without a body, as with status %d", async (code) => {
    const response = await connect([status(code)]).ask();
    expect([response.status, await response.text()]).toEqual([code, ""]);
  });

  it("that is too large is given up without a second try", async () => {
    const { ask, failure, tries } = connect([{ kind: "huge", bytes: 5_000, times: always }]);
    expect(await (await ask({}, { maxBodyBytes: 5_000 })).text()).toHaveLength(5_000);
    expect(await failure({ maxBodyBytes: 4_999 })).toMatchObject({ kind: "oversized" });
    expect(tries()).toBe(2);
  });
});

describe("a request", () => {
  it("arrives with method, headers and body, again in each try", async () => {
    const { ask, emulator } = connect([status(503), { kind: "resetBefore" }]);
    await ask({ method: "POST", body: '[{"key":"k"}]', headers: { "content-type": "application/json" } });
    const one = {
      method: "POST",
      path: "/api/v1/subjects",
      body: [{ key: "k" }],
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    };
    expect(emulator.requests.list()).toMatchObject([one, one, one]);
  });

  it("has a timeout of its own in each try", async () => {
    const { ask, clock } = connect([status(503)], { requestTimeoutMs: 1_234 });
    await ask();
    expect(clock.timeouts).toEqual([1_234, 1_234]);
  });

  it("has no more time than what is left until the deadline, and at least five seconds", async () => {
    const { failure, clock } = connect([
      status(503, { retryAfter: "28" }),
      status(503, { retryAfter: "30", times: always }),
    ]);
    await failure();
    expect(clock.timeouts).toEqual([30_000, 30_000, 30_000, 30_000, 5_000]);
  });
});

describe("each try of a request", () => {
  it("is told in a debug line, whatever became of it", async () => {
    const { ask, lines } = connect([status(503), { kind: "resetBefore" }, { kind: "hang" }]);
    await ask();
    expect(lines).toEqual([
      "openmeter: GET /api/v1/subjects: 503 in 0 ms, try 1",
      expect.stringMatching(/^openmeter: GET \/api\/v1\/subjects: no answer in 0 ms, try 2: .*ECONNRESET/),
      expect.stringMatching(/^openmeter: GET \/api\/v1\/subjects: no answer in 0 ms, try 3: .*30 s/),
      "openmeter: GET /api/v1/subjects: 200 in 0 ms, try 4",
    ]);
  });

  it("is told with the time that it took itself, without the waiting before it", async () => {
    const { ask, lines, clock } = connect([status(429, { retryAfter: "7" })], {}, (send) => async (request, signal) => {
      await clock.sleep(50);
      return send(request, signal);
    });
    await ask();
    expect(lines).toEqual([
      "openmeter: GET /api/v1/subjects: 429 in 50 ms, try 1",
      "openmeter: GET /api/v1/subjects: 200 in 50 ms, try 2",
    ]);
  });
});

describe("a transient failure", () => {
  it.each<Fault>([
    ...[408, 425, 429, 500, 502, 503, 504].map((code) => status(code, { times: 2 })),
    { kind: "resetBefore", times: 2 },
    { kind: "resetAfter", times: 2 },
    { kind: "truncate", times: 2 },
    { kind: "hang", times: 2 },
  ])("is retried until there is an answer: %j", async (fault) => {
    const { ask, clock, tries } = connect([fault]);
    expect(await (await ask()).json()).toEqual([]);
    expect(tries()).toBe(3);
    expect(clock.sleeps).toEqual([250, 500]);
  });

  it("waits as long as Retry-After asks", async () => {
    const { ask, clock } = connect([
      status(429, { retryAfter: "7" }),
      status(503, { retryAfter: "Thu, 15 Jan 2026 12:00:10 GMT" }),
    ]);
    await ask();
    expect(clock.sleeps).toEqual([7_000, 3_000]);
  });

  it.each([0, 1, 3])("is retried %d times where so many are allowed", async (maxRetries) => {
    const { failure, tries } = connect([status(500, { times: always })], { maxRetries });
    expect(await failure()).toMatchObject({ kind: "unavailable", status: 500 });
    expect(tries()).toBe(maxRetries + 1);
  });

  it("is told in the end, with the last answer, the tries and the time", async () => {
    const busy = status(503, { body: { title: "Busy", detail: "come back" }, retryAfter: "9", times: always });
    const { failure } = connect([status(502), busy], { maxRetries: 2 });
    expect(await failure()).toMatchObject({
      message: "http://openmeter.test answered 503 Busy: come back (3 tries in 9 s)",
      said: "http://openmeter.test answered 503 Busy: come back",
    });
  });

  it("is told without a count of tries when there was one", async () => {
    const { failure } = connect([status(503)], { maxRetries: 0 });
    expect((await failure()).message).toBe("http://openmeter.test answered 503 Service Unavailable");
  });

  it.each([
    [30_000, 5, 120],
    [90_000, 7, 180],
  ])(
    "with a timeout of %d ms is given up after %d tries, at the deadline of %d s, before the retries are used up",
    async (requestTimeoutMs, count, seconds) => {
      const { failure } = connect([status(503, { retryAfter: "30", times: always })], {
        maxRetries: 20,
        requestTimeoutMs,
      });
      expect((await failure()).message).toContain(`(${count} tries in ${seconds} s)`);
    },
  );

  it("by a timeout names the setting", async () => {
    const { failure } = connect([{ kind: "hang", times: always }], { maxRetries: 1, requestTimeoutMs: 5_000 });
    const error = await failure();
    expect(error).toMatchObject({ kind: "unavailable", timedOut: true, status: undefined });
    expect(error.message).toBe(
      "no answer from http://openmeter.test within 5 s (openmeter:requestTimeout) (2 tries in 0 s)",
    );
  });
});

describe("a refusal", () => {
  it.each([400, 401, 403, 404, 405, 409, 410, 413, 422, 451])(
    "with status %d is handed out at once, once",
    async (code) => {
      const { ask, clock, tries } = connect([status(code, { body: "why", retryAfter: "1" })]);
      const response = await ask();
      expect([response.status, await response.text()]).toEqual([code, "why"]);
      expect([tries(), clock.sleeps]).toEqual([1, []]);
    },
  );
});

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])(
    "with status %d is not followed, so its target never sees the API key",
    async (code) => {
      const location = "http://other.test/api/v1/subjects";
      const { failure, tries } = connect([{ kind: "redirect", location, status: code }]);
      const error = await failure();
      expect(error).toMatchObject({ kind: "unintelligible", status: code, effect: "nothing" });
      expect(error.message).toBe(
        `http://openmeter.test redirects to ${location}, which is not followed. If that is your server, set openmeter:baseUrl to it`,
      );
      expect(tries()).toBe(1);
    },
  );

  it.each([`/${"x".repeat(10_000)}`, "/\u009b31m"])("is told briefly, and harmless to a terminal", async (location) => {
    const { message } = await connect([{ kind: "redirect", location }]).failure();
    expect(message.length).toBeLessThan(4_500);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});

describe("a message", () => {
  it.each<[string, Fault]>([
    ["in a problem", { kind: "status", status: 500, echoRequest: true }],
    ["in a page", status(502, { body: `<h1>Bad gateway ${apiKey}</h1>`, contentType: "text/html" })],
    ["in a redirect", { kind: "redirect", location: `/login?key=${encodeURIComponent(apiKey)}` }],
  ])("holds no API key that the server echoes %s", async (_where, fault) => {
    const { message } = await connect([fault], { maxRetries: 0 }).failure();
    expect(message).toContain("[API key]");
    expect(message).not.toContain("om_secret");
  });

  it("holds no API key that stands in the server's address", async () => {
    const baseUrl = `http://openmeter.test/${encodeURIComponent(apiKey)}`;
    const { message } = await connect([{ kind: "resetBefore" }], { baseUrl, maxRetries: 0 }).failure();
    expect(message).toBe("no answer from http://openmeter.test/[API key]: read ECONNRESET");
  });
});

describe("a request that the caller can replace by smaller ones", () => {
  const failFast = true;

  it.each<Fault>([status(500), status(502), status(504), { kind: "hang" }])(
    "is not repeated after %j",
    async (fault) => {
      const { failure, tries } = connect([fault]);
      expect(await failure({ failFast })).toMatchObject({ kind: "unavailable", timedOut: fault.kind === "hang" });
      expect(tries()).toBe(1);
    },
  );

  it.each<Fault>([...[408, 425, 429, 503].map((code) => status(code)), { kind: "resetBefore" }])(
    "is repeated all the same after %j",
    async (fault) => {
      const { ask, tries } = connect([fault]);
      await ask({}, { failFast });
      expect(tries()).toBe(2);
    },
  );
});

describe("a server that asks for patience (429)", () => {
  it("gets it from all requests of the connection", async () => {
    const arrivals: number[] = [];
    const { ask, clock } = connect([status(429, { retryAfter: "20" })], {}, (send) => (request, signal) => {
      arrivals.push(clock.now() - start);
      return send(request, signal);
    });
    const start = clock.now();
    const first = ask();
    await expect.poll(() => clock.sleeps).toEqual([20_000]);
    expect((await Promise.all([first, ask(), ask()])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(arrivals).toEqual([0, 20_000, 20_000, 20_000]);
  });

  it("is asked more often than maxRetries, until the deadline", async () => {
    const { failure, tries } = connect([status(429, { retryAfter: "10", times: always })], { maxRetries: 1 });
    expect((await failure()).message).toMatch(
      /^http:\/\/openmeter\.test answered 429 Too Many Requests \(13 tries in 120 s\)$/,
    );
    expect(tries()).toBe(13);
  });

  it("leaves the retries for other failures untouched", async () => {
    const { ask } = connect([status(429, { retryAfter: "1", times: 8 }), status(500, { times: 6 })]);
    expect((await ask()).status).toBe(200);
  });
});

describe("a server that is away for a while", () => {
  /** Away from the first second to the given one. */
  function outage(
    fault: (onceMore: Fault["match"]) => Fault,
    seconds: number,
    answeredBefore: boolean,
    maxRetries = 1,
  ) {
    const connection = connect([], { maxRetries });
    const { clock, emulator } = connection;
    const start = clock.now();
    const isAway = () => clock.now() < start + seconds * 1_000;
    const begin = async () => {
      if (answeredBefore) {
        await connection.ask();
      }
      emulator.faults.add({ ...fault({ items: isAway }), times: always });
    };
    const write = () => connection.ask({ method: "POST", body: "[]", headers: { "content-type": "application/json" } });
    return { ...connection, begin, write };
  }

  it.each<[string, (match: Fault["match"]) => Fault]>([
    ["a refused connection", (match) => ({ kind: "resetBefore", ...(match !== undefined && { match }) })],
    ["503", (match) => status(503, match === undefined ? {} : { match })],
  ])("and has answered before is waited for up to the deadline: %s", async (_how, fault) => {
    for (const seconds of [8, 110]) {
      const { begin, write } = outage(fault, seconds, true);
      await begin();
      const all = await Promise.all(Array.from({ length: 16 }, write));
      expect(all.map(({ status }) => status)).toEqual(Array(16).fill(200));
    }
  });

  it.each<[string, boolean, number, number]>([
    ["has never answered: the address may be wrong", false, 1, 2],
    ["has answered, but no retry is wanted", true, 0, 1],
  ])("is given up after the usual tries when it %s", async (_why, answeredBefore, maxRetries, count) => {
    const { begin, write, emulator } = outage(
      (match) => ({ kind: "resetBefore", ...(match !== undefined && { match }) }),
      60,
      answeredBefore,
      maxRetries,
    );
    await begin();
    await expect(write()).rejects.toMatchObject({ kind: "unavailable" });
    expect(emulator.requests.count(/^POST/)).toBe(count);
  });
});

describe("the requests of one connection", () => {
  it.each([1, 3])("are under way %d at once, in the order in which they were made", async (maxConcurrency) => {
    let atOnce = 0;
    let most = 0;
    const order: string[] = [];
    const { ask } = connect([], { maxConcurrency }, (send) => async (request, signal) => {
      order.push(request.headers["x-number"] ?? "");
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      const answer = await send(request, signal);
      atOnce -= 1;
      return answer;
    });
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask({ headers: { "x-number": String(index) } })));
    expect(most).toBe(maxConcurrency);
    expect(order).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });

  it("leave their place to others while they wait for the next try, and when they fail", async () => {
    const { ask, failure, emulator } = connect([{ kind: "redirect", location: "/x" }, status(500)], {
      maxConcurrency: 1,
    });
    await failure();
    const [first, second] = [ask({ headers: { "x-number": "1" } }), ask({ headers: { "x-number": "2" } })];
    await Promise.all([first, second]);
    expect(emulator.requests.list().map(({ headers }) => headers["x-number"])).toEqual([undefined, "1", "2", "1"]);
  });
});
