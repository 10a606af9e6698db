import fc from "fast-check";
import type { Fault, FaultMatch } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Configuration } from "../../../../provider/src/openmeter/configuration";
import { write } from "../asked";
import { always, keys, problem, started, writes } from "./started";

type Match = NonNullable<FaultMatch["items"]>;

const numberOf = (key: string) => Number(key.slice(1));

/** An account whose server answers some upserts so; nothing is tried twice. */
function failing(fault: Fault, items: Match, settings: Partial<Configuration> = {}) {
  const connected = started({ maxRetries: 0, ...settings });
  const onStrike = fault.kind === "hang" ? { onStrike: connected.clock.strikeTimeouts } : {};
  connected.emulator.faults.add({ ...fault, ...onStrike, match: { ...fault.match, items }, times: always });
  /** How many subjects each request had, in order. */
  const sizes = () =>
    connected.emulator.requests.list().map(({ body }) => (Array.isArray(body) ? body.length : Number.NaN));
  return { ...connected, sizes };
}

const timeout: Fault = { kind: "hang" };
const tooLarge = problem(413, "request entity too large");
const broken = problem(500, "");

describe("a request with bad subjects", () => {
  it.each([
    ["refuses it whole", { stripeCustomerId: "none" }, 400],
    ["stores what comes before the bad one", { displayName: "\0" }, 500],
  ])(
    "is narrowed until each is known and all others are stored, on a server that %s",
    async (_how, badChanges, status) => {
      const cases = fc.tuple(fc.integer({ min: 1, max: 1_300 }), fc.uniqueArray(fc.nat(1_299), { maxLength: 4 }));
      await fc.assert(
        fc.asyncProperty(cases, async ([count, indexes]) => {
          const { subjects, emulator } = started({ maxRetries: 0 });
          const bad = new Set(indexes.filter((index) => index < count).map((index) => `k${index}`));
          const items = writes(count).map((one) => (bad.has(one.key) ? { ...one, changes: badChanges } : one));
          const { stored, refused, stoppedBy } = await write(subjects, items);
          const good = keys(count).filter((key) => !bad.has(key));
          expect(stoppedBy).toBeUndefined();
          expect(refused.map(({ key }) => key).sort()).toEqual([...bad].sort());
          expect(refused.every(({ error }) => error.status === status)).toBe(true);
          expect([...stored.keys()].sort()).toEqual([...good].sort());
          expect(
            emulator.subjects
              .list()
              .map(({ key }) => key)
              .sort(),
          ).toEqual([...good].sort());
        }),
        { numRuns: 15 },
      );
    },
  );

  it("costs some requests for each of three bad ones among 5,000", async () => {
    const bad = ["k17", "k2500", "k4999"];
    const { subjects, sizes } = failing(problem(400, "bad"), (all) => all.some((key) => bad.includes(key)));
    const { stored, refused } = await write(subjects, writes(5_000));
    expect(refused.map(({ key }) => key).sort()).toEqual([...bad].sort());
    expect(stored.size).toBe(4_997);
    // 10 chunks, and each bad one halves its own 9 times, which makes two of each.
    expect(sizes().length).toBeLessThanOrEqual(10 + 3 * 18);
  });

  it("says nothing of how large the others may be", async () => {
    const { subjects, sizes } = failing(problem(400, "bad"), (all) => all.some((key) => numberOf(key) % 500 === 0));
    const { refused } = await write(subjects, writes(10_000));
    expect(refused).toHaveLength(20);
    expect(sizes().filter((size) => size === 500)).toHaveLength(20);
  });
});

