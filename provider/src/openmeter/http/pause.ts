import type { Clock } from "../clock";

/** The wait that a server asked for (429): of all requests of a connection, not only of the one that was told so. */
export class Pause {
  #until = 0;

  constructor(private readonly clock: Pick<Clock, "now" | "sleep">) {}

  /** Whether requests wait at this moment. */
  get isOn(): boolean {
    return this.#until > this.clock.now();
  }

  /** Lets requests wait so long from now on, or for longer if that was asked for already. */
  extend(ms: number): void {
    this.#until = Math.max(this.#until, this.clock.now() + ms);
  }

  /** Resolves when no request has to wait any more. */
  async over(): Promise<void> {
    while (this.isOn) await this.clock.sleep(this.#until - this.clock.now());
  }
}
