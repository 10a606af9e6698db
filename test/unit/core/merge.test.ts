import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Field } from "../../../provider/src/core/kind";
import { isThere, mergeThreeWays, ownPart, sameValue } from "../../../provider/src/core/merge";
import { unknown } from "../../../provider/src/core/unknown";
import { type JsonObject, jsonEqual } from "../../../provider/src/json";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { anyObject, oddObject } from "./any-value";

describe("a merge in three ways", () => {
  it.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
    ["keeps another writer's entry", { a: 1 }, { a: 2 }, { a: 1, crm: "x" }, { a: 2, crm: "x" }],
    [
      "keeps another writer's change of what the program leaves",
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 9, b: 1 },
      { a: 9, b: 2 },
    ],
    ["keeps another writer's removal", { a: 1, b: 1 }, { a: 1, b: 2 }, { b: 1 }, { b: 2 }],
    ["overwrites what both have changed", { a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }],
    [
      "goes into nested objects",
      { o: { x: 1, y: 1 } },
      { o: { x: 2 } },
      { o: { x: 1, y: 1, z: 1 } },
      { o: { x: 2, z: 1 } },
    ],
    ["replaces lists whole", { l: [1, 2] }, { l: [1] }, { l: [1, 2, 3] }, { l: [1] }],
    ["replaces what is no object any more", { o: { x: 1 } }, { o: { x: 2 } }, { o: "text" }, { o: { x: 2 } }],
    ["adds", {}, { a: { x: 1 } }, { b: 1 }, { a: { x: 1 }, b: 1 }],
    ["removes, also what is gone already", { a: 1, b: 1 }, {}, { b: 1, c: 1 }, { c: 1 }],
    [
      "takes no name for one that each object has",
      { toString: 1 },
      { constructor: 1 },
      { toString: 1 },
      { constructor: 1 },
    ],
  ])("%s", (_what, base, now, live, merged) => {
    expect(mergeThreeWays(base, now, live)).toEqual(merged);
  });

  it("replaces what is no object, and clears what is declared no more", () => {
    expect(mergeThreeWays("a", "b", "c")).toBe("b");
    expect(mergeThreeWays({ a: 1 }, undefined, { a: 1 })).toBeUndefined();
    expect(mergeThreeWays(undefined, { a: 1 }, { b: 1 })).toEqual({ a: 1 });
  });

  const any = fc.oneof(anyObject, oddObject);

  it("is what is declared where nobody else has written, and what is live where the program says the same as before", () => {
    fc.assert(
      fc.property(any, any, (base, now) => {
        expect(jsonEqual(mergeThreeWays(base, now, base), now)).toBe(true);
        expect(mergeThreeWays(base, base, now)).toEqual(now);
      }),
    );
  });

  it("changes nothing a second time", () => {
    fc.assert(
      fc.property(any, any, any, (base, now, live) => {
        const once = mergeThreeWays(base, now, live);
        expect(mergeThreeWays(base, now, once)).toEqual(once);
        expect(mergeThreeWays(now, now, once)).toEqual(once);
      }),
    );
  });

  it("leaves every entry that the program neither had nor has", () => {
    fc.assert(
      fc.property(any, any, any, (base, now, live) => {
        const merged = Object(mergeThreeWays(base, now, live));
        for (const [name, value] of Object.entries(live)) {
          if (!Object.hasOwn(base, name) && !Object.hasOwn(now, name)) {
            expect(merged[name]).toEqual(value);
          }
        }
      }),
    );
  });
});

const { metadata, displayName } = subjectKind.fields;
const { billingAddress: address } = customerKind.fields;
const list: Field = { ...displayName, empty: [], isUnordered: true };

describe("values of a field", () => {
  it.each<[Field, unknown, unknown, boolean]>([
    [metadata, { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [metadata, {}, undefined, true],
    [metadata, { a: [1, 2] }, { a: [2, 1] }, false],
    [displayName, "", undefined, false],
    [displayName, undefined, undefined, true],
    [list, ["b", "a", "a"], ["a", "b"], true],
    [list, ["a"], ["a", "b"], false],
    [list, [{ x: 1, y: 2 }, 1], [1, { y: 2, x: 1 }], true],
    [list, [unknown], [null], false],
    [list, [unknown], [unknown], true],
    [list, undefined, [], true],
    [displayName, ["a", "b"], ["b", "a"], false],
    [list, "ab", "ba", false],
  ])("are the same or not: %#", (field, left, right, same) => {
    expect(sameValue(field, left, right)).toBe(same);
    expect(sameValue(field, right, left)).toBe(same);
  });

  it("are the program's own only where it declares them, of a map with entries of others", () => {
    expect(ownPart(metadata, { a: 1 }, { a: 2, b: 3 }, true)).toEqual({ a: 2 });
    expect(ownPart(metadata, { a: 1 }, { a: 2, b: 3 }, false)).toEqual({ a: 2, b: 3 });
    expect(ownPart(displayName, "A", "B", true)).toBe("B");
    expect(ownPart(address, { city: "A" }, { city: "A", country: "DE" }, true)).toEqual({ city: "A", country: "DE" });
    expect(isThere(metadata, { a: 1 }, { a: 1, b: 2 }, true)).toBe(true);
    expect(isThere(metadata, { a: 1 }, { a: 1, b: 2 }, false)).toBe(false);
    expect(isThere(metadata, { a: 1 }, { b: 2 }, true)).toBe(false);
    expect(isThere(metadata, { toString: 1 }, {}, true)).toBe(false);
  });
});
