/** The keys and values of random programs: few of each, so that steps meet each other. */
import fc from "fast-check";
import type { JsonValue } from "openmeter-emulator";
import { inOrder } from "./edit";

/** Keys, some of them hard to spell in a path. */
export const keys = ["a", "b", "c/d", "p%2Fq", "é ?"] as const;

/** Values by the name of a field. */
export type Values = Readonly<Record<string, fc.Arbitrary<JsonValue>>>;

const names = ["Acme", "Globex", "2024-01-31T10:00:00Z"];

/** The subject keys of a customer, in the order in which OpenMeter has them. */
const subjectKeys: fc.Arbitrary<JsonValue> = fc.subarray([...keys], { maxLength: 3 }).map(inOrder);

/** Where OpenMeter makes customers of subjects, it refuses an empty name, and asks Stripe for the ID. */
export function subjectValues(subjectHook: boolean): Values {
  return {
    displayName: fc.constantFrom(...names, ...(subjectHook ? [] : [""])),
    metadata: fc.constantFrom<JsonValue[]>(
      {},
      { plan: "pro" },
      { plan: "free", seats: 3 },
      { seats: 3, plan: "free", nested: { deep: [1, null, { x: "y" }] } },
      { nested: { deep: [1, null, { x: "z" }] } },
      { constructor: "2024-01-31T10:00:00Z" },
    ),
    ...(!subjectHook && { stripeCustomerId: fc.constantFrom("cus_1", "cus_2") }),
  };
}

export const customerValues: Values = {
  name: fc.constantFrom(...names),
  description: fc.constantFrom("Big", ""),
  subjectKeys,
  primaryEmail: fc.constantFrom("a@acme.example", "b@acme.example"),
  billingAddress: fc.constantFrom<JsonValue[]>(
    {},
    { city: "Berlin" },
    { country: "DE", city: "Berlin" },
    { country: "FR" },
  ),
  metadata: fc.constantFrom<JsonValue[]>(
    {},
    { plan: "pro" },
    { plan: "free", seats: "3" },
    { constructor: "2024-01-31T10:00:00Z" },
  ),
};
