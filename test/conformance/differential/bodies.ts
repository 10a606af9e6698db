/** Random bodies of upserts as text: mostly lists of items that are right or wrong in one place. */
import fc from "fast-check";
import { anyObjectText, deepText, objectText, oddText, quoted, valueText } from "./json-text";

/** Ends of keys; the scenario's prefix stands before them. */
export const keyEnd = fc.oneof(
  { arbitrary: fc.constantFrom("", "a", "b", "A", "a ", " a"), weight: 6 },
  {
    arbitrary: fc.constantFrom(
      "a/b",
      "a%2Fb",
      "a%",
      "%41",
      "%zz",
      "..",
      "/..",
      "/.",
      "ü",
      "u\u0308",
      "😀",
      "a?b#c",
      "a+b",
      "a;b",
      "a:b@c",
      "a&b=c",
      "(a)",
      "a\nb",
      "\\",
      "__proto__",
      "k".repeat(2500),
    ),
    weight: 3,
  },
  { arbitrary: oddText, weight: 1 },
);

const keyText = keyEnd.map((end) => `<P>${end}`);

const stripeText = fc.oneof(
  { arbitrary: fc.constantFrom("cus_", "cus_1", "cus_ü", `cus_${"x".repeat(5000)}`), weight: 6 },
  { arbitrary: fc.constantFrom("", "CUS_1", " cus_1", "cus"), weight: 1 },
  { arbitrary: oddText.map((text) => `cus_${text}`), weight: 1 },
);

/** Spelled without escapes: Go takes the text of a time as it stands. */
const periodText = fc
  .constantFrom(
    "2024-01-31T10:00:00Z",
    "2024-01-31T10:00:00.123456789+02:00",
    "2024-02-31T10:00:00Z",
    "2024-01-31T23:59:60Z",
    "2024-01-31T10:00:00+25:00",
    "2024-01-31t10:00:00z",
    "0000-01-01T00:00:00Z",
    "2024-01-31",
    "",
  )
  .map((text) => JSON.stringify(text));

/** A member's name with values that it mostly takes, and sometimes any. */
export function member(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<readonly [string, string]> {
  const spelled = fc.oneof(
    { arbitrary: fc.constant(JSON.stringify(name)), weight: 40 },
    { arbitrary: fc.constantFrom(...respelled(name)).map((other) => JSON.stringify(other)), weight: 1 },
    { arbitrary: quoted(fc.constant(name)), weight: 1 },
  );
  const given = fc.oneof(
    { arbitrary: value, weight: 16 },
    { arbitrary: fc.constant("null"), weight: 2 },
    { arbitrary: valueText, weight: 1 },
  );
  return fc.tuple(spelled, given);
}

/** Bodies that are mostly of this text, and sometimes cut, framed or something else. */
export function bodyOf(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const after = fc.constantFrom(" ", "\n", "x", "]", "[]", ",", "\ufeff", "\u0000");
  const before = fc.constantFrom(" ", "\ufeff", "\u0000", "\v");
  return fc.oneof(
    { arbitrary: text, weight: 40 },
    { arbitrary: valueText, weight: 1 },
    { arbitrary: fc.tuple(text, after).map((parts) => parts.join("")), weight: 1 },
    { arbitrary: fc.tuple(before, text).map((parts) => parts.join("")), weight: 1 },
    { arbitrary: fc.tuple(text, fc.nat()).map(([whole, at]) => whole.slice(0, at % (whole.length + 1))), weight: 1 },
  );
}

/** Names that Go's decoder takes for this one, and one that it does not. */
function respelled(name: string): string[] {
  return [name.toUpperCase(), name.toLowerCase(), name.replace("s", "\u017f"), name.replace("k", "\u212a"), `${name} `];
}

const metadataText = fc.oneof(
  { arbitrary: anyObjectText, weight: 10 },
  { arbitrary: fc.constant("{}"), weight: 1 },
  { arbitrary: deepText, weight: 1 },
);

const keyMember = fc.oneof(
  { arbitrary: fc.tuple(fc.constant('"key"'), quoted(keyText)), weight: 30 },
  { arbitrary: member("key", quoted(fc.oneof(keyText, fc.constant("")))), weight: 1 },
);

const otherMember = fc.oneof(
  member("displayName", quoted(oddText)),
  member("metadata", metadataText),
  member("stripeCustomerId", quoted(stripeText)),
  { arbitrary: member("currentPeriodStart", periodText), weight: 1 },
  { arbitrary: member("currentPeriodEnd", periodText), weight: 1 },
  {
    arbitrary: fc.tuple(quoted(fc.oneof(fc.constantFrom("id", "createdAt", "deletedAt"), oddText)), valueText),
    weight: 1,
  },
);

const itemText = fc.oneof(
  {
    arbitrary: fc
      .tuple(keyMember, fc.array(otherMember, { maxLength: 4 }), fc.nat({ max: 4 }))
      .map(([key, others, at]) => {
        const members = [...others.slice(0, at), key, ...others.slice(at)];
        return objectText(firstOfEach(members));
      }),
    weight: 40,
  },
  { arbitrary: valueText, weight: 1 },
);

/** Which of two members of one name counts is up to each parser; those stay out. */
export function firstOfEach(members: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const seen = new Set<string>();
  return members.filter(([name]) => {
    const plain = JSON.parse(name) as string;
    const fresh = !seen.has(plain);
    seen.add(plain);
    return fresh;
  });
}

const listText = fc.array(itemText, { minLength: 0, maxLength: 4 }).map((items) => `[${items.join(",")}]`);

export const bodyText = fc.oneof(
  { arbitrary: bodyOf(listText), weight: 44 },
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom("<xFF>", "<xC3>", "<xE2><x82>", "<xED><xA0><x80>", "<xC0><x80>", "<xF5><x80>"),
        fc.constantFrom("displayName", "metadata", "key"),
      )
      .map(([bytes, name]) =>
        name === "metadata"
          ? `[{"key":"<P>a","metadata":{"${bytes}":"a${bytes}b"}}]`
          : `[{"key":"<P>a","${name}":"<P>${bytes}"}]`.replace('"key":"<P>a","key"', '"key"'),
      ),
    weight: 1,
  },
);
