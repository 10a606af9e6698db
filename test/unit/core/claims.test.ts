import { describe, expect, it } from "vitest";
import { overlapWarnings } from "../../../provider/src/core/check";
import type { Claim } from "../../../provider/src/core/claim-index";
import { claimedKeys } from "../../../provider/src/core/claims";
import type { Kind } from "../../../provider/src/core/kind";
import type { LiveObject, RecordId } from "../../../provider/src/core/port";
import { Run } from "../../../provider/src/core/run";
import { unknown } from "../../../provider/src/core/unknown";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { RunFacts } from "../../../provider/src/run/facts";

type Declared = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const urnOf = (name: string) => `urn:pulumi:test::unit::pulumi-nodejs:dynamic/openmeter:x::${name}`;
const mapOf = (declared: Declared) => new Map(Object.entries(declared));

/** A run that applies a program, and its claims. */
function applying() {
  const run = new Run(RunFacts.join("unit.test:1"), () => ({ baseUrl: "http://openmeter.test", isStack: true }));
  run.apply();
  const claim = (kind: Kind, name: string, declared: Declared) =>
    run.claim({ kind, urn: urnOf(name), objects: mapOf(declared) });
  const hold = (ids: Readonly<Record<string, string>>) =>
    run.hold({ urn: urnOf("x"), ids: () => mapOf(ids as never) as never, goesOn: () => mapOf({}), isComplete: false });
  return { run, claim, hold };
}

describe("what an object claims", () => {
  it("is the key of its kind, and of a customer the subject keys that are attributed to it, its own first", () => {
    const subject = { space: "subject", key: "k" };
    expect(claimedKeys(subjectKind, "k", { displayName: "K" })).toEqual([subject]);
    const attributed = ["k", "x"].map((key) => ({ space: "attributed subject", key }));
    const own = { space: "customer", key: "k" };
    for (const subjectKeys of [["x", "k", "x"], ["x"], ["x", unknown]]) {
      expect(claimedKeys(customerKind, "k", { subjectKeys })).toEqual([own, ...attributed]);
    }
    expect(claimedKeys(customerKind, "k", {})).toEqual([own, attributed[0]]);
    expect(claimedKeys(customerKind, "k", { subjectKeys: unknown })).toEqual([own, attributed[0]]);
  });
});

describe("two objects of a program", () => {
  it.each<[string, Declared, Declared, unknown[]]>([
    ["of the same key conflict once", { k: {} }, { k: {} }, ["customer"]],
    [
      "with the same subject key conflict",
      { a: { subjectKeys: ["x"] } },
      { b: { subjectKeys: ["x"] } },
      ["attributed subject"],
    ],
    [
      "conflict where the subject key of one is the key of the other",
      { a: { subjectKeys: ["b"] } },
      { b: {} },
      ["attributed subject"],
    ],
    [
      "conflict in the other direction, too, which OpenMeter does not check",
      { b: {} },
      { a: { subjectKeys: ["b"] } },
      ["attributed subject"],
    ],
    ["of different keys do not", { a: { subjectKeys: ["a", "x"] } }, { b: { subjectKeys: ["b", "y"] } }, []],
  ])("%s", (_what, first, second, spaces) => {
    const { claim } = applying();
    expect(claim(customerKind, "one", first)).toEqual([]);
    expect(claim(customerKind, "two", second).map(({ claimed }) => claimed.space)).toEqual(spaces);
  });

  it("of one set conflict, too", () => {
    const { claim } = applying();
    claim(subjectKind, "first", {});
    const conflicts = claim(customerKind, "set", { a: { subjectKeys: ["x"] }, b: { subjectKeys: ["x"] } });
    expect(conflicts).toMatchObject([{ key: "b", other: { key: "a", urn: urnOf("set") } }]);
  });

  it("do not conflict where they are a subject and the customer that has its usage", () => {
    const { claim } = applying();
    claim(subjectKind, "subject", { k: {} });
    expect(claim(customerKind, "customer", { k: { subjectKeys: ["k"] } })).toEqual([]);
  });

  it.each<[string, Partial<Claim>, Partial<Claim>, boolean]>([
    ["are named in plain", {}, {}, false],
    ["are not, where the first one's keys are secret", { secretKeys: true }, {}, true],
    ["are not, where the second one's subject keys are secret", {}, { secretFields: ["subjectKeys"] }, true],
    ["are, where other fields are secret", { secretFields: ["metadata"] }, { secretFields: ["metadata"] }, false],
  ])("that conflict %s", (_what, first, second, isSecret) => {
    const { run } = applying();
    const claim = (name: string, declared: Declared, more: Partial<Claim>) =>
      run.claim({ kind: customerKind, urn: urnOf(name), objects: mapOf(declared), ...more });
    claim("one", { a: { subjectKeys: ["x"] } }, first);
    expect(claim("two", { b: { subjectKeys: ["x"] } }, second)).toMatchObject([{ isSecret }]);
  });

  it("do not conflict any more once the first one's latest check lets the subject key go", () => {
    const { claim } = applying();
    claim(customerKind, "one", { a: { subjectKeys: ["x"] } });
    claim(customerKind, "one", { a: { subjectKeys: [] } });
    expect(claim(customerKind, "two", { b: { subjectKeys: ["x"] } })).toEqual([]);
  });
});

