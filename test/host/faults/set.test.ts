import { afterAll, beforeAll } from "vitest";
import { openPlace, type Place } from "./place";
import { setOperations } from "./set-operations";
import { testColumns } from "./table";

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

testColumns(setOperations, () => place);
