/** Values that the properties of the core are tried with. */
import fc from "fast-check";
import type { Fields } from "../../../provider/src/core/port";
import type { JsonObject } from "../../../provider/src/json";

/** Objects with few names and values, so that two of them often overlap. */
export const anyObject: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("plan", "seats", "", "constructor"),
  fc.oneof(
    fc.constantFrom("pro", 1, true, "2024-01-31T10:00:00Z"),
    fc.array(fc.constantFrom(null, 1), { maxLength: 2 }),
    fc.record({ a: fc.constantFrom(null, 1), b: fc.constantFrom(1, "x") }, { requiredKeys: [], noNullPrototype: true }),
  ),
  { noNullPrototype: true },
);

/** Names that JavaScript objects are known to treat in their own way, and ordinary ones. */
export const oddName = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "10",
    "9",
    "-1",
    "1.5",
    "a b",
    "ключ",
    "😀",
  ),
  fc.string({ minLength: 1, maxLength: 4, unit: "grapheme" }),
);

export const oddObject: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(oddName, fc.oneof(anyObject, fc.constantFrom("1", 2, true, 0.1))), { maxLength: 4 })
  .map((members) => Object.fromEntries(members));

/** The declared fields of a subject. */
export const anyFields: fc.Arbitrary<Fields> = fc.record(
  {
    displayName: fc.constantFrom("", "Acme", "Globex", "\u2028"),
    // No check lets this name pass.
    metadata: fc.oneof(
      anyObject,
      oddObject.filter((one) => !Object.hasOwn(one, "__proto__")),
    ),
    stripeCustomerId: fc.constantFrom("cus_1", "cus_2"),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<Fields>; // a record without the keys that are not required
