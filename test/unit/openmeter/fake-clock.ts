import type { Clock } from "../../../provider/src/openmeter/clock";

/** A clock that stands still except while somebody sleeps on it. Remembers every sleep and every timeout asked for. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  readonly timeouts: number[] = [];

  constructor(
    private time = Date.UTC(2026, 0, 15, 12, 0, 0),
    private readonly dice = 0.5,
    /** Whether timeouts strike at once instead of never. */
    private readonly impatient = false,
  ) {}

  now(): number {
    return this.time;
  }

  async sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.time += ms;
  }

  timeout(ms: number): AbortSignal {
    this.timeouts.push(ms);
    return this.impatient
      ? AbortSignal.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"))
      : new AbortController().signal;
  }

  every(): () => void {
    return () => {};
  }

  random(): number {
    return this.dice;
  }
}
