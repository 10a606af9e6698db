import { describe, expect, it } from "vitest";
import type { OwnedFields } from "../../../../provider/src/provider/declaration";
import type { SetOutputs } from "../../../../provider/src/provider/set/declaration";
import { connectionRefused } from "../../openmeter/bulk-server";
import { problem } from "../../openmeter/fake-transport";
import { failureOf } from "../started-lifecycle";
import { createdSet, customers, held, idsOf, setOf, startSets } from "./started-set";

type Members = Record<string, OwnedFields>;
type Started = ReturnType<typeof startSets>;

/** What the engine asks before it changes anything: check, and diff where there is a state. */
function declare({ sets }: Started, name: string, members: Members, before?: SetOutputs): void {
  const previous = before && new Set(before.subjects.keys());
  expect(sets.check({ subjects: JSON.stringify(members), name }, previous).ok).toBe(true);
  if (before !== undefined) sets.diff(before, setOf(members, { name }));
}

describe("the delete of a set", () => {
  it("deletes each record by id, and is repeated without harm", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(20)));
    server.seed({ key: "foreign" });
    await sets.delete(outputs);
    expect(server.calls().sort()).toEqual(
      [...outputs.ids.values()].map((id) => `DELETE /api/v1/subjects/${id}`).sort(),
    );
    expect(held(server)).toEqual({ foreign: {} });
    server.seed({ key: "c0", displayName: "Re-created" });
    await sets.delete(outputs);
    expect(held(server)).toEqual({ foreign: {}, c0: { displayName: "Re-created" } });
  });

  it.each<[string, () => Response, RegExp]>([
    ["a refusal", () => problem(409, "in use", "Conflict"), /"c0": OpenMeter answered 409 Conflict: in use/],
    ["no answer", connectionRefused, /stopped after 0 of 1: no answer: connect ECONNREFUSED/],
  ])("that fails because of %s keeps the whole set in the state", async (_why, answer, says) => {
    const { sets, server, outputs } = await createdSet(setOf(customers(1)));
    server.rule = answer;
    const failure = await failureOf(sets.delete(outputs));
    expect(failure).not.toHaveProperty("outputs");
    expect(failure.message).toMatch(/^set "customers" was not deleted: /);
    expect(failure.message).toMatch(says);
  });
});

describe("a subject that changes hands", () => {
  it("moves from one set to another in whatever order the engine updates them, and keeps its record", async () => {
    for (const order of ["giver first", "taker first"]) {
      const { server, outputs: giver } = await createdSet(
        setOf({ a: { displayName: "A", metadata: { x: 1 } }, b: {} }),
      );
      const taker = await startSets(server).sets.create(setOf({ c: {} }, { name: "others" }));
      const ids = idsOf(server);
      const started = startSets(server);
      declare(started, "customers", { b: {} }, giver);
      declare(started, "others", { c: {}, a: { displayName: "B" } }, taker);
      const give = () => started.sets.update(giver, setOf({ b: {} }));
      const take = () => started.sets.update(taker, setOf({ c: {}, a: { displayName: "B" } }, { name: "others" }));
      const first = order === "giver first" ? await give() : await take();
      const second = order === "giver first" ? await take() : await give();
      expect(held(server)).toEqual({ a: { displayName: "B" }, b: {}, c: {} });
      expect(idsOf(server)).toEqual(ids);
      const [given, taken] = order === "giver first" ? [first, second] : [second, first];
      expect([...given.subjects.keys()]).toEqual(["b"]);
      expect(taken.ids.get("a")).toBe(ids.get("a"));
      expect(started.reports.join("\n")).toContain('customers: "a" kept: another resource of this program declares it');
    }
  });

  it("is kept when its whole set is renamed", async () => {
    const { server, outputs } = await createdSet(setOf(customers(30)));
    const started = startSets(server);
    declare(started, "clients", customers(30));
    await started.sets.create(setOf(customers(30), { name: "clients" }));
    server.sent.length = 0;
    await started.sets.delete(outputs);
    expect(server.sent).toEqual([]);
    expect(idsOf(server)).toEqual(outputs.ids);
  });

  it("is kept after a run that died between the create and the delete", async () => {
    const { server, outputs } = await createdSet(setOf(customers(3)));
    const clients = await startSets(server).sets.create(setOf(customers(3), { name: "clients" }));
    const started = startSets(server);
    declare(started, "clients", customers(3), clients);
    await started.sets.delete(outputs);
    expect(held(server)).toEqual(customers(3));
  });

  it("moves from a single Subject to a set", async () => {
    const { single, server } = startSets();
    const subject = await single.create({ key: "a", displayName: "A", metadata: { x: 1 } });
    const started = startSets(server);
    declare(started, "customers", { a: { displayName: "A" } });
    const outputs = await started.sets.create(setOf({ a: { displayName: "A" } }));
    await started.single.delete({ outputs: subject });
    expect(held(server)).toEqual({ a: { displayName: "A" } });
    expect(outputs.ids.get("a")).toBe(subject.subjectId);
  });

  it("moves from a set to a single Subject", async () => {
    const { server, outputs } = await createdSet(setOf({ a: { displayName: "A" }, b: {} }));
    const started = startSets(server);
    declare(started, "customers", { b: {} }, outputs);
    started.single.check({ key: "a", metadata: { x: 1 } }, false);
    const subject = await started.single.create({ key: "a", metadata: { x: 1 } });
    await started.sets.update(outputs, setOf({ b: {} }));
    expect(held(server)).toEqual({ a: { metadata: { x: 1 } }, b: {} });
    expect(subject.subjectId).toBe(outputs.ids.get("a"));
  });

  it("stays in the old set's state when what it leaves could not be cleared", async () => {
    const { server, outputs } = await createdSet(setOf({ a: { displayName: "A" }, b: {} }));
    const started = startSets(server);
    declare(started, "customers", { b: {} }, outputs);
    declare(started, "others", { a: {} });
    server.rule = () => problem(400, "no");
    const failure = await failureOf(started.sets.update(outputs, setOf({ b: {} })));
    expect(failure).toMatchObject({ outputs: { ids: outputs.ids } });
  });

  it("is kept by a set whose name another set under another parent has too", async () => {
    const { single, server } = startSets();
    const subject = await single.create({ key: "a", displayName: "A" });
    const started = startSets(server);
    declare(started, "customers", { a: { displayName: "A" } });
    declare(started, "customers", { b: {} });
    await started.sets.create(setOf({ a: { displayName: "A" } }));
    await started.sets.create(setOf({ b: {} }));
    await started.single.delete({ outputs: subject });
    expect(held(server)).toEqual({ a: { displayName: "A" }, b: {} });
  });

  it("does not hold back a destroy that runs the program", async () => {
    const { server, outputs } = await createdSet(setOf(customers(3)));
    const started = startSets(server);
    started.sets.check({ subjects: JSON.stringify(customers(3)), name: "customers" }, new Set(outputs.subjects.keys()));
    await started.sets.delete(outputs);
    expect(held(server)).toEqual({});
  });

  it("does not hold back a destroy that refreshes first", async () => {
    const { server, outputs } = await createdSet(setOf(customers(3)));
    const started = startSets(server);
    const read = await started.sets.read(outputs);
    started.sets.diff(read, setOf(customers(3)));
    await started.sets.delete(read);
    expect(held(server)).toEqual({});
  });
});
