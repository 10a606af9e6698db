import type { ChildProcess } from "node:child_process";
import { join } from "node:path";

/** For `node`: puts the provider of a dynamic host on a clock that the test holds. */
export const clockArguments = ["--require", join(__dirname, "preload.js")];

/** How a request is held up: without any answer, or with an answer that has begun and does not end. */
export type HeldUp = "silent" | "talking";

/** What the host tells of its clock. */
interface Told {
  readonly waitMs?: number;
  readonly turnedAway?: true;
  readonly idle?: true;
}

/**
 * The clock of one dynamic host. It stands still while requests are on their way, and jumps to the next timer when the
 * provider only waits, so that waiting takes no time.
 */
export class HostClock {
  #waits: number[] = [];
  #turnedAway = 0;
  #beforeWait: (() => Promise<void>) | undefined;
  #onIdle: () => void = () => undefined;

  constructor(private readonly child: ChildProcess) {
    child.on("message", (told: Told) => {
      if (told.idle) this.#onIdle();
      if (told.turnedAway) this.#turnedAway += 1;
      if (told.waitMs !== undefined) void this.#asked(told.waitMs);
    });
  }

  /** The waits since the last {@link reset}, in milliseconds: of sleeps, and of requests that were given up. */
  get waits(): readonly number[] {
    return this.#waits;
  }

  /** How many connections were refused since the last {@link reset}. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Forgets what was so far, and has something done before each wait to come. */
  reset(beforeWait?: () => Promise<void>): void {
    this.#waits = [];
    this.#turnedAway = 0;
    this.#beforeWait = beforeWait;
  }

  /** Resolves when the provider does nothing more, also nothing whose result nobody awaits any more. */
  async idle(): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    this.child.send({ idle: true });
    await idle;
  }

  /** Tells that a server holds up a request, which will end by its timeout and not by itself. */
  heldUp(how: HeldUp): void {
    this.child.send({ heldUp: how });
  }

  async #asked(waitMs: number): Promise<void> {
    await this.#beforeWait?.();
    this.#waits.push(waitMs);
    if (this.child.connected) this.child.send({ go: true });
  }
}
