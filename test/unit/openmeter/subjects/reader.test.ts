import type { Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Port } from "../../../../provider/src/core/port";
import { inParallel } from "../../../../provider/src/openmeter/parallel";
import { wanted, write, writeOf } from "../asked";
import { always, keys, problem, seed, started } from "./started";

/** What the design allows of a list for each subject that is wanted. */
const bytesForOne = 20_000;

const listLine = "GET /api/v1/subjects";

/** An account with these subjects. */
function account(all: readonly string[]) {
  const connected = started();
  const { emulator, subjects } = connected;
  seed(emulator, all);
  return {
    ...connected,
    lists: () => emulator.requests.count(listLine),
    /** The keys that were asked for singly. */
    singles: () =>
      emulator.requests
        .list()
        .filter(({ path }) => path !== "/api/v1/subjects")
        .map(({ path }) => path.slice("/api/v1/subjects/".length)),
    getAll: (all: readonly string[]) => subjects.getAll(wanted(all), ({ key }) => key),
  };
}

/** A list is answered so. */
function onList(fault: Fault): Fault {
  return { ...fault, match: { path: "/api/v1/subjects", method: "GET" }, times: always };
}

/** Asks for each key by itself, so many at a time, as the engine's refresh does. */
async function getEach(subjects: Port, wanted: readonly string[], atOnce: number): Promise<(string | undefined)[]> {
  const found = new Map<string, string | undefined>();
  const rest = wanted.values();
  await inParallel(
    atOnce,
    () => rest.next().value,
    async (key) => {
      found.set(key, (await subjects.get({ key }))?.key);
    },
  );
  return wanted.map((key) => found.get(key));
}

describe("reads of single subjects that come one after the other", () => {
  it.each([1, 8, 16])(
    "are single requests for the first, and a list for all the rest, %d at a time",
    async (atOnce) => {
      const { subjects, lists, singles } = account(keys(1_000));
      expect(await getEach(subjects, keys(1_000), atOnce)).toEqual(keys(1_000));
      expect(lists()).toBe(1);
      expect(singles().length).toBeLessThan(15 + atOnce);
    },
  );

  it("ask for no list when there are few", async () => {
    const { subjects, lists, singles } = account(keys(500));
    await getEach(subjects, keys(3), 3);
    expect([lists(), singles().sort()]).toEqual([0, keys(3)]);
  });

  it("give a list up that is larger than they are worth, and ask again only when it is worth twice as much", async () => {
    const { subjects, emulator } = account(keys(140));
    emulator.faults.add(onList({ kind: "huge", bytes: 128 * bytesForOne + 1 }));
    expect(await getEach(subjects, keys(140), 1)).toEqual(keys(140));
    const listsAfter = emulator.requests
      .list()
      .flatMap(({ path }, index) => (path === "/api/v1/subjects" ? [index] : []))
      .map((index, listsBefore) => index - listsBefore + 1);
    expect(listsAfter).toEqual([16, 32, 64, 128]);
  });

  it("take a list for as good as new for half a minute, and no longer", async () => {
    const { subjects, emulator, clock, lists, singles } = account(keys(200));
    await getEach(subjects, keys(16), 1);
    emulator.requests.clear();
    await clock.sleep(29_999);
    await subjects.get({ key: "k120" });
    expect(singles()).toEqual([]);
    await clock.sleep(1);
    await subjects.get({ key: "k121" });
    expect([lists(), singles()]).toEqual([0, ["k121"]]);
    emulator.subjects.delete("k150");
    await getEach(subjects, keys(14), 1);
    expect(await subjects.get({ key: "k150" })).toBeUndefined();
    expect(lists()).toBe(1);
  });

  it("confirm by a single read that a subject is gone", async () => {
    const { subjects, emulator, singles } = account(keys(50));
    await getEach(subjects, keys(50), 1);
    emulator.subjects.upsert({ key: "late" });
    emulator.requests.clear();
    expect(await getEach(subjects, ["late", "never"], 1)).toEqual(["late", undefined]);
    expect(singles()).toEqual(["late", "never"]);
  });

  it.each<[string, (subjects: Port, id: never) => Promise<unknown>]>([
    ["written", (subjects) => write(subjects, [writeOf("k40", {})])],
    ["deleted", (subjects, id) => subjects.delete(new Map([["k40", id]]), { isKey: () => false })],
  ])("never take the answer for a key that was %s from a list", async (_how, change) => {
    const { subjects, emulator, singles } = account(keys(50));
    await getEach(subjects, keys(50), 1);
    await change(subjects, emulator.subjects.get("k40")?.id as never);
    emulator.subjects.delete("k40");
    emulator.requests.clear();
    expect(await getEach(subjects, ["k40", "k42"], 1)).toEqual([undefined, "k42"]);
    expect(singles()).toEqual(["k40"]);
  });

  it("nor when it was written while the list was under way", async () => {
    const { subjects, emulator } = account(keys(50));
    await getEach(subjects, keys(15), 1);
    emulator.faults.add({
      kind: "call",
      match: { path: "/api/v1/subjects", method: "GET" },
      after: async () => {
        await write(subjects, [writeOf("k40", {})]);
        emulator.subjects.delete("k40");
      },
    });
    expect(await subjects.get({ key: "k40" })).toBeUndefined();
    expect(await subjects.get({ key: "k41" })).toBeDefined();
  });
});