describe("requests that are too much for the server", () => {
  it.each<[string, Fault]>([
    ["a timeout", timeout],
    ["413", tooLarge],
    ["504", problem(504, "")],
  ])("are divided after %s, and so are those that follow", async (_what, fault) => {
    const { subjects, sizes } = failing(fault, ({ length }) => length > 100);
    const { stored, refused, stoppedBy } = await write(subjects, writes(10_000));
    expect({ refused, stoppedBy }).toEqual({ refused: [], stoppedBy: undefined });
    expect(stored.size).toBe(10_000);
    // Four were on their way before the first answer; each is 500, 2 of 250, 4 of 125 until its parts are small enough.
    expect(sizes().filter((size) => size > 100).length).toBeLessThanOrEqual(4 * 7);
    expect(sizes().filter((size) => size === 500).length).toBeLessThanOrEqual(4);
    // Whatever follows is as large as what the server took.
    expect(sizes().length).toBeLessThan(4 * 21 + 10_000 / 31);
  });

  it("are divided as well when the server comes to that later", async () => {
    const { subjects, sizes } = failing(
      { ...timeout },
      (all) => all.length > 100 && all.every((key) => numberOf(key) >= 2_000),
    );
    expect((await write(subjects, writes(20_000))).stored.size).toBe(20_000);
    expect(sizes().filter((size) => size === 500).length).toBeLessThanOrEqual(4 + 4);
  });

  it("become half as large, not smaller for each that was on its way, and those that follow are stored", async () => {
    const { subjects, emulator, sizes } = failing(tooLarge, ({ length }) => length > 250, { maxConcurrency: 2 });
    emulator.faults.add({
      ...problem(400, "bad"),
      match: { items: ([first = ""]) => numberOf(first) < 1_000 },
      times: always,
    });
    const { refused, stored } = await write(subjects, writes(2_000));
    expect([refused.length, stored.size]).toEqual([1_000, 1_000]);
    expect(sizes().filter((size) => size === 500)).toHaveLength(2);
    expect(sizes().filter((size) => size === 250)).toHaveLength(2 * 2 + 4);
  });

  it("end the work after nine of them when even single subjects take too long, none tried again", async () => {
    const { subjects, sizes } = failing(timeout, () => true, { maxRetries: 6 });
    const { stored, refused, stoppedBy } = await write(subjects, writes(500));
    expect(stoppedBy).toMatchObject({ timedOut: true });
    expect({ stored: stored.size, refused }).toEqual({ stored: 0, refused: [] });
    expect(sizes()).toEqual([500, 125, 32, 8, 2, 1, 1, 2, 1]);
  });

  it("end the work when even single subjects fail one after the other, each tried again", async () => {
    const { subjects, sizes } = failing(broken, () => true, { maxRetries: 2 });
    const { stored, refused, stoppedBy } = await write(subjects, writes(5_000));
    expect(stoppedBy).toMatchObject({ status: 500 });
    expect([stored.size, refused]).toEqual([0, []]);
    expect(sizes().filter((size) => size > 1).length).toBeLessThan(60);
    expect(sizes().filter((size) => size === 1).length % 3).toBe(0);
  });
});

describe("subjects that the server fails over", () => {
  it.each([
    [4, false],
    [5, true],
  ])("one after the other, %d of them, mean that the server is down: %s", async (count, isDown) => {
    const { subjects } = failing(broken, () => true);
    const { stored, refused, stoppedBy } = await write(subjects, writes(count));
    expect(stored.size).toBe(0);
    expect(refused).toHaveLength(isDown ? 0 : count);
    expect(stoppedBy !== undefined).toBe(isDown);
  });

  it("here and there are each refused, however many they are, and the other requests stay as large as they were", async () => {
    const bad = keys(8).map((_key, index) => `k${index * 1_000 + 250}`);
    const { subjects, sizes } = failing(broken, (all) => all.some((key) => bad.includes(key)));
    const { stored, refused, stoppedBy } = await write(subjects, writes(8_000));
    expect(refused.map(({ key }) => key).sort()).toEqual(bad.sort());
    expect([stored.size, stoppedBy]).toEqual([8_000 - 8, undefined]);
    expect(sizes().filter((size) => size === 500)).toHaveLength(16);
  });

  it.each<[string, Fault]>([
    ["500", broken],
    ["a timeout", timeout],
    ["413", tooLarge],
  ])(
    "as one with %s, while all others wait, are refused alone and leave the rest as large as it was",
    async (_what, fault) => {
      const { subjects, emulator, sizes } = failing(fault, (all) => all.includes("k42"));
      emulator.faults.add({
        kind: "call",
        match: { items: ([first]) => first === "k500" || first === "k1000" || first === "k1500" },
        times: 3,
        before: async () => {
          while (sizes().length < 40) {
            await new Promise((resolve) => setImmediate(resolve));
          }
        },
      });
      const { stored, refused, stoppedBy } = await write(subjects, writes(20_000));
      expect([refused.map(({ key }) => key), stored.size, stoppedBy]).toEqual([["k42"], 19_999, undefined]);
      expect(sizes().filter((size) => size === 500)).toHaveLength(40);
      expect(sizes().length).toBeLessThan(150);
    },
  );
});

describe("a failure that all others would meet too", () => {
  it.each<[string, Fault, object]>([
    ["401", problem(401, "unauthorized"), { kind: "refused", status: 401 }],
    ["403", problem(403, "forbidden"), { kind: "refused", status: 403 }],
    ["a refused connection", { kind: "resetBefore" }, { kind: "unavailable" }],
    ["503", problem(503, ""), { kind: "unavailable", status: 503 }],
    ["patience asked for to the end", problem(429, ""), { kind: "unavailable", status: 429 }],
    ["a proxy's page", { kind: "html" }, { kind: "unintelligible" }],
  ])("such as %s stops at once: nothing more is sent, nothing is called refused", async (_what, fault, error) => {
    const { subjects, emulator, sizes } = failing({ ...fault, skip: 4 }, () => true);
    const told: number[] = [];
    const outcome = await write(subjects, writes(10_000), { progress: (done) => told.push(done) });
    expect(outcome.stoppedBy).toMatchObject(error);
    expect(outcome.refused).toEqual([]);
    expect([...outcome.stored.keys()].sort()).toEqual(
      emulator.subjects
        .list()
        .map(({ key }) => key)
        .sort(),
    );
    expect(outcome.stored.size).toBe(2_000);
    // Four were on their way when the first of them failed.
    expect(sizes().length).toBeLessThanOrEqual(8);
    expect(told.at(-1)).toBe(2_000);
  });
});
