import { describe, expect, it } from "vitest";
import { type Existing, foreseenFail, foreseenMatch, summaryOf } from "../../../provider/src/core/summary";
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

  it("counts of what the set had where that is more, so that an empty set has not lost more than all", () => {
    expect(summaryOf(work([], [], ["a", "b", "c"]), 0, false)).toMatch(/^3 to remove of 3: /);
  });

  it("names no secret key, and cannot repaint a terminal", () => {
    expect(summaryOf(work(["hunter2"], [], []), 1, true)).toBe("1 to create of 1");
    expect(summaryOf(work(["\u001b[2J"], [], []), 1, false)).not.toContain("\u001b");
  });
});

describe("what a preview foresees of objects that are there", () => {
  const set = { urn: undefined, label: "set", isSet: true, secretFields: [], secretKeys: false };
  const single = { ...set, isSet: false };
  const fields = [{ field: "displayName", wanted: "A", stored: "B" }];
  const differing = (count: number) => names(count).map((key) => ({ key, fields }));
  const show = (text: string) => text;
  const none: Existing = { matched: 0, differing: [], missing: [] };

  it.each<[Existing, { said?: RegExp; warning?: RegExp }]>([
    [
      { ...none, matched: 4_999, missing: ["a"] },
      { said: /^4,999 to take over as they are \(nothing is sent\), 1 to create of 5,000: \+"a"$/ },
    ],
    [{ ...none, matched: 5_000 }, { said: /^5,000 to take over as they are \(nothing is sent\) of 5,000$/ }],
    [{ ...none, missing: names(7) }, { said: /^7 to create of 5,000: \+"c0", .*\+"c4" and 2 more$/ }],
    [
      { ...none, matched: 1, differing: differing(7) },
      {
        said: /^1 to take over/,
        warning:
          /^7 differ from what is declared, .*refuses: .*"c4" \(displayName\) and 2 more\. pulumi up will fail, unless .* manages them$/,
      },
    ],
    [
      { ...none, differing: differing(1) },
      { warning: /^1 differs from what is declared, .*unless another resource of this stack manages it$/ },
    ],
  ])('with onExisting "match" of a set: %#', (existing, { said, warning }) => {
    const foreseen = foreseenMatch(set, existing, 5_000, show);
    expect(foreseen.said ?? "").toMatch(said ?? /^$/);
    expect(foreseen.warning ?? "").toMatch(warning ?? /^$/);
    const { said: hidden, warning: warned } = foreseenMatch({ ...set, secretKeys: true }, existing, 5_000, show);
    expect(`${hidden}${warned}`).not.toMatch(/"[ac]\d?"/);
  });

  it('with onExisting "match" of one object, with its values', () => {
    expect(foreseenMatch(single, { ...none, differing: differing(1) }, 1, show)).toEqual({
      warning: expect.stringMatching(
        /^differs from what is declared, .* displayName is "B".*\. pulumi up will fail, unless another resource/,
      ),
    });
    expect(foreseenMatch(single, { ...none, matched: 1 }, 1, show).said).toMatch(/nothing is sent/);
    expect(foreseenMatch(single, { ...none, missing: ["a"] }, 1, show).said).toMatch(/will be created/);
  });

  it('with onExisting "fail" only what is there, and by name where that may be', () => {
    expect(foreseenFail(set, [])).toEqual({});
    expect(foreseenFail(single, ["a"]).warning).toMatch(
      /^exists in OpenMeter already, .*"fail" refuses\. pulumi up will fail/,
    );
    expect(foreseenFail(set, names(7)).warning).toMatch(/^7 exist .*: "c0", .*"c4" and 2 more\. pulumi up will fail/);
    expect(foreseenFail(set, ["a"]).warning).toMatch(/^1 exists .*: "a"\. pulumi up will fail, .* manages it$/);
    expect(foreseenFail({ ...set, secretKeys: true }, names(7)).warning).toMatch(/^7 exist .*"fail" refuses\. pulumi/);
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
