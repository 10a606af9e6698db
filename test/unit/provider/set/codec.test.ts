import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, isPlainObject, jsonEqual } from "../../../../provider/src/json";
import {
  decodeSubjects,
  encodeSubjects,
  isPacked,
  pack,
  parseObject,
} from "../../../../provider/src/provider/set/codec";
import { anySubjects } from "./any-subjects";

/** The same value with the members of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
}

describe("subjects as one string", () => {
  it("come back as they were, whatever their keys and names are", () => {
    fc.assert(
      fc.property(anySubjects, (subjects) => {
        const again = decodeSubjects(encodeSubjects(subjects));
        expect([...again.keys()].sort()).toEqual([...subjects.keys()].sort());
        for (const [key, fields] of subjects) expect(jsonEqual(again.get(key), fields)).toBe(true);
      }),
    );
  });

  it("are the same string as the program side writes, so that an unchanged set is seen at a glance", () => {
    fc.assert(
      fc.property(anySubjects, (subjects) => {
        expect(canonicalJson(Object.fromEntries(subjects))).toBe(encodeSubjects(subjects));
      }),
    );
  });

  it("are the same string when they are the same set, in whatever order", () => {
    fc.assert(
      fc.property(anySubjects, (subjects) => {
        const other = new Map([...subjects].reverse().map(([key, fields]) => [key, Object(turned(fields))]));
        expect(encodeSubjects(other)).toBe(encodeSubjects(subjects));
        expect(encodeSubjects(decodeSubjects(encodeSubjects(subjects)))).toBe(encodeSubjects(subjects));
      }),
    );
  });

  it("are different strings when a value differs, or the order of a list", () => {
    const one = encodeSubjects(new Map([["a", { metadata: { list: [1, 2] } }]]));
    for (const metadata of [{ list: [2, 1] }, { list: [1, "2"] }, {}]) {
      expect(encodeSubjects(new Map([["a", { metadata }]]))).not.toBe(one);
    }
    expect(encodeSubjects(new Map([["a", {}]]))).not.toBe(encodeSubjects(new Map([["a", { metadata: {} }]])));
  });

  it("are a JSON object by key, with owned fields only", () => {
    const subjects = new Map([
      ["b", { displayName: "B" }],
      ["__proto__", { metadata: { y: 1, x: 2 } }],
    ]);
    expect(encodeSubjects(subjects)).toBe('{"__proto__":{"metadata":{"x":2,"y":1}},"b":{"displayName":"B"}}');
    expect(encodeSubjects(new Map())).toBe("{}");
  });

  it("come back from a packed string as from a plain one, which is never taken for packed", () => {
    fc.assert(
      fc.property(anySubjects, (subjects) => {
        const text = encodeSubjects(subjects);
        expect(isPacked(text)).toBe(false);
        expect(isPacked(pack(text))).toBe(true);
        expect(encodeSubjects(decodeSubjects(pack(text)))).toBe(text);
      }),
    );
  });

  it("are none where the state holds nothing", () => {
    for (const text of [undefined, null, 5, "[]", "null", "{}"]) expect(decodeSubjects(text)).toEqual(new Map());
    for (const text of [undefined, null, 5, ["gzip:"], {}]) expect(isPacked(text)).toBe(false);
    expect(parseObject('{"__proto__":"x"}')).toHaveProperty(["__proto__"], "x");
  });
});
