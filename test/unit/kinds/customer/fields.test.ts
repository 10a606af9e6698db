import { describe, expect, it } from "vitest";
import { checkObject } from "../../../../provider/src/core/check";
import { unknown } from "../../../../provider/src/core/unknown";
import { formatPath } from "../../../../provider/src/json";
import { customerKind } from "../../../../provider/src/kinds/customer/fields";

type Raw = Readonly<Record<string, unknown>>;

function refused(raw: Raw): string[] {
  return checkObject(customerKind, raw).problems.map(({ path, reason }) => `${formatPath(path)} ${reason}`);
}

const of256 = "😀".repeat(256);
const indexed = /^\S+ is longer than 2500 bytes of UTF-8, which OpenMeter's database cannot index$/;

describe("a customer is refused, with the path of the property,", () => {
  it.each<[Raw, RegExp]>([
    [{}, /^key is required: your own identifier of the customer/],
    [{ key: null }, /^key is required/],
    [{ key: "" }, /^key must not be empty$/],
    [{ key: "." }, /^key must not be \. or \.\./],
    [{ key: ".." }, /^key must not be \. or \.\./],
    [{ key: `${of256}k` }, /^key is longer than 256 characters/],
    [{ key: 42 }, /^key is a number; it must be a string: convert it with String\(…\)$/],
    [{ name: "" }, /^name must not be empty$/],
    [{ name: `${of256}n` }, /^name is longer than 256 characters/],
    [{ name: "a\0b" }, /^name contains a NUL character/],
    [{ name: "a\ud800" }, /^name contains an unpaired surrogate/],
    [{ description: "d".repeat(1025) }, /^description is longer than 1024 characters/],
    [{ primaryEmail: "" }, /^primaryEmail must not be empty; leave it out$/],
    [{ primaryEmail: "a".repeat(2501) }, indexed],
    [{ currency: "eur" }, /^currency must be the three capital letters of a currency/],
    [{ currency: "EURO" }, /^currency must be the three capital letters/],
    [{ subjectKeys: "x" }, /^subjectKeys is a string; it must be an array of subject keys$/],
    [{ subjectKeys: ["a", ""] }, /^subjectKeys\[1\] must not be empty$/],
    [{ subjectKeys: [5] }, /^subjectKeys\[0\] is a number; it must be a string/],
    [{ subjectKeys: ["s".repeat(2501)] }, indexed],
    [{ billingAddress: "Bonn" }, /^billingAddress is a string; it must be an object such as/],
    [{ billingAddress: { country: "de" } }, /^billingAddress\.country must be the two capital letters of a country/],
    [{ billingAddress: { city: "" } }, /^billingAddress\.city must not be empty; leave it out$/],
    [{ billingAddress: { zip: "1" } }, /^billingAddress\.zip is not a part of an address; its parts are country/],
    [{ billingAddress: { toString: "1" } }, /^billingAddress\.toString is not a part of an address/],
    [{ metadata: ["a"] }, /^metadata is an array; it must be an object of names and strings$/],
    [{ metadata: { a: 1 } }, /^metadata\.a is a number; it must be a string: convert it with String\(…\)$/],
    [{ metadata: { a: { b: "1" } } }, /^metadata\.a is an object; it must be a string$/],
    [{ metadata: { a: null } }, /^metadata\.a is null; it must be a string$/],
    [{ stripeCustomerId: "sub_1" }, /^stripeCustomerId must be a Stripe customer ID, which starts with cus_$/],
  ])("%j", (raw, reason) => {
    const problems = refused({ ...("key" in raw || Object.keys(raw).length === 0 ? {} : { key: "acme" }), ...raw });
    expect(problems).toEqual([expect.stringMatching(reason)]);
  });
});

describe("a customer is accepted", () => {
  it.each<[string, Raw]>([
    ["with nothing but its key", {}],
    ["with the longest key and name of characters that JavaScript counts twice", { key: of256, name: of256 }],
    ["with empty texts where OpenMeter keeps them", { description: "", metadata: { "": "" } }],
    ["with an email address that OpenMeter does not check", { primaryEmail: "not an address" }],
    ["with empty lists and objects", { subjectKeys: [], billingAddress: {}, metadata: {} }],
    ["with null for what is not declared", { name: null, subjectKeys: null }],
    ["with values that are not known yet", { name: unknown, subjectKeys: [unknown], metadata: { a: unknown } }],
    ["with a part of an address that is not known yet", { billingAddress: { country: unknown } }],
  ])("%s", (_what, raw) => {
    expect(refused({ key: "acme", ...raw })).toEqual([]);
  });
});

describe("metadata that OpenMeter's newer API hides", () => {
  const { warning } = customerKind.fields.metadata;

  it.each([[{ plan: "pro", "a.b_c-d": "1" }], [{}], [undefined], [{ plan: unknown }]])("is none in %j", (value) => {
    expect(warning(value)).toBeUndefined();
  });

  it.each([
    [{ plan: "" }, '"plan": '],
    [{ plan: "two words" }, '"plan": '],
    [{ plan: "x".repeat(64) }, '"plan": '],
    [{ plan: "-x" }, '"plan": '],
    [{ kongId: "x", ok: "x", "a b": "x" }, '"kongId", "a b": '],
  ])("is named in %j", (value, names) => {
    expect(warning(value)).toMatch(new RegExp(`^${names}OpenMeter's v3 API shows metadata as labels`));
  });
});
