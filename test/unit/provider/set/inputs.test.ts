import { describe, expect, it } from "vitest";
import { formatPath, type Problem, problemText } from "../../../../provider/src/json";
import { unknown } from "../../../../provider/src/provider/declaration";
import { checkSet } from "../../../../provider/src/provider/set/inputs";

function subjects(members: Record<string, unknown>): { subjects: string; name: string } {
  return { subjects: JSON.stringify(members), name: "customers" };
}

function problemsOf(raw: Record<string, unknown>, before?: ReadonlySet<string>): readonly Problem[] {
  const checked = checkSet(raw, before);
  return checked.ok ? [] : checked.problems;
}

function pathsOf(raw: Record<string, unknown>): string[] {
  return problemsOf(raw).map(({ path }) => formatPath(path));
}

const named = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
const members = (count: number, fields: unknown = {}) => Object.fromEntries(named(count).map((key) => [key, fields]));

describe("the check of a set", () => {
  it("makes a declaration of good inputs", () => {
    const raw = {
      ...subjects({ a: { displayName: "A" }, __proto__x: {}, "10": { metadata: { n: null, list: [1] } } }),
      onExisting: "fail",
      maxDeletions: "5%",
      secret: true,
    };
    expect(checkSet({ ...raw, subjects: '{"__proto__":{"displayName":"P"},"a":{"metadata":{"x":1}}}' })).toEqual({
      ok: true,
      declaration: {
        name: "customers",
        subjects: new Map([
          ["__proto__", { displayName: "P" }],
          ["a", { metadata: { x: 1 } }],
        ]),
        onExisting: "fail",
        maxDeletions: "5%",
        secret: true,
      },
    });
    expect(pathsOf(raw)).toEqual(['subjects["10"].metadata.n']);
  });

  it("reports all problems of all subjects at once, each with its path", () => {
    const raw = {
      ...subjects({
        good: { displayName: "fine", metadata: { plan: "pro" } },
        "customer-42": { metadata: { x: "nul\0", "a b": [2 ** 60] }, displayName: 5 },
        "": {},
        "..": {},
        flat: "no",
        typo: { dispalyName: "x", stripeCustomerId: "acct_1" },
      }),
      onExisting: "replace",
      maxDeletions: "many",
      subject: [],
    };
    expect(pathsOf(raw).sort()).toEqual(
      [
        "subject",
        "onExisting",
        "maxDeletions",
        'subjects["customer-42"].metadata.x',
        'subjects["customer-42"].metadata["a b"][0]',
        'subjects["customer-42"].displayName',
        'subjects[""].key',
        'subjects[".."].key',
        "subjects.flat",
        "subjects.typo.dispalyName",
        "subjects.typo.stripeCustomerId",
      ].sort(),
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "a misspelled input",
      { ...subjects({}), subject: [] },
      "subject is not an input of a set; inputs are subjects, onExisting, maxDeletions",
    ],
    ["another onExisting", { ...subjects({}), onExisting: "replace" }, 'onExisting must be "adopt", "match" or "fail"'],
    [
      "a limit that is none",
      { ...subjects({}), maxDeletions: "many" },
      'maxDeletions must be a whole number, or a percentage up to "100%"',
    ],
    ["a limit of another type", { ...subjects({}), maxDeletions: true }, "maxDeletions must be a whole number"],
    ["a limit of no use", { ...subjects({}), maxDeletions: [5] }, "maxDeletions must be a whole number"],
    ["a subject that is text", subjects({ a: "no" }), "subjects.a must be an object of a subject's inputs"],
    ["a subject that is a list", subjects({ a: [] }), "subjects.a must be an object of a subject's inputs"],
    [
      "a subject's own onExisting",
      subjects({ a: { onExisting: "fail" } }),
      "subjects.a.onExisting is not an input of a set's subject; onExisting is the set's",
    ],
  ])("says what is wrong with %s", (_what, raw, said) => {
    const [problem, ...others] = problemsOf(raw);
    expect(problem && problemText(problem)).toContain(said);
    expect(others).toEqual([]);
  });

  it("takes null for an option as none, as everywhere in Pulumi", () => {
    expect(checkSet({ ...subjects({}), onExisting: null, maxDeletions: null })).toStrictEqual({
      ok: true,
      declaration: { name: "customers", subjects: new Map(), secret: false },
    });
  });

  it.each(["adopt", "match", "fail"])("takes %s for onExisting", (onExisting) => {
    expect(checkSet({ ...subjects({}), onExisting })).toMatchObject({ declaration: { onExisting } });
  });

  it("falls back to a name where the program gives none, and to no secrets", () => {
    expect(checkSet({ subjects: "{}", secret: "no" })).toMatchObject({
      declaration: { name: "subjects", secret: false },
    });
  });

  it("names twenty problems and counts the others", () => {
    expect(problemsOf(subjects(members(20, { displayName: 5 })))).toHaveLength(20);
    const problems = problemsOf(subjects(members(1_000, { displayName: 5 })));
    expect(problems).toHaveLength(21);
    expect(problems[0]).toEqual({ path: ["subjects", "c0", "displayName"], reason: "must be a string" });
    expect(problems.at(-1)).toEqual({ path: ["subjects"], reason: "has 980 more problems" });
  });

  it("names no key that is secret", () => {
    const raw = { ...subjects({ hush: { displayName: 5 }, hush2: 5, hush3: { onExisting: "fail" } }), secret: true };
    expect(pathsOf({ ...raw, secretKeys: true })).toEqual([
      'subjects["[secret]"].displayName',
      'subjects["[secret]"]',
      'subjects["[secret]"].onExisting',
    ]);
  });

  it.each(["onExisting", "secretFields"])("refuses %s of a single subject instead of forgetting it", (field) => {
    const value = field === "onExisting" ? "fail" : ["metadata"];
    expect(pathsOf(subjects({ a: { [field]: value } }))).toEqual([`subjects.a.${field}`]);
  });
});

