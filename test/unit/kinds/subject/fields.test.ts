import { output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { checkObject, checkOptions, notInputs, optionNames } from "../../../../provider/src/core/check";
import { unknown } from "../../../../provider/src/core/unknown";
import { formatPath, pulumiSignatureKey } from "../../../../provider/src/json";
import { subjectKind } from "../../../../provider/src/kinds/subject/fields";

type Raw = Readonly<Record<string, unknown>>;

const names = ["key", ...Object.keys(subjectKind.fields), ...optionNames.single];

/** All that the check of one subject finds, as its resource puts it together. */
function check(raw: Raw) {
  const { value, problems } = checkObject(subjectKind, raw);
  const options = checkOptions(raw, optionNames.single);
  return {
    value: { ...value, ...options.value },
    problems: [...notInputs(raw, names, "subject"), ...problems, ...options.problems],
  };
}

function refused(raw: Raw): string[] {
  return check(raw).problems.map(({ path, reason }) => `${formatPath(path)} ${reason}`);
}

function accepted(raw: Raw): unknown {
  expect(refused(raw)).toEqual([]);
  return { ...(raw.key !== undefined && { key: raw.key }), ...check(raw).value };
}

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const proto = (text: string): Raw => JSON.parse(text);
const surrogate = /^\w+ contains an unpaired surrogate/;
const long = /^\w+ is longer than 2500 bytes of UTF-8/;
const noKey = /^key is required/;
const noRoute = /^key must not be \. or \.\., which URL normalisation/;
const noStripe = /^stripeCustomerId must be .*cus_$/;
const noObject = /^metadata is an? \w+; it must be an object of names and JSON values$/;
const noInput =
  /^\w+ is not an input of a subject; inputs are key, displayName, metadata, stripeCustomerId, onExisting/;

describe("a declaration is refused, with the path of the property,", () => {
  it.each<[Raw, RegExp]>([
    [{}, noKey],
    [{ key: null }, noKey],
    [{ key: undefined }, noKey],
    [{ key: 42 }, /^key is a number; it must be a string: convert it with String\(…\)$/],
    [{ key: "" }, /^key must not be empty$/],
    [{ key: "." }, noRoute],
    [{ key: ".." }, noRoute],
    [{ key: "a\0b" }, /^key contains a NUL character/],
    [{ key: "a\ud800" }, surrogate],
    [
      { key: `host-${output("a")}` },
      /^key contains an output or a promise instead of its value: use pulumi.interpolate/,
    ],
    [{ key: "k", displayName: `of ${Promise.resolve("a")}` }, /^displayName contains an output or a promise/],
    [{ key: "k", metadata: { on: [`${output("a")}`] } }, /^metadata\.on\[0\] contains an output or a promise/],
    [{ key: "k".repeat(2501) }, long],
    [{ key: `${"é".repeat(1250)}k` }, long],
    [{ key: "k", displayName: 7 }, /^displayName .*must be a string: convert/],
    [{ key: "k", displayName: "\0" }, /^displayName contains a NUL character/],
    [{ key: "k", displayName: "\udc00a" }, surrogate],
    [{ key: "k", displayName: "n".repeat(2501) }, long],
    [{ key: "k", stripeCustomerId: "sub_1" }, noStripe],
    [{ key: "k", stripeCustomerId: "x\ncus_1" }, noStripe],
    [{ key: "k", stripeCustomerId: "" }, noStripe],
    [{ key: "k", stripeCustomerId: 1 }, /^stripeCustomerId .*must be a string: convert/],
    [{ key: "k", stripeCustomerId: "cus_\0" }, /^stripeCustomerId contains a NUL character/],
    [{ key: "k", stripeCustomerId: "cus_\ud800" }, surrogate],
    [{ key: "k", onExisting: "replace" }, /^onExisting must be "adopt", "match" or "fail"$/],
    [{ key: "k", undeclaredMetadata: true }, /^undeclaredMetadata must be "remove" or "keep"$/],
    [{ key: "k", metadata: "{}" }, noObject],
    [{ key: "k", metadata: [] }, noObject],
    [{ key: "k", metadata: new Date(0) }, /^metadata is a Date, .*toISOString/],
    [{ key: "k", metadata: { a: () => 0 } }, /^metadata\.a is a function/],
    [{ key: "k", metadata: { a: [Number.NaN] } }, /^metadata\.a\[0\] is NaN/],
    [{ key: "k", metadata: { a: 2 ** 53 } }, /^metadata\.a is an integer/],
    [{ key: "k", metadata: { a: { b: new Date(0) } } }, /^metadata\.a\.b is a Date/],
    [{ key: "k", metadata: cyclic }, /^metadata\.self refers back/],
    [{ key: "k", metadata: { a: "\0" } }, /^metadata\.a contains a NUL character/],
    [{ key: "k", metadata: { "\0": 1 } }, /^metadata\["\\u0000"\] has in its name a NUL/],
    [{ key: "k", metadata: proto('{"__proto__":1}') }, /^metadata\.__proto__ is a name that Java/],
    [
      { key: "k", metadata: { a: { [pulumiSignatureKey]: 1 } } },
      /^metadata\.a\["4da.*"\] is a name that Pulumi reserves/,
    ],
    [{ key: "k", metadata: { a: null } }, /^metadata\.a is null, which OpenMeter refuses directly in metadata/],
    [{ key: "k", displayname: "A" }, noInput],
    [proto('{"key":"k","__proto__":{}}'), noInput],
    [{ key: "k", toString: "x" }, noInput],
  ])("%#: %o", (raw, message) => {
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
    const paths = check(raw).problems.map(({ path }) => path);
    expect(paths).toEqual([
      ["typo"],
      ["key"],
      ["displayName"],
      ["metadata", "when"],
      ["metadata", "list", 0],
      ["metadata", "list", 1, "\0"],
      ["metadata", "gone"],
      ["stripeCustomerId"],
      ["onExisting"],
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
  it.each<Raw>([
    { key: "k" },
    { key: "k".repeat(2500) },
    { key: "é".repeat(1250) },
    { key: "..." },
    { key: "/" },
    { key: "k", displayName: "" },
    { key: "k", metadata: {} },
    { key: "k", metadata: { a: { b: null }, list: [null] } },
    { key: "k", metadata: { "": 1, constructor: { prototype: 2 }, toString: [] } },
    { key: "k", displayName: "2024-01-31T10:00:00Z", metadata: { at: "2024-01-31" } },
    { key: "k", displayName: "A", metadata: { a: 1 }, stripeCustomerId: "cus_1", onExisting: "fail" },
  ])("%#: %o", (raw) => {
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
