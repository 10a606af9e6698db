import { expect, it } from "vitest";
import { operationOf, RequestTally, total } from "./requests";

it.each([
  ["POST /api/v1/subjects 200 1.5 ms, 10 subjects", "POST"],
  ["GET /api/v1/subjects 200 1.5 ms, 10 subjects", "GET list"],
  ["GET /api/v1/subjects/customer%201 200 1.5 ms, 10 subjects", "GET one"],
  ["GET /api/v1/customers?page=1 200 1.5 ms, 10 subjects", "GET list"],
  ["GET /api/v1/customers/01ABC/apps 200 1.5 ms, 10 subjects", "GET one"],
  ["DELETE /api/v1/subjects/01ABC 204 1.5 ms, 10 subjects", "DELETE"],
  ["POST /api/v1/subjects 500 1.5 ms, 10 subjects", "POST (500)"],
  ["GET /api/v1/subjects/gone 404 1.5 ms, 10 subjects", "GET one (404)"],
])("reads %s as %s", (line, operation) => {
  expect(operationOf(line)).toBe(operation);
});

it("counts since the last time it was asked", () => {
  const tally = new RequestTally();
  for (const line of ["POST /api/v1/subjects 200", "POST /api/v1/subjects 200", "DELETE /api/v1/subjects/a 204"])
    tally.log(line);
  const counts = tally.take();
  expect(counts).toEqual({ POST: 2, DELETE: 1 });
  expect(total(counts)).toBe(3);
  expect(tally.take()).toEqual({});
});
