import { expect, it } from "vitest";
import { reasonOf } from "./failure";

const failure = { kind: "sets", size: 1, latencyMs: 0, competitor: "SubjectSet", operation: "create" } as const;

it.each([
  [
    "node x ended with exit code 1\n  throw y\n\nHTTPError: Request failed [500]\n  at z",
    "HTTPError: Request failed [500]",
  ],
  ["pulumi up ended with exit code 255\n  error: no such stack", "error: no such stack"],
  ["the server holds 9 subjects afterwards, not 10", "the server holds 9 subjects afterwards, not 10"],
])("finds the reason in %j", (message, reason) => {
  expect(reasonOf({ ...failure, message })).toBe(reason);
});
