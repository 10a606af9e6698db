import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Declaration, State } from "../../../provider/src/core/declaration";
import { asLive, creation, stateAfter, stateAsLive, update, workOf, written } from "../../../provider/src/core/plan";
import type { Fields, LiveObject, RecordId, Write } from "../../../provider/src/core/port";
import { unknown } from "../../../provider/src/core/unknown";
import { subjectKind as kind } from "../../../provider/src/kinds/subject/fields";
import { anyFields } from "./any-value";

const id = "01J" as RecordId;
const declaration = (fields: Fields, options: Declaration["options"] = {}): State => ({
  urn: "u",
  label: "s",
  isSet: true,
  secretFields: [],
  secretKeys: false,
  objects: new Map([["a", fields]]),
  ids: new Map([["a", id]]),
  options,
});
const live = (fields: Fields): LiveObject => ({ id, key: "a", fields: { metadata: {}, ...fields } });

/** What the server makes of a write. */
function applied(changes: Readonly<Record<string, unknown>>, before: LiveObject = live({})): LiveObject {
  const all = Object.entries({ ...before.fields, ...changes }).filter(([, value]) => value !== null);
  return live(Object.fromEntries(all) as Fields);
}

function changedBetween(before: Fields, now: Readonly<Record<string, unknown>>): readonly string[] {
  return workOf(kind, new Map([["a", before]]), new Map([["a", now]])).changed.get("a") ?? [];
}

describe("the work between two declarations", () => {
  it.each<[string, Fields, Readonly<Record<string, unknown>>, string[]]>([
    ["nothing for the same values in another order", { metadata: { a: 1, b: 2 } }, { metadata: { b: 2, a: 1 } }, []],
    ["another value", { displayName: "A" }, { displayName: "B" }, ["displayName"]],
    ["a new field, also an empty one", {}, { displayName: "", metadata: {} }, ["displayName", "metadata"]],
    ["a dropped field, also an empty one", { displayName: "", metadata: {} }, {}, ["displayName", "metadata"]],
    ["a value deep in a map", { metadata: { a: [{ b: 1 }] } }, { metadata: { a: [{ b: 2 }] } }, ["metadata"]],
    ["an unknown value", { displayName: "A" }, { displayName: unknown }, ["displayName"]],
    ["an unknown value deep in a map", { metadata: { a: [1] } }, { metadata: { a: [unknown] } }, ["metadata"]],
  ])("is %s", (_what, before, now, expected) => {
    expect(changedBetween(before, now)).toEqual(expected);
  });

  it("names each key once: new, changed or removed", () => {
    const before = new Map<string, Fields>([
      ["same", {}],
      ["gone", {}],
      ["other", { displayName: "A" }],
    ]);
    const now = new Map<string, Fields>([
      ["same", {}],
      ["new", {}],
      ["other", { displayName: "B" }],
    ]);
    expect(workOf(kind, before, now)).toEqual({
      created: ["new"],
      changed: new Map([["other", ["displayName"]]]),
      removed: ["gone"],
    });
  });
});

describe("any two declarations of an object", () => {
  const updateOf = (before: Fields, now: Fields, there: LiveObject | undefined) => {
    const names = changedBetween(before, now);
    return update(kind, declaration(before), declaration(now), { key: "a", id, names, live: there });
  };
  const makeSo = (before: Fields, now: Fields, there: LiveObject) =>
    applied(updateOf(before, now, there).changes, there);

  it("converge: a create and an update leave nothing to do, and are confirmed", () => {
    fc.assert(
      fc.property(anyFields, anyFields, (before, now) => {
        const write = creation(kind, declaration(before), "a", undefined);
        const first = applied(write.changes);
        expect(written(kind, declaration(before), write, first)).toStrictEqual({ id });
        expect(changedBetween(before, asLive(kind, declaration(before), first))).toEqual([]);
        const second = makeSo(before, now, first);
        expect(changedBetween(now, asLive(kind, declaration(now), second))).toEqual([]);
        for (const name of Object.keys(kind.fields).filter((one) => now[one] === undefined)) {
          expect(second.fields[name] ?? {}).toEqual({});
        }
      }),
    );
  });

  it("send only what changed, and nothing for the same", () => {
    fc.assert(
      fc.property(anyFields, anyFields, (before, now) => {
        const changed = changedBetween(before, now);
        const { changes } = updateOf(before, now, undefined);
        expect(Object.keys(changes).sort()).toEqual([...changed].sort());
        expect(changedBetween(before, before)).toEqual([]);
      }),
    );
  });

  it("leave fields that were never declared as somebody else has them", () => {
    fc.assert(
      fc.property(anyFields, anyFields, anyFields, (before, now, foreign) => {
        const there = applied(creation(kind, declaration(before), "a", undefined).changes, live(foreign));
        const after = makeSo(before, now, there);
        for (const name of Object.keys(kind.fields).filter((one) => !(one in before) && !(one in now))) {
          expect(after.fields[name]).toEqual(live(foreign).fields[name]);
        }
      }),
    );
  });
});

describe("the state after a write", () => {
  it("has what was declared of what was stored, what was there of what was not, and nothing of what never was", () => {
    const all = (...entries: [string, Fields][]) => ({ ...declaration({}), objects: new Map(entries) });
    const before = { ...all(["a", { displayName: "A" }], ["b", { displayName: "B" }]), ids: new Map([["b", id]]) };
    const now = all(["a", { displayName: "A2" }], ["b", { displayName: "B2" }], ["c", {}]);
    const { objects, ids } = stateAfter(kind, before, now, new Map([["a", { id: "01K" as RecordId }]]));
    expect([...objects]).toEqual([
      ["a", { displayName: "A2" }],
      ["b", { displayName: "B" }],
    ]);
    expect([...ids]).toEqual([
      ["a", "01K"],
      ["b", id],
    ]);
  });
});

describe("what is held in memory for a hundred thousand objects", () => {
  it("is of a write the id alone, and more only where something is otherwise", () => {
    const changes = { displayName: "A" };
    const write: Write = { key: "a", changes, declared: ["displayName"], onto: () => write };
    const now = declaration({ displayName: "A", metadata: { x: 1 } });
    expect(written(kind, now, write, live({ displayName: "A", metadata: { x: 1 } }))).toStrictEqual({ id });
    expect(written(kind, now, write, live({ displayName: "A", metadata: { x: 2 } }))).toMatchObject({
      drifted: [{ field: "metadata", wanted: { x: 1 }, stored: { x: 2 } }],
    });
    const otherwise = written(kind, now, write, live({ displayName: "B", metadata: { x: 1 } }));
    expect(otherwise).toMatchObject({
      otherwise: { mismatches: [{ field: "displayName", wanted: "A", stored: "B" }] },
    });
    expect(otherwise).not.toHaveProperty("drifted");
  });

  it("is of a refresh what the state has, where that is the same", () => {
    const before = declaration({ metadata: { x: 1 } });
    const fields = asLive(kind, before, live({ metadata: { x: 1 }, displayName: "not declared" }));
    expect(fields).toBe(before.objects.get("a"));
    expect(stateAsLive(before, new Map([["a", { id, key: "a", fields }]]))).toBe(before);
    expect(stateAsLive(before, new Map([["a", { id: "01K" as RecordId, key: "a", fields }]])).ids.get("a")).toBe("01K");
    expect(stateAsLive(before, new Map()).objects.size).toBe(0);
  });
});