describe("a subject and a customer of one key that declare the same", () => {
  const text =
    /^\w+ "\w+" declares (.*) too, for (.*)\. Where OpenMeter keeps subjects and customers in step .*Declare these fields once, best in the customer$/;
  const customer = { acme: { name: "Acme", subjectKeys: ["x"], metadata: { a: "1" } } };

  it.each<[string, Kind, Declared, Kind, Declared, string, string]>([
    [
      "the customer",
      subjectKind,
      { acme: { displayName: "A" } },
      customerKind,
      customer,
      "name (displayName)",
      '"acme"',
    ],
    [
      "the subject",
      customerKind,
      customer,
      subjectKind,
      { acme: { displayName: "A" } },
      "displayName (name)",
      '"acme"',
    ],
    ["the customer by a subject key", subjectKind, { x: { metadata: {} } }, customerKind, customer, "metadata", '"x"'],
    ["the subject by a subject key", customerKind, customer, subjectKind, { x: { metadata: {} } }, "metadata", '"x"'],
  ])("are warned of in the check of %s, which comes second", (_what, first, before, second, now, fields, keys) => {
    const { claim, run } = applying();
    claim(first, "first", before);
    claim(second, "second", now);
    const [warning, ...more] = overlapWarnings(
      second,
      { secretKeys: false, secretFields: [] },
      run.overlaps(second, mapOf(now)),
    );
    expect(more).toEqual([]);
    expect(warning?.match(text)?.slice(1)).toEqual([fields, keys]);
  });

  it("are no overlap where they declare different fields, or the keys differ", () => {
    const { claim, run } = applying();
    claim(subjectKind, "first", { acme: { metadata: {} }, other: { displayName: "O" } });
    const now = { acme: { name: "Acme" } };
    claim(customerKind, "second", now);
    expect(run.overlaps(customerKind, mapOf(now))).toEqual([]);
  });

  it("are told once for each pair of resources, without keys that may be secret", () => {
    const { claim, run } = applying();
    const subjects = Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, { displayName: key }]));
    const now = Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, { name: key }]));
    claim(subjectKind, "first", subjects);
    claim(customerKind, "second", now);
    const overlaps = run.overlaps(customerKind, mapOf(now));
    expect(overlapWarnings(customerKind, { secretKeys: false, secretFields: [] }, overlaps)).toMatchObject([
      expect.stringContaining('"a", "b", "c"'),
    ]);
    const [hush] = overlapWarnings(customerKind, { secretKeys: true, secretFields: [] }, overlaps);
    expect(hush).not.toMatch(/"[abcd]"/);
  });
});

describe("a customer gives a subject key up", () => {
  const holder: LiveObject = { id: "01A" as RecordId, key: "a", fields: { subjectKeys: ["x"] } };

  it.each<[string, Declared | undefined, boolean, boolean]>([
    ["where its program goes without it, and it is the stack's", { a: { subjectKeys: [] } }, true, true],
    ["not where it is declared still", { a: { subjectKeys: ["x"] } }, true, false],
    ["not where its program says nothing of subject keys", { a: {} }, true, false],
    ["not where they are not known yet", { a: { subjectKeys: unknown } }, true, false],
    ["not where nobody has been asked to check it", undefined, true, false],
    ["where its program is about to adopt it", { a: { subjectKeys: [] } }, false, true],
  ])("%s", (_what, declared, isOwned, expected) => {
    const { run, claim, hold } = applying();
    if (declared !== undefined) {
      claim(customerKind, "one", declared);
    }
    if (isOwned) {
      hold({ a: "01A" });
    }
    expect(run.givesUp(customerKind, holder, "x", run.facts.read())).toBe(expected);
  });

  it.each<[string, readonly string[], readonly string[], boolean]>([
    ["at once where the program has told of all its subject keys", ["a"], ["a", "y"], true],
    ["not where the program has told that it has this one", ["a"], ["a", "x"], false],
    ["not where the program has not told of all of them yet", [], ["a"], false],
  ])("%s, though the engine has not shown it", (_what, told, attributed, expected) => {
    const facts = RunFacts.begin("unit.test:2");
    const run = new Run(facts, () => ({ baseUrl: "http://openmeter.test", isStack: true }));
    facts.noteConstructed(undefined, "attributed subject", attributed, ["urn:a"]);
    facts.noteConstructed(undefined, "told customer", told, ["urn:a"]);
    expect(run.givesUp(customerKind, holder, "x", facts.read())).toBe(expected);
    expect(run.givesUp(subjectKind, holder, "x", facts.read())).toBe(false);
  });

  it("not where it is of another stack, and its program does not adopt it", () => {
    const { run } = applying();
    run.claim({ kind: customerKind, urn: "one", objects: mapOf({ a: { subjectKeys: [] } }), adopts: false });
    expect(run.givesUp(customerKind, holder, "x", run.facts.read())).toBe(false);
  });

  it("where its program has stopped to declare its subject keys", () => {
    const { run, hold } = applying();
    const before = () => mapOf({ a: { subjectKeys: ["x"] } });
    run.claim({ kind: customerKind, urn: "one", objects: mapOf({ a: {} }), before });
    hold({ a: "01A" });
    expect(run.givesUp(customerKind, holder, "x", run.facts.read())).toBe(true);
  });
});

describe("a subject that its resource lets go of", () => {
  const keeps = ({ run }: ReturnType<typeof applying>) =>
    run.keeps(subjectKind, { key: "x", id: "01X", urn: urnOf("subject") }, run.facts.read());

  it("is kept where a customer of the program has its usage, which a deletion could end", () => {
    const scene = applying();
    scene.claim(customerKind, "one", { a: { subjectKeys: ["x"] } });
    expect(keeps(scene)).toBe("attributed");
  });

  it("is not kept for a customer that has let it go, or by a customer that is only named so", () => {
    const scene = applying();
    scene.claim(customerKind, "one", { a: { subjectKeys: ["y"] } });
    expect(keeps(scene)).toBeUndefined();
  });
});
