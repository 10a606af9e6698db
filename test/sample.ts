import { it } from "vitest";

/** Whether all tests run (`npm run test:long`), or of each rule a sample (`npm test`). */
export const runsAll = process.env.TESTS === "all";

/** The first rows of a table of tests, or all of them. Each rule that the table is about has a row among the first. */
export function sample<T>(rows: readonly T[], size = 1): readonly T[] {
  return runsAll ? rows : rows.slice(0, size);
}

/** A test whose rule others sample on this level, or that a cheaper level proves. */
export const longIt = it.runIf(runsAll);
