/** Random bodies of customers as text: mostly right, or wrong in one place. */
import fc from "fast-check";
import { bodyOf, firstOfEach, keyEnd, member } from "./bodies";
import { objectText, oddText, quoted, valueText } from "./json-text";

/** Few keys, so that customers meet each other's keys, subject keys and ids. */
const keyText = fc.oneof(
  { arbitrary: fc.constantFrom("<P>a", "<P>b", "<P>c"), weight: 12 },
  { arbitrary: keyEnd.map((end) => `<P>${end}`), weight: 3 },
  { arbitrary: fc.constantFrom("<ID0>", "<ID1>", "<ID2>"), weight: 1 },
);

const shortText = fc.oneof(
  { arbitrary: fc.constantFrom("One", "Two", "", "😀"), weight: 6 },
  { arbitrary: oddText, weight: 2 },
  { arbitrary: fc.constantFrom("n".repeat(256), "n".repeat(257), "😀".repeat(256), "n".repeat(1025)), weight: 1 },
);

const currencyText = fc.oneof(
  { arbitrary: fc.constantFrom("EUR", "USD", "XAU"), weight: 6 },
  { arbitrary: fc.constantFrom("XXX", "BTC", "eur", "EU", "EURO", "", "\u00dc\u00dc\u00dc"), weight: 1 },
);

const countryText = fc.oneof(
  { arbitrary: fc.constantFrom("DE", "US"), weight: 6 },
  { arbitrary: fc.constantFrom("", "D", "DEU", "de", "ÜÜ"), weight: 1 },
);

const listText = (item: fc.Arbitrary<string>) =>
  fc.array(item, { maxLength: 3 }).map((items) => `[${items.join(",")}]`);

const subjectKeyText = fc.oneof(
  { arbitrary: quoted(keyText), weight: 20 },
  { arbitrary: fc.constantFrom('""', "null", "7"), weight: 1 },
);

const attributionText = fc
  .array(member("subjectKeys", listText(subjectKeyText)), { minLength: 1, maxLength: 1 })
  .map((members) => objectText(members));

const addressText = fc
  .array(
    fc.oneof(
      ...["city", "line1", "line2", "phoneNumber", "postalCode", "state"].map((name) =>
        member(name, quoted(shortText)),
      ),
      { arbitrary: member("country", quoted(countryText)), weight: 3 },
    ),
    { maxLength: 3 },
  )
  .map((members) => objectText(firstOfEach(members)));

const metadataText = fc
  .array(fc.tuple(quoted(oddText), fc.oneof({ arbitrary: quoted(oddText), weight: 20 }, valueText)), { maxLength: 3 })
  .map((members) => objectText(firstOfEach(members)));

const otherMember = fc.oneof(
  { arbitrary: member("usageAttribution", attributionText), weight: 6 },
  member("description", quoted(shortText)),
  member("metadata", metadataText),
  member("primaryEmail", quoted(shortText)),
  member("currency", quoted(currencyText)),
  { arbitrary: member("billingAddress", addressText), weight: 2 },
  {
    arbitrary: fc.tuple(quoted(fc.oneof(fc.constantFrom("id", "createdAt", "annotations"), oddText)), valueText),
    weight: 1,
  },
);

const nameMember = fc.oneof(
  { arbitrary: fc.tuple(fc.constant('"name"'), quoted(fc.constantFrom("One", "Two"))), weight: 12 },
  { arbitrary: member("name", quoted(shortText)), weight: 3 },
  { arbitrary: fc.tuple(fc.constant('"no"'), fc.constant("1")), weight: 1 },
);

const keyMember = fc.oneof(
  { arbitrary: fc.tuple(fc.constant('"key"'), quoted(keyText)), weight: 20 },
  { arbitrary: member("key", quoted(keyText)), weight: 2 },
  { arbitrary: fc.tuple(fc.constant('"no"'), fc.constant("1")), weight: 2 },
);

const customerText = fc
  .tuple(nameMember, keyMember, fc.array(otherMember, { maxLength: 4 }), fc.nat({ max: 4 }))
  .map(([name, key, others, at]) => objectText(firstOfEach([...others.slice(0, at), name, key, ...others.slice(at)])));

export const customerBody = bodyOf(customerText);
