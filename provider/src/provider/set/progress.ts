import type { Clock } from "../../openmeter/clock";
import { printable } from "../../printable";
import type { Report } from "../lifecycle";
import { formatCount } from "./named-keys";

/** Hears how far a piece of work has come, and says so now and then. */
export type ProgressReport = (done: number) => void;

/** Work that is over sooner says nothing; longer work says a line as often as this. */
const everyMs = 5_000;

/** Reports a line every few seconds, as work is done: `customers: 4,500 of 10,000 done, 310 a second`. */
export function startProgress(name: string, total: number, report: Report, clock: Pick<Clock, "now">): ProgressReport {
  const start = clock.now();
  let last = start;
  return (done) => {
    const now = clock.now();
    if (now - last < everyMs) return;
    last = now;
    const rate = Math.round((done * 1000) / (now - start));
    report(`${printable(name)}: ${formatCount(done)} of ${formatCount(total)} done, ${formatCount(rate)} a second`);
  };
}
