import { describe, expect, it } from "vitest";
import {
  compared,
  differingInWords,
  foreseen,
  type Matching,
  matchingOf,
  newKeys,
} from "../../../../provider/src/provider/set/matching";
import { idOf } from "../../openmeter/client-answered";
import { setOf } from "./started-set";

const keys = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
const matching = (matched: number, differing: number, missing: number): Matching => ({
  matched: new Map(keys(matched).map((key) => [key, `01J-${key}`])),
  differing: keys(differing).map((key) => ({ key, id: `01J-${key}`, fields: ["displayName", "metadata"] })),
  missing: keys(missing),
});

describe("a subject that is there", () => {
  it("differs in the declared fields that have another value, and in no others", () => {
    const now = setOf({ a: { displayName: "A", stripeCustomerId: "cus_1" } });
    const live = { id: idOf({ id: "01J", key: "a" }), key: "a", metadata: { foreign: 1 }, stripeCustomerId: "cus_1" };
    expect(compared(now, { ...live, displayName: "B" })).toEqual({ id: "01J", fields: ["displayName"] });
    expect(compared(now, { ...live, displayName: "A" })).toEqual({ id: "01J", fields: [] });
  });
});

describe("subjects that are new to a set", () => {
  it("are those that were not in it before, which are all where nothing is known", () => {
    const { subjects } = setOf({ a: {}, b: {} });
    expect(newKeys(subjects, new Set(["a", "gone"]))).toEqual(["b"]);
    expect(newKeys(subjects, undefined)).toEqual(["a", "b"]);
  });

  it("are sorted by what was found of them", () => {
    const differing = { id: "01K", fields: ["metadata"] as const };
    const existing = new Map(Object.entries({ same: { id: "01J", fields: [] }, other: differing }));
    expect(matchingOf(["same", "other", "new"], existing)).toEqual({
      matched: new Map([["same", "01J"]]),
      differing: [{ key: "other", ...differing }],
      missing: ["new"],
    });
  });
});

describe("what is foreseen of a set that takes over what matches", () => {
  it.each<[Matching, string]>([
    [matching(4_999, 0, 1), '4,999 to take over as they are (nothing is sent), 1 to create of 5,000: +"c0"'],
    [matching(5_000, 0, 0), "5,000 to take over as they are (nothing is sent) of 5,000"],
    [matching(0, 0, 2), '2 to create of 5,000: +"c0", +"c1"'],
    [matching(0, 0, 5), '5 to create of 5,000: +"c0", +"c1", +"c2", +"c3", +"c4"'],
    [matching(0, 0, 1_006), '1,006 to create of 5,000: +"c0", +"c1", +"c2", +"c3", +"c4" and 1,001 more'],
    [matching(0, 0, 0), ""],
  ])("is said with counts and names: %#", (found, said) => {
    expect(foreseen(found, 5_000)).toBe(said);
  });

  it("tells also what is refused, with its fields", () => {
    const refused =
      /1 not as declared in OpenMeter, which onExisting "match" refuses.*: "c0" \(displayName, metadata\)$/;
    expect(foreseen(matching(0, 1, 0), 1)).toMatch(new RegExp(`^${refused.source}`));
    expect(foreseen(matching(1, 1, 0), 2)).toMatch(new RegExp(`^1 to take over .* of 2; ${refused.source}`));
  });
});

describe("subjects that keep a set from being taken over", () => {
  it("are named up to five, and counted", () => {
    expect(differingInWords(matching(0, 5, 0).differing)).toMatch(/, "c4" \(displayName, metadata\)$/);
    expect(differingInWords(matching(0, 7, 0).differing)).toMatch(/, "c4" \(displayName, metadata\) and 2 more$/);
  });
});
