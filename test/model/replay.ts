import type { Parameters } from "fast-check";
import { runsAll } from "../sample";

/** Where `npm test` begins, so that it comes to the same end each time. `npm run test:long` begins elsewhere each time. */
const fixedSeed = 20_271;

/**
 * How often a random test runs, and from where on. Told at its start, so that also one that hangs can be run again:
 * `RANDOM_RUNS` for more runs, `FAST_CHECK_SEED` and `FAST_CHECK_PATH` for those of a failure, `RANDOM_SHRINK` (`yes` or
 * `no`) for whether a smaller example of it is looked for.
 */
export function replayable<T>(numRuns: number, { shrink }: { readonly shrink: boolean }): Parameters<T> {
  const { RANDOM_RUNS, RANDOM_SHRINK, FAST_CHECK_SEED, FAST_CHECK_PATH: path } = process.env;
  const seed = Number(FAST_CHECK_SEED ?? (runsAll ? Date.now() % 0x7fffffff : fixedSeed));
  const runs = Number(RANDOM_RUNS ?? numRuns);
  const again = `FAST_CHECK_SEED=${seed}${path === undefined ? "" : ` FAST_CHECK_PATH=${path}`}`;
  console.log(`${runs} random lives of a stack; the same again with ${again} RANDOM_RUNS=${runs}`);
  return {
    seed,
    numRuns: runs,
    endOnFailure: (RANDOM_SHRINK ?? (shrink ? "yes" : "no")) === "no",
    ...(path !== undefined && { path }),
  };
}
