import { describe, expect, it } from "vitest";
import { unknown } from "../../../../provider/src/provider/declaration";
import { connectionRefused } from "../../openmeter/bulk-server";
import { problem } from "../../openmeter/fake-transport";
import { failureOf } from "../started-lifecycle";
import { createdSet, customers, detailsOf, held, partialFailureOf, setOf, startSets } from "./started-set";

describe("while the program still declares", () => {
  it("a delete waits, and keeps a subject that another resource then declares", async () => {
    const { server, outputs } = await createdSet(setOf(customers(2)));
    const { sets } = startSets(server, (run) => run.declare({ key: "c1", displayName: "Customer 1" }, false));
    await sets.delete(outputs);
    expect(held(server)).toEqual({ c1: { displayName: "Customer 1" } });
  });

  it("an update waits before it deletes", async () => {
    const { server, outputs } = await createdSet(setOf(customers(3)));
    const { sets } = startSets(server, (run) => run.declare({ key: "c1", displayName: "Customer 1" }, false));
    const updated = await sets.update(outputs, setOf(customers(1)));
    expect(held(server)).toEqual(customers(2));
    expect([...updated.ids.keys()]).toEqual(["c0"]);
  });

  it("onExisting fail waits before it refuses, and accepts records that are the stack's after all", async () => {
    const { server, outputs } = await createdSet(setOf(customers(2)));
    const { sets } = startSets(server, (run) => {
      for (const id of outputs.ids.values()) run.own(id);
    });
    const moved = await sets.create(setOf(customers(2), { name: "others", onExisting: "fail" }));
    expect(moved.ids).toEqual(outputs.ids);
  });

  it("nothing waits where nothing is in the way or goes", async () => {
    const { server, outputs } = await createdSet(setOf(customers(2)));
    let waited = 0;
    const { sets, run } = startSets(server, () => {
      waited += 1;
    });
    for (const id of outputs.ids.values()) run.own(id);
    const { ids } = await sets.create(setOf(customers(3), { onExisting: "fail" }));
    await sets.update({ ...outputs, ids }, setOf(customers(4)));
    expect(waited).toBe(0);
  });
});

describe("a run in which nothing is remarkable", () => {
  it("tells nothing beside what is to be done", async () => {
    const { sets, outputs, reports } = await createdSet(setOf(customers(20)));
    await sets.update(outputs, setOf({ ...customers(18), new: {}, c3: { displayName: "New" } }));
    expect(reports).toEqual([]);
  });
});

describe("a set that is not known yet, or not as it may be,", () => {
  it("is checked without a word, and declares nothing", () => {
    const { sets, run, reports } = startSets();
    expect(sets.check({ subjects: unknown, name: "customers" }, undefined)).toMatchObject({ ok: true });
    expect(sets.check({ subjects: '{"a":{"displayName":5}}', name: "customers" }, undefined)).toMatchObject({
      ok: false,
    });
    run.apply();
    expect(run.successor("a")).toBeUndefined();
    expect(reports).toEqual([]);
  });

  it("differs from any before, and is not told of, also where another set has its name", async () => {
    const { sets, outputs, reports } = await createdSet(setOf(customers(2)));
    sets.check({ subjects: JSON.stringify(customers(2)), name: "customers" }, new Set(["c0", "c1"]));
    expect(sets.diff(outputs, { ...setOf({}), subjects: unknown })).toBe(true);
    expect(reports).toEqual([]);
  });
});

describe("a set whose subjects are as they were", () => {
  it("declares them, so that a subject which leaves another set is kept", async () => {
    const { server, outputs: giver } = await createdSet(setOf(customers(2)));
    const { sets } = startSets(server);
    const taker = await sets.create(setOf({ c1: { displayName: "Customer 1" } }, { name: "others" }));
    const next = startSets(server);
    next.sets.unchanged("others", () => taker.subjects);
    next.sets.diff(taker, setOf({ c1: { displayName: "Customer 1" } }, { name: "others" }));
    await next.sets.delete(giver);
    expect(held(server)).toEqual({ c1: { displayName: "Customer 1" } });
  });

  it("does not hold back a destroy that runs the program", async () => {
    const { server, outputs } = await createdSet(setOf(customers(2)));
    const { sets } = startSets(server);
    sets.unchanged("customers", () => outputs.subjects);
    await sets.delete(outputs);
    expect(held(server)).toEqual({});
  });
});

describe("a subject of a set that this run wrote", () => {
  it("is read by itself, since a list of before does not show it", async () => {
    const { server, outputs } = await createdSet(setOf(customers(20)));
    const { sets, single } = startSets(server);
    for (const key of outputs.subjects.keys()) await single.read(key, undefined);
    server.sent.length = 0;
    const { c3: _c3, ...kept } = customers(20);
    await sets.update(outputs, setOf({ ...kept, c18: { displayName: "New" } }));
    expect((await single.read("c18", undefined))?.inputs.displayName).toBe("New");
    expect(await single.read("c3", undefined)).toBeUndefined();
  });
});

