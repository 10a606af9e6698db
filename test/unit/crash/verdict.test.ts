import { describe, expect, it } from "vitest";
import { type Comparison, complaints, misattributed, recreated, type ServerRecord } from "../../crash/verdict";

const record = (key: string, id: string, more: Readonly<Record<string, unknown>> = {}): ServerRecord => ({
  kind: "subject",
  createdAt: "2026-01-01T00:00:00Z",
  id,
  key,
  metadata: {},
  updatedAt: "2026-01-01T00:00:00Z",
  ...more,
});
const later = { updatedAt: "2026-01-02T00:00:00Z" };
const latest = { updatedAt: "2026-01-03T00:00:00Z" };
const deleted = { ...later, deletedAt: "2026-01-02T00:00:00Z" };

const idOf = (character: string) => character.repeat(26);
const resource = (key: string, id: string) => ({
  type: "pulumi-nodejs:dynamic/openmeter:Subject",
  urn: key,
  outputs: { key, subjectId: id },
});

const foreign = record("foreign", idOf("F"));
const changed = record("changed", idOf("C"));

/** As they are after the repair. */
const now = { ...changed, ...latest, displayName: "New" };
const made = record("made", idOf("2"), later);

/** A step that changes one subject and creates another, cut and repaired. */
const survived: Comparison = {
  before: [foreign, changed],
  undisturbed: {
    records: [foreign, { ...changed, ...later, displayName: "New" }, record("made", idOf("1"))],
    resources: [resource("changed", idOf("C")), resource("made", idOf("1"))],
  },
  repaired: {
    records: [foreign, now, made],
    resources: [resource("made", idOf("2")), resource("changed", idOf("C"))],
  },
};

const repairedWith = (records: readonly ServerRecord[]): Comparison => ({
  ...survived,
  repaired: { ...survived.repaired, records },
});

describe("the verdict on a run that was cut", () => {
  it("is good when all is as after an undisturbed run, but for times and the ids of what was made", () => {
    expect(complaints(survived)).toEqual([]);
  });

  it.each<[string, Comparison, RegExp]>([
    ["an untouched subject was written", repairedWith([{ ...foreign, ...later }, now, made]), /foreign was touched/],
    [
      "a subject was deleted",
      repairedWith([foreign, { ...now, ...deleted }, made]),
      /changed should be .*"live":false/,
    ],
    [
      "a subject was deleted and made anew",
      repairedWith([foreign, { ...now, ...deleted }, record("changed", idOf("3"), { displayName: "New" }), made]),
      /besides made: .*"key":"changed"/,
    ],
    ["a change is missing", repairedWith([foreign, changed, made]), /changed should be .*"displayName":"New"/],
    ["a subject is missing", repairedWith([foreign, now]), /not made: .*"key":"made"/],
    [
      "a subject was made twice",
      repairedWith([foreign, now, { ...made, ...deleted }, record("made", idOf("4"))]),
      /besides made: .*"key":"made".*"live":false/,
    ],
    [
      "the state names a record that is not the live one",
      {
        ...survived,
        repaired: { ...survived.repaired, resources: [resource("made", idOf("9")), resource("changed", idOf("C"))] },
      },
      /not in the state: .*"key":"made"/,
    ],
    [
      "the state still has a resource that should be gone",
      {
        ...survived,
        repaired: { ...survived.repaired, resources: [...survived.repaired.resources, resource("old", idOf("C"))] },
      },
      /besides in the state: .*"urn":"old"/,
    ],
    [
      "the state still has a set's companion that waits to be deleted",
      {
        ...survived,
        repaired: {
          ...survived.repaired,
          resources: [
            ...survived.repaired.resources,
            { type: "pulumi-nodejs:dynamic/openmeter:SubjectSetMembers", urn: "set", delete: true },
          ],
        },
      },
      /besides in the state: .*"urn":"set","delete":true/,
    ],
  ])("is bad when %s", (_what, comparison, complaint) => {
    expect(complaints(comparison).join("\n")).toMatch(complaint);
  });
});

it("a subject that was deleted and made anew is recreated; one that was deleted, or made, is not", () => {
  const gone = { ...changed, ...deleted };
  expect(recreated([foreign, changed], [foreign, gone, record("changed", idOf("5"))])).toEqual(["subject changed"]);
  expect(recreated([foreign, changed], [foreign, gone, made])).toEqual([]);
});

describe("subject keys", () => {
  const customer = (key: string, subjectKeys: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
    record(key, idOf("K"), { kind: "customer", usageAttribution: { subjectKeys }, ...more });
  const declared = [{ key: "acme", subjectKeys: ["eu", "acme"] }, { key: "none" }];

  it.each<[string, readonly ServerRecord[], readonly string[]]>([
    [
      "are attributed to the customer that declares them",
      [customer("acme", ["eu", "acme"]), record("eu", idOf("E"))],
      [],
    ],
    ["are with nobody", [customer("acme", ["acme"])], ["subject key eu of customer acme is attributed to nobody"]],
    [
      "are with another customer",
      [customer("acme", ["acme"]), customer("b", ["eu"])],
      ["subject key eu of customer acme is attributed to b"],
    ],
    [
      "are with two, of which one has it as its key",
      [customer("acme", ["acme", "eu"]), customer("eu", [])],
      ["subject key eu of customer acme is attributed to acme and eu"],
    ],
    [
      "have been another customer's, which is deleted",
      [customer("acme", ["eu", "acme"]), customer("b", ["eu"], deleted)],
      [],
    ],
  ])("%s", (_what, records, wrong) => {
    expect(misattributed(declared, records)).toEqual(wrong);
  });
});
