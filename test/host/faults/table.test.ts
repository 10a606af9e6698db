import { afterAll, beforeAll, describe, it } from "vitest";
import { meet } from "./case";
import { partOfSetMeets, rows } from "./part";
import { openPlace, type Place } from "./place";
import { cellsOf } from "./row";
import { setOperations } from "./set-operations";
import { subjectOperations } from "./subject-operations";
import { table } from "./table";

const operations = { ...subjectOperations, ...setOperations };

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

describe.each(Object.entries(table))("%s", (_section, faults) => {
  for (const row of faults) {
    for (const stays of [true, false]) {
      for (const [column, cell] of cellsOf(row, stays)) {
        const when = stays ? "while it stays" : "once";
        it(`${column} meets ${row.fault} ${when}: ${cell.requests} requests, ${cell.ending}`, () =>
          meet(place, { row, column, operation: operations[column], stays, cell }));
      }
    }
  }
});

describe("a large set of which a part meets a fault", () => {
  it.each(rows)("%s: keeps in its state what is known to be stored, and the next run sends only the rest", (...row) =>
    partOfSetMeets(place, row),
  );
});
