import { describe, expect, it } from "vitest";
import { connectionRefused } from "../../openmeter/bulk-server";
import { problem } from "../../openmeter/fake-transport";
import { failureOf } from "../started-lifecycle";
import {
  createdSet,
  customers,
  detailsOf,
  held,
  idsOf,
  itemsOf,
  partialFailureOf,
  refusing,
  setOf,
  startSets,
} from "./started-set";

describe("the update of a set", () => {
  it("sends only what changed: three of 1,000 are one request", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(1_000)));
    const { c5: _c5, ...rest } = customers(1_001);
    const now = setOf({ c5: { metadata: { a: 1 } }, ...rest, c7: { displayName: "X" } });
    const updated = await sets.update(outputs, now);
    expect(server.sent.map(({ body }) => body)).toEqual([
      [
        { key: "c5", displayName: null, metadata: { a: 1 } },
        { key: "c7", displayName: "X" },
        { key: "c1000", displayName: "Customer 1000" },
      ],
    ]);
    expect(updated).toStrictEqual({ ...now, ids: idsOf(server) });
    expect(held(server)).toEqual(Object.fromEntries(now.subjects));
  });

  it("tells of owned fields that it is not about and finds changed, without values, and leaves them alone", async () => {
    const { sets, server, outputs, reports } = await createdSet(setOf(customers(20)));
    server.seed({ key: "c1", displayName: "Drifted" });
    server.seed({ key: "c2", displayName: "Drifted too, but not written" });
    server.seed({ key: "c3", metadata: { foreign: 1 } });
    const fields = { metadata: { plan: "pro" } };
    const now = setOf({
      ...customers(20),
      c1: { displayName: "Customer 1", ...fields },
      c3: { displayName: "Customer 3", stripeCustomerId: "cus_3" },
    });
    await sets.update(outputs, now);
    expect(reports).toEqual([
      'customers: "c1" (displayName) changed in OpenMeter; left alone, since this update is not about it. See and repair it with pulumi up --refresh',
    ]);
    expect(held(server).c1).toEqual({ displayName: "Drifted", ...fields });
  });

  it("names five drifted subjects and counts the others", async () => {
    const { sets, server, outputs, reports } = await createdSet(setOf(customers(7)));
    for (const key of Object.keys(customers(7))) server.seed({ key, displayName: "Drifted" });
    const changed = Object.entries(customers(7)).map(([key, fields]) => [
      key,
      { ...fields, stripeCustomerId: "cus_1" },
    ]);
    await sets.update(outputs, setOf(Object.fromEntries(changed)));
    expect(reports).toEqual([expect.stringContaining('"c4" (displayName) and 2 more changed in OpenMeter')]);
  });

  it("deletes what is gone by id, after everything else", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(20)));
    const updated = await sets.update(outputs, setOf({ ...customers(18), new: {} }));
    expect(server.calls()).toEqual([
      "POST /api/v1/subjects",
      `DELETE /api/v1/subjects/${outputs.ids.get("c18")}`,
      `DELETE /api/v1/subjects/${outputs.ids.get("c19")}`,
    ]);
    expect(updated.ids).toEqual(idsOf(server));
    expect(updated.subjects.size).toBe(19);
  });

  it("of options alone sends nothing and keeps them", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(3)));
    const now = setOf(customers(3), { maxDeletions: 5, onExisting: "fail" });
    expect(await sets.update(outputs, now)).toStrictEqual({ ...now, ids: outputs.ids });
    expect(server.sent).toEqual([]);
  });

  it("keeps of a refused subject what was there before", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(10)));
    server.rule = refusing("c4", "new");
    const now = setOf({ ...customers(10), c4: { displayName: "X" }, c5: { displayName: "Y" }, new: {} });
    const failure = await partialFailureOf(sets.update(outputs, now));
    expect(Object.fromEntries(failure.outputs.subjects)).toEqual({ ...customers(10), c5: { displayName: "Y" } });
    expect(failure.outputs.ids).toEqual(outputs.ids);
    server.rule = () => undefined;
    server.sent.length = 0;
    const { sets: next } = startSets(server);
    await next.update(failure.outputs, now);
    expect(server.sent.map(({ body }) => itemsOf(body).map(({ key }) => key))).toEqual([["c4", "new"]]);
  });

  it("that cannot go on deletes nothing, and keeps what should have gone", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(10)));
    server.rule = connectionRefused;
    const failure = await partialFailureOf(sets.update(outputs, setOf({ ...customers(5), c0: { displayName: "X" } })));
    expect(server.calls()).toEqual(["POST /api/v1/subjects"]);
    expect(Object.fromEntries(failure.outputs.subjects)).toEqual(customers(10));
    expect(failure.outputs.ids).toEqual(outputs.ids);
  });

  it("keeps in the state what could not be deleted, and the next run deletes it", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(10)));
    const stubborn = `/api/v1/subjects/${outputs.ids.get("c9")}`;
    server.rule = ({ method, path }) =>
      method === "DELETE" && path === stubborn ? problem(409, "in use", "Conflict") : undefined;
    const failure = await partialFailureOf(sets.update(outputs, setOf(customers(7))));
    expect(detailsOf(failure)).toEqual([expect.stringMatching(/^"c9": OpenMeter answered 409 Conflict: in use/)]);
    expect([...failure.outputs.subjects.keys()].sort()).toEqual([...Object.keys(customers(7)), "c9"].sort());
    expect(failure.outputs.ids).toEqual(idsOf(server));
    server.rule = () => undefined;
    const { sets: next } = startSets(server);
    expect(next.diff(failure.outputs, setOf(customers(7)))).toBe(true);
    expect((await next.update(failure.outputs, setOf(customers(7)))).ids).toEqual(idsOf(server));
    expect(held(server)).toEqual(customers(7));
  });
});

