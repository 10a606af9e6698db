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

describe("the create of a set", () => {
  it("is one request for up to 500 subjects, and returns the declaration with the server's ids", async () => {
    const { sets, server, told } = startSets();
    const now = setOf(customers(500), { onExisting: "adopt", maxDeletions: 7 });
    expect(await sets.create(now)).toStrictEqual({ ...now, ids: idsOf(server) });
    expect(server.calls()).toEqual(["POST /api/v1/subjects"]);
    expect(held(server)).toEqual(customers(500));
    expect(told.at(-1)).toBe(500);
  });

  it("of no subjects sends nothing", async () => {
    const { sets, server } = startSets();
    expect((await sets.create(setOf({}))).ids.size).toBe(0);
    expect(server.sent).toEqual([]);
  });

  it("adopts subjects that exist: sets declared fields, leaves others, keeps the record", async () => {
    const { sets, server } = startSets();
    const { id } = server.seed({ key: "a", displayName: "Old", stripeCustomerId: "cus_1" });
    const { ids } = await sets.create(setOf({ a: { displayName: "New" }, b: {} }));
    expect(ids.get("a")).toBe(id);
    expect(held(server)).toEqual({ a: { displayName: "New", stripeCustomerId: "cus_1" }, b: {} });
  });

  it.each([undefined, "adopt"] as const)(
    "adopts a subject that somebody creates at that moment: %s",
    async (onExisting) => {
      const { sets, server } = startSets();
      server.rule = ({ method }) => {
        if (method !== "POST" || server.find("a") !== undefined) return undefined;
        server.seed({ key: "a", displayName: "Foreign" });
        return problem(409, "subject with key already exists: a");
      };
      await sets.create(setOf({ a: { displayName: "Mine" } }, onExisting === undefined ? {} : { onExisting }));
      expect(held(server)).toEqual({ a: { displayName: "Mine" } });
    },
  );

  it("sends a subject that an update was refused no second time", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(1)));
    server.rule = refusing("c0");
    await partialFailureOf(sets.update(outputs, setOf({ c0: { displayName: "Bad" } })));
    expect(server.calls()).toEqual(["POST /api/v1/subjects"]);
  });

  it("stores all but the bad subjects, names these, and hands over exactly what is stored", async () => {
    const { sets, server } = startSets();
    server.rule = refusing("c3", "c700");
    const failure = await partialFailureOf(sets.create(setOf(customers(1_000))));
    const { c3: _c3, c700: _c700, ...stored } = customers(1_000);
    expect(failure.id).toBe("customers");
    expect(Object.fromEntries(failure.outputs.subjects)).toEqual(stored);
    expect(failure.outputs.ids).toEqual(idsOf(server));
    expect(held(server)).toEqual(stored);
    expect(detailsOf(failure).sort()).toEqual([
      expect.stringMatching(/^"c3": OpenMeter answered 400 Bad Request: c3 is bad/),
      expect.stringMatching(/^"c700": .*c700 is bad/),
    ]);
    expect(failure.message).toMatch(/^set "customers": 998 of 1,000 changes were made, 2 refused\. /);

    const { sets: next } = startSets(server);
    server.rule = () => undefined;
    server.sent.length = 0;
    expect(next.diff(failure.outputs, setOf(customers(1_000)))).toBe(true);
    const outputs = await next.update(failure.outputs, setOf(customers(1_000)));
    expect(server.sent.flatMap(({ body }) => itemsOf(body).map(({ key }) => key)).sort()).toEqual(["c3", "c700"]);
    expect(outputs.ids).toEqual(idsOf(server));
    expect(next.diff(outputs, setOf(customers(1_000)))).toBe(false);
  });

  it("that stops half-way keeps what was stored, and the next run sends only the rest", async () => {
    const { sets, server } = startSets();
    server.rule = () => (server.sent.length > 4 ? connectionRefused() : undefined);
    const failure = await partialFailureOf(sets.create(setOf(customers(4_000))));
    expect(failure.outputs.ids).toEqual(idsOf(server));
    expect(failure.outputs.subjects.size).toBe(2_000);
    expect(failure.reasons[0]).toBe(
      'set "customers": 2,000 of 4,000 changes were made, 0 refused. The state holds all that is known to be stored; run pulumi up again, which sends only the rest',
    );
    expect(detailsOf(failure)).toEqual(["stopped after 2,000 of 4,000: no answer: connect ECONNREFUSED"]);
    server.rule = () => undefined;
    server.sent.length = 0;
    await startSets(server).sets.update(failure.outputs, setOf(customers(4_000)));
    expect(server.calls()).toHaveLength(4);
    expect(server.records).toHaveLength(4_000);
  });

  it("of which nothing was stored is a failure without a state", async () => {
    const { sets, server } = startSets();
    server.rule = () => problem(401, "unauthorized");
    const failure = await failureOf(sets.create(setOf(customers(10))));
    expect(failure).not.toHaveProperty("outputs");
    expect(failure.message).toMatch(/^set "customers" was not created: stopped after 0 of 10: OpenMeter answered 401/);
  });

  it("names twenty refused subjects and counts the others", async () => {
    const { sets, server } = startSets();
    server.rule = refusing(...Object.keys(customers(30)));
    const failure = await partialFailureOf(sets.create(setOf(customers(31))));
    expect(detailsOf(failure)).toHaveLength(21);
    expect(failure.reasons.at(-1)).toBe("10 more were refused");
  });
});

