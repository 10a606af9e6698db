import type { FaultAction } from "openmeter-emulator";

/**
 * The operations that talk to OpenMeter. The first six meet every fault, but where it could make no difference. The others go
 * the same way as one of these through the provider, so that a sample of the faults meets them, as long as it stays.
 */
export const columns = [
  "create",
  "delete",
  "refresh",
  "set: create",
  "set: removal",
  "set: refresh",
  "update",
  "update: read",
  "look-up",
  "set: update",
  "set: update: read",
  "set: delete",
  "set: reads",
] as const;
export type Column = (typeof columns)[number];

/** How an operation ends. A failure leaves the state as it was, or as far as the operation has come. */
export const endings = {
  done: "It succeeds.",
  fails:
    "The message says which subject or set failed, why, and what to do. The state stays as it was. Whether a write was carried out is unknown; the next `up` continues.",
  refused:
    "OpenMeter does not do it, and nothing of it is stored. Of a set, each refused subject is named; all others are stored.",
  unsent: "It fails before anything is sent, since no server was reached. The state stays as it was.",
  unreached:
    "It fails, and nothing is stored: what answered is not OpenMeter's Subject API. The state stays as it was.",
  stopped: "OpenMeter refuses every request of this API key: nothing is stored, and of a set nothing more is sent.",
  named: "Each subject of the set fails by itself and is named. Whether it was stored is unknown.",
  gone: "OpenMeter says that there is no such subject: a refresh drops it from the state and the next `up` creates it again; a look-up fails.",
  undone: "Somebody else deletes the subject each time it is written.",
  part: "It fails for a part of a set.",
} as const;
export type Ending = keyof typeof endings;

/** What is at hand to make a fault with. */
export interface Surroundings {
  /** Address of another server. */
  readonly foreignUrl: string;
}

/** One fault, and what each operation makes of it. */
export interface FaultRow {
  /** Its name, as the documentation has it. */
  readonly fault: string;
  /** What the server does; "shut" for one that does not listen any more, "absent" for one that has never answered. */
  readonly strikes: "shut" | "absent" | ((surroundings: Surroundings) => FaultAction);
  /** Whether the server has carried out the request all the same. */
  readonly applied?: boolean;
  /** The words for it in the failure's message, with `{tries}` where the effort is told, `{key}` and `{each}` for the subject or each of a set's, and `{url}`, `{foreign}` for the servers. */
  readonly says: string;
  /** Columns in which it is said otherwise. */
  readonly saysIn?: Partial<Record<Column, string>>;
  /** The waits of a single request while the fault stays, in seconds; none when it is not tried again. */
  readonly waits?: readonly number[];
  /**
   * For each column how many requests are made, and how the operation ends: when the fault `stays`, and when only the first
   * request meets it, `once`; `-` where that is the only one. A line of columns, then these two.
   */
  readonly cells: string;
}

/** One field of the table. */
export interface Cell {
  readonly requests: number;
  readonly ending: Ending;
}

/** Reads the cells of a row, by column. */
export function cellsOf({ fault, cells }: FaultRow, stays: boolean): ReadonlyMap<Column, Cell> {
  const lines = cells
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));
  const [names = [], ...rest] = lines;
  const [, ...texts] = rest.find(([name]) => name === (stays ? "stays" : "once")) ?? [];
  if (texts.length !== names.length) throw new Error(`${fault}: ${texts.length} cells instead of ${names.length}`);
  return new Map(
    names.flatMap((name, index) => (texts[index] === "-" ? [] : [[columnOf(name), cellOf(fault, texts[index] ?? "")]])),
  );
}

function columnOf(name: string): Column {
  const column = columns.find((one) => one === name);
  if (column === undefined) throw new Error(`${name} is no column`);
  return column;
}

function cellOf(fault: string, text: string): Cell {
  const [requests, ending = ""] = text.split(" ");
  if (!isEnding(ending) || !/^\d+$/.test(requests ?? "")) throw new Error(`${fault}: not a cell: ${text}`);
  return { requests: Number(requests), ending };
}

function isEnding(text: string): text is Ending {
  return Object.hasOwn(endings, text);
}

/** The pauses before the retries of a single request, with dice that always show the middle. */
export const backoff = [0.25, 0.5, 1, 2, 4, 8] as const;

/** The same for a server that has answered before and is away: until two minutes are over. */
export const away = [0.25, 0.5, 1, 2, ...Array.from({ length: 46 }, () => 2.5)] as const;
