import { describe, expect, it } from "vitest";
import { write, writeOf } from "../asked";
import { always, answered, keys, lines, problem, started, writes } from "./started";

const gone = { deletedAt: "2026-01-02T00:00:00Z" };

/** A change of an answer that marks some of its subjects deleted. */
function markDeleted(isDeleted: (key: string) => boolean): (answer: unknown) => unknown {
  return (answer) =>
    Array.isArray(answer) ? answer.map((one) => (isDeleted(one.key) ? { ...one, ...gone } : one)) : answer;
}

describe("a write", () => {
  it("is one request of keys and changes, where null clears and what is absent stays", async () => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: "b", displayName: "B", stripeCustomerId: "cus_1" });
    const { stored } = await write(subjects, [
      writeOf("b", { displayName: null }),
      writeOf("a", { metadata: { x: 1 } }),
    ]);
    expect(emulator.requests.list()).toMatchObject([
      {
        method: "POST",
        path: "/api/v1/subjects",
        body: [
          { key: "b", displayName: null },
          { key: "a", metadata: { x: 1 } },
        ],
      },
    ]);
    expect([...stored]).toMatchObject([
      ["b", { fields: { metadata: {}, stripeCustomerId: "cus_1" } }],
      ["a", { fields: { metadata: { x: 1 } } }],
    ]);
  });

  it("of nothing sends nothing", async () => {
    const { subjects, emulator } = started();
    expect(await write(subjects, [])).toStrictEqual({ stored: new Map(), refused: [] });
    expect(lines(emulator)).toEqual([]);
  });

  it("takes no more of an answer than 8 MB for each subject", async () => {
    const { subjects, emulator } = started();
    for (const [count, bytes, kind] of [
      [1, 8 * 2 ** 20, "unintelligible"],
      [1, 8 * 2 ** 20 + 1, "oversized"],
      [2, 16 * 2 ** 20, "unintelligible"],
      [2, 16 * 2 ** 20 + 1, "oversized"],
    ] as const) {
      emulator.faults.add({ kind: "huge", bytes });
      expect((await write(subjects, writes(count))).stoppedBy?.kind).toBe(kind);
    }
  });

  it("is sent again for what was lost to a deletion, and only that", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add({ kind: "alter", change: markDeleted((key) => key === "k1") });
    const { stored, refused } = await write(subjects, writes(3));
    expect(emulator.requests.list().map(({ body }) => body)).toMatchObject([
      [{ key: "k0" }, { key: "k1" }, { key: "k2" }],
      [{ key: "k1", displayName: "Subject k1" }],
    ]);
    expect([...stored.keys(), ...refused]).toEqual(["k0", "k1", "k2"]);
  });

  it("of a subject that somebody deletes each time is refused, and all others are stored", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add({ kind: "alter", change: markDeleted((key) => key === "k42"), times: always });
    const { stored, refused, stoppedBy } = await write(subjects, writes(2_000));
    expect(stoppedBy).toBeUndefined();
    expect(refused).toMatchObject([
      { key: "k42", error: { kind: "contested", message: "somebody else deleted it each time it was written" } },
    ]);
    expect(stored.size).toBe(1_999);
    expect(lines(emulator).length).toBeLessThan(50);
  });

  const record = { id: "01J", key: "k0" };
  it.each<[string, unknown]>([
    ["fewer subjects", [record]],
    ["none", []],
    ["null", null],
    ["more subjects", [record, { ...record, key: "k1" }, { ...record, key: "k2" }]],
    ["another order", [{ ...record, key: "k1" }, record]],
    ["another key", [record, { ...record, key: "K1" }]],
    ["another deleted key", [record, { ...record, ...gone, key: "K1" }]],
    ["one object", record],
  ])("is not believed to be done where the answer is %s", async (_what, body) => {
    const { subjects, emulator } = started();
    emulator.faults.add(answered(200, JSON.stringify(body)));
    const { stored, stoppedBy } = await write(subjects, writes(2));
    expect(stored.size).toBe(0);
    expect(stoppedBy).toMatchObject({
      kind: "unintelligible",
      message: expect.stringMatching(/does not list the subjects that were sent|that the Subject API does not return/),
    });
  });

  it("ends with an error that is a bug, which stays what it is", async () => {
    const { subjects } = started();
    const keep = () => {
      throw new TypeError("a bug");
    };
    await expect(write(subjects, writes(1), { keep })).rejects.toBeInstanceOf(TypeError);
  });
});

describe("a conflict on a single key", () => {
  const conflict = problem(409, "conflict error: subject with key already exists: k0");

  it("is sent once more, to adopt what somebody else has just created", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add(conflict);
    const { stored, refused } = await write(subjects, writes(1));
    expect(lines(emulator)).toHaveLength(2);
    expect([[...stored.keys()], refused]).toEqual([["k0"], []]);
  });

  it.each([
    ["for the second time", true, 2],
    ["and nothing is to be adopted", false, 1],
  ])("%s is told (adopts: %s, %d requests)", async (_when, adopts, requests) => {
    const { subjects, emulator } = started();
    emulator.faults.add({ ...conflict, times: always });
    const { refused, stoppedBy } = await write(subjects, writes(1), { adopts });
    expect(lines(emulator)).toHaveLength(requests);
    expect(refused).toMatchObject([{ key: "k0", error: { status: 409 } }]);
    expect(stoppedBy).toBeUndefined();
  });
});

describe("many writes", () => {
  it("travel in requests of at most 500, at most 4 at once, each subject once", async () => {
    const { subjects, emulator } = started();
    let atOnce = 0;
    let most = 0;
    emulator.faults.add({
      kind: "call",
      times: always,
      before: async () => {
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
      },
    });
    const told: number[] = [];
    const { stored, refused, stoppedBy } = await write(subjects, writes(5_300), {
      progress: (done) => told.push(done),
    });
    const sent = emulator.requests.list().map(({ body }) => (Array.isArray(body) ? body.map(({ key }) => key) : []));
    expect(sent.map(({ length }) => length)).toEqual([...Array(10).fill(500), 300]);
    expect(sent.flat()).toEqual(keys(5_300));
    expect(most).toBe(4);
    expect(stored.get("k5299")).toMatchObject({ key: "k5299", fields: { displayName: "Subject k5299" } });
    expect({ refused, stoppedBy }).toEqual({ refused: [], stoppedBy: undefined });
    expect(told).toEqual([...told].sort((left, right) => left - right));
    expect(told.at(-1)).toBe(5_300);
  });

  it.each([
    ["without Retry-After", undefined],
    ["with a short Retry-After", "1"],
    ["with a long one", "30"],
  ])("survive half a minute of 429 %s", async (_how, retryAfter) => {
    const { subjects, emulator, clock } = started();
    const until = clock.now() + 30_000;
    emulator.faults.add({
      kind: "status",
      status: 429,
      ...(retryAfter !== undefined && { retryAfter }),
      match: { items: () => clock.now() < until },
      times: always,
    });
    const { stored, refused, stoppedBy } = await write(subjects, writes(1_500));
    expect({ refused, stoppedBy }).toEqual({ refused: [], stoppedBy: undefined });
    expect(stored.size).toBe(1_500);
    expect(lines(emulator).length).toBeLessThan(100);
  });
});
