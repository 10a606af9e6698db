import type { Properties } from "../operations";
import type { Outcome } from "./operation";
import type { Place } from "./place";
import type { Column, FaultRow } from "./row";

/** The words for a fault in an operation's message. */
export function said(
  row: FaultRow,
  column: Column,
  { emulator, door, foreign }: Place,
  requests: number,
  waits: readonly number[],
): string {
  const seconds = Math.round(waits.reduce((sum, wait) => sum + wait, 0) / 1000);
  const url = row.strikes === "shut" ? door.url : emulator.url;
  return (row.saysIn?.[column] ?? row.says)
    .replace("{url}", url)
    .replace("{address}", url.replace("http://", ""))
    .replace("{foreign}", foreign.url)
    .replace("{tries}", requests === 1 ? "" : ` (${requests} tries in ${seconds} s)`);
}

/**
 * An outcome without what differs from run to run: ids, the order in which the subjects of a set are named, and of sets, whose
 * requests are several, the effort of the last.
 */
export function comparable(outcome: Outcome, isSet: boolean): unknown {
  if ("outputs" in outcome) return withoutIds(outcome.outputs);
  const fragments = (message: string) =>
    isSet
      ? message
          .replace(/ \(\d+ tries in \d+ s\)/g, "")
          .split(/; |: |\. /)
          .sort()
      : message;
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
