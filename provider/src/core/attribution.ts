/**
 * Keys that are attributed to an object and go over to another one of the program. One object after the other is written, and a
 * key belongs to one at a time: so who gets it may take it away from who gives it up, once the run has shown that.
 */
import type { LiveObject } from "./port";
import type { Surroundings } from "./surroundings";

/**
 * The engine may ask for a write before it has shown the resource that gives something up, and the program has not told of it either.
 * Only a write that would fail waits. As long as all of the engine's workers wait, it shows nothing.
 */
const lateMs = 5_000;
const pollMs = 250;

export class AttributionHandOver {
  /** Until when it is worth waiting: once in a run. */
  #until: number | undefined;

  constructor(private readonly around: Pick<Surroundings, "kind" | "run" | "clock">) {}

  /** Whether the run has shown that an object goes without this key. */
  async isGivenUp(holder: LiveObject, attributed: string): Promise<boolean> {
    const { kind, run, clock } = this.around;
    const isShown = () => run.givesUp(kind, holder, attributed, run.facts.read());
    this.#until ??= clock.now() + lateMs;
    while (!isShown() && clock.now() < this.#until) {
      await clock.sleep(pollMs);
    }
    return isShown();
  }
}
