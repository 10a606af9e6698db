import { type Cell, type Column, cellsOf, columns, type FaultRow } from "./row";

/** Columns that the documentation shows as one. */
const groups: readonly (readonly [string, readonly Column[]])[] = [
  ["create, update", ["create", "update"]],
  ["delete", ["delete"]],
  ["refresh, look-up", ["refresh", "look-up"]],
  ["set: create, update", ["set: create", "set: update"]],
  ["set: delete", ["set: delete"]],
  ["set: refresh by list", ["set: list"]],
  ["set: refresh by reads", ["set: reads"]],
];

/** The fault table in short, as Markdown. */
export function inShort(table: Readonly<Record<string, readonly FaultRow[]>>): string {
  const head = ["fault", ...groups.map(([name]) => name), "once"];
  return Object.entries(table)
    .map(([section, rows]) => [`### ${section}`, "", line(head), line(head.map(() => "---")), ...rows.map(rowOf)])
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function rowOf(row: FaultRow): string {
  const stays = cellsOf(row, true);
  const cells = groups.map(([, all]) => [...new Set(all.map((column) => inWords(stays[column])))].join(" / "));
  return line([row.fault, ...cells, onceOf(row)]);
}

/** What changes when only the first request meets the fault. */
function onceOf(row: FaultRow): string {
  const [stays, once] = [cellsOf(row, true), cellsOf(row, false)];
  const failing = columns.filter((column) => stays[column].ending !== "done");
  const survivors = failing.filter((column) => once[column].ending === "done");
  if (failing.length === 0) return "";
  if (survivors.length === failing.length) return "survived";
  return survivors.length === 0 ? "the same" : `survived: ${survivors.join(", ")}`;
}

function inWords({ requests, ending }: Cell): string {
  return `${requests} ${ending}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
