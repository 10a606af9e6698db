import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { containsSecret, cut, printable, quote, redact } from "../../../provider/src/openmeter/text";

const secret = 'om_"k/y+1%=';
const spellings: [string, string][] = [
  ["plain", secret],
  ["as a JSON string", JSON.stringify({ key: secret })],
  ["URL-encoded", encodeURIComponent(secret)],
  ["in base64", Buffer.from(secret).toString("base64")],
];

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
    const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).join("");
    expect(printable(all)).not.toMatch(/\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
  });
});

describe("cut", () => {
  it("keeps 4,096 bytes and cuts the 4,097th, saying how many there were", () => {
    expect(cut("x".repeat(4096))).toBe("x".repeat(4096));
    expect(cut("x".repeat(4097))).toBe(`${"x".repeat(4096)}… (4097 bytes in all)`);
  });

  it("counts bytes and cuts between characters", () => {
    expect(cut("é".repeat(2048))).toBe("é".repeat(2048));
    expect(cut(`x${"é".repeat(2048)}`)).toBe(`x${"é".repeat(2047)}… (4097 bytes in all)`);
    expect(cut(`x${"😀".repeat(1024)}`)).toBe(`x${"😀".repeat(1023)}… (4097 bytes in all)`);
  });
});

describe("quote", () => {
  it.each<[unknown, string]>([
    ["a", '"a"'],
    ['say "hi"', '"say \\"hi\\""'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    [undefined, "nothing"],
    ["\u202e\u009b", '"\\u202e\\u009b"'],
  ])("writes %j as %s", (value, written) => {
    expect(quote(value)).toBe(written);
  });

  it("is never endless", () => {
    expect(quote("x".repeat(10_000))).toMatch(/… \(10002 bytes in all\)$/);
  });
});

describe("a secret", () => {
  it.each(spellings)("is found and replaced %s, each time", (_how, spelling) => {
    const text = `before ${spelling} between ${spelling} after`;
    expect(containsSecret(text, secret)).toBe(true);
    const redacted = redact(text, secret);
    expect(containsSecret(redacted, secret)).toBe(false);
    expect(redacted.match(/\[API key\]/g)).toHaveLength(2);
    expect(redacted).toMatch(/^before .* between .* after$/);
  });

  it.each([undefined, ""])("is not looked for when it is %j", (none) => {
    expect(containsSecret("text", none)).toBe(false);
    expect(redact("text", none)).toBe("text");
  });

  it("is not seen where it isn't", () => {
    expect(containsSecret("om_other", secret)).toBe(false);
    expect(redact("om_other", secret)).toBe("om_other");
  });

  it("never survives in any text around it", () => {
    const key = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-/+=%"\\'), minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(key, fc.string(), fc.string(), (apiKey, before, after) => {
        expect(containsSecret(redact(`${before}${apiKey}${after}`, apiKey), apiKey)).toBe(false);
      }),
    );
  });
});
