/** The requests of one connection that are under way, for a word to the user about those that take long. */
import type { Clock } from "../clock";

/** A request that is under way. */
export interface Underway {
  /** When its first try began. Until then it waits for other requests, and not for the server. */
  since: number;
  tries: number;
  /** Why its last try was no success, in words. */
  why?: () => string;
}

export class UnderwayRequests {
  readonly #all = new Set<Underway>();

  /** @param server the server as messages name it */
  constructor(
    private readonly clock: Pick<Clock, "now">,
    private readonly server: () => string,
  ) {}

  /** Notes a request until it is over. */
  async during<T>(carryOut: (request: Underway) => Promise<T>): Promise<T> {
    const request: Underway = { since: Number.POSITIVE_INFINITY, tries: 0 };
    this.#all.add(request);
    try {
      return await carryOut(request);
    } finally {
      this.#all.delete(request);
    }
  }

  /**
   * What is waited for, when a request has been under way so long: `http://localhost:8888 answered 503 Service Unavailable (try 4,
   * 9 s so far)`. One that has failed already says more than one that is just slow.
   */
  waiting(atLeastMs: number): string | undefined {
    const now = this.clock.now();
    const long = [...this.#all].filter(({ since }) => now - since >= atLeastMs);
    const told = long.find(({ why }) => why !== undefined) ?? long[0];
    if (told === undefined) {
      return undefined;
    }
    const seconds = Math.round((now - told.since) / 1000);
    const why = told.why?.() ?? `no answer yet from ${this.server()}`;
    return `${why} (${told.tries > 1 ? `try ${told.tries}, ` : ""}${seconds} s so far)`;
  }
}
