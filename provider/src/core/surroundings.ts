import type { Clock } from "../openmeter/clock";
import type { Kind } from "./kind";
import type { Port } from "./port";
import type { Patience } from "./progress";
import type { Run } from "./run";
import type { Told } from "./told";

/**
 * How a message is shown: it stays with the run's messages, it does as a warning, it gives way to the next one, or the engine
 * shows it only where `--debug` asks for it.
 */
export type Level = "info" | "warning" | "status" | "debug";

/** A message for the person at the terminal, about this resource (default: the stack), at this level (default: `info`). */
export type Report = (
  message: string,
  about?: { readonly urn?: string | undefined; readonly level?: Level | undefined },
) => void;

/** What the core needs of the session that it works in. */
export interface Surroundings {
  readonly kind: Kind;
  readonly run: Run;
  readonly report: Report;
  readonly clock: Pick<Clock, "now" | "sleep" | "every">;
  readonly patience: Patience;
  readonly told: Told;
  /** Opens the connection where that has not been done. */
  readonly connect: () => {
    readonly port: Port;
    readonly redactor: { conceal(texts: () => Iterable<string>): void; readonly show: (text: string) => string };
    /** How messages call the setting that holds the address. */
    readonly addressName: string;
    /** What the connection waits for, in words, when a request has been under way so many milliseconds. */
    readonly waiting: (atLeastMs: number) => string | undefined;
  };
}
