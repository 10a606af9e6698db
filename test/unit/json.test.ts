import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  formatPath,
  isPlainObject,
  jsonEqual,
  mapValues,
  normalizeJson,
  type PathSegment,
} from "../../provider/src/json";

/** JSON as JSON.parse makes it, so that `__proto__` is an ordinary key and -0 may occur. */
const anyJson = fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text));

describe("formatPath", () => {
  it.each<[readonly PathSegment[], string]>([
    [["metadata"], "metadata"],
    [["metadata", "plan"], "metadata.plan"],
    [["metadata", "$a_1"], "metadata.$a_1"],
    [["metadata", "a b"], 'metadata["a b"]'],
    [["metadata", "1st"], 'metadata["1st"]'],
    [["metadata", ""], 'metadata[""]'],
    [["metadata", 'say "hi"'], 'metadata["say \\"hi\\""]'],
    [["metadata", "a.b", 0, "c"], 'metadata["a.b"][0].c'],
    [["metadata", "line\nbreak"], 'metadata["line\\nbreak"]'],
    [["not a name"], '["not a name"]'],
    [[], ""],
  ])("writes %j as %s", (path, written) => {
    expect(formatPath(path)).toBe(written);
  });

  it("writes different paths differently", () => {
    const path = fc.array(fc.oneof(fc.string(), fc.nat(20)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(path, path, (left, right) => {
        expect(formatPath(left) === formatPath(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
      }),
    );
  });
});

describe("isPlainObject", () => {
  it.each<[string, unknown, boolean]>([
    ["a literal", {}, true],
    ["an object of JSON.parse", JSON.parse('{"__proto__":1}'), true],
    ["an object without a prototype", Object.create(null), true],
    ["an array", [], false],
    ["null", null, false],
    ["text", "text", false],
    ["a Date", new Date(0), false],
    ["a Map", new Map(), false],
    ["an object with a changed prototype", Object.create({ inherited: 1 }), false],
    ["an instance of a class", new (class Point {})(), false],
    ["a function", () => 0, false],
  ])("judges %s", (_name, value, plain) => {
    expect(isPlainObject(value)).toBe(plain);
  });
});

describe("jsonEqual", () => {
  it("says that a value equals its own copy through JSON", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(jsonEqual(value, JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
    );
  });

  it("does not mind the order of keys", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(jsonEqual(value, reversed(value))).toBe(true);
      }),
    );
  });

  it("is symmetric, and agrees with the sorted text", () => {
    fc.assert(
      fc.property(anyJson, anyJson, (left, right) => {
        expect(jsonEqual(left, right)).toBe(jsonEqual(right, left));
        expect(jsonEqual(left, right)).toBe(sortedText(left) === sortedText(right));
      }),
    );
  });

  it("sees any leaf that differs", () => {
    fc.assert(
      fc.property(anyJson, fc.nat(), (value, which) => {
        const leaves = countLeaves(value);
        fc.pre(leaves > 0);
        expect(jsonEqual(value, changedLeaf(value, which % leaves))).toBe(false);
      }),
    );
  });

  it.each<[unknown, unknown]>([
    [{}, []],
    [{}, null],
    [null, undefined],
    [{ length: 0 }, []],
    [{ 0: "a" }, ["a"]],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      { a: 1, b: undefined },
      { a: 1, c: 2 },
    ],
    ["1", 1],
    ["", null],
    [0, false],
    [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":2}}')],
    [JSON.parse('{"__proto__":{}}'), { b: {} }],
    [{ toString: 1 }, { valueOf: 1 }],
    [{ a: undefined }, JSON.parse('{"__proto__":null}')],
  ])("tells %j from %j", (left, right) => {
    expect(jsonEqual(left, right)).toBe(false);
    expect(jsonEqual(right, left)).toBe(false);
  });
});

describe("normalizeJson", () => {
  it("turns -0 into 0, as JSON does", () => {
    const normal = normalizeJson({ a: -0, list: [-0, { b: -0 }] });
    expect(normal).toStrictEqual({ a: 0, list: [0, { b: 0 }] });
  });

  it("changes nothing else: it is what comes back through JSON", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(sortedText(normalizeJson(value))).toBe(sortedText(JSON.parse(JSON.stringify(value))));
        expect(jsonEqual(normalizeJson(value), value)).toBe(true);
      }),
    );
  });

  it("keeps __proto__ as an ordinary key", () => {
    const normal = normalizeJson(JSON.parse('{"a":{"__proto__":{"b":-0}}}'));
    expect(JSON.stringify(normal)).toBe('{"a":{"__proto__":{"b":0}}}');
  });

  it("leaves values alone that are no JSON, such as an unknown in a preview", () => {
    const unknown = Symbol("unknown");
    expect(normalizeJson({ a: [unknown] })).toStrictEqual({ a: [unknown] });
  });
});

describe("undefined, which JSON cannot carry,", () => {
  const value = { b: undefined, a: [undefined, { c: undefined, d: 1 }] };

  it("vanishes from objects and becomes null in arrays, as JSON.stringify has it", () => {
    expect(normalizeJson(value)).toStrictEqual({ a: [null, { d: 1 }] });
    expect(canonicalJson(value)).toBe('{"a":[null,{"d":1}]}');
    expect(canonicalJson(undefined)).toBe("null");
  });

  it("stands also where an array has a hole", () => {
    const holed: unknown[] = [];
    holed[2] = 1;
    expect(canonicalJson({ holed })).toBe('{"holed":[null,null,1]}');
  });
});

describe("canonicalJson", () => {
  it("is one text of equal values, and another of different ones", () => {
    fc.assert(
      fc.property(anyJson, anyJson, (left, right) => {
        expect(canonicalJson(left)).toBe(canonicalJson(reversed(left)));
        expect(jsonEqual(JSON.parse(canonicalJson(left)), left)).toBe(true);
        expect(canonicalJson(left) === canonicalJson(right)).toBe(jsonEqual(left, right));
      }),
    );
  });

  it("has its keys in the order of their characters, numbers too, however deep they stand", () => {
    expect(canonicalJson([{ b: 1, a: { 9: 1, 10: [{ d: 1, c: undefined }] } }])).toBe(
      '[{"a":{"10":[{"d":1}],"9":1},"b":1}]',
    );
    expect(canonicalJson({ "": 1, a: [{ d: 1, c: 2 }] })).toBe('{"":1,"a":[{"c":2,"d":1}]}');
  });
});

describe("mapValues", () => {
  it("hands each value over with its key and keeps __proto__ an ordinary key", () => {
    const source: Record<string, unknown> = JSON.parse('{"a":1,"__proto__":2}');
    const mapped = mapValues(source, (value, key) => `${key}=${String(value)}`);
    expect(JSON.stringify(mapped)).toBe('{"a":"a=1","__proto__":"__proto__=2"}');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reversed(member)])
      .reverse(),
  );
}

function sortedText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join()}]`;
  if (!isPlainObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${sortedText(member)}`);
  return `{${members.sort().join()}}`;
}

function countLeaves(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + countLeaves(member), 0);
}

function changedLeaf(value: unknown, index: number): unknown {
  if (typeof value !== "object" || value === null) return index === 0 ? { changed: value } : value;
  let passed = 0;
  const change = (member: unknown): unknown => {
    const leaves = countLeaves(member);
    const changed = index >= passed && index < passed + leaves ? changedLeaf(member, index - passed) : member;
    passed += leaves;
    return changed;
  };
  return Array.isArray(value)
    ? value.map(change)
    : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}
