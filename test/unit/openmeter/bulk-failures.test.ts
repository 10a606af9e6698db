import { describe, expect, it } from "vitest";
import { BulkServer, connectionRefused, serverFailure, subjects, timeout, writeAll } from "./bulk-server";
import { problem, text } from "./fake-transport";

describe("requests that are too much for the server", () => {
  it.each<[string, () => Response]>([
    ["a timeout", timeout],
    ["413", () => problem(413, "request entity too large")],
    ["504", () => serverFailure(504)],
  ])("are halved after %s, and so are those that follow", async (_what, answer) => {
    const server = new BulkServer({ chunk: (keys) => (keys.length > 100 ? answer() : undefined) });
    const { stored, refused, stoppedBy } = await writeAll(server.client, subjects(10_000));
    expect({ refused, stoppedBy }).toEqual({ refused: [], stoppedBy: undefined });
    expect(stored.size).toBe(10_000);
    expect(server.stored.size).toBe(10_000);
    // Four were on their way before the first answer; each is 500, 2 of 250, 4 of 125 until its parts are small enough.
    expect(server.sizes.filter((size) => size > 100).length).toBeLessThanOrEqual(4 * 7);
    expect(server.sizes.filter((size) => size === 500).length).toBeLessThanOrEqual(4);
    // Whatever follows is as large as what the server took.
    expect(server.sizes.length).toBeLessThan(4 * 21 + 10_000 / 31);
  });

  it("are not, where a subject here and there is the reason: the other requests stay as large as they were", async () => {
    const bad = ["s42", "s4942", "s9942"];
    const server = new BulkServer({
      chunk: (keys) => (keys.some((key) => bad.includes(key)) ? serverFailure(500) : undefined),
    });
    const { stored, refused } = await writeAll(server.client, subjects(20_000));
    expect(refused.map(({ key }) => key)).toEqual(bad);
    expect(stored.size).toBe(20_000 - 3);
    expect(server.sizes.filter((size) => size === 500)).toHaveLength(40);
  });

  it("end the work after nine of them when even single subjects take too long", async () => {
    const server = new BulkServer({ chunk: timeout });
    const { stored, refused, stoppedBy } = await writeAll(server.client, subjects(500));
    expect(stoppedBy).toMatchObject({ timedOut: true });
    expect({ stored: stored.size, refused }).toEqual({ stored: 0, refused: [] });
    // Each of them costs a whole timeout, so that none is tried again.
    expect(server.sizes).toEqual([500, 125, 32, 8, 2, 1, 1, 2, 1]);
    expect(server.divisible).not.toContain(false);
  });

  it("are halved as well when the server comes to that later", async () => {
    const server = new BulkServer({
      chunk: (keys, index) => (index >= 4 && keys.length > 100 ? timeout() : undefined),
    });
    const { stored } = await writeAll(server.client, subjects(20_000));
    expect(stored.size).toBe(20_000);
    expect(server.sizes.filter((size) => size === 500).length).toBeLessThanOrEqual(4 + 4);
  });

  it("end the work when even single subjects fail one after the other", async () => {
    const server = new BulkServer({ chunk: () => serverFailure(500) });
    const { stored, refused, stoppedBy } = await writeAll(server.client, subjects(5_000));
    expect(stoppedBy).toMatchObject({ status: 500 });
    expect(stored.size).toBe(0);
    expect(refused).toEqual([]);
    expect(server.sizes.length).toBeLessThan(80);
  });
});

describe("single subjects that the server fails over", () => {
  const failing = (...bad: string[]) =>
    new BulkServer({ chunk: (keys) => (keys.some((key) => bad.includes(key)) ? serverFailure(500) : undefined) });

  it.each([
    [4, false],
    [5, true],
  ])("one after the other, %d of them, mean that the server is down: %s", async (count, down) => {
    const all = subjects(count);
    const { stored, refused, stoppedBy } = await writeAll(failing(...all.map(({ key }) => key)).client, all);
    expect(stored.size).toBe(0);
    expect(refused).toHaveLength(down ? 0 : count);
    expect(stoppedBy !== undefined).toBe(down);
  });

  it("here and there are each refused, however many they are", async () => {
    const bad = Array.from({ length: 8 }, (_, index) => `s${index * 1_000 + 250}`);
    const { stored, refused, stoppedBy } = await writeAll(failing(...bad).client, subjects(8_000));
    expect(refused.map(({ key }) => key).sort()).toEqual(bad.sort());
    expect(stored.size).toBe(8_000 - 8);
    expect(stoppedBy).toBeUndefined();
  });
});

