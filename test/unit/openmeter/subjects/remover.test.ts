import type { Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import type { Port, RecordId } from "../../../../provider/src/core/port";
import { write, writeOf } from "../asked";
import { always, answered, keys, lines, problem, seed, started } from "./started";

const neverKey = { isKey: () => false };

/** An account with so many subjects, and their ids. */
async function withRecords(count: number) {
  const connected = started({ maxRetries: 0 });
  const { stored } = await write(
    connected.subjects,
    keys(count).map((key) => writeOf(key, {})),
  );
  connected.emulator.requests.clear();
  return { ...connected, records: new Map([...stored].map(([key, { id }]) => [key, id])) };
}

describe("many deletes", () => {
  it("are sent by id, each once, and tell their progress", async () => {
    const { subjects, emulator, records } = await withRecords(100);
    const told: number[] = [];
    const outcome = await subjects.delete(records, { ...neverKey, progress: (done) => told.push(done) });
    expect(lines(emulator).sort()).toEqual([...records.values()].map((id) => `DELETE /api/v1/subjects/${id}`).sort());
    expect(outcome).toStrictEqual({ deleted: new Set(records.keys()), refused: [] });
    expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(emulator.subjects.size).toBe(0);
  });

  it("take a record that is gone for deleted, and leave a subject re-created under its key", async () => {
    const { subjects, emulator, records } = await withRecords(3);
    emulator.subjects.delete("k1");
    emulator.subjects.upsert({ key: "k1" });
    emulator.faults.add(problem(404, "subject not found"));
    expect((await subjects.delete(records, neverKey)).deleted).toEqual(new Set(records.keys()));
    expect(emulator.subjects.get("k1")).toBeDefined();
  });

  it("go on after one that is refused, which is reported", async () => {
    const { subjects, emulator, records } = await withRecords(40);
    emulator.faults.add({ ...problem(409, "in use"), match: { key: "k5" }, times: always });
    const { deleted, refused, stoppedBy } = await subjects.delete(records, neverKey);
    expect(refused).toMatchObject([{ key: "k5", error: { status: 409 } }]);
    expect([deleted.size, stoppedBy]).toEqual([39, undefined]);
  });

  it("name those that are refused in the order in which they were asked for, whichever is answered first", async () => {
    const { subjects, emulator, records } = await withRecords(3);
    emulator.faults.add({ ...problem(409, "in use"), match: { method: "DELETE" }, times: always });
    // The first is read before its delete.
    const { refused } = await subjects.delete(records, { isKey: (text) => text === [...records.values()][0] });
    expect(refused.map(({ key }) => key)).toEqual([...records.keys()]);
  });

  it.each<[string, Fault]>([
    ["nobody answers", { kind: "resetBefore" }],
    ["the server fails", problem(500, "")],
    ["the API key is refused", problem(401, "unauthorized")],
  ])("stop when %s", async (_what, fault) => {
    const { subjects, emulator, records } = await withRecords(200);
    emulator.faults.add({ ...fault, skip: 10, times: always });
    const { deleted, refused, stoppedBy } = await subjects.delete(records, neverKey);
    expect([deleted.size, refused]).toEqual([10, []]);
    expect(stoppedBy).toBeDefined();
    // Sixteen were under way.
    expect(lines(emulator).length).toBeLessThanOrEqual(10 + 16);
  });

  it("end with an error that is a bug, which stays what it is", async () => {
    const { subjects, records } = await withRecords(1);
    const bug = () => {
      throw new TypeError("a bug");
    };
    await expect(subjects.delete(records, { isKey: bug })).rejects.toBeInstanceOf(TypeError);
  });

  it.each<[string, Fault]>([
    ["a proxy's page", { kind: "html", status: 404 }],
    ["a missing route", problem(404, "no matching operation was found")],
    ["a login page", { kind: "html" }],
    ["an empty body", { kind: "empty" }],
    ["JSON", answered(200, {})],
    ["a promise", answered(202, "")],
    ["a hint that it is elsewhere", answered(300, "")],
  ])("are none where the answer is %s, which would drop a living subject from the state", async (_what, fault) => {
    const { subjects, emulator, records } = await withRecords(1);
    emulator.faults.add(fault);
    const { deleted, stoppedBy } = await subjects.delete(records, neverKey);
    expect(deleted.size).toBe(0);
    expect(stoppedBy).toMatchObject({ kind: "unintelligible" });
  });
});

describe("the delete of a subject whose id is another subject's key", () => {
  /** Subject `a`, and a foreign subject whose key is the id of `a`. */
  function mixedUp(aKey = "a") {
    const connected = started();
    const [a] = connected.emulator.subjects.upsert({ key: aKey });
    const id = (a?.id ?? "") as RecordId; // as an earlier run's state has it
    connected.emulator.subjects.upsert({ key: id });
    return {
      ...connected,
      id,
      deleteA: (isKey = (_text: string) => false) => remove(connected.subjects, aKey, id, isKey),
    };
  }
  const remove = (subjects: Port, key: string, id: RecordId, isKey: (text: string) => boolean) =>
    subjects.delete(new Map([[key, id]]), { isKey });

  it("would delete that other one by the id", async () => {
    const { emulator, id, deleteA } = mixedUp();
    await deleteA();
    expect([emulator.subjects.get("a") !== undefined, emulator.subjects.get(id)]).toEqual([true, undefined]);
  });

  it.each<[string, (subjects: Port, id: string) => Promise<unknown>]>([
    ["the run has", async () => undefined],
    ["a list has shown", (subjects) => subjects.list()],
    ["a read has shown", (subjects, id) => subjects.get({ key: id })],
    ["a write has shown", (subjects, id) => write(subjects, [writeOf(id, {})])],
  ])("goes by the key instead, where it is one that %s", async (how, show) => {
    const { emulator, subjects, id, deleteA } = mixedUp();
    await show(subjects, id);
    emulator.requests.clear();
    const { deleted } = await deleteA((text) => how === "the run has" && text === id);
    expect([...deleted]).toEqual(["a"]);
    expect(lines(emulator)).toEqual(["GET /api/v1/subjects/a", "DELETE /api/v1/subjects/a"]);
    expect(emulator.subjects.get("a")).toBeUndefined();
    expect(emulator.subjects.get(id)).toBeDefined();
  });

  it("leaves a subject that somebody re-created under its key: the record is gone already", async () => {
    const { emulator, deleteA } = mixedUp();
    emulator.subjects.delete("a");
    emulator.subjects.upsert({ key: "a" });
    expect((await deleteA(() => true)).deleted.size).toBe(1);
    expect(emulator.subjects.get("a")).toBeDefined();
    expect(lines(emulator)).toEqual(["GET /api/v1/subjects/a"]);
  });

  it("is refused where its key is the id of a third, since any of the three might be deleted", async () => {
    const connected = started();
    const { emulator, subjects } = connected;
    const [third] = emulator.subjects.upsert({ key: "third" });
    const [a] = emulator.subjects.upsert({ key: third?.id ?? "" });
    emulator.subjects.upsert({ key: a?.id ?? "" });
    await subjects.list();
    const { deleted, refused, stoppedBy } = await remove(
      subjects,
      third?.id ?? "",
      (a?.id ?? "") as RecordId,
      () => false,
    );
    expect([deleted.size, stoppedBy]).toEqual([0, undefined]);
    expect(refused).toMatchObject([
      {
        key: third?.id,
        error: {
          kind: "refused",
          message: expect.stringContaining(`its id "${a?.id}" is the key of another subject, and its key is the id of`),
        },
      },
    ]);
    expect(emulator.requests.count(/^DELETE/)).toBe(0);
    expect(emulator.subjects.size).toBe(3);
  });

  it("is refused where no path reaches its key", async () => {
    const { emulator, deleteA } = mixedUp("%");
    expect((await deleteA(() => true)).refused).toMatchObject([{ key: "%", error: { kind: "refused" } }]);
    expect(emulator.subjects.size).toBe(2);
  });

  it("costs no request for others", async () => {
    const { emulator, subjects, id } = mixedUp();
    seed(emulator, ["b"]);
    const { objects } = await subjects.list();
    const b = objects.find(({ key }) => key === "b");
    emulator.requests.clear();
    await remove(subjects, "b", b?.id ?? ("" as RecordId), (text) => text === id);
    expect(lines(emulator)).toEqual([`DELETE /api/v1/subjects/${b?.id}`]);
  });
});
