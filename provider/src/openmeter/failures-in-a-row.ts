/** What is refused of many, and when that means that the server is down. */
import type { Refusal } from "../core/port";
import { concernsAll, type OpenMeterError } from "./errors";

/** So many single objects failing one after the other mean that the server is down, not that they are bad. */
const maxFailures = 5;

/** The same of objects that take the server too long, each of which costs a whole timeout. */
const maxTimeouts = 3;

export class FailuresInARow {
  readonly #refused = new Set<Refusal>();
  #inARow: Refusal[] = [];
  #stoppedBy: OpenMeterError | undefined;

  get refused(): Refusal[] {
    return [...this.#refused];
  }

  /** Why the rest is not worth trying. */
  get stoppedBy(): OpenMeterError | undefined {
    return this.#stoppedBy;
  }

  success(): void {
    this.#inARow = [];
  }

  /** An error that all others would meet. */
  stop(error: OpenMeterError): void {
    this.#stoppedBy ??= error;
  }

  /** An error of one object, unless all others would meet it. */
  add(refusal: Refusal): void {
    if (concernsAll(refusal.error)) {
      this.stop(refusal.error);
      return;
    }
    this.#refused.add(refusal);
    if (refusal.error.kind !== "unavailable") {
      return;
    }
    this.#inARow.push(refusal);
    const timeouts = this.#inARow.filter(({ error: { timedOut } }) => timedOut).length;
    if (this.#inARow.length < maxFailures && timeouts < maxTimeouts) {
      return;
    }
    this.stop(refusal.error);
    // The server is down: these were not refused for what they are.
    for (const one of this.#inARow) {
      this.#refused.delete(one);
    }
  }
}
