import { expect, it } from "vitest";
import { type Entry, Ledger, median, time } from "./ledger";
import type { Sample } from "./sample";

const entry = (competitor: string): Entry => ({
  kind: "singles",
  size: 10,
  latencyMs: 0,
  operation: "create",
  competitor,
});
const samples = (competitor: string, ...times: number[]): Sample[] =>
  times.map((ms, repetition) => ({ ...entry(competitor), repetition, ms, requests: {} }));

it.each([
  [[], undefined],
  [[3], 3],
  [[9, 1, 4], 4],
  [[1, 2, 3, 10], 2.5],
])("takes the median of %j", (values, expected) => {
  expect(median(values)).toBe(expected);
});

it("compares runs that were taken side by side, so that what slowed both cancels out", () => {
  const ledger = new Ledger([...samples("ours", 2, 20, 3), ...samples("theirs", 1, 10, 1)]);
  expect(ledger.ratio(entry("ours"), entry("theirs"))).toBe(2);
  expect(ledger.median(entry("ours"), time)).toBe(3);
});

it("knows nothing of what was not measured", () => {
  const ledger = new Ledger(samples("ours", 2));
  expect(ledger.ratio(entry("ours"), entry("theirs"))).toBeUndefined();
  expect(ledger.median(entry("ours"), (sample) => sample.stateBytes)).toBeUndefined();
  expect(ledger.sizes("sets")).toEqual([]);
});
