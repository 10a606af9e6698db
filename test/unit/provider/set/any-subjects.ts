import fc from "fast-check";
import type { JsonObject } from "../../../../provider/src/json";
import type { OwnedFields } from "../../../../provider/src/provider/declaration";
import type { Subjects } from "../../../../provider/src/provider/set/declaration";
import { anyMetadata } from "../any-declaration";

/** Keys that JavaScript objects are known to treat in their own way, and ordinary ones. */
export const oddKey = fc.oneof(
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

/** Metadata with odd names at every depth. */
export const oddMetadata: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(oddKey, fc.oneof(anyMetadata, fc.constantFrom("1", 2, true, 0.1, "2024-01-31T10:00:00Z"))), {
    maxLength: 4,
  })
  .map((members) => Object.fromEntries(members));

export const anyFields: fc.Arbitrary<OwnedFields> = fc.record(
  {
    displayName: fc.constantFrom("", "Acme", "Globex", "\u2028"),
    metadata: fc.oneof(anyMetadata, oddMetadata),
    stripeCustomerId: fc.constantFrom("cus_1", "cus_2"),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** Sets whose keys and values often overlap with those of another one. */
export const anySubjects: fc.Arbitrary<Subjects> = fc
  .array(fc.tuple(oddKey, anyFields), { maxLength: 12 })
  .map((members) => new Map(members));
