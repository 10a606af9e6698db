import { afterAll, beforeAll } from "vitest";
import { openPlace, type Place } from "./place";
import { subjectOperations } from "./subject-operations";
import { testColumns } from "./table";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

testColumns(subjectOperations, () => place);
