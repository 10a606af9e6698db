import type { Clock } from "../openmeter/clock";
import type { Kind } from "./kind";
import type { Port } from "./port";
import type { Run } from "./run";

/** A message for the person at the terminal. */
export type Report = (message: string) => void;

/** What the core needs of the session that it works in. */
export interface Surroundings {
  readonly kind: Kind;
  readonly run: Run;
  readonly report: Report;
  readonly clock: Pick<Clock, "now" | "sleep" | "every">;
  /** Opens the connection where that has not been done. */
  readonly connect: () => {
    readonly port: Port;
    readonly redactor: { conceal(texts: () => Iterable<string>): void; readonly show: (text: string) => string };
    /** Whether the server has asked for patience, so that all requests wait. */
    readonly isPaused: () => boolean;
  };
}
