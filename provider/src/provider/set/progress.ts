import type { Clock } from "../../openmeter/clock";
import { printable } from "../../printable";
import type { Report } from "../lifecycle";
import { formatCount } from "./named-keys";

/** A piece of work on a set, for the lines that tell how far it has come. */
export interface Work {
  /** The set's name. */
  readonly name: string;
  /** Subjects that it is about. */
  readonly total: number;
  /** What becomes of each. */
  readonly what: "done" | "read";
}

/** Hears how many subjects are behind. */
export type ProgressReport = (done: number) => void;

/** What progress needs of its surroundings. */
export interface ProgressSurroundings {
  readonly report: Report;
  readonly clock: Pick<Clock, "now" | "every">;
  /** Whether the server has asked for patience, so that all requests wait. */
  readonly isPaused: () => boolean;
}

/** Work that is over sooner says nothing; longer work says a line as often as this. */
const everyMs = 5_000;

/**
 * Does a piece of work and reports a line every few seconds until it is over, also while nothing gets done:
 * `customers: 4,500 of 10,000 done, 310 a second`.
 */
export async function withProgress<T>(
  { name, total, what }: Work,
  { report, clock, isPaused }: ProgressSurroundings,
  carryOut: (tell: ProgressReport) => Promise<T>,
): Promise<T> {
  const start = clock.now();
  let done = 0;
  const stop = clock.every(everyMs, () => {
    const rate = Math.round((done * 1000) / Math.max(1, clock.now() - start));
    const waiting = isPaused() ? "; waiting, since OpenMeter asks for patience (429)" : "";
    report(
      `${printable(name)}: ${formatCount(done)} of ${formatCount(total)} ${what}, ${formatCount(rate)} a second${waiting}`,
    );
  });
  try {
    return await carryOut((now) => {
      done = now;
    });
  } finally {
    stop();
  }
}
