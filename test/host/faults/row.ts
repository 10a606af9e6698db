import type { FaultAction } from "openmeter-emulator";

/** The operations of the engine that talk to OpenMeter, in the order of the table's columns. */
export const columns = [
  "create",
  "update",
  "delete",
  "refresh",
  "look-up",
  "set: create",
  "set: update",
  "set: delete",
  "set: list",
  "set: reads",
] as const;
export type Column = (typeof columns)[number];

/**
 * How an operation ends. A failure leaves the state as it was, or as far as the operation has come.
 *
 * - `done`: it succeeds
 * - `gone`: it succeeds, and takes the subject for deleted
 * - `fails`: whether something of it was carried out is unknown
 * - `refused`: OpenMeter does not do it; of a set, each subject is named
 * - `undone`: somebody else undoes it each time
 * - `part`: it fails for a part of a set
 */
export type Ending = (typeof endings)[number];

/** What is at hand to make a fault with. */
export interface Surroundings {
  /** Address of another server. */
  readonly foreignUrl: string;
}

/** One fault, and what each operation makes of it. */
export interface FaultRow {
  /** Its name, as the documentation has it. */
  readonly fault: string;
  /** What the server does; "shut" for a server that does not listen. */
  readonly strikes: "shut" | ((surroundings: Surroundings) => FaultAction);
  /** Whether the server has carried out the request all the same. */
  readonly applied?: boolean;
  /** The words for it in the failure's message, with `{tries}` where the effort is told, and `{url}`, `{foreign}` for the servers. */
  readonly says: string;
  /** Columns in which it is said otherwise. */
  readonly saysIn?: Partial<Record<Column, string>>;
  /** The waits of a single request while the fault stays, in seconds; none when it is not tried again. */
  readonly waits?: readonly number[];
  /**
   * For each column how many requests are made, and how the operation ends: when the fault `stays`, and when only the first
   * request meets it, `once`. A line of headings, then these two.
   */
  readonly cells: string;
}

/** One field of the table. */
export interface Cell {
  readonly requests: number;
  readonly ending: Ending;
}

const endings = ["done", "gone", "fails", "refused", "undone", "part"] as const;

/** Reads the cells of a row. */
export function cellsOf({ fault, cells }: FaultRow, stays: boolean): Readonly<Record<Column, Cell>> {
  const line = cells.split("\n").find((text) => text.trim().startsWith(stays ? "stays " : "once "));
  const [, ...texts] = line?.trim().split(/ {2,}/) ?? [];
  if (texts.length !== columns.length) throw new Error(`${fault}: ${texts.length} cells instead of ${columns.length}`);
  return Object.fromEntries(columns.map((column, index) => [column, cellOf(fault, texts[index] ?? "")])) as Record<
    Column,
    Cell
  >;
}

function cellOf(fault: string, text: string): Cell {
  const [requests, ending] = text.split(" ");
  const known = endings.find((one) => one === ending);
  if (known === undefined || !/^\d+$/.test(requests ?? "")) throw new Error(`${fault}: not a cell: ${text}`);
  return { requests: Number(requests), ending: known };
}

/** The pauses before the retries of a single request, with dice that always show the middle. */
export const backoff = [0.25, 0.5, 1, 2, 4, 8] as const;
