import { describe, expect, it } from "vitest";
import { type AdoptOptions, readOptions } from "../../../provider/src/adopt/options";
import { declarationsOf, isMeant } from "../../../provider/src/adopt/selection";
import type { Fields, LiveObject, RecordId } from "../../../provider/src/core/port";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";

const allFields = Object.keys(subjectKind.fields);

const live = (key: string, fields: Fields = {}): LiveObject => ({
  id: `id of ${key}` as RecordId,
  key,
  fields: { metadata: {}, ...fields },
});

describe("the choice of subjects", () => {
  it.each([
    ["--check", true],
    ["--prefix cust", true],
    ["--prefix ust", false],
    ["--match \\d$", true],
    ["--match ^\\d", false],
    ["--prefix cust --match x", false],
  ])("%s takes customer-42: %s", (args, expected) => {
    expect(isMeant("customer-42", readOptions(args.split(" ")) as AdoptOptions)).toBe(expected); // no help is asked for
  });
});

describe("the declarations of subjects", () => {
  it("have the fields that have a value, an empty name too, in the order of keys", () => {
    const full = { displayName: "", metadata: { a: 1 }, stripeCustomerId: "cus_1" };
    const { adopted, leftOut } = declarationsOf(
      [live("b", full), live("B"), live("a", { displayName: "A" })],
      allFields,
    );
    expect(adopted).toEqual([
      { key: "B", fields: {} },
      { key: "a", fields: { displayName: "A" } },
      { key: "b", fields: full },
    ]);
    expect(leftOut).toEqual([]);
  });

  it("own no more fields than are asked for", () => {
    const full = live("a", { displayName: "A", metadata: { a: 1 }, stripeCustomerId: "cus_1" });
    expect(declarationsOf([full], ["stripeCustomerId"]).adopted).toEqual([
      { key: "a", fields: { stripeCustomerId: "cus_1" } },
    ]);
    expect(declarationsOf([full], []).adopted).toEqual([{ key: "a", fields: {} }]);
  });

  it("leave out a field that the provider would refuse, and a whole subject when that is the key, and say why", () => {
    const { adopted, leftOut } = declarationsOf(
      [live("big", { displayName: "Big", metadata: { n: 2 ** 60 } }), live("k".repeat(2_600))],
      allFields,
    );
    expect(adopted).toEqual([{ key: "big", fields: { displayName: "Big" } }]);
    expect(leftOut).toEqual([
      expect.stringMatching(/^"big": metadata is left out, .*: metadata\.n is an integer/),
      expect.stringMatching(/^"kkk.*": the subject is left out, .*: key is longer than 2500 bytes/),
    ]);
  });
});
