import { describe, expect, it } from "vitest";
import { unknown } from "../../../../provider/src/provider/declaration";
import { connectionRefused } from "../../openmeter/bulk-server";
import { SubjectsInMemory } from "../../openmeter/subjects-in-memory";
import { failureOf } from "../started-lifecycle";
import {
  createdSet,
  customers,
  held,
  idsOf,
  itemsOf,
  partialFailureOf,
  refusing,
  setOf,
  startSets,
} from "./started-set";

const match = { onExisting: "match" } as const;

/** A server that has these customers already. */
function startWith(count: number) {
  const started = startSets();
  for (const [key, fields] of Object.entries(customers(count))) started.server.seed({ key, ...fields });
  return started;
}

describe('a set with onExisting "match"', () => {
  it("takes over what is there as declared with one list and no write", async () => {
    const { sets, server } = startWith(1_200);
    const before = structuredClone(server.records);
    const now = setOf(customers(1_200), match);
    expect(await sets.create(now)).toStrictEqual({ ...now, ids: idsOf(server) });
    expect(server.calls()).toEqual(["GET /api/v1/subjects"]);
    expect(server.records).toEqual(before);
  });

  it("sends only what is missing", async () => {
    const { sets, server, told } = startWith(30);
    const { ids } = await sets.create(setOf(customers(32), match));
    expect(told).toEqual([32]);
    const posts = server.sent.filter(({ method }) => method === "POST");
    expect(posts.map(({ body }) => itemsOf(body).map(({ key }) => key))).toEqual([["c30", "c31"]]);
    expect(ids).toEqual(idsOf(server));
  });

  it("refuses to write one that is there otherwise, names subject and fields without values, and sends nothing", async () => {
    const { sets, server } = startWith(30);
    server.seed({ key: "c7", displayName: "Renamed in the CRM" });
    const failure = await failureOf(sets.create(setOf(customers(32), match)));
    expect(failure.message).toMatch(/OpenMeter has 1 of its subjects otherwise than declared.*"c7" \(displayName\)/);
    expect(failure.message).not.toContain("CRM");
    expect(server.calls()).toEqual(["GET /api/v1/subjects"]);
  });

  it("writes what another resource of the stack has", async () => {
    const { single, server, run, sets } = startSets();
    const { subjectId } = await single.create({ key: "c0", displayName: "Single" });
    run.own(subjectId);
    await sets.create(setOf(customers(1), match));
    expect(held(server)).toEqual(customers(1));
  });

  it("waits for the rest of the program where one differs that is not known to be the stack's", async () => {
    const server = new SubjectsInMemory();
    const [early, late] = ["c0", "c1"].map((key) => server.seed({ key, displayName: "Single" }).id);
    const { sets, run } = startSets(server, (waiting) => waiting.own(String(late)));
    run.own(String(early));
    await sets.create(setOf(customers(2), match));
    expect(held(server)).toEqual(customers(2));
  });

  it("waits for nothing where all that differs is the stack's", async () => {
    const server = new SubjectsInMemory();
    const { id } = server.seed({ key: "c0", displayName: "Single" });
    let waits = 0;
    const { sets, run } = startSets(server, () => {
      waits += 1;
    });
    run.own(id);
    await sets.create(setOf(customers(1), match));
    expect(waits).toBe(0);
  });

  it("keeps what it took over in the state when the rest is refused", async () => {
    const { sets, server } = startWith(30);
    server.rule = refusing("c30");
    const { outputs } = await partialFailureOf(sets.create(setOf(customers(31), match)));
    expect(outputs.ids).toEqual(idsOf(server));
    expect(outputs.ids.size).toBe(30);
  });

  it("keeps what it took over in the state when the server goes away", async () => {
    const { sets, server } = startWith(30);
    server.rule = ({ method }) => {
      if (method === "POST") throw connectionRefused();
      return undefined;
    };
    const { outputs } = await partialFailureOf(sets.create(setOf(customers(31), match)));
    expect(outputs.ids).toEqual(idsOf(server));
  });

  it("compares in an update only what is new to the set", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(2), match));
    server.seed({ key: "c2", ...customers(3).c2 });
    server.seed({ key: "c1", displayName: "Drifted" });
    const now = setOf({ ...customers(3), c0: { displayName: "Zero" } }, match);
    await sets.update(outputs, now);
    const posts = server.sent.filter(({ method }) => method === "POST");
    expect(posts.map(({ body }) => body)).toEqual([[{ key: "c0", displayName: "Zero" }]]);
  });
});

describe("what a preview of a set with onExisting match says", () => {
  it("tells what is taken over, created and refused, without values", async () => {
    const { sets, server, reports } = startWith(20);
    server.seed({ key: "c3", displayName: "hush" });
    const now = setOf(customers(22), match);
    await sets.foresee(now, undefined);
    expect(reports).toEqual([
      'customers: 19 to take over as they are (nothing is sent), 2 to create of 22: +"c20", +"c21"; 1 not as declared in OpenMeter, which onExisting "match" refuses, unless a resource of this stack has them: "c3" (displayName)',
    ]);
    expect(server.calls()).toEqual(["GET /api/v1/subjects"]);
  });

  it("is one line: nothing is announced as created that is there", async () => {
    const { sets, reports } = startWith(20);
    const raw = { subjects: JSON.stringify(customers(20)), name: "customers", secret: false, onExisting: "match" };
    const checked = sets.check(raw, undefined);
    if (!checked.ok) throw new Error("the set is good");
    await sets.foresee(checked.declaration, undefined);
    expect(reports).toEqual(["customers: 20 to take over as they are (nothing is sent) of 20"]);
  });

  it("is nothing, without a request, where there is nothing new or known to compare, or another onExisting", async () => {
    const { sets, server, reports } = startWith(20);
    const now = setOf(customers(20), match);
    await sets.foresee(now, new Set(now.subjects.keys()));
    await sets.foresee({ ...now, subjects: unknown }, undefined);
    await sets.foresee(setOf(customers(20)), undefined);
    expect(reports).toEqual([]);
    expect(server.sent).toEqual([]);
  });
});
