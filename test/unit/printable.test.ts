import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, quoted } from "../../provider/src/printable";

describe("printable", () => {
  it.each<[string, string]>([
    ["\u001b[31mred", "\\u001b[31mred"],
    ["a\r\nforged line", "a\\u000d\\u000aforged line"],
    ["\u0000\u007f\u009f", "\\u0000\\u007f\\u009f"],
    ["\u202egnp.exe\u2066\u2069", "\\u202egnp.exe\\u2066\\u2069"],
    ["\u061c\u200e\u200f\u2028\u2029", "\\u061c\\u200e\\u200f\\u2028\\u2029"],
    ["plain, ünïcode 😀 \\u001b", "plain, ünïcode 😀 \\u001b"],
  ])("shows %j as %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it("leaves nothing that could repaint a terminal", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

describe("quoted", () => {
  it("writes a name in quotes, harmless to a terminal", () => {
    expect(quoted('a"\u001b[31m\u009b\u202e\n')).toBe('"a\\"\\u001b[31m\\u009b\\u202e\\n"');
  });

  it("says so where plain JavaScript has no name", () => {
    expect(Reflect.apply(quoted, undefined, [undefined])).toBe("undefined");
  });
});
