import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literal, text } from "../../../provider/src/adopt/literal";
import { oddObject } from "../core/any-value";

/** The value of an expression, as JavaScript has it. */
const evaluated = (expression: string): unknown => new Function(`"use strict"; return (${expression});`)();

describe("a value as TypeScript", () => {
  it.each([
    ["plain", '"plain"'],
    ['say "hi"', "'say \"hi\"'"],
    ['say "it\'s"', "'say \"it\\'s\"'"],
    ["it's \"both\" 'n' all", '"it\'s \\"both\\" \'n\' all"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a text that could be one
    ["`${x}`", '"`${x}`"'],
    ["back\\slash\n", '"back\\\\slash\\n"'],
    ["\u2028\u202e\ufeff\u200b\u007f", '"\\u2028\\u202e\\ufeff\\u200b\\u007f"'],
    ["\u{e0041}", '"\\u{e0041}"'],
    ["ключ 😀", '"ключ 😀"'],
  ])("is the text %j in quotes, without what a reader can't see", (value, expected) => {
    expect(text(value)).toBe(expected);
    expect(evaluated(text(value))).toBe(value);
  });

  it("takes one line where there is room, and else one for each member", () => {
    expect(literal({ plan: "pro", seats: 5, tags: ["a"], none: {}, list: [] })).toBe(
      '{ plan: "pro", seats: 5, tags: ["a"], none: {}, list: [] }',
    );
    expect(literal({ name: "x".repeat(70), "odd name": { a: 1 } })).toBe(
      `{\n  name: "${"x".repeat(70)}",\n  "odd name": { a: 1 },\n}`,
    );
  });

  it("is what it was, whatever it was", () => {
    fc.assert(
      fc.property(oddObject, fc.integer({ min: 0, max: 40 }), (value, depth) => {
        expect(evaluated(literal(value, depth))).toEqual(value);
      }),
    );
    for (const number of [1e21, 1e-7, -1.5, 0, Number.MAX_VALUE]) expect(evaluated(literal(number))).toBe(number);
    const wide = Array.from({ length: 100 }, (_, index) => index * 1000);
    expect(evaluated(literal(wide))).toEqual(wide);
  });
});
