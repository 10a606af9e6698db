/**
 * What failures have been told in this process, which is one run. The engine asks for many resources at once, and one wrong key
 * lets all of them fail: the cause is told whole once, and then briefly, with what became of each.
 */
import type { Failure } from "./failure";

export class Told {
  /** By cause: whose message has all of it. */
  readonly #first = new Map<string, string>();

  /** The message to show of a failure. */
  messageOf({ message, shared }: Failure): string {
    if (shared === undefined) {
      return message;
    }
    const { cause, label } = shared;
    const first = this.#first.get(cause);
    if (first === undefined) {
      this.#first.set(cause, label ?? cause);
    }
    // One resource may fail twice.
    return first === undefined || first === label ? message : shared.inBrief(first);
  }
}
