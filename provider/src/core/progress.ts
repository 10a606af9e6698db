/** Lines that tell how far long work on a set has come. */
import type { Declarer } from "./declaration";
import type { Progress } from "./port";
import type { Surroundings } from "./surroundings";
import { formatCount } from "./words";

/** Work that is over sooner says nothing; longer work says a line as often as this. */
const everyMs = 5_000;

/**
 * Does a piece of work and reports a line every few seconds until it is over, also while nothing gets done:
 * `set "customers": 4,500 of 10,000 done, 310 a second`.
 *
 * @param what what becomes of each object
 */
export async function withProgress<T>(
  { report, clock, connect }: Pick<Surroundings, "report" | "clock" | "connect">,
  { label, isSet }: Pick<Declarer, "label" | "isSet">,
  { total, what }: { readonly total: number; readonly what: "done" | "read" | "deleted" },
  carryOut: (tell: Progress) => Promise<T>,
): Promise<T> {
  if (!isSet) {
    return carryOut(() => {});
  }
  const start = clock.now();
  let done = 0;
  const stop = clock.every(everyMs, () => {
    const rate = Math.round((done * 1000) / Math.max(1, clock.now() - start));
    const waiting = connect().isPaused() ? "; waiting, since OpenMeter asks for patience (429)" : "";
    report(`${label}: ${formatCount(done)} of ${formatCount(total)} ${what}, ${formatCount(rate)} a second${waiting}`);
  });
  try {
    return await carryOut((now) => {
      done = now;
    });
  } finally {
    stop();
  }
}
