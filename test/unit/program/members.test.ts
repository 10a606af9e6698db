import { output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { problemText } from "../../../provider/src/json";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { encodeMembers, memberProblems } from "../../../provider/src/program/members";

const problems = (subjects: unknown, secretKeys?: boolean) =>
  memberProblems(subjectKind, subjects, secretKeys).map(problemText);

describe("a set's subjects", () => {
  it("without problems are let through, also where they are still to come", () => {
    expect(
      problems([
        { key: "a", displayName: "", metadata: { b: { c: null } }, stripeCustomerId: "cus_1" },
        { key: "b", displayName: null, metadata: undefined },
        { key: output("a"), displayName: output(1), metadata: { a: output(null) } },
        Promise.resolve("no subject"),
      ]),
    ).toEqual([]);
    expect(problems(output("no list"))).toEqual([]);
    expect(problems([])).toEqual([]);
  });

  it.each([
    ["nothing", undefined, "subjects is undefined; it must be an array of subjects, each with a key"],
    ["null", null, "subjects is null; it must be an array of subjects, each with a key"],
    ["a text", "[]", "subjects is a string; it must be an array of subjects, each with a key"],
    ["an object", { a: {} }, "subjects is an object; it must be an array of subjects, each with a key"],
    ["a list with nothing in it", [undefined], "subjects[0] is undefined; it must be a subject: an object with a key"],
    ["a list with a text in it", ["a"], "subjects[0] is a string; it must be a subject: an object with a key"],
    ["a list in a list", [[]], "subjects[0] is an array; it must be a subject: an object with a key"],
    ["a hole", Array(1), "subjects[0] is undefined; it must be a subject: an object with a key"],
    [
      "a subject without a key",
      [{}],
      'subjects[0].key is required: the subject of usage events, such as "customer-42"',
    ],
    [
      "a subject whose key is null",
      [{ key: null }],
      'subjects[0].key is required: the subject of usage events, such as "customer-42"',
    ],
    ["a key that is no text", [{ key: ["a"] }], "subjects[0].key is an array; it must be a string"],
    ["a key that is empty", [{ key: "" }], "subjects[0].key must not be empty"],
    [
      "a name that is no text",
      [{ key: "a", displayName: {} }],
      "subjects[0].displayName is an object; it must be a string",
    ],
    [
      "metadata that is no object",
      [{ key: "a", metadata: [] }],
      "subjects[0].metadata is an array; it must be an object of names and JSON values",
    ],
    [
      "an argument of the set",
      [{ key: "a", onExisting: "fail" }],
      "subjects[0].onExisting is not a field of a set's subject; its fields are key, displayName, metadata, stripeCustomerId",
    ],
    [
      "a field in another spelling",
      [{ key: "a", displayname: "A" }],
      "subjects[0].displayname is not a field of a set's subject; its fields are key, displayName, metadata, stripeCustomerId. Did you mean displayName?",
    ],
  ])("that are or hold %s are named", (_what, subjects, problem) => {
    expect(problems(subjects)).toEqual([problem]);
  });

  it("that JSON cannot carry are named once each, beside other problems", () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const subjects = [
      { key: "a", metadata: { when: new Date(0), none: null } },
      { key: "b", metadata: { f: () => 0, n: Number.NaN, cycle } },
      { key: "c", displayName: 1n, metadata: new Date(0) },
    ];
    expect(problems(subjects)).toEqual([
      expect.stringMatching(/^subjects\[0\]\.metadata\.when is a Date/),
      expect.stringMatching(/^subjects\[0\]\.metadata\.none is null/),
      expect.stringMatching(/^subjects\[1\]\.metadata\.f is a function/),
      expect.stringMatching(/^subjects\[1\]\.metadata\.n is NaN/),
      expect.stringMatching(/^subjects\[1\]\.metadata\.cycle\.self refers back/),
      expect.stringMatching(/^subjects\[2\]\.displayName is a bigint/),
      expect.stringMatching(/^subjects\[2\]\.metadata is a Date/),
    ]);
  });

  it("that are declared twice are named with both places, thirty of them and more", () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({ key: `customer-${index}` }));
    expect(problems([...rows, ...rows])).toEqual(
      rows.map(({ key }, index) => `subjects[${30 + index}].key repeats the key "${key}" of subjects[${index}]`),
    );
    expect(problems([{ key: "a" }, { key: "a" }, { key: "a" }])).toEqual([
      'subjects[1].key repeats the key "a" of subjects[0]',
      'subjects[2].key repeats the key "a" of subjects[0]',
    ]);
  });

  it("are compared by their exact keys", () => {
    expect(problems(["k", "K", "k ", "__proto__"].map((key) => ({ key })))).toEqual([]);
    expect(problems(["__proto__", "__proto__"].map((key) => ({ key })))).toEqual([
      'subjects[1].key repeats the key "__proto__" of subjects[0]',
    ]);
  });

  it("are named so that they cannot repaint the terminal, and not at all where keys are secret", () => {
    const twice = [{ key: "\u001b[2J" }, { key: "\u001b[2J" }];
    expect(problems(twice)).toEqual(['subjects[1].key repeats the key "\\u001b[2J" of subjects[0]']);
    expect(problems(twice, true)).toEqual(["subjects[1].key repeats the key [secret] of subjects[0]"]);
  });

  it("travel as one text by key, whatever their order", () => {
    const subjects = [{ key: "b", metadata: { y: 1, x: 2 } }, { key: "a" }];
    expect(encodeMembers(subjectKind, subjects)).toEqual({
      text: '{"a":{},"b":{"metadata":{"x":2,"y":1}}}',
      claims: [
        { space: "subject", key: "b" },
        { space: "subject", key: "a" },
      ],
    });
  });
});
