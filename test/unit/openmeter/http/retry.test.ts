import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import {
  type Attempt,
  isFromServer,
  isTransient,
  isWaitedOut,
  nextDelay,
  parseRetryAfter,
  type RetryContext,
  type RetryPolicy,
} from "../../../../provider/src/openmeter/http/retry";

const now = Date.UTC(2026, 0, 15, 12, 0, 0);
const policy: RetryPolicy = {
  maxRetries: 6,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  maxAwayDelayMs: 5_000,
  deadlineMs: 120_000,
};
const context: RetryContext = { retriesSoFar: 0, elapsedMs: 0, hasAnswered: false, now, random: 0.5 };

function answer(status: number, retryAfter: string | null = null): Attempt {
  return { kind: "answer", status, retryAfter };
}
const disconnected: Attempt = { kind: "disconnected" };
const timeout: Attempt = { kind: "timeout" };

describe("a try is repeated", () => {
  it.each([408, 425, 429, 500, 501, 502, 503, 504, 520, 599])("after status %d", (status) => {
    expect(isTransient(answer(status))).toBe(true);
    expect(nextDelay(answer(status), policy, context)).toBe(250);
  });

  it.each([disconnected, timeout])("after no answer at all: %j", (attempt) => {
    expect(isTransient(attempt)).toBe(true);
    expect(nextDelay(attempt, policy, context)).toBe(250);
  });

  it.each([200, 204, 301, 304, 307, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 424, 426, 428, 431, 451, 499])(
    "not after status %d, even when it says Retry-After",
    (status) => {
      expect(isTransient(answer(status))).toBe(false);
      expect(nextDelay(answer(status, "1"), policy, context)).toBeUndefined();
    },
  );

  it.each<[number, number, boolean]>([
    [6, 0, true],
    [6, 5, true],
    [6, 6, false],
    [6, 7, false],
    [1, 0, true],
    [1, 1, false],
    [0, 0, false],
  ])("with maxRetries %d and %d retries so far: %s", (maxRetries, retriesSoFar, repeated) => {
    const delay = nextDelay(disconnected, { ...policy, maxRetries }, { ...context, retriesSoFar });
    expect(delay !== undefined).toBe(repeated);
  });
});

describe("a server that asks for patience (429)", () => {
  it.each<[number, number, number, boolean]>([
    [429, 6, 6, true],
    [429, 6, 100, true],
    [429, 1, 1, true],
    [429, 0, 0, false],
    [503, 6, 6, false],
  ])(
    "with status %d, maxRetries %d and %d retries so far is asked again: %s",
    (status, maxRetries, retriesSoFar, again) => {
      const delay = nextDelay(answer(status, "1"), { ...policy, maxRetries }, { ...context, retriesSoFar });
      expect(delay).toBe(again ? 1_000 : undefined);
    },
  );

  it("is given up at the deadline", () => {
    expect(nextDelay(answer(429, "1"), policy, { ...context, elapsedMs: 119_001 })).toBeUndefined();
  });
});

describe("a server that is away", () => {
  it.each<[string, Attempt, boolean, number, number, boolean]>([
    ["refuses connections", disconnected, true, 6, 100, true],
    ["answers 503", answer(503), true, 6, 100, true],
    ["answers 503 and few retries are wanted", answer(503), true, 1, 1, true],
    ["answers 503 and no retry is wanted", answer(503), true, 0, 0, false],
    ["has never answered", disconnected, false, 6, 6, false],
    ["has answered nothing but 503", answer(503), false, 6, 6, false],
    ["takes too long", timeout, true, 6, 6, false],
    ["fails", answer(500), true, 6, 6, false],
    ["is not reached by its gateway", answer(502), true, 6, 6, false],
  ])(
    "that %s (%j, answered before: %s), with maxRetries %d and %d retries so far, is tried again: %s",
    (_how, attempt, hasAnswered, maxRetries, retriesSoFar, again) => {
      const delay = nextDelay(attempt, { ...policy, maxRetries }, { ...context, hasAnswered, retriesSoFar });
      expect(delay !== undefined).toBe(again);
    },
  );

  it("is tried every five seconds at least, until the deadline", () => {
    const away = { ...context, hasAnswered: true, retriesSoFar: 50, random: 0.99 };
    expect(nextDelay(disconnected, policy, away)).toBe(4_950);
    expect(nextDelay(disconnected, policy, { ...away, elapsedMs: 115_050 })).toBe(4_950);
    expect(nextDelay(disconnected, policy, { ...away, elapsedMs: 115_051 })).toBeUndefined();
  });

  it.each([
    [answer(200), true],
    [answer(404), true],
    [answer(429), true],
    [answer(500), true],
    [answer(407), false],
    [answer(502), false],
    [answer(503), false],
    [answer(504), false],
    [timeout, false],
    [disconnected, false],
  ])("has answered itself with %j: %s", (attempt, fromServer) => {
    expect(isFromServer(attempt)).toBe(fromServer);
  });
});

