import { describe, expect, it } from "vitest";
import { unknown } from "../../../../provider/src/provider/declaration";
import { allowedDeletions, tooManyDeletions } from "../../../../provider/src/provider/set/guard";

describe("how many subjects an update may remove", () => {
  it.each<[number | string | undefined, number, number | undefined]>([
    [undefined, 0, 10],
    [undefined, 10, 10],
    [undefined, 50, 10],
    [undefined, 54, 10],
    [undefined, 55, 11],
    [undefined, 10_000, 2_000],
    ["20%", 10_000, 2_000],
    ["0%", 10_000, 10],
    ["1%", 999, 10],
    ["100%", 10_000, 10_000],
    ["2.5%", 10_000, 250],
    ["12.25%", 10_000, 1_225],
    ["20% of it", 10, undefined],
    [" 50 % ", 1_000, 500],
    [0, 10_000, 0],
    ["0", 10_000, 0],
    [5, 10_000, 5],
    ["5", 10_000, 5],
    [1_000_000, 10, 1_000_000],
    ["101%", 10, undefined],
    ["-5%", 10, undefined],
    ["-1", 10, undefined],
    [-1, 10, undefined],
    [1.5, 10, undefined],
    [Number.NaN, 10, undefined],
    [Number.POSITIVE_INFINITY, 10, undefined],
    ["", 10, undefined],
    ["all", 10, undefined],
    ["1e3", 10, undefined],
    ["%", 10, undefined],
  ])("by %j of %d before is %s", (limit, before, allowed) => {
    expect(allowedDeletions(limit, before)).toBe(allowed);
  });
});

const keys = (from: number, to: number) => new Set(Array.from({ length: to - from }, (_, index) => `c${from + index}`));

describe("an update that removes subjects", () => {
  it("passes up to the limit, and is refused beyond it", () => {
    expect(tooManyDeletions(undefined, keys(0, 100), keys(20, 100))).toBeUndefined();
    expect(tooManyDeletions(undefined, keys(0, 100), keys(21, 100))).toBeDefined();
    expect(tooManyDeletions(0, keys(0, 100), keys(0, 100))).toBeUndefined();
    expect(tooManyDeletions(0, keys(0, 100), keys(1, 100))).toBeDefined();
  });

  it("passes where the limit is none, which is told by itself, or not known yet", () => {
    expect(tooManyDeletions("all", keys(0, 100), new Set())).toBeUndefined();
    expect(tooManyDeletions(unknown, keys(0, 100), new Set())).toBeUndefined();
  });

  it("counts what is gone, not what is left: other keys make up for nothing", () => {
    expect(tooManyDeletions(undefined, keys(0, 100), keys(100, 300))).toContain("would remove 100 of 100 subjects");
  });

  it("is refused with numbers, some keys and the remedy", () => {
    expect(tooManyDeletions(undefined, keys(0, 100), new Set())).toBe(
      'would remove 100 of 100 subjects ("c0", "c1", "c2", "c3", "c4" and 95 more), and maxDeletions allows 20. ' +
        "Is the source complete? If it is, allow it for this update with maxDeletions: 100, and take that back afterwards",
    );
    expect(tooManyDeletions(1, keys(0, 2), new Set())).toContain(
      '2 of 2 subjects ("c0", "c1"), and maxDeletions allows 1',
    );
  });
});
