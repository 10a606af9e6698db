import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inParallel } from "../../../provider/src/openmeter/bulk";
import { BulkServer, subjects, writeAll } from "./bulk-server";
import { problem } from "./fake-transport";

describe("many upserts", () => {
  it("travel in requests of at most 500, at most 4 at once, each subject once", async () => {
    const server = new BulkServer();
    const items = subjects(5_300);
    const { stored, refused, stoppedBy } = await writeAll(server.client, items);
    expect(server.sizes).toHaveLength(11);
    expect(Math.max(...server.sizes)).toBe(500);
    expect(server.mostAtOnce).toBe(4);
    expect(server.chunks.flat()).toEqual(items.map(({ key }) => key));
    expect(stored.size).toBe(5_300);
    expect(stored.get("s5299")).toMatchObject({ key: "s5299", displayName: "Subject 5299" });
    expect({ refused, stoppedBy }).toEqual({ refused: [], stoppedBy: undefined });
  });

  it("are no request when there is nothing to write", async () => {
    const server = new BulkServer();
    expect(await writeAll(server.client, [])).toStrictEqual({ stored: new Map(), refused: [] });
    expect(server.chunks).toEqual([]);
  });

  it("tell their progress, which only rises and ends at all", async () => {
    const server = new BulkServer({ item: (key) => (key === "s700" ? problem(400, "bad") : undefined) });
    const told: number[] = [];
    await writeAll(server.client, subjects(2_000), (done) => told.push(done));
    expect(told).toEqual([...told].sort((left, right) => left - right));
    expect(told.at(-1)).toBe(2_000);
  });
});

describe("a request with bad subjects", () => {
  it.each([
    ["refuses it whole", 400, false],
    ["stores what comes before the bad one", 400, true],
    ["stores what comes before one that conflicts", 409, true],
  ])(
    "is narrowed until each is known and all others are stored, on a server that %s",
    async (_how, status, partial) => {
      const cases = fc.tuple(fc.integer({ min: 1, max: 1_300 }), fc.uniqueArray(fc.nat(1_299), { maxLength: 6 }));
      await fc.assert(
        fc.asyncProperty(cases, async ([count, indexes]) => {
          const items = subjects(count);
          const bad = new Set(indexes.filter((index) => index < count).map((index) => `s${index}`));
          const refuse = (key: string | undefined) =>
            key === undefined ? undefined : problem(status, `${key} is bad`);
          const server = new BulkServer(
            partial
              ? { item: (key) => refuse(bad.has(key) ? key : undefined) }
              : { chunk: (keys) => refuse(keys.find((key) => bad.has(key))) },
          );
          const { stored, refused, stoppedBy } = await writeAll(server.client, items);
          const good = items.map(({ key }) => key).filter((key) => !bad.has(key));
          expect(stoppedBy).toBeUndefined();
          expect(refused.map(({ key }) => key).sort()).toEqual([...bad].sort());
          for (const { key, error } of refused) expect(error.message).toContain(`${key} is bad`);
          expect([...stored.keys()].sort()).toEqual(good.sort());
          expect([...server.stored.keys()].sort()).toEqual(good);
        }),
        { numRuns: 25 },
      );
    },
  );

  it("costs some requests for each of three bad ones among 5,000", async () => {
    const bad = ["s17", "s2500", "s4999"];
    const server = new BulkServer({
      chunk: (keys) => (keys.some((key) => bad.includes(key)) ? problem(400, "bad") : undefined),
    });
    const { stored, refused } = await writeAll(server.client, subjects(5_000));
    expect(refused.map(({ key }) => key).sort()).toEqual([...bad].sort());
    expect(stored.size).toBe(4_997);
    // 10 chunks, and each bad one halves its own 9 times, which makes two of each.
    expect(server.sizes.length).toBeLessThanOrEqual(10 + 3 * 18);
  });

  it("says nothing of how large the others may be, and single ones are tried again with patience", async () => {
    const isBad = (key: string) => Number(key.slice(1)) % 500 === 0;
    const server = new BulkServer({ chunk: (keys) => (keys.some(isBad) ? problem(400, "bad") : undefined) });
    const { refused } = await writeAll(server.client, subjects(10_000));
    expect(refused).toHaveLength(20);
    expect(server.sizes.filter((size) => size === 500)).toHaveLength(20);
    expect(server.divisible).toEqual(server.sizes.map((size) => size > 1));
  });
});

describe("a conflict on a single key", () => {
  it("is sent once more, to adopt what somebody else has just created", async () => {
    const conflicts = [problem(409, "subject with key already exists: s0")];
    const server = new BulkServer({ chunk: () => conflicts.pop() });
    const { stored, refused } = await writeAll(server.client, subjects(1));
    expect(server.chunks).toEqual([["s0"], ["s0"]]);
    expect([...stored.keys()]).toEqual(["s0"]);
    expect(refused).toEqual([]);
  });

  it("is told after the second time", async () => {
    const server = new BulkServer({ chunk: () => problem(409, "conflict") });
    const { refused, stoppedBy } = await writeAll(server.client, subjects(1));
    expect(server.chunks).toHaveLength(2);
    expect(refused).toMatchObject([{ key: "s0", error: { status: 409 } }]);
    expect(stoppedBy).toBeUndefined();
  });
});

describe("parallel work", () => {
  it("is done by so many at a time, each piece once", async () => {
    const pieces = Array.from({ length: 20 }, (_, index) => index);
    const rest = pieces.values();
    const done: number[] = [];
    let atOnce = 0;
    let most = 0;
    await inParallel(
      3,
      () => rest.next().value,
      async (piece) => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        done.push(piece);
      },
    );
    expect(done.sort((left, right) => left - right)).toEqual(pieces);
    expect(most).toBe(3);
  });

  it("ends with the first error: nothing more is begun", async () => {
    const rest = Array.from({ length: 50 }, (_, index) => index).values();
    const begun: number[] = [];
    const work = inParallel(
      4,
      () => rest.next().value,
      async (piece) => {
        begun.push(piece);
        await new Promise((resolve) => setImmediate(resolve));
        if (piece === 1) throw new Error("broken");
      },
    );
    await expect(work).rejects.toThrow("broken");
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(begun.length).toBeLessThanOrEqual(8);
  });
});
