/** Rules that the fields of several kinds have in common. */
import type { Field, Rule } from "../core/kind";
import { isStored, typeInWords } from "../json";

/** The database indexes some texts and refuses entries of more than some 2,600 bytes. */
const maxIndexedBytes = 2500;

/**
 * A rule of texts that OpenMeter can store.
 *
 * @param problemOf what is wrong with a text, if anything
 */
export function text(problemOf: (text: string) => string | undefined): Rule {
  return (value) => {
    const ownProblem =
      typeof value === "string" ? problemOf(value) : `is ${typeInWords(value)}; it must be a string${asText(value)}`;
    const reason = isStored.value(value) ?? ownProblem;
    return reason === undefined ? [] : [{ path: [], reason }];
  };
}

/** The likeliest mistake: in many databases, IDs are numbers. */
function asText(value: unknown): string {
  return typeof value === "number" ? ": convert it with String(…)" : "";
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** What is wrong with a text that the database indexes, if anything. */
export function tooLongToIndex(value: string): string | undefined {
  return Buffer.byteLength(value) > maxIndexedBytes
    ? `is longer than ${maxIndexedBytes} bytes of UTF-8, which OpenMeter's database cannot index`
    : undefined;
}

/** The ID of a customer in Stripe. */
export const stripeCustomerId = {
  declared: text((value) =>
    value.startsWith("cus_") ? undefined : "must be a Stripe customer ID, which starts with cus_",
  ),
  answered: isText,
} as const satisfies Field;
