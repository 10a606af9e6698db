import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Declaration, OwnedFields, PreviewedDeclaration } from "../../../../provider/src/provider/declaration";
import { unknown } from "../../../../provider/src/provider/declaration";
import type { SetOutputs } from "../../../../provider/src/provider/set/declaration";
import type { PreviewedSet } from "../../../../provider/src/provider/set/inputs";
import {
  leaving,
  memberOf,
  setDiffers,
  summaryOf,
  workOf,
  workOfPreview,
} from "../../../../provider/src/provider/set/plan";
import { applied, type StoredSubject } from "../../openmeter/subjects-in-memory";
import { anySubjects } from "./any-subjects";
import { customers, setOf } from "./started-set";

const outputs = (subjects: Record<string, OwnedFields>, options: Partial<SetOutputs> = {}): SetOutputs => ({
  ...setOf(subjects),
  ids: new Map(Object.keys(subjects).map((key) => [key, `01J-${key}`])),
  ...options,
});

describe("the work of an update", () => {
  it("makes the server hold the declaration, and leaves fields that were never declared", () => {
    fc.assert(
      fc.property(anySubjects, anySubjects, (before, now) => {
        const server = new Map<string, StoredSubject>();
        for (const [key, fields] of before) {
          server.set(key, applied(undefined, { displayName: "Foreign", ...fields, key }, `01J-${key}`));
        }
        const work = workOf(before, now);
        for (const item of work.upserts) server.set(item.key, applied(server.get(item.key), item, "new"));
        for (const key of work.removed) server.delete(key);

        expect([...server.keys()].sort()).toEqual([...now.keys()].sort());
        for (const [key, fields] of now) {
          const { id: _id, key: _key, ...live } = server.get(key) ?? { id: "", key, metadata: {} };
          expect(live).toMatchObject(fields);
          const foreign = before.has(key) && before.get(key)?.displayName === undefined;
          if (fields.displayName === undefined) expect(live.displayName).toBe(foreign ? "Foreign" : undefined);
          if (fields.metadata === undefined) expect(live.metadata).toEqual({});
          if (fields.stripeCustomerId === undefined) expect(live.stripeCustomerId).toBeUndefined();
        }
      }),
    );
  });

  it("names each key once, and nothing that is unchanged", () => {
    fc.assert(
      fc.property(anySubjects, anySubjects, (before, now) => {
        const { created, updated, removed, upserts } = workOf(before, now);
        const all = [...created, ...updated, ...removed];
        expect(new Set(all).size).toBe(all.length);
        expect(upserts.map(({ key }) => key).sort()).toEqual([...created, ...updated].sort());
        expect(created.every((key) => !before.has(key) && now.has(key))).toBe(true);
        expect(removed.every((key) => before.has(key) && !now.has(key))).toBe(true);
        expect(workOf(now, now)).toEqual({ created: [], updated: [], upserts: [], removed: [] });
      }),
    );
  });

  it("sends of a changed subject only what changed", () => {
    const before = setOf({ a: { displayName: "A", metadata: { plan: "pro" } } }).subjects;
    const now = setOf({ a: { displayName: "B", metadata: { plan: "pro" } } }).subjects;
    expect(workOf(before, now).upserts).toEqual([{ key: "a", displayName: "B" }]);
  });
});

describe("whether the engine has something to do", () => {
  it("is no for the same set, yes for a change of a subject or an option", () => {
    const before = outputs({ a: { displayName: "A" }, b: {} });
    const differs = (now: PreviewedSet) => setDiffers(before, now, workOfPreview(before, now));
    expect(differs(setOf({ b: {}, a: { displayName: "A" } }))).toBe(false);
    for (const now of [
      setOf({ a: { displayName: "A" } }),
      setOf({ a: { displayName: "B" }, b: {} }),
      setOf({ a: { displayName: "A" }, b: {}, c: {} }),
      setOf({ a: { displayName: "A" }, b: {} }, { onExisting: "fail" }),
      setOf({ a: { displayName: "A" }, b: {} }, { maxDeletions: 5 }),
      setOf({ a: { displayName: "A" }, b: {} }, { secret: true }),
      setOf({ a: { displayName: "A" }, b: {} }, { secretKeys: true }),
      { ...setOf({}), subjects: unknown } as const,
    ]) {
      expect(differs(now)).toBe(true);
    }
  });
});

