import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, printable, quoted } from "../../provider/src/printable";

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
  it.each<[unknown, string]>([
    ["a", '"a"'],
    ['a"\u001b[31m\u009b\u202e\n', '"a\\"\\u001b[31m\\u009b\\u202e\\n"'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    [undefined, "undefined"],
  ])("writes %j as %s, harmless to a terminal", (value, written) => {
    expect(quoted(value)).toBe(written);
  });
});

describe("cut", () => {
  it("keeps 4,096 bytes and cuts the 4,097th, saying how many there were", () => {
    expect(cut("x".repeat(4096))).toBe("x".repeat(4096));
    expect(cut("x".repeat(4097))).toBe(`${"x".repeat(4096)}… (4097 bytes in all)`);
  });

  it("tells the bytes of the whole where it got a part", () => {
    expect(cut("x".repeat(4097), "x".repeat(9_000))).toBe(`${"x".repeat(4096)}… (9000 bytes in all)`);
  });

  it("leaves a replacement character that was there", () => {
    expect(cut(`\ufffd${"x".repeat(5000)}`)).toMatch(/^\ufffdx/);
  });

  it("counts bytes and cuts between characters", () => {
    expect(cut("é".repeat(2048))).toBe("é".repeat(2048));
    expect(cut(`x${"é".repeat(2048)}`)).toBe(`x${"é".repeat(2047)}… (4097 bytes in all)`);
    expect(cut(`x${"😀".repeat(1024)}`)).toBe(`x${"😀".repeat(1023)}… (4097 bytes in all)`);
  });
});
