/** The API client of the unit tests: on an emulator in this process, with a clock of its own. */
import { Readable } from "node:stream";
import type { InProcessEmulator } from "openmeter-emulator";
import type { Clock } from "../../provider/src/openmeter/clock";
import type { Configuration } from "../../provider/src/openmeter/configuration";
import { type Connection, connectTo } from "../../provider/src/openmeter/connection";
import type { Send } from "../../provider/src/openmeter/http/send";

/** What the connections of the unit tests are configured with. */
export const configuration = {
  baseUrl: "http://openmeter.test",
  apiKey: "om_secret_0123456789",
  names: {
    baseUrl: "openmeter:baseUrl",
    apiKey: "openmeter:apiKey",
    setApiKey: "set it",
    requestTimeout: "openmeter:requestTimeout",
    lasting: { baseUrl: "openmeter:baseUrl", apiKey: "openmeter:apiKey" },
  },
  requestTimeoutMs: 30_000,
  maxRetries: 6,
  maxConcurrency: 16,
} as const satisfies Configuration;

/** A connection to an emulator without a network, by default with a clock that costs no time. */
export function connectedTo(
  emulator: Pick<InProcessEmulator, "respond">,
  settings: { readonly clock?: Clock; readonly configuration?: Partial<Configuration> } = {},
): Connection {
  const { clock = new FakeClock() } = settings;
  return connectTo(
    { ...configuration, ...settings.configuration },
    {
      clock,
      send: sendTo(emulator),
    },
  );
}

/** Hands requests to an emulator. */
export function sendTo({ respond }: Pick<InProcessEmulator, "respond">): Send {
  return async ({ url, method, headers, body }, signal) => {
    const request = new Request(url, { method, headers, signal, ...(body !== "" && { body }) });
    const answer = await respond(request);
    const { status, headers: answered } = answer;
    return { status, headers: answered, body: Readable.from([Buffer.from(await answer.arrayBuffer())]) };
  };
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/**
 * A clock whose time passes only while everybody who works sleeps: then the first to wake wakes, and it is that time.
 * Timeouts strike only when they are told to. Remembers every sleep and every timeout asked for.
 */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  readonly timeouts: number[] = [];
  #sleepers: Sleeper[] = [];
  #open: AbortController[] = [];

  constructor(
    private time = Date.UTC(2026, 0, 15, 12, 0, 0),
    private readonly dice = 0.5,
  ) {}

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    return new Promise((resolve) => {
      this.#sleepers.push({ until: this.time + ms, wake: resolve });
      setImmediate(() => this.#wakeFirst());
    });
  }

  /** One for each sleep, so that all wake in their turn. */
  #wakeFirst(): void {
    const [first] = this.#sleepers.sort((left, right) => left.until - right.until);
    if (first === undefined) {
      return;
    }
    this.#sleepers.shift();
    this.time = Math.max(this.time, first.until);
    first.wake();
  }

  timeout(ms: number): AbortSignal {
    this.timeouts.push(ms);
    const controller = new AbortController();
    this.#open.push(controller);
    return controller.signal;
  }

  /** Lets all timeouts strike that have been asked for. For the `onStrike` of a fault `hang`. */
  readonly strikeTimeouts = (): void => {
    for (const controller of this.#open.splice(0)) {
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    }
  };

  every(): () => void {
    return () => {};
  }

  random(): number {
    return this.dice;
  }
}
