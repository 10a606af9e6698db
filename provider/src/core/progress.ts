/** Lines that tell how far long work has come, and what it waits for. */
import type { Declarer } from "./declaration";
import type { Progress } from "./port";
import type { Surroundings } from "./surroundings";
import { formatCount } from "./words";

/** Work that is over sooner says nothing, and nor does a request. */
const firstMs = 5_000;

/** Lines come less often the longer it takes, but at least as often as this. */
const mostMs = 30_000;

type Clock = Surroundings["clock"];

/**
 * Does a piece of work and reports a line every few seconds until it is over, also while nothing gets done:
 * `set "customers": 4,500 of 10,000 done, 310 a second; waiting: http://localhost:8888 answered 429 Too Many Requests (9 s so far)`.
 * Of single objects there is one line for all, and only while they wait.
 *
 * @param what what becomes of each object
 */
export async function withProgress<T>(
  { report, clock, connect, patience }: Pick<Surroundings, "report" | "clock" | "connect" | "patience">,
  { label, isSet, urn }: Pick<Declarer, "label" | "isSet" | "urn">,
  { total, what }: { readonly total: number; readonly what: "done" | "read" | "deleted" },
  carryOut: (tell: Progress) => Promise<T>,
): Promise<T> {
  if (!isSet) {
    return patience.during(label, () => carryOut(() => {}));
  }
  const start = clock.now();
  let done = 0;
  const stop = everyFewSeconds(clock, firstMs, () => {
    const rate = Math.round((done * 1000) / Math.max(1, clock.now() - start));
    const why = connect().waiting(firstMs);
    const waiting = why === undefined ? "" : `; waiting: ${why}`;
    const line = `${label}: ${formatCount(done)} of ${formatCount(total)} ${what}, ${formatCount(rate)} a second${waiting}`;
    report(line, { urn, level: "status" });
  });
  try {
    return await carryOut((now) => {
      done = now;
    });
  } finally {
    stop();
  }
}

/** Tells what single objects wait for: one line for all that the engine has asked for at once. */
export class Patience {
  readonly #labels = new Map<symbol, string>();
  #stop: () => void = () => {};

  /** @param waiting what the connection waits for, when a request has been under way so many milliseconds */
  constructor(
    private readonly clock: Pick<Clock, "now" | "every">,
    private readonly report: Surroundings["report"],
    private readonly waiting: (atLeastMs: number) => string | undefined,
  ) {}

  /** Does a piece of work on one object. */
  async during<T>(label: string, carryOut: () => Promise<T>): Promise<T> {
    const one = Symbol(label);
    if (this.#labels.size === 0) {
      this.#stop = everyFewSeconds(this.clock, firstMs, () => this.#tell());
    }
    this.#labels.set(one, label);
    try {
      return await carryOut();
    } finally {
      this.#labels.delete(one);
      if (this.#labels.size === 0) {
        this.#stop();
      }
    }
  }

  #tell(): void {
    const why = this.waiting(firstMs);
    const [first] = this.#labels.values();
    const more = this.#labels.size - 1;
    if (why !== undefined) {
      const who = more === 0 ? `${first} waits` : `${first} and ${formatCount(more)} more wait`;
      this.report(`${who}: ${why}`, { level: "status" });
    }
  }
}

/** Says something after so many milliseconds, and again and again. Returns what ends it. */
export function everyFewSeconds(clock: Pick<Clock, "now" | "every">, ms: number, say: () => void): () => void {
  const start = clock.now();
  let next = ms;
  return clock.every(ms, () => {
    const elapsed = clock.now() - start;
    if (elapsed >= next) {
      next = elapsed + Math.min(mostMs, Math.max(ms, elapsed / 4));
      say();
    }
  });
}
