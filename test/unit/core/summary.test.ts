import { describe, expect, it } from "vitest";
import { foreseen, type Matching, summaryOf } from "../../../provider/src/core/summary";
import { formatCount, namedKeys, resourceName, shortName } from "../../../provider/src/core/words";

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
const work = (created: string[], changed: string[], removed: string[]) => ({
  created,
  changed: new Map(changed.map((key) => [key, ["displayName", "metadata"]])),
  removed,
});

describe("the summary of a set", () => {
  it("is nothing where there is nothing to do", () => {
    expect(summaryOf(work([], [], []), 5, false)).toBeUndefined();
  });

  it("counts what is to do, and names ten, what goes first", () => {
    expect(summaryOf(work(["n"], ["u"], ["r"]), 10_000, false)).toBe(
      '1 to create, 1 to update, 1 to remove of 10,000: -"r", ~"u" (displayName, metadata), +"n"',
    );
    expect(summaryOf(work(names(1_000), [], ["r"]), 1_000, false)).toMatch(
      /^1,000 to create, 1 to remove of 1,000: -"r", \+"c0", .*\+"c8" and 991 more$/,
    );
  });

  it("names no secret key, and cannot repaint a terminal", () => {
    expect(summaryOf(work(["hunter2"], [], []), 1, true)).toBe("1 to create of 1");
    expect(summaryOf(work(["\u001b[2J"], [], []), 1, false)).not.toContain("\u001b");
  });
});

describe("what is foreseen of a set that takes over what matches", () => {
  const set = { urn: undefined, label: "set", isSet: true, secretFields: [], secretKeys: false };
  const fields = [{ field: "displayName", wanted: "A", stored: "B" }];
  const differing = (count: number) => names(count).map((key) => ({ key, fields }));
  const show = (text: string) => text;

  it.each<[Matching, RegExp]>([
    [
      { matched: 4_999, differing: [], missing: ["a"] },
      /^4,999 to take over as they are \(nothing is sent\), 1 to create of 5,000: \+"a"$/,
    ],
    [{ matched: 5_000, differing: [], missing: [] }, /^5,000 to take over as they are \(nothing is sent\) of 5,000$/],
    [{ matched: 0, differing: [], missing: names(7) }, /^7 to create of 5,000: \+"c0", .*\+"c4" and 2 more$/],
    [
      { matched: 0, differing: differing(7), missing: [] },
      /^7 not as declared in OpenMeter, .*refuses.*"c4" \(displayName\) and 2 more$/,
    ],
  ])("%#", (matching, said) => {
    expect(foreseen(set, matching, 5_000, show)).toMatch(said);
    expect(foreseen({ ...set, secretKeys: true }, matching, 5_000, show)).not.toMatch(/"[ac]\d?"/);
  });
});

describe("words", () => {
  it("count alike on every machine, and name a few keys or none", () => {
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect(namedKeys(["a", "b\n"], 2, false)).toBe('"a", "b\\n"');
    expect(namedKeys(["a", "b", "c"], 2, false)).toBe('"a", "b" and 1 more');
    expect(namedKeys(["a"], 2, true)).toBe("1 (their keys are secret)");
  });

  it("name a resource as the program does, from its URN", () => {
    const urn = "urn:pulumi:dev::p::my:Component$pulumi-nodejs:dynamic/openmeter:Subject::a::b";
    expect(resourceName(urn)).toBe('dynamic/openmeter:Subject "a::b"'.replace("dynamic/openmeter:", ""));
    expect(shortName(urn)).toBe("a::b");
    expect(shortName("x::y::z::\u001b")).toBe("\\u001b");
    expect(shortName("")).toBe("");
  });
});