describe("onExisting fail", () => {
  it("refuses before anything is sent, and names the subjects that exist", async () => {
    const { sets, server } = startSets();
    server.seed({ key: "c1", displayName: "Foreign" });
    server.seed({ key: "c18" });
    const failure = await failureOf(sets.create(setOf(customers(20), { onExisting: "fail" })));
    expect(failure.message).toMatch(
      /^set "customers": "c1", "c18" exist in OpenMeter already, and onExisting is "fail"/,
    );
    expect(server.calls().filter((call) => call.startsWith("POST"))).toEqual([]);
    expect(held(server)).toEqual({ c1: { displayName: "Foreign" }, c18: {} });
  });

  it("looks only at subjects that are new to the set", async () => {
    const { sets, server, outputs } = await createdSet(setOf(customers(20), { onExisting: "fail" }));
    const now = setOf({ ...customers(21), c3: { displayName: "X" } }, { onExisting: "fail" });
    await sets.update(outputs, now);
    expect(server.calls()).toEqual(["GET /api/v1/subjects/c20", "POST /api/v1/subjects"]);
  });

  it("accepts records that another resource of the stack owns", async () => {
    const { sets, run, server, outputs } = await createdSet(setOf({ a: {} }));
    for (const id of outputs.ids.values()) run.own(id);
    const moved = await sets.create(setOf({ a: {} }, { name: "others", onExisting: "fail" }));
    expect(moved.ids).toEqual(idsOf(server));
  });

  it("accepts records of which some turn out to be the stack's only while it waits", async () => {
    const { server, outputs } = await createdSet(setOf({ a: {}, b: {} }));
    const [first = "", second = ""] = outputs.ids.values();
    const { sets, run } = startSets(server, () => run.own(second));
    run.own(first);
    const moved = await sets.create(setOf({ a: {}, b: {} }, { name: "others", onExisting: "fail" }));
    expect(moved.ids).toEqual(outputs.ids);
  });

  it("does not take over a subject that somebody creates at that moment", async () => {
    const { sets, server } = startSets();
    let conflicts = 0;
    server.rule = ({ method }) => {
      if (method !== "POST" || conflicts++ > 0) return undefined;
      server.seed({ key: "a", displayName: "Foreign" });
      return problem(409, "subject with key already exists: a");
    };
    await failureOf(sets.create(setOf({ a: { displayName: "Mine" } }, { onExisting: "fail" })));
    expect(held(server)).toEqual({ a: { displayName: "Foreign" } });
  });

  it("costs a few requests for many new subjects", async () => {
    const { sets, server } = startSets();
    await sets.create(setOf(customers(1_000), { onExisting: "fail" }));
    expect(server.sent.length).toBeLessThanOrEqual(10);
  });
});

describe("what OpenMeter stores otherwise", () => {
  it("is told for each subject, and the state holds the stored value", async () => {
    const { sets, server } = startSets();
    server.hook = (stored) => (stored.key === "b" ? { ...stored, displayName: "HOOKED" } : stored);
    const failure = await partialFailureOf(
      sets.create(setOf({ a: { displayName: "A" }, b: { displayName: "B", metadata: { x: 1 } } })),
    );
    expect(detailsOf(failure)).toEqual(['"b": displayName is "HOOKED" in OpenMeter and "B" in the program']);
    expect(Object.fromEntries(failure.outputs.subjects)).toEqual({
      a: { displayName: "A" },
      b: { displayName: "HOOKED", metadata: { x: 1 } },
    });
    expect(failure.outputs.ids).toEqual(idsOf(server));
  });

  it("keeps secrets out of the message", async () => {
    const { sets, server } = startSets();
    server.hook = (stored) => ({ ...stored, metadata: { token: "hunter3" } });
    const failure = await partialFailureOf(
      sets.create(setOf({ a: { metadata: { token: "hunter2" } } }, { secret: true })),
    );
    expect(`${failure.message}${failure.reasons}`).toContain("[secret]");
    expect(`${failure.message}${failure.reasons}`).not.toMatch(/hunter/);
  });
});
