import fc from "fast-check";
import type { JsonObject } from "../../../provider/src/json";
import type { Declaration } from "../../../provider/src/provider/declaration";

/** Metadata as OpenMeter may hold it; few names, so that two of them often overlap. */
export const anyMetadata: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom("plan", "seats", "", "constructor"),
  fc.oneof(
    fc.constantFrom("pro", 1, true, "2024-01-31T10:00:00Z"),
    fc.array(fc.constantFrom(null, 1), { maxLength: 2 }),
    fc.record({ a: fc.constantFrom(null, 1), b: fc.constantFrom(1, "x") }, { requiredKeys: [] }),
  ),
  { noNullPrototype: true },
);

/** Declarations of one subject: each field present or not, with few values, so that two of them often agree on some. */
export const anyDeclaration: fc.Arbitrary<Declaration> = fc.record(
  {
    key: fc.constant("customer-42"),
    displayName: fc.constantFrom("", "Acme", "Globex"),
    metadata: anyMetadata,
    stripeCustomerId: fc.constantFrom("cus_1", "cus_2"),
    onExisting: fc.constantFrom("adopt" as const, "fail" as const),
  },
  { requiredKeys: ["key"] },
);
