/** The deletion guard: an empty or cut export must not delete every customer. */
import type { Previewed } from "../declaration";
import { formatCount, namedKeys } from "./named-keys";

/** With a percentage, so many deletions are always free: in a small set one customer that goes is a large part. */
const freeDeletions = 10;

const defaultLimit = "20%";

/**
 * How many subjects one update may remove from a set.
 *
 * @param limit a count, or a percentage of the subjects before such as `"20%"`
 * @returns `undefined` when the limit is neither, or not known yet
 */
export function allowedDeletions(limit: Previewed<number | string> | undefined, before: number): number | undefined {
  const text = String(limit ?? defaultLimit).trim();
  const percentage = /^(\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  if (percentage !== undefined) {
    return Number(percentage) <= 100
      ? Math.max(freeDeletions, Math.floor((before * Number(percentage)) / 100))
      : undefined;
  }
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Why an update removes too many subjects, or `undefined` when it does not. */
export function tooManyDeletions(
  limit: Previewed<number | string> | undefined,
  before: ReadonlySet<string>,
  after: { has(key: string): boolean },
  secretKeys = false,
): string | undefined {
  const removed = [...before].filter((key) => !after.has(key));
  const allowed = allowedDeletions(limit, before.size);
  if (allowed === undefined || removed.length <= allowed) return undefined;
  return (
    `would remove ${formatCount(removed.length)} of ${formatCount(before.size)} subjects (${namedKeys(removed, 5, secretKeys)}), and maxDeletions allows ${formatCount(allowed)}. ` +
    `Is the source complete? If it is, allow it for this update with maxDeletions: ${removed.length}, and take that back afterwards`
  );
}