describe("the wait before the next try", () => {
  it.each<[number, number]>([
    [0, 500],
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [6, 30_000],
    [19, 30_000],
  ])("after %d retries is at most %d ms", (retriesSoFar, bound) => {
    const generous = { ...policy, maxRetries: 20 };
    expect(nextDelay(disconnected, generous, { ...context, retriesSoFar, random: 0 })).toBe(0);
    expect(nextDelay(disconnected, generous, { ...context, retriesSoFar, random: 0.5 })).toBe(bound / 2);
    expect(nextDelay(disconnected, generous, { ...context, retriesSoFar, random: 0.999 })).toBeLessThan(bound);
  });

  it("is spread over all of its range, in proportion to the dice", () => {
    const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(20), dice, (retriesSoFar, random) => {
        const delay = nextDelay(disconnected, { ...policy, maxRetries: 21 }, { ...context, retriesSoFar, random });
        expect(delay).toBeCloseTo(random * Math.min(30_000, 500 * 2 ** retriesSoFar), 6);
      }),
    );
  });

  it.each<[string, string, number]>([
    ["seconds", "7", 7_000],
    ["seconds with blanks", "  7 ", 7_000],
    ["seconds above the cap", "31", 30_000],
    ["absurdly many seconds", "9".repeat(400), 30_000],
    ["a date in the future", "Thu, 15 Jan 2026 12:00:09 GMT", 9_000],
    ["a date after the cap", "Fri, 15 Jan 2027 12:00:00 GMT", 30_000],
    ["a date of the old form RFC 850", "Thursday, 15-Jan-26 12:00:09 GMT", 9_000],
  ])("is what Retry-After asks for, up to the cap: %s", (_what, header, delay) => {
    expect(nextDelay(answer(429, header), policy, context)).toBe(delay);
    expect(nextDelay(answer(503, header), policy, { ...context, retriesSoFar: 3, random: 0 })).toBe(delay);
  });

  it("is in UTC where Retry-After names no zone, whatever the zone of this machine is", () => {
    vi.stubEnv("TZ", "America/New_York");
    try {
      expect(parseRetryAfter("Thu Jan 15 12:00:09 2026", now)).toBe(9_000);
      expect(parseRetryAfter("Thu, 15 Jan 2026 12:00:09 GMT", now)).toBe(9_000);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it.each([
    "0",
    "Thu, 15 Jan 2026 11:59:00 GMT",
    "-5",
    "1.5",
    "1e3",
    "0x10",
    "",
    "soon",
    "+3",
    "7 s",
    "2026-01-15T12:00:09Z",
    "15 Jan 2026 12:00:09 GMT",
    "on Thu, 15 Jan 2026 12:00:09 GMT",
    "Thursday",
  ])("is the usual backoff when Retry-After asks for none, as with %j", (header) => {
    expect(nextDelay(answer(429, header), policy, context)).toBe(250);
  });

  it("never passes the deadline", () => {
    const ask = (elapsedMs: number) => nextDelay(answer(429, "10"), policy, { ...context, elapsedMs });
    expect(ask(109_999)).toBe(10_000);
    expect(ask(110_000)).toBe(10_000);
    expect(ask(110_001)).toBeUndefined();
    expect(ask(500_000)).toBeUndefined();
  });

  it("stays within its bounds, whatever happens", () => {
    const attempts = fc.oneof(
      fc.constantFrom(disconnected, timeout),
      fc.record({
        kind: fc.constant("answer" as const),
        status: fc.integer({ min: 200, max: 599 }),
        retryAfter: fc.option(
          fc.oneof(
            fc.string(),
            fc.nat().map(String),
            fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
          ),
        ),
      }),
    );
    const contexts = fc.record({
      retriesSoFar: fc.nat(25),
      hasAnswered: fc.boolean(),
      elapsedMs: fc.nat(200_000),
      now: fc.constant(now),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(attempts, contexts, (attempt, situation) => {
        const delay = nextDelay(attempt, policy, situation);
        if (delay === undefined) return;
        expect(isTransient(attempt)).toBe(true);
        if (!isWaitedOut(attempt, situation.hasAnswered)) {
          expect(situation.retriesSoFar).toBeLessThan(policy.maxRetries);
        }
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(policy.maxDelayMs);
        expect(situation.elapsedMs + delay).toBeLessThanOrEqual(policy.deadlineMs);
      }),
    );
  });
});

describe("parseRetryAfter", () => {
  it("has nothing to say without the header", () => {
    expect(parseRetryAfter(null, now)).toBeUndefined();
  });

  it("reads back any date that HTTP writes, to the second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (second) => {
        expect(parseRetryAfter(new Date(second * 1000).toUTCString(), 0)).toBe(second * 1000);
      }),
    );
  });
});
