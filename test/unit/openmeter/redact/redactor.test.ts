import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textsIn } from "../../../../provider/src/core/secrets";
import { Redactor } from "../../../../provider/src/openmeter/redact/redactor";

const apiKey = 'om_"k/y+1%=<&\\0123456789';
const json = (value: unknown) => JSON.stringify(value);
const everyByte = (text: string, write: (byte: string) => string) =>
  [...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, "0"))).join("");
const html = apiKey.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** How servers quote what they were sent. */
const spellings: [string, string][] = [
  ["plain", apiKey],
  ["behind Bearer", `Bearer ${apiKey}`],
  ["in quotes", `"${apiKey}"`],
  ["as JSON", json({ key: apiKey })],
  ["as JSON in JSON", json(json({ key: apiKey }))],
  ["as Go writes JSON", json(apiKey).replaceAll("<", "\\u003c").replaceAll("&", "\\u0026")],
  ["as JSON of numbers alone", [...apiKey].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")],
  ["as JSON with escaped slashes", json(apiKey).replaceAll("/", "\\/")],
  ["URL-encoded", encodeURIComponent(apiKey)],
  ["URL-encoded in small letters", encodeURIComponent(apiKey).replace(/%../g, (code) => code.toLowerCase())],
  ["URL-encoded twice", encodeURIComponent(encodeURIComponent(apiKey))],
  ["URL-encoded whole", everyByte(apiKey, (byte) => `%${byte}`)],
  ["as a form", new URLSearchParams({ key: apiKey }).toString()],
  ["in HTML", html],
  ["in HTML with other signs", html.replaceAll("/", "&#x2f;")],
  ["in HTML by numbers", [...apiKey].map((c) => `&#${c.charCodeAt(0)};`).join("")],
  ["in HTML by hexadecimal numbers", everyByte(apiKey, (byte) => `&#x${byte};`)],
  ["in base64", Buffer.from(apiKey).toString("base64")],
  ["in base64 for URLs", Buffer.from(apiKey).toString("base64url")],
  ["as a password of basic authorization", Buffer.from(`user:${apiKey}`).toString("base64")],
  ["cut after its first half", `${apiKey.slice(0, 14)}…`],
  ["as JSON, cut", json(apiKey).slice(0, 17)],
];

describe("the API key in a server's text", () => {
  it.each(spellings)("is replaced %s, each time", (_how, spelling) => {
    const redacted = new Redactor(apiKey).redact(`before ${spelling} between ${spelling} after`);
    expect(redacted.match(/\[API key\]/g)).toHaveLength(2);
    expect(redacted).toMatch(/^before .* between .* after$/);
    for (const piece of ["k/y", "k%2", "%6b", "0123", "IjEy"]) expect(redacted).not.toContain(piece);
  });

  it("leaves everything around it as it is", () => {
    const around = 'C:\\new\\u00e9 100%25 &amp; 5 < 6  \\" \u{1f600} %zz &#x110000000; ';
    expect(new Redactor(apiKey).redact(`${around}${apiKey}${around}`)).toBe(`${around}[API key]${around}`);
  });

  it("keeps its name where the program calls it secret too, whole or cut", () => {
    const key = "om_live_0123456789abcdef";
    const redactor = new Redactor(key);
    redactor.conceal(() => [key, "om_live_01234567ZZZZZZZZ"]);
    expect(redactor.redact(`${key}, ${key.slice(0, 14)}…`)).toBe("[API key], [API key]…");
    expect(redactor.redact("om_live_0123…")).toBe("[API key]…");
  });

  it("is not seen where it isn't", () => {
    const text = 'om_"other key, k/y+1%=, om_"k/';
    expect(new Redactor(apiKey).redact(text)).toBe(text);
  });

  it.each([undefined, ""])("is not looked for when it is %j", (none) => {
    expect(new Redactor(none).redact("text")).toBe("text");
  });

  it("never survives, whatever stands around it", () => {
    const key = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-/+=%"\\&;#nu<'), minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(key, fc.string(), fc.string(), (secret, before, after) => {
        const redacted = new Redactor(secret).redact(`${before}${secret}${after}`);
        expect(redacted).not.toContain(secret);
        expect(redacted).toContain("[API key]");
      }),
    );
  });
});

