import { describe, expect, it } from "vitest";
import { problem } from "../../openmeter/fake-transport";
import { failureOf } from "../started-lifecycle";
import { createdSet, customers, held, idsOf, setOf, startSets } from "./started-set";

describe("the read of a set", () => {
  it("is one list, and shows owned fields as they are live", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(100)));
    server.seed({ key: "c3", displayName: "Drifted", metadata: { foreign: 1 } });
    server.seed({ key: "c4", displayName: null });
    server.seed({ key: "foreign" });
    const read = await sets.read(outputs);
    expect(server.calls()).toEqual(["GET /api/v1/subjects"]);
    expect(Object.fromEntries(read.subjects)).toEqual({
      ...customers(100),
      c3: { displayName: "Drifted" },
      c4: {},
    });
    expect(read.ids).toEqual(outputs.ids);
  });

  it("leaves out what is gone, so that the next update creates it again", async () => {
    const now = setOf(customers(20));
    const { sets, server, outputs } = await createdSet(now);
    server.records.splice(5, 1);
    const read = await sets.read(outputs);
    expect(read.subjects.has("c5")).toBe(false);
    expect(read.ids).toEqual(idsOf(server));
    expect(sets.diff(read, now)).toBe(true);
    await sets.update(read, now);
    expect(held(server)).toEqual(customers(20));
  });

  it("tells how many have been read, of which those that are gone count too", async () => {
    const { sets, server, outputs, told } = await createdSet(setOf(customers(20)));
    server.records.splice(5, 1);
    await sets.read(outputs);
    expect(told).toEqual([19, 20]);
  });

  it("of a set whose subjects are all gone is an empty set", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(3)));
    server.records.length = 0;
    expect(await sets.read(outputs)).toMatchObject({ name: "customers", subjects: new Map(), ids: new Map() });
  });

  it("takes the new id of a subject that was deleted and created again", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(3)));
    server.records.splice(0, 1);
    const { id } = server.seed({ key: "c0", displayName: "Again" });
    expect((await sets.read(outputs)).ids.get("c0")).toBe(id);
  });

  it("of an unchanged set gives back the very outputs, so that none of it is held or written twice", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(20)));
    expect(await sets.read(outputs)).toBe(outputs);
    server.records.splice(0, 1);
    server.seed({ key: "c0", displayName: customers(1).c0?.displayName ?? null });
    expect(await sets.read(outputs)).not.toBe(outputs);
  });

  it("that fails says so, and drops nothing", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(30)));
    server.rule = () => problem(401, "unauthorized");
    expect((await failureOf(sets.read(outputs))).message).toMatch(
      /^set "customers" was not read: OpenMeter answered 401 .*The state stays as it is/,
    );
  });
});

describe("what a preview says", () => {
  const text = (count: number) => JSON.stringify(customers(count));

  it("is one line for a new set, by its check", () => {
    const { sets, reports, server } = startSets();
    sets.check({ subjects: text(2), name: "customers" }, undefined);
    expect(reports).toEqual(['customers: 2 to create of 2: +"c0", +"c1"']);
    expect(server.sent).toEqual([]);
  });

  it("is one line for a changed set, by its diff, and none for an unchanged one", async () => {
    const { sets, reports, outputs } = await createdSet(setOf(customers(3)));
    sets.check({ subjects: text(3), name: "customers" }, new Set(Object.keys(customers(3))));
    expect(sets.diff(outputs, setOf(customers(3)))).toBe(false);
    expect(reports).toEqual([]);
    const next = startSets();
    const changed = { ...customers(2), c1: {} };
    next.sets.check({ subjects: JSON.stringify(changed), name: "customers" }, new Set(Object.keys(customers(3))));
    expect(next.sets.diff(outputs, setOf(changed))).toBe(true);
    expect(next.reports).toEqual(['customers: 1 to update, 1 to delete of 2: -"c2", ~"c1" (displayName)']);
  });

  it("tells deletions from subjects that other resources declare, before and after it", async () => {
    const { sets, single, run, reports, outputs } = await createdSet(setOf(customers(4)));
    single.check({ key: "c1" }, false);
    run.declareElsewhere('{"displayName":["c2"]}');
    sets.check({ subjects: text(1), name: "customers" }, new Set(Object.keys(customers(4))));
    sets.diff(outputs, setOf(customers(1)));
    expect(reports).toEqual(['customers: 2 to hand over, 1 to delete of 1: -"c3", >"c1", >"c2"']);
  });

  it("is nothing in a refresh, which asks for a diff without a check", async () => {
    const { sets, reports, outputs } = await createdSet(setOf(customers(3)));
    expect(sets.diff(outputs, setOf({}))).toBe(true);
    expect(reports).toEqual([]);
  });

  it("tells no values", () => {
    const { sets, reports } = startSets();
    sets.check({ subjects: '{"a":{"metadata":{"token":"hunter2"}}}', name: "customers", secret: true }, undefined);
    expect(reports).toHaveLength(1);
    expect(reports.join()).not.toContain("hunter2");
  });
});
