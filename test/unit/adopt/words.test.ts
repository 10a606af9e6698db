import { describe, expect, it } from "vitest";
import { checkedInWords, whyNothing } from "../../../provider/src/adopt/words";

const baseUrl = "http://h";

describe("the result of a check", () => {
  it.each([
    ["subjects", 0, 0, "there are no subjects of http://h to check"],
    ["subjects", 0, 1, "the only subject of http://h is declared by a stack"],
    ["subjects", 0, 3_000, "all 3,000 subjects of http://h are declared by a stack"],
    ["customers", 1, 3, "1 of 3 customers of http://h is declared by no stack"],
    ["customers", 2, 3, "2 of 3 customers of http://h are declared by no stack"],
    ["from-subjects", 0, 1, "the only subject of http://h has a customer"],
    ["from-subjects", 0, 2, "all 2 subjects of http://h have a customer"],
    ["from-subjects", 1, 2, "1 of 2 subjects of http://h has no customer"],
    ["from-subjects", 2, 2, "2 of 2 subjects of http://h have no customer"],
  ] as const)("for %s, of which %d of %d are missing, is in words", (source, missing, of, words) => {
    expect(checkedInWords(source, { missing, of, baseUrl })).toBe(words);
  });
});

describe("the reason why nothing is written", () => {
  it.each([
    ["subjects", 0, 0, "http://h has no subjects"],
    ["customers", 0, 0, "http://h has no customers that have a key"],
    ["from-subjects", 2, 0, "http://h has 2 subjects, and none matches --prefix and --match"],
    ["customers", 2, 1, "of the 1 customer of http://h that match, none is left to declare"],
  ] as const)("for %s of an account of %d, of which %d match, is in words", (source, all, meant, words) => {
    expect(whyNothing(source, { all, meant, baseUrl })).toBe(words);
  });
});