describe("a secret of the program in a server's text", () => {
  const redactorOf = (...secrets: string[]) => {
    const redactor = new Redactor("om_0123456789");
    redactor.conceal(() => secrets);
    return redactor;
  };

  it.each([
    "hunter2",
    "häßliches Paßwort 😀",
    "one\ntwo\r\n  three",
    '{"a":"b\\"c"}',
    "100% sure & <b>",
    "C:\\new\\table",
    "it's 5 > 4",
    "a\\bcd",
  ])("is replaced however it is escaped: %j", (secret) => {
    for (const spelled of [secret, json(secret).slice(1, -1), json(json(secret)), encodeURIComponent(secret)]) {
      expect(redactorOf(secret).redact(`it is ${spelled}!`)).toMatch(/^it is [\\"]*\[secret\][\\"]*!$/);
    }
  });

  it("is replaced whole where another one is its beginning", () => {
    for (const secrets of [
      ["hunter2", "hunter2-and-more"],
      ["hunter2-and-more", "hunter2"],
    ]) {
      const redacted = redactorOf(...secrets).redact("hunter2-and-more hunter2 hunter");
      expect(redacted).toBe("[secret] [secret] hunter");
    }
  });

  it.each([
    ["C:\\dir", "C:\\u005cdir"],
    ["C:\\dir", "C:&#92;dir"],
    ["it's 5 > 4", "it&apos;s 5 &gt; 4"],
    ["it's 5 > 4", "it&#39;s 5 &#x3E; 4"],
    ["end \u{10ffff}!", "end &#x10ffff;!"],
    ["end \u{10ffff}!", "end &#1114111;!"],
    // There is no such character, so that nothing stands there.
    ["abcd", "ab&#x110000;cd"],
    ["abcd", "ab&#1114112;cd"],
  ])("is replaced in HTML and in JSON of numbers: %j as %s", (secret, spelled) => {
    expect(redactorOf(secret).redact(`it is ${spelled}.`)).toBe("it is [secret].");
  });

  it("is replaced where it stands twice without anything between", () => {
    expect(redactorOf("hunter2").redact("hunter2hunter2")).toBe("[secret][secret]");
    expect(redactorOf("a\\\\\\").redact("a\\\\\\a\\\\\\")).toBe("[secret][secret]");
  });

  it("is not looked for without its backslashes where little else is left", () => {
    expect(redactorOf("a\\\\\\").redact("banana")).toBe("banana");
    expect(redactorOf("\\\\\\\\").redact("banana")).toBe("banana");
  });

  it("is left where it is so short that it may be an ordinary word", () => {
    expect(redactorOf("eu", "pro", "5").redact("eu pro 5")).toBe("eu pro 5");
    expect(redactorOf("free").redact("free")).toBe("[secret]");
  });

  it("is replaced by its beginning where a long one is cut", () => {
    const secret = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49".repeat(20);
    expect(redactorOf(secret).redact(`got ${json(secret).slice(1, 100)}…`)).toBe("got [secret]…");
  });

  it("counts as cut from 16 characters on", () => {
    expect(redactorOf("0123456789abcdef").redact("01234567…")).toBe("[secret]…");
    expect(redactorOf("0123456789abcde").redact("01234567…")).toBe("01234567…");
  });

  it("is looked for from when it is told on, beside those that were told before", () => {
    const redactor = redactorOf("hunter2");
    expect(redactor.redact("hunter2 hunter3")).toBe("[secret] hunter3");
    redactor.conceal(() => ["hunter3"]);
    expect(redactor.redact("hunter2 hunter3 om_0123456789")).toBe("[secret] [secret] [API key]");
  });

  it("is not computed before there is something to hide it from", () => {
    let asked = 0;
    const redactor = new Redactor();
    redactor.conceal(() => {
      asked += 1;
      return ["hunter2"];
    });
    expect(asked).toBe(0);
    redactor.redact("a");
    redactor.redact("b");
    expect(asked).toBe(1);
  });
});

describe("a server's text in a message", () => {
  it("is looked at no further than it can be shown", () => {
    expect(new Redactor(apiKey).redact("x".repeat(65_537))).toHaveLength(65_536);
  });

  it("is printable, and cut after the secrets are replaced", () => {
    const redactor = new Redactor(apiKey);
    expect(redactor.show(`\u001b[31m${apiKey}\r\n`)).toBe("\\u001b[31m[API key]\\u000d\\u000a");
    const said = `${"x".repeat(4_090)}${apiKey}${"x".repeat(100_000)}`;
    expect(redactor.show(said)).toBe(`${"x".repeat(4_090)}[API k… (${said.length} bytes in all)`);
  });
});

describe("textsIn", () => {
  it("finds strings and numbers at any depth, no names", () => {
    const value = { a: "one", b: [2, { c: "three", d: null, e: true }], ["__proto__"]: "four" };
    expect([...textsIn(value)]).toEqual(["one", "2", "three", "four"]);
    expect([...textsIn(undefined)]).toEqual([]);
  });
});
