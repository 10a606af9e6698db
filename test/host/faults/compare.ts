import type { Properties } from "../operations";
import type { Outcome, Situation } from "./operation";
import type { Place } from "./place";
import type { Column, FaultRow } from "./row";
import { urlFor } from "./strike";

/** The words for a fault in an operation's message. */
export function said(
  { row, column }: { readonly row: FaultRow; readonly column: Column },
  place: Place,
  { keys: [key = ""] }: Situation,
  { requests, waits }: { readonly requests: number; readonly waits: readonly number[] },
): string {
  const seconds = Math.round(waits.reduce((sum, wait) => sum + wait, 0) / 1000);
  const url = urlFor(place, row);
  return (row.saysIn?.[column] ?? row.says)
    .replace("{key}", key)
    .replace("{url}", url)
    .replace("{address}", url.replace("http://", ""))
    .replace("{foreign}", place.foreign.url)
    .replace("{tries}", requests === 1 ? "" : ` (${requests} tries in ${seconds} s)`);
}

/**
 * An outcome without what differs from run to run: ids, the order in which the subjects of a set are named, and of sets, whose
 * requests are several, the effort of the last.
 */
export function comparable(outcome: Outcome, isSet: boolean): unknown {
  if ("outputs" in outcome) return withoutIds(outcome.outputs);
  const fragments = (message: string) => {
    const text = message.replace(/ \(id [0-9A-Z]{26}\)/g, "").replace(/(Not deleted: .*?\. )?They stay/, "It stays");
    return isSet
      ? text
          .replace(/ \(\d+ tries in \d+ s\)/g, "")
          .split(/; |: |\. /)
          .sort()
      : text;
  };
  return {
    message: fragments(outcome.message),
    ...(outcome.partial !== undefined && {
      reasons: outcome.partial.reasons.map(fragments).sort(),
      outputs: withoutIds(outcome.partial.outputs),
    }),
  };
}

function withoutIds({ subjectId: _id, subjectIds: _ids, subjects, ...rest }: Properties) {
  return { ...rest, ...(subjects !== undefined && { subjects: JSON.parse(String(subjects)) }) };
}