describe("an unknown value", () => {
  it("in place of the subjects passes", () => {
    expect(checkSet({ subjects: unknown, name: "customers" }, new Set(named(100)))).toEqual({
      ok: true,
      declaration: { name: "customers", subjects: unknown, secret: false },
    });
  });

  it.each(["onExisting", "maxDeletions"])("in place of %s passes", (option) => {
    expect(problemsOf({ ...subjects({ a: {} }), [option]: unknown }, new Set(["a"]))).toEqual([]);
  });

  it("keeps nothing else from being checked", () => {
    expect(pathsOf({ subjects: unknown, name: "customers", onExisting: "replace" })).toEqual(["onExisting"]);
  });
});

describe("the deletion guard", () => {
  it("speaks only when the subjects before are known", () => {
    expect(problemsOf(subjects({}))).toEqual([]);
    expect(problemsOf(subjects({}), new Set(named(11)))).toMatchObject([
      { path: ["subjects"], reason: expect.stringContaining("would remove 11 of 11 subjects") },
    ]);
    expect(problemsOf(subjects({}), new Set(named(10)))).toEqual([]);
  });

  it("obeys maxDeletions", () => {
    expect(problemsOf({ ...subjects({}), maxDeletions: 11 }, new Set(named(11)))).toEqual([]);
    expect(problemsOf({ ...subjects({}), maxDeletions: "100%" }, new Set(named(100)))).toEqual([]);
    expect(problemsOf({ ...subjects({}), maxDeletions: 0 }, new Set(["a"]))).toHaveLength(1);
  });

  it("does not count a subject that is declared with a mistake as removed", () => {
    const problems = problemsOf(subjects(members(12, { displayName: 5 })), new Set(named(12)));
    expect(problems).toHaveLength(12);
    expect(problems.some(({ reason }) => reason.includes("would remove"))).toBe(false);
  });
});