describe("a subject that was deleted outside", () => {
  const before = setOf({ a: { displayName: "A", metadata: { x: 1 } }, b: { displayName: "B" } });
  const now = setOf({ a: { displayName: "New", metadata: { x: 1 } }, b: { displayName: "B" } });

  it("and is changed in the program is restored whole", async () => {
    const { sets, server, outputs } = await createdSet(before);
    server.records.splice(0, 1);
    const updated = await sets.update(outputs, now);
    expect(held(server)).toEqual(Object.fromEntries(now.subjects));
    expect(updated.ids).toEqual(idsOf(server));
    expect(updated.ids.get("a")).not.toBe(outputs.ids.get("a"));
  });

  it.each([
    ["refused", () => problem(400, "no")],
    ["not answered", connectionRefused],
  ])("and whose restoring is %s is not in the state as if it were whole", async (_how, answer) => {
    const { sets, server, outputs } = await createdSet(before);
    server.records.splice(0, 1);
    server.rule = () => (server.sent.length > 1 ? answer() : undefined);
    const failure = await partialFailureOf(sets.update(outputs, now));
    server.rule = () => undefined;
    await startSets(server).sets.update(failure.outputs, now);
    expect(held(server)).toEqual(Object.fromEntries(now.subjects));
  });
});

describe("a failure after which nothing more is sent", () => {
  it("of an empty set's update is told as one of an update, without a state", async () => {
    const { sets, server, outputs } = await createdSet(setOf({}));
    server.rule = () => problem(401, "unauthorized");
    const failure = await failureOf(sets.update(outputs, setOf(customers(1))));
    expect(failure).not.toHaveProperty("outputs");
    expect(failure.message).toMatch(/^set "customers" was not updated: stopped after 0 of 1/);
  });

  it("counts the deletes that came before", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(20)));
    server.rule = () => (server.sent.length > 10 ? connectionRefused() : undefined);
    const failure = await failureOf(sets.delete(outputs));
    expect(failure.message).toContain("stopped after 10 of 20: no answer: connect ECONNREFUSED");
  });

  it("ends an update before it restores what was deleted outside, which the next update does", async () => {
    const named = (displayName: string) =>
      setOf(Object.fromEntries(Object.keys(customers(3_000)).map((key) => [key, { displayName, metadata: { n: 1 } }])));
    const changed = named("X");
    const { sets, server, outputs } = await createdSet(named("A"));
    server.records.splice(0, 1);
    // The first chunk, with the subject that was deleted, is stored; then the key is withdrawn.
    server.rule = ({ body }) =>
      JSON.stringify(body).includes('"c0"') && server.find("c0") === undefined
        ? undefined
        : problem(401, "unauthorized");
    server.sent.length = 0;
    const failure = await partialFailureOf(sets.update(outputs, changed));
    expect(server.sent.length).toBeLessThanOrEqual(4);
    server.rule = () => undefined;
    await startSets(server).sets.update(failure.outputs, changed);
    expect(held(server)).toEqual(Object.fromEntries(changed.subjects));
  });

  it("ends a hand-over before it deletes", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(30)));
    const others = setOf({ c0: {} }, { name: "others" });
    await startSets(server).sets.create(others);
    sets.check({ subjects: '{"c0":{}}', name: "others" }, new Set(["c0"]));
    sets.diff({ ...others, ids: new Map() }, others);
    server.sent.length = 0;
    server.rule = () => problem(401, "unauthorized");
    const failure = await partialFailureOf(sets.update(outputs, setOf({})));
    expect(server.calls()).toEqual(["POST /api/v1/subjects"]);
    expect(detailsOf(failure)).toEqual([expect.stringMatching(/^stopped after 0 of 30: OpenMeter answered 401/)]);
    expect(failure.outputs.ids).toEqual(outputs.ids);
  });
});
