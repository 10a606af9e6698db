/** The deletion guard of sets: an empty or cut export must not delete every customer. */
import type { Options } from "./declaration";
import { Failure } from "./failure";
import type { Previewed } from "./unknown";
import { firstFew, formatCount, namedKey } from "./words";

/** With a percentage, so many deletions are always free: in a small set one customer that goes is a large part. */
const freeDeletions = 10;

const defaultLimit = "20%";

/** As a program has it, which need not go by the types. */
type Limit = Previewed<Options["maxDeletions"] | string>;

/**
 * How many objects a run may take out of a set.
 *
 * @param limit a count (a number), or a percentage of the objects before such as `"20%"`
 * @returns `undefined` when the limit is neither, or not known yet
 */
export function allowedDeletions(limit: Limit, before: number): number | undefined {
  if (typeof limit === "number") {
    return Number.isInteger(limit) && limit >= 0 ? limit : undefined;
  }
  const digits = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(limit ?? defaultLimit).trim())?.[1];
  const percentage = Number(digits); // of what is no percentage, NaN
  return percentage <= 100 ? Math.max(freeDeletions, Math.floor((before * percentage) / 100)) : undefined;
}

/** What a set had before, what it has now, and how much less that may be. */
export interface Removal {
  readonly before: Iterable<string>;
  readonly after: { has(key: string): boolean };
  readonly limit: Limit;
  readonly secretKeys: boolean;
}

/** Why a run takes too much out of a set; `undefined` when it does not. */
export function tooManyDeletions({ before, after, limit, secretKeys }: Removal): string | undefined {
  const all = [...before];
  const removed = all.filter((key) => !after.has(key));
  const allowed = allowedDeletions(limit, all.length);
  if (allowed === undefined || removed.length <= allowed) {
    return undefined;
  }
  return (
    `would lose ${formatCount(removed.length)} of ${formatCount(all.length)} (${secretKeys ? "their keys are secret" : firstFew(removed, 5, (key) => namedKey(key, false))}), and maxDeletions allows ${formatCount(allowed)}. ` +
    `If the list is complete, set maxDeletions: ${removed.length} for this update, and change it back afterwards`
  );
}

/** @throws {Failure} when a run takes too much out of a set */
export function refuseTooManyDeletions(label: string, removal: Removal): void {
  const reason = tooManyDeletions(removal);
  if (reason !== undefined) {
    throw new Failure(`${label} ${reason}. Nothing was deleted`);
  }
}
