import { describe, expect, it } from "vitest";
import { allowedDeletions, refuseTooManyDeletions, tooManyDeletions } from "../../../provider/src/core/guard";
import { unknown } from "../../../provider/src/core/unknown";

describe("how many objects a run may take out of a set", () => {
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
    // A count is a number: of "20", nobody knows whether the % is missing.
    ["0", 10_000, undefined],
    [5, 10_000, 5],
    ["20", 10_000, undefined],
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

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `c${from + index}`);
const removal = (before: string[], after: string[], limit?: Parameters<typeof allowedDeletions>[0]) => {
  return tooManyDeletions({ before, after: new Set(after), limit, secretKeys: false });
};

describe("a run that takes objects out of a set", () => {
  it("passes up to the limit, and is refused beyond it", () => {
    expect(removal(keys(0, 100), keys(20, 100))).toBeUndefined();
    expect(removal(keys(0, 100), keys(21, 100))).toBeDefined();
    expect(removal(keys(0, 100), keys(0, 100), 0)).toBeUndefined();
    expect(removal(keys(0, 100), keys(1, 100), 0)).toBeDefined();
  });

  it("passes where the limit is none, which is told by itself, or not known yet", () => {
    expect(removal(keys(0, 100), [], "all")).toBeUndefined();
    expect(removal(keys(0, 100), [], unknown)).toBeUndefined();
  });

  it("is counted by what is gone, not by what is left: other keys make up for nothing", () => {
    expect(removal(keys(0, 100), keys(100, 300))).toContain("would lose 100 of 100");
  });

  it("is refused with numbers, some keys and the remedy", () => {
    expect(removal(keys(0, 10_000), [])).toMatch(
      /would lose 10,000 of 10,000 \("c0", "c1", "c2", "c3", "c4" and 9,995 more\), and maxDeletions allows 2,000\. .*maxDeletions: 10000/,
    );
    const secret = { before: keys(0, 2), after: new Set<string>(), limit: 1, secretKeys: true };
    expect(tooManyDeletions(secret)).toContain("would lose 2 of 2 (their keys are secret)");
    expect(() => refuseTooManyDeletions('set "s"', secret)).toThrow(/^set "s" would lose 2 .*Nothing was deleted$/);
  });
});
