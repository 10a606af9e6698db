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
  /** Of an operation that reads and then writes, the requests that the fault strikes, and that its cells count. */
  readonly method?: "GET" | "POST";
  /** Its requests, if they are one for each subject: which of them a fault strikes that comes once, and what the server holds then. */
  readonly first?: { readonly match: FaultMatch; readonly after: Content };
  /** Carries the operation out in this run, and returns the outputs. */
  act(host: DynamicHost): Promise<Properties>;
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

/** Brings about, in an earlier run, the state in which an operation meets its fault; `name` makes its subjects unlike all others. */
export type Operation = (earlier: DynamicHost, emulator: Emulator, name: string) => Promise<Situation>;

/** How many subjects the sets of the fault table have; those that are refreshed by a list have more. */
export const setSize = 3;

/** What the subjects of the fault table are before, and what the program declares in the run that meets the fault. */
export const before = { displayName: "Before", metadata: { plan: "free" } };
export const declared = { displayName: "Declared", metadata: { plan: "pro" } };

/** The live subjects of these keys, without ids and times. */
export function contentOf(emulator: Emulator, keys: readonly string[]): Content {
  const live = keys.flatMap((key) => emulator.subjects.get(key) ?? []);
  return Object.fromEntries(
    live.map(({ id: _id, key, createdAt: _created, updatedAt: _updated, ...fields }) => [key, fields]),
  );
}

/** What the engine has in its state after an operation. */
export function stateAfter(outcome: Outcome, state: Properties | undefined): Properties | undefined {
  return "outputs" in outcome ? outcome.outputs : (outcome.partial?.outputs ?? state);
}

/** The message of a write of which nothing is known to be stored, with what to do next. */
export function notWritten(
  label: string,
  what: "created" | "updated",
  ending: Ending,
  reasons: string,
): { readonly message: string } {
  const again = what === "created" ? "pulumi up again" : "pulumi up --refresh";
  const unknown = `Whether OpenMeter stored it is unknown; run ${again}: it continues from what is there`;
  const nothingStored = "Nothing was stored; fix this and run pulumi up again";
  const next: Partial<Record<Ending, string>> = {
    refused: "None of it was stored; correct it and run pulumi up again",
    stopped: nothingStored,
    unreached: nothingStored,
    unsent: "Nothing was sent; fix this and run pulumi up again",
    undone: "Find out what deletes it, and run pulumi up again",
  };
  return { message: `${label} was not ${what}: ${reasons}. ${next[ending] ?? unknown}` };
}

/** The message of an update that could not read what it was to change. */
export function notReadBefore(label: string, says: string): { readonly message: string } {
  return {
    message: `${label} was not updated: ${says}. Nothing was changed; run pulumi up again`,
  };
}

/** The message of a read that failed. What did not come from OpenMeter may have come from an address that was changed. */
export function notRead(label: string, ending: Ending, says: string): { readonly message: string } {
  return {
    message: `${label} was not read: ${says}. The state stays as it is; run the command again${ofLastUp(ending, says)}`,
  };
}

function ofLastUp(ending: Ending, says: string): string {
  if (ending === "refused" || /contains the API key|larger than/.test(says)) {
    return "";
  }
  const [names, has] =
    ending === "stopped"
      ? ["openmeter:apiKey and openmeter:baseUrl", "one of them has"]
      : ["openmeter:baseUrl", "it has"];
  return `. This command uses ${names} of the last pulumi up: if ${has} changed since, run pulumi up once, without --refresh and with a program that still declares something, and then repeat the command; or add --run-program to a refresh or destroy`;
}

/** The message of a look-up that failed. */
export function notFound(label: string, says: string): { readonly message: string } {
  return { message: `${label} was not read: ${says}. Run the command again` };
}

/** The message of a deletion that failed. */
export function notDeleted(label: string, reasons: string, was = "was"): { readonly message: string } {
  return { message: `${label} ${was} not deleted: ${reasons}. It stays in the state; run pulumi up again` };
}