describe("one subject that the server fails over", () => {
  const failing: [string, () => Response][] = [
    ["500", () => serverFailure(500)],
    ["a timeout", timeout],
    ["413", () => problem(413, "request entity too large")],
  ];

  it.each(failing)("with %s is refused, and all others are stored", async (_what, answer) => {
    const server = new BulkServer({ chunk: (keys) => (keys.includes("s42") ? answer() : undefined) });
    const { stored, refused, stoppedBy } = await writeAll(server.client, subjects(2_000));
    expect(stoppedBy).toBeUndefined();
    expect(refused.map(({ key }) => key)).toEqual(["s42"]);
    expect(stored.size).toBe(1_999);
  });

  it.each(failing)(
    "with %s, while all others wait, leaves those that follow as large as they were",
    async (_what, answer) => {
      const server = new BulkServer({
        chunk: (keys) => (keys.includes("s42") ? answer() : undefined),
        held: (index, arrived) => index > 0 && index < 4 && arrived < 40,
      });
      const { refused } = await writeAll(server.client, subjects(20_000));
      expect(refused.map(({ key }) => key)).toEqual(["s42"]);
      expect(server.sizes.filter((size) => size === 500)).toHaveLength(40);
    },
  );

  it.each(failing)("with %s does not make thousands of others travel one by one", async (_what, answer) => {
    const server = new BulkServer({ chunk: (keys) => (keys.includes("s42") ? answer() : undefined) });
    await writeAll(server.client, subjects(5_000));
    expect(server.sizes.length).toBeLessThan(150);
  });
});

describe("one subject that somebody else deletes each time it is written", () => {
  it("is refused, and all others are stored", async () => {
    const server = new BulkServer({ deleted: (key) => key === "s42" });
    const { stored, refused, stoppedBy } = await writeAll(server.client, subjects(2_000));
    expect(stoppedBy).toBeUndefined();
    expect(refused).toMatchObject([{ key: "s42", error: { kind: "contested" } }]);
    expect(stored.size).toBe(1_999);
    expect(server.sizes.length).toBeLessThan(50);
  });
});

describe("requests that are too large, of subjects that are bad as well", () => {
  /** Takes at most 250 at once, and none of the first 2,000. */
  const serverOfLittle = () =>
    new BulkServer({
      chunk: ([first = "", ...others]) => {
        if (others.length >= 250) return problem(413, "too large");
        return Number(first.slice(1)) < 2_000 ? problem(400, "bad") : undefined;
      },
    });

  it("become half as large, and not smaller for each request that was on its way", async () => {
    const server = serverOfLittle();
    const { refused } = await writeAll(server.client, subjects(3_000));
    expect(refused).toHaveLength(2_000);
    expect(server.sizes.slice(-4)).toEqual([250, 250, 250, 250]);
    expect(server.sizes.filter((size) => size === 500)).toHaveLength(4);
  });

  it("become half as large, so that what follows is stored", async () => {
    const server = serverOfLittle();
    const { stored, refused } = await writeAll(server.client, subjects(2_250));
    expect(refused).toHaveLength(2_000);
    expect(stored.size).toBe(250);
  });
});

describe("an error that is a bug", () => {
  it("stays what it is", async () => {
    const bug = () => {
      throw new TypeError("a bug");
    };
    await expect(writeAll(new BulkServer({ chunk: bug }).client, subjects(1))).rejects.toBeInstanceOf(TypeError);
  });
});

describe("a failure that all others would meet too", () => {
  it.each<[string, () => Response, object]>([
    ["401", () => problem(401, "unauthorized"), { kind: "refused", status: 401 }],
    ["403", () => problem(403, "forbidden"), { kind: "refused", status: 403 }],
    ["a refused connection", connectionRefused, { kind: "unavailable" }],
    ["503", () => serverFailure(503), { kind: "unavailable", status: 503 }],
    ["patience asked for to the end", () => serverFailure(429), { kind: "unavailable", status: 429 }],
    ["a proxy's page", () => text("<h1>Login</h1>", 200, "text/html"), { kind: "unintelligible" }],
  ])("such as %s stops at once: nothing more is sent, nothing is called refused", async (_what, answer, error) => {
    const server = new BulkServer({ chunk: (_keys, index) => (index >= 4 ? answer() : undefined) });
    const told: number[] = [];
    const outcome = await writeAll(server.client, subjects(10_000), (done) => told.push(done));
    expect(outcome.stoppedBy).toMatchObject(error);
    expect(outcome.refused).toEqual([]);
    expect([...outcome.stored.keys()].sort()).toEqual([...server.stored.keys()].sort());
    expect(outcome.stored.size).toBe(2_000);
    // Four were on their way when the first of them failed.
    expect(server.sizes.length).toBeLessThanOrEqual(8);
    expect(told.at(-1)).toBe(2_000);
  });
});
