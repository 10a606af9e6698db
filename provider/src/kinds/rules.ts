/** Rules that the fields of several kinds have in common. */
import type { Rule } from "../core/kind";
import { isStored, typeInWords } from "../json";

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
