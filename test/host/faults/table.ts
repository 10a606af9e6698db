import { describe, it } from "vitest";
import { answers } from "./answers";
import { meet } from "./case";
import { connections } from "./connections";
import type { Operation } from "./operation";
import { patience } from "./patience";
import type { Place } from "./place";
import { redirects } from "./redirects";
import { type Column, cellsOf, columns, type FaultRow } from "./row";
import { statuses } from "./statuses";

/** The whole fault table, in sections. A new fault is a new row in one of them; its cells are seen when its cases fail. */
export const table = {
  "Answers that refuse or fail": statuses,
  "Answers that ask to wait": patience,
  "Broken connections": connections,
  "Answers that are none": answers,
  Redirects: redirects,
} satisfies Readonly<Record<string, readonly FaultRow[]>>;

/** Defines a test for each case of these columns. */
export function testColumns(operations: Partial<Record<Column, Operation>>, place: () => Place): void {
  for (const [section, rows] of Object.entries(table)) {
    describe(section, () => {
      for (const row of rows) {
        for (const column of columns) {
          const operation = operations[column];
          if (operation === undefined) continue;
          for (const stays of [true, false]) {
            const { requests, ending } = cellsOf(row, stays)[column];
            it(`${column} meets ${row.fault} ${stays ? "for ever" : "once"}: ${requests} requests, ${ending}`, () =>
              meet(place(), { row, column, operation, stays }));
          }
        }
      }
    });
  }
}
