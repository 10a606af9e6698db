import { type Cell, type Column, cellsOf, endings, type FaultRow } from "./row";

/** Columns that the documentation shows as one. A column that only some faults meet stands behind one that all meet. */
const groups: readonly (readonly [string, readonly Column[]])[] = [
  ["create, update", ["create", "update"]],
  ["delete", ["delete"]],
  ["refresh, look-up", ["refresh", "look-up"]],
  ["set: create, update", ["set: create", "set: update"]],
  ["set: remove, delete", ["set: removal", "set: delete"]],
  ["set: refresh", ["set: refresh"]],
];

/** What the endings mean, and the fault table in short, as Markdown. */
export function inShort(table: Readonly<Record<string, readonly FaultRow[]>>): string {
  const meanings = Object.entries(endings).filter(([ending]) => ending !== "part");
  const head = ["fault", ...groups.map(([name]) => name), "once"];
  const sections = Object.entries(table).map(([section, rows]) => [
    `### ${section}`,
    "",
    ...tableOf(head, rows.map(rowOf)),
  ]);
  return [tableOf(["ending", "what it means"], meanings), ...sections].map((lines) => lines.join("\n")).join("\n\n");
}

function rowOf(row: FaultRow): string[] {
  const stays = cellsOf(row, true);
  const cells = groups.map(([, all]) => [...new Set(knownOf(stays, all).map(inWords))].join(" / ") || "–");
  return [row.fault, ...cells, onceOf(row)];
}

/** Which operations succeed when only the first request meets the fault. */
function onceOf(row: FaultRow): string {
  const [stays, once] = [cellsOf(row, true), cellsOf(row, false)];
  const failing = groups.filter(([, all]) => knownOf(stays, all).some(({ ending }) => ending !== "done"));
  const survivors = failing.filter(([, all]) => knownOf(once, all).some(({ ending }) => ending === "done"));
  if (failing.length === 0) return "";
  if (survivors.length === 0) return "no difference";
  return survivors.length === failing.length ? "all succeed" : `succeed: ${survivors.map(([name]) => name).join("; ")}`;
}

function knownOf(cells: ReadonlyMap<Column, Cell>, wanted: readonly Column[]): Cell[] {
  return wanted.flatMap((column) => cells.get(column) ?? []);
}

function inWords({ requests, ending }: Cell): string {
  return `${requests} ${ending}`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
