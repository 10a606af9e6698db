import type { JsonObject } from "./subject";

/** A usage event as it was sent (a CloudEvent), with the time of its arrival where it named none. */
export interface UsageEvent {
  readonly id: string;
  readonly source: string;
  readonly specversion: string;
  readonly type: string;
  /** The key of the subject whose usage it is. */
  readonly subject: string;
  readonly time: string;
  readonly data?: JsonObject | null;
}

/** So many events are kept, the oldest go first: an emulator left running must not fill the memory. */
const KEPT_EVENTS = 100_000;

/** The usage events in order of arrival. They are kept and shown, not metered. */
export class EventLog {
  #events: UsageEvent[] = [];

  list(): readonly UsageEvent[] {
    return [...this.#events];
  }

  clear(): void {
    this.#events = [];
  }

  add(events: readonly UsageEvent[]): void {
    this.#events = [...this.#events, ...events].slice(-KEPT_EVENTS);
  }
}
