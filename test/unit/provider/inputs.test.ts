import { describe, expect, it } from "vitest";
import { formatPath } from "../../../provider/src/json";
import { unknown } from "../../../provider/src/provider/declaration";
import { checkInputs, knownDeclaration } from "../../../provider/src/provider/inputs";

type Raw = Readonly<Record<string, unknown>>;

function refused(raw: Raw): string[] {
  const checked = checkInputs(raw);
  return checked.ok ? [] : checked.problems.map(({ path, reason }) => `${formatPath(path)} ${reason}`);
}

function accepted(raw: Raw): unknown {
  const checked = checkInputs(raw);
  expect(checked.ok ? [] : checked.problems).toEqual([]);
  return checked.ok ? checked.declaration : undefined;
}

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;

describe("a declaration is refused, with the path of the property,", () => {
  it.each<[string, Raw, RegExp]>([
    ["without a key", {}, /^key is required/],
    ["with a null key", { key: null }, /^key is required/],
    ["with an undefined key", { key: undefined }, /^key is required/],
    ["with a key that is no string", { key: 42 }, /^key is required/],
    ["with an empty key", { key: "" }, /^key must not be empty$/],
    [
      "with a secret key",
      { key: "k", secretFields: ["key"] },
      /^key is secret, but becomes the resource's ID.*unsecret/,
    ],
    ["with the key .", { key: "." }, /^key must not be \. or \.\., which URL normalisation/],
    ["with the key ..", { key: ".." }, /^key must not be \. or \.\., which URL normalisation/],
    ["with NUL in the key", { key: "a\0b" }, /^key contains a NUL character/],
    ["with half a surrogate pair in the key", { key: "a\ud800" }, /^key contains half of a surrogate pair/],
    [
      "with half a surrogate pair in the display name",
      { key: "k", displayName: "\udc00a" },
      /^displayName contains half of a surrogate pair/,
    ],
    [
      "with half a surrogate pair in the Stripe ID",
      { key: "k", stripeCustomerId: "cus_\ud800" },
      /^stripeCustomerId contains half of a surrogate pair/,
    ],
    ["with a key of 2,501 bytes", { key: "k".repeat(2501) }, /^key is longer than 2500 bytes of UTF-8/],
    ["with a key of 2,501 bytes in 1,251 characters", { key: `${"é".repeat(1250)}k` }, /^key is longer than 2500/],
    ["with a display name that is no string", { key: "k", displayName: 7 }, /^displayName must be a string$/],
    ["with NUL in the display name", { key: "k", displayName: "\0" }, /^displayName contains a NUL character/],
    [
      "with a display name of 2,501 bytes",
      { key: "k", displayName: "n".repeat(2501) },
      /^displayName is longer than 2500/,
    ],
    ["with a Stripe ID without cus_", { key: "k", stripeCustomerId: "sub_1" }, /^stripeCustomerId must be .*cus_$/],
    ["with cus_ amid the Stripe ID", { key: "k", stripeCustomerId: "x\ncus_1" }, /^stripeCustomerId must be .*cus_$/],
    ["with an empty Stripe ID", { key: "k", stripeCustomerId: "" }, /^stripeCustomerId must be .*cus_$/],
    ["with a Stripe ID that is no string", { key: "k", stripeCustomerId: 1 }, /^stripeCustomerId must be a string$/],
    [
      "with NUL in the Stripe ID",
      { key: "k", stripeCustomerId: "cus_\0" },
      /^stripeCustomerId contains a NUL character/,
    ],
    ["with another onExisting", { key: "k", onExisting: "replace" }, /^onExisting must be "adopt", "match" or "fail"$/],
    [
      "with metadata that is text",
      { key: "k", metadata: "{}" },
      /^metadata must be an object of names and JSON values$/,
    ],
    [
      "with metadata that is a list",
      { key: "k", metadata: [] },
      /^metadata must be an object of names and JSON values$/,
    ],
    ["with metadata that is a Date", { key: "k", metadata: new Date(0) }, /^metadata is a Date, .*toISOString/],
    ["with a function in metadata", { key: "k", metadata: { a: () => 0 } }, /^metadata\.a is a function/],
    ["with NaN in metadata", { key: "k", metadata: { a: [Number.NaN] } }, /^metadata\.a\[0\] is NaN/],
    ["with an unsafe integer in metadata", { key: "k", metadata: { a: 2 ** 53 } }, /^metadata\.a is an integer/],
    ["with a Date in metadata", { key: "k", metadata: { a: { b: new Date(0) } } }, /^metadata\.a\.b is a Date/],
    ["with a cycle in metadata", { key: "k", metadata: cyclic }, /^metadata\.self refers back/],
    ["with NUL in a metadata value", { key: "k", metadata: { a: "\0" } }, /^metadata\.a contains a NUL character/],
    [
      "with NUL in a metadata name",
      { key: "k", metadata: { "\0": 1 } },
      /^metadata\["\\u0000"\] has in its name a NUL/,
    ],
    [
      "with __proto__ in metadata",
      JSON.parse('{"key":"k","metadata":{"__proto__":1}}'),
      /^metadata\.__proto__ is a name that Java/,
    ],
    [
      "with Pulumi's signature key in metadata",
      { key: "k", metadata: { a: { "4dabf18193072939515e22adb298388d": 1 } } },
      /^metadata\.a\["4dabf18193072939515e22adb298388d"\] is a name that Pulumi reserves/,
    ],
    [
      "with null directly in metadata",
      { key: "k", metadata: { a: null } },
      /^metadata\.a is null, which OpenMeter refuses directly in metadata/,
    ],
    [
      "with a misspelled property",
      { key: "k", displayname: "A" },
      /^displayname is not an input of a subject; inputs are key, displayName, metadata, stripeCustomerId, onExisting$/,
    ],
    [
      "with __proto__ as a property",
      JSON.parse('{"key":"k","__proto__":{}}'),
      /^__proto__ is not an input of a subject/,
    ],
    [
      "with a property named as one of every object",
      { key: "k", toString: "x" },
      /^toString is not an input of a subject/,
    ],
  ])("%s", (_what, raw, message) => {
    expect(refused(raw)).toEqual([expect.stringMatching(message)]);
  });

  it("with every problem at once, in every property", () => {
    const raw = {
      key: "..",
      displayName: `\0${"n".repeat(2500)}`,
      metadata: { when: new Date(0), gone: null, list: [Number.NaN, { "\0": 1 }] },
      stripeCustomerId: "\0",
      onExisting: "x",
      typo: 1,
    };
    const checked = checkInputs(raw);
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path)).toEqual([
      ["key"],
      ["displayName"],
      ["displayName"],
      ["metadata", "when"],
      ["metadata", "list", 0],
      ["metadata", "list", 1, "\0"],
      ["metadata", "gone"],
      ["stripeCustomerId"],
      ["stripeCustomerId"],
      ["onExisting"],
      ["typo"],
    ]);
  });

  it("without repeating the refused value, which may be a secret", () => {
    const secret = "hunter2";
    const raw = {
      key: "k",
      stripeCustomerId: secret,
      onExisting: secret,
      displayName: `${secret}\0`,
      metadata: secret,
    };
    expect(refused(raw).join()).not.toContain(secret);
  });
});

