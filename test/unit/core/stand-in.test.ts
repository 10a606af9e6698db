import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { liveName, withoutStandIns, withStandIns } from "../../../provider/src/core/stand-in";
import {
  type JsonValue,
  jsonProblems,
  maxDepth,
  pulumiSignatureKey,
  pulumiUnknownValue,
  travels,
} from "../../../provider/src/json";
import { oddObject } from "./any-value";

const nested = (levels: number): JsonValue => (levels === 0 ? "end" : { deeper: nested(levels - 1) });
const marked = /^\(cannot be shown: /;

describe("a value that a state cannot carry", () => {
  it.each<[string, JsonValue, RegExp]>([
    ["an integer", 2 ** 60, /integer.*about 1152921504606847000/],
    ["Pulumi's text for unknown", pulumiUnknownValue, /unknown/],
    ["a secret, asset or reference of Pulumi", { [pulumiSignatureKey]: "x" }, /one of its own/],
  ])("reads as a text, for %s, wherever it stands", (_what, value, says) => {
    expect(withStandIns(value)).toMatch(marked);
    expect(withStandIns(value)).toMatch(says);
    expect(withStandIns({ a: [1, { b: value }] })).toEqual({ a: [1, { b: expect.stringMatching(marked) }] });
    expect(withoutStandIns(withStandIns({ a: [1, { b: value, c: 2 }, value], d: value }))).toEqual({
      a: [1, { c: 2 }],
    });
    expect(withoutStandIns(withStandIns(value))).toBeUndefined();
  });

  it("is nesting beyond what messages carry, of which the first levels are shown", () => {
    expect(withStandIns(nested(maxDepth))).toEqual(nested(maxDepth));
    expect(JSON.stringify(withStandIns(nested(maxDepth + 1)))).toContain("nested more than");
    const list = (levels: number): JsonValue => (levels === 0 ? "end" : [list(levels - 1)]);
    expect(withStandIns(list(maxDepth))).toEqual(list(maxDepth));
    expect(JSON.stringify(withStandIns(list(maxDepth + 1)))).toContain("nested more than");
  });

  it("is the name __proto__, which has another name in the state and its own at the server", () => {
    const shown = Object(withStandIns(JSON.parse('{"__proto__":1,"a":2}')));
    const [name = "", ...others] = Object.keys(shown);
    expect([name, ...others]).toEqual([expect.stringContaining("cannot be shown"), "a"]);
    expect(liveName(name)).toBe("__proto__");
    expect(liveName("a")).toBe("a");
    expect(withoutStandIns(shown)).toEqual({ a: 2 });
  });
});

it("a value that a state can carry is itself, and so is what may be sent of it", () => {
  const plain: JsonValue = { a: [null, "(cannot", 2 ** 53 - 1, 0.5], b: {} };
  expect(withStandIns(plain)).toEqual(plain);
  expect(withoutStandIns(plain)).toBe(plain);
  expect(withoutStandIns(undefined)).toBeUndefined();
});

it("whatever is stored reads as something that travels to the program and back", () => {
  fc.assert(
    fc.property(fc.oneof(oddObject, fc.jsonValue()), (value) => {
      const stored = JSON.parse(JSON.stringify({ value, nested: nested(200) })) as JsonValue;
      expect(jsonProblems(withStandIns(stored), [], travels, () => false)).toEqual([]);
    }),
  );
});
