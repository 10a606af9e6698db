import type { Emulator, FaultMatch } from "openmeter-emulator";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import type { Ending } from "./row";

/** The server's subjects by key, without what moves by itself. */
export type Content = Readonly<Record<string, object>>;

/** What an operation comes to: the outputs, or the error that the engine gets. */
export type Outcome =
  | { readonly outputs: Properties }
  | {
      readonly message: string;
      readonly partial?: { readonly reasons: readonly string[]; readonly outputs: Properties };
    };

/** An operation that is about to begin. */
export interface Situation {
  /** Keys of the subjects that it is about. */
  readonly keys: readonly string[];
  /** What the server holds of them once it is carried out. */
  readonly after: Content;
  /** Its requests, if they are one for each subject: which of them a fault strikes that comes once, and what the server holds then. */
  readonly first?: { readonly match: FaultMatch; readonly after: Content };
  /** Carries the operation out, and returns the outputs. */
  act(): Promise<Properties>;
  /**
   * What it should come to with this ending, in which the failure has these words. Ids are left out.
   *
   * @param stays whether the fault strikes all requests, or the first
   */
  expected(ending: Ending, says: string, stays: boolean): Outcome;
  /** What the next run of the engine does, with what it then has in its state, until all is as declared. */
  again(host: DynamicHost, ending: Ending, outcome: Outcome): Promise<void>;
  /** How many requests that takes at most. */
  readonly againRequests: number;
}

/** Brings about the state in which an operation meets its fault; `name` makes its subjects unlike all others. */
export type Operation = (host: DynamicHost, emulator: Emulator, name: string) => Promise<Situation>;

/** The live subjects of these keys, without ids and times. */
export function contentOf(emulator: Emulator, keys: readonly string[]): Content {
  const live = keys.flatMap((key) => emulator.subjects.get(key) ?? []);
  return Object.fromEntries(
    live.map(({ id: _id, key, createdAt: _created, updatedAt: _updated, ...fields }) => [key, fields]),
  );
}

/** What the engine has in its state after an operation. */
export function stateAfter(outcome: Outcome, before: Properties | undefined): Properties | undefined {
  return "outputs" in outcome ? outcome.outputs : (outcome.partial?.outputs ?? before);
}

/** What to do after a read that failed: what did not come from OpenMeter may have come from an address that was changed. */
export function afterFailedRead(ending: Ending): string {
  const hint =
    ". If openmeter:baseUrl or openmeter:apiKey has changed since the last up: a refresh still uses the old one until you run pulumi up once without --refresh";
  return `The state stays as it is; run the command again${ending === "refused" ? "" : hint}`;
}