describe("a declaration is accepted", () => {
  it.each<[string, Raw]>([
    ["with a key alone", { key: "k" }],
    ["with a key of 2,500 bytes", { key: "k".repeat(2500) }],
    ["with a key of 2,500 bytes in 1,250 characters", { key: "é".repeat(1250) }],
    ["with a key of dots", { key: "..." }],
    ["with a key of one character", { key: "/" }],
    ["with an empty display name, which OpenMeter keeps", { key: "k", displayName: "" }],
    ["with empty metadata", { key: "k", metadata: {} }],
    ["with nulls deeper in metadata", { key: "k", metadata: { a: { b: null }, list: [null] } }],
    ["with odd names in metadata", { key: "k", metadata: { "": 1, constructor: { prototype: 2 }, toString: [] } }],
    ["with dates as text", { key: "k", displayName: "2024-01-31T10:00:00Z", metadata: { at: "2024-01-31" } }],
    [
      "with all fields",
      { key: "k", displayName: "A", metadata: { a: 1 }, stripeCustomerId: "cus_1", onExisting: "fail" },
    ],
    ["with the fields that are secret", { key: "k", displayName: "A", secretFields: ["displayName"] }],
  ])("%s", (_what, raw) => {
    const declaration = accepted(raw);
    expect(declaration).toEqual(raw);
    expect(JSON.stringify(declaration)).toBe(JSON.stringify(raw));
  });

  it("with null for a field, which then is not declared", () => {
    const raw = { key: "k", displayName: null, metadata: null, stripeCustomerId: null, onExisting: undefined };
    expect(accepted(raw)).toStrictEqual({ key: "k" });
  });

  it("with -0, which is stored as 0", () => {
    expect(accepted({ key: "k", metadata: { a: [-0] } })).toStrictEqual({ key: "k", metadata: { a: [0] } });
  });

  it.each(["key", "displayName", "metadata", "stripeCustomerId", "onExisting"])("with %s not known yet", (property) => {
    const raw = { key: "k", [property]: unknown };
    expect(accepted(raw)).toStrictEqual(raw);
  });

  it("with unknown values anywhere in metadata", () => {
    const raw = { key: "k", metadata: { a: unknown, list: [unknown, { b: unknown }] } };
    expect(accepted(raw)).toStrictEqual(raw);
  });

  it("but is not when something beside an unknown is wrong", () => {
    expect(refused({ key: unknown, metadata: { a: unknown, b: null } })).toEqual([
      expect.stringMatching(/^metadata\.b is null/),
    ]);
  });
});

describe("knownDeclaration", () => {
  it("returns a declaration in its normal form", () => {
    expect(knownDeclaration({ key: "k", displayName: null, metadata: { a: -0 } })).toStrictEqual({
      key: "k",
      metadata: { a: 0 },
    });
  });

  it.each<[string, Raw]>([
    ["key", { key: unknown }],
    ["displayName", { key: "k", displayName: unknown }],
    ["metadata", { key: "k", metadata: unknown }],
    ["metadata", { key: "k", metadata: { a: [{ b: unknown }] } }],
    ["metadata", { key: "k", metadata: { known: 1, a: ["known", { known: [], b: unknown }] } }],
    ["stripeCustomerId", { key: "k", displayName: "A", stripeCustomerId: unknown }],
  ])("refuses to send anything while %s is unknown", (name, raw) => {
    expect(() => knownDeclaration(raw)).toThrow(`${name} is not known yet, so nothing was sent`);
  });

  it("names every problem of bad inputs", () => {
    expect(() => knownDeclaration({ key: "", stripeCustomerId: "x" })).toThrow(
      /^key must not be empty; stripeCustomerId must be a Stripe customer ID/,
    );
  });
});