describe("a list that the server cannot give", () => {
  it.each<[string, Fault]>([
    ["a failure", { kind: "status", status: 500 }],
    ["a timeout", { kind: "hang" }],
  ])("because of %s is replaced by single reads, without a second try", async (_why, fault) => {
    const { subjects, emulator, clock, lists, singles, getAll } = account(keys(100));
    emulator.faults.add({ ...onList(fault), onStrike: clock.strikeTimeouts });
    expect([...(await getAll(keys(100))).keys()].sort()).toEqual(keys(100).sort());
    expect([lists(), singles().length]).toEqual([1, 100]);
    expect(await getEach(subjects, keys(100), 8)).toEqual(keys(100));
    expect([lists(), singles().length]).toEqual([1 + 3, 200]);
  });

  it("because the API key is refused is an error", async () => {
    const { subjects, emulator, getAll, singles } = account(keys(100));
    emulator.faults.add(onList(problem(401, "unauthorized")));
    await expect(getAll(keys(100))).rejects.toMatchObject({ kind: "refused", status: 401 });
    await expect(getEach(subjects, keys(100), 4)).rejects.toMatchObject({ status: 401 });
    expect(singles().length).toBeLessThan(40);
  });
});

describe("reads of many subjects together", () => {
  it("are single requests when there are fewer than 16", async () => {
    const { getAll, lists, singles } = account(keys(14));
    expect([...(await getAll(keys(15))).keys()].sort()).toEqual(keys(14).sort());
    expect([lists(), singles().sort()]).toEqual([0, keys(15).sort()]);
  });

  it.each([16, 1_000])("are one list from 16 on: of %d", async (count) => {
    const { getAll, emulator } = account(keys(1_100));
    expect([...(await getAll(keys(count))).keys()]).toEqual(keys(count));
    expect(emulator.requests.list()).toHaveLength(1);
  });

  it("of 70,000 are one list, since the server's has no limit", async () => {
    const { getAll, emulator } = account(keys(70_000));
    expect((await getAll(keys(70_000))).size).toBe(70_000);
    expect(emulator.requests.list()).toHaveLength(1);
  });

  it("take no more of a list than they are worth, and are single requests where it is larger", async () => {
    const { getAll, emulator, lists, singles } = account(keys(20));
    emulator.faults.add(onList({ kind: "huge", bytes: 20 * bytesForOne + 1 }));
    expect([...(await getAll(keys(20))).keys()].sort()).toEqual(keys(20).sort());
    expect([lists(), singles().length]).toEqual([1, 20]);
    emulator.faults.clear();
    emulator.faults.add(onList({ kind: "huge", bytes: 20 * bytesForOne }));
    await expect(getAll(keys(20))).rejects.toMatchObject({ kind: "unintelligible" });
  });

  it("leave out what is missing, after a single read of each, and tell how many are behind", async () => {
    const { subjects, singles } = account(keys(30));
    const heard: number[] = [];
    const found = await subjects.getAll(wanted(keys(33)), ({ id }) => id, { progress: (read) => heard.push(read) });
    expect([...found.keys()]).toEqual(keys(30));
    expect(singles().sort()).toEqual(["k30", "k31", "k32"]);
    expect(heard).toEqual([30, 31, 32, 33]);
  });

  it("leave out what a list does not have at once where that is good enough", async () => {
    const { subjects, emulator } = account(keys(30));
    await subjects.getAll(wanted(keys(33)), ({ id }) => id, { confirmMissing: false });
    expect(emulator.requests.list()).toHaveLength(1);
  });

  it("take a list anew each time", async () => {
    const { getAll, emulator } = account(keys(50));
    await getAll(keys(50));
    emulator.subjects.delete("k7");
    expect((await getAll(keys(50))).has("k7")).toBe(false);
  });

  it("fail with the first single read that fails, and send nothing more", async () => {
    const { getAll, emulator, singles } = account([]);
    emulator.faults.add(onList({ kind: "status", status: 500 }), { ...problem(400, "no"), match: { key: "k3" } });
    await expect(getAll(keys(300))).rejects.toMatchObject({ status: 400 });
    const sent = singles().length;
    for (let turn = 0; turn < 50; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(singles().length - sent).toBeLessThanOrEqual(16);
  });
});
