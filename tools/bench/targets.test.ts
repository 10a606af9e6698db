import { expect, it } from "vitest";
import { FLOOR, SCRIPT_CHUNKS, SUBJECT, SUBJECT_SET } from "./competitors";
import { Ledger } from "./ledger";
import type { Sample } from "./sample";
import { targetTable } from "./targets";

const sample = (values: Partial<Sample>): Sample => ({
  kind: "sets",
  size: 10_000,
  latencyMs: 0,
  competitor: SUBJECT_SET,
  operation: "create",
  repetition: 0,
  ms: 1000,
  requests: {},
  ...values,
});

function outcome(title: string, samples: readonly Sample[]): readonly string[] {
  const row = targetTable(new Ledger(samples)).rows.find(([text]) => text?.startsWith(title));
  return row?.slice(1) ?? [];
}

it("says so where nothing was measured", () => {
  const { rows } = targetTable(new Ledger([]));
  expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(["not measured"]));
});

it("holds a subject's time against the floor's", () => {
  const single = (competitor: string, ms: number) => sample({ kind: "singles", size: 300, competitor, ms });
  const title = "Subject / floor: create";
  expect(outcome(title, [single(SUBJECT, 1090), single(FLOOR, 1000)])).toEqual(["1.09 ×", "≤ 1.10 ×", "met"]);
  expect(outcome(title, [single(SUBJECT, 1200), single(FLOOR, 1000)])).toEqual(["1.20 ×", "≤ 1.10 ×", "not met"]);
});

it("holds what creating a set takes beyond a no-op against the script's requests alone", () => {
  const at80 = { latencyMs: 80 };
  const samples = [
    sample({ ...at80, ms: 6000 }),
    sample({ ...at80, operation: "no-op", ms: 2000 }),
    sample({ ...at80, competitor: SCRIPT_CHUNKS, ms: 99_999, upsertMs: 10_000 }),
  ];
  expect(outcome("SubjectSet, create less no-op / SDK, by 100", samples)).toEqual(["0.40 ×", "≤ 0.50 ×", "met"]);
});

it("counts only what writes as writing requests", () => {
  const requests = { POST: 1, "GET list": 3, "GET one (404)": 2 };
  expect(outcome("SubjectSet: writing requests", [sample({ operation: "one change", requests })])[0]).toBe("1");
});