describe("subjects that change hands", () => {
  const declareOthers = (count: number) => {
    const others = setOf(customers(count), { name: "others" });
    return { subjects: JSON.stringify(Object.fromEntries(others.subjects)), name: others.name };
  };

  it.each([
    [1, 'customers: "c0" kept: another resource of this program declares it'],
    [5, 'customers: "c0", "c1", "c2", "c3", "c4" kept: another resource of this program declares them'],
    [
      1_007,
      'customers: "c0", "c1", "c2", "c3", "c4" and 1,002 more kept: another resource of this program declares them',
    ],
  ])("are told in one line: %d of them", async (count, line) => {
    const { sets, reports, server, outputs } = await createdSet(setOf(customers(count)));
    sets.check(declareOthers(count), undefined);
    reports.length = 0;
    await sets.delete(outputs);
    expect(reports).toEqual([line]);
    expect(server.sent).toEqual([]);
  });

  it("count as done when the deletes after them fail, unless they could not be cleared", async () => {
    const members = { ...customers(3), c0: { displayName: "Customer 0", metadata: { a: 1 } } };
    for (const [refusal, done] of [[undefined, 2] as const, [problem(400, "no"), 1] as const]) {
      const { sets, server, outputs } = await createdSet(setOf(members));
      sets.check(declareOthers(2), undefined);
      server.rule = ({ method }) => (method === "DELETE" ? connectionRefused() : refusal?.clone());
      const failure = await failureOf(sets.delete(outputs));
      expect(failure.message).toContain(`stopped after ${done} of 3: no answer: connect ECONNREFUSED`);
      expect(failure.message.includes('"c0": OpenMeter answered 400')).toBe(refusal !== undefined);
    }
  });
});

describe("the progress of an update", () => {
  it("is about all that an update changes, and about the whole set in a read and a delete", async () => {
    const first = startSets();
    const outputs = await first.sets.create(setOf(customers(3)));
    expect(first.works).toEqual([{ name: "customers", total: 3, what: "done" }]);
    const { sets, works } = startSets(first.server);
    const after = await sets.update(outputs, setOf({ ...customers(2), c0: { displayName: "Zero" } }));
    await sets.read(after);
    await sets.delete(after);
    expect(works).toEqual([
      { name: "customers", total: 2, what: "done" },
      { name: "customers", total: 2, what: "read" },
      { name: "customers", total: 2, what: "done" },
    ]);
  });

  it("counts what was written and what was deleted", async () => {
    const { sets, outputs, told } = await createdSet(setOf(customers(5)));
    await sets.update(outputs, setOf({ ...customers(3), new: {} }));
    expect(told).toEqual([1, 2, 3]);
  });

  it("stands in the failure when the deletes fail", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(5)));
    server.rule = ({ method }) => (method === "DELETE" ? connectionRefused() : undefined);
    const failure = await partialFailureOf(sets.update(outputs, setOf({ ...customers(3), new: {} })));
    expect(detailsOf(failure)).toEqual(["stopped after 1 of 3: no answer: connect ECONNREFUSED"]);
    expect([...failure.outputs.ids.keys()].sort()).toEqual(["c0", "c1", "c2", "c3", "c4", "new"]);
  });
});

describe("a failure before anything is sent", () => {
  it("of the look for subjects that exist says so, and what was kept", async () => {
    const { sets, server } = startSets();
    server.rule = () => problem(401, "unauthorized");
    const failure = await failureOf(sets.create(setOf(customers(2), { onExisting: "fail" })));
    expect(failure.message).toMatch(
      /^set "customers" was not written: OpenMeter answered 401 .*The state stays as it is; run the command again$/,
    );
    expect(failure.cause).toMatchObject({ status: 401 });
  });

  it("of a comparison says so, and of a read also that a refresh may ask where it used to", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(2)));
    server.rule = () => problem(401, "unauthorized");
    const compared = await failureOf(sets.create(setOf(customers(2), { onExisting: "match" })));
    expect(compared.message).toMatch(/^set "customers" was not compared: .*run the command again$/);
    const read = await failureOf(sets.read(outputs));
    expect(read.message).toMatch(/^set "customers" was not read: .*run the command again\. If openmeter:baseUrl/);
  });

  it("that is a bug stays what it is", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(2)));
    server.rule = () => {
      throw new TypeError("a bug");
    };
    expect(await failureOf(sets.read(outputs))).toBeInstanceOf(TypeError);
  });
});