describe("a summary", () => {
  const summary = (before: Record<string, OwnedFields>, now: Record<string, OwnedFields>, size?: number) =>
    summaryOf(workOf(setOf(before).subjects, setOf(now).subjects), size ?? Object.keys(now).length, () => false);

  it("is nothing when there is nothing to do", () => {
    expect(summary(customers(3), customers(3))).toBeUndefined();
  });

  it("counts what is to do and names ten, deletions first", () => {
    const gone = { gone: {} };
    const { c0: _c0, c1: _c1, c2: _c2, ...kept } = customers(10_000);
    const changed = { c0: { displayName: "X" }, c1: { metadata: { a: 1 } }, c2: {} };
    const before = Object.fromEntries(Object.entries(customers(9_988)));
    expect(summary({ ...before, ...gone }, { ...changed, ...kept })).toBe(
      '12 to create, 3 to update, 1 to delete of 10,000: -"gone", ~"c0" (displayName), ~"c1" (displayName, metadata), ' +
        '~"c2" (displayName), +"c9988", +"c9989", +"c9990", +"c9991", +"c9992", +"c9993" and 6 more',
    );
  });

  it("leaves out what there is none of", () => {
    expect(summary({}, { a: { displayName: "hunter2" } })).toBe('1 to create of 1: +"a"');
    expect(summary({ a: {} }, {})).toBe('1 to delete of 0: -"a"');
    expect(summary({ a: {}, b: {} }, { a: { metadata: { token: "hunter2" } }, b: {} })).toBe(
      '1 to update of 2: ~"a" (metadata)',
    );
  });

  it("tells what another resource takes over from what is deleted", () => {
    const work = workOf(setOf({ a: {}, b: {}, c: {} }).subjects, setOf({ c: { displayName: "C" }, d: {} }).subjects);
    expect(summaryOf(work, 2, (key) => key === "b")).toBe(
      '1 to create, 1 to update, 1 to hand over, 1 to delete of 2: -"a", >"b", ~"c" (displayName), +"d"',
    );
    expect(summaryOf(work, 2, () => true, true)).toBe("1 to create, 1 to update, 2 to hand over of 2");
  });

  it("cannot repaint a terminal", () => {
    expect(summary({}, { "\u001b[31m": {} })).not.toMatch(/\p{Cc}/u);
  });
});

describe("subjects that leave a set", () => {
  const successors = (declared: Record<string, PreviewedDeclaration>) => ({
    successor: (key: string) => (Object.hasOwn(declared, key) ? declared[key] : undefined),
  });

  it("are deleted by id, except those that another resource declares, of which the rest is cleared", () => {
    const before = outputs({
      gone: { displayName: "G" },
      same: { displayName: "S" },
      less: { displayName: "L", metadata: { a: 1 } },
    });
    const run = successors({
      same: { key: "same", displayName: "Other" },
      less: { key: "less", displayName: unknown },
    });
    expect(leaving(["gone", "same", "less"], before, run)).toEqual({
      kept: ["same", "less"],
      clear: [{ key: "less", metadata: null }],
      remove: new Map([["gone", "01J-gone"]]),
    });
  });
});

describe("a subject that leaves a set which does not know its record", () => {
  it("is not deleted", () => {
    const before = { ...outputs({ a: {} }), ids: new Map() };
    expect(leaving(["a"], before, { successor: () => undefined }).remove).toEqual(new Map());
  });
});

describe("one subject of a set", () => {
  it("is the declaration that a Subject would make", () => {
    const expected: Declaration = { key: "a", displayName: "A", onExisting: "fail" };
    expect(memberOf(setOf({ a: { displayName: "A" } }, { onExisting: "fail" }), "a")).toStrictEqual(expected);
    expect(memberOf(setOf({ a: {} }), "a")).toStrictEqual({ key: "a" });
    expect(memberOf(setOf({ a: {} }, { secret: true }), "a").secretFields).toEqual([
      "displayName",
      "metadata",
      "stripeCustomerId",
    ]);
  });
});
