import { describe, expect, it } from "vitest";
import { type AdoptOptions, readOptions } from "../../../provider/src/adopt/options";
import { declarationsOf, isMeant } from "../../../provider/src/adopt/selection";
import type { Fields, LiveObject, RecordId } from "../../../provider/src/core/port";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
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
      subjectKind,
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
    expect(declarationsOf(subjectKind, [full], ["stripeCustomerId"]).adopted).toEqual([
      { key: "a", fields: { stripeCustomerId: "cus_1" } },
    ]);
    expect(declarationsOf(subjectKind, [full], []).adopted).toEqual([{ key: "a", fields: {} }]);
  });

  it("leave out a field that the provider would refuse, and a whole subject when that is the key, and say why", () => {
    const { adopted, leftOut } = declarationsOf(
      subjectKind,
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

describe("the declarations of customers", () => {
  const all = Object.keys(customerKind.fields);
  const customer = (key: string, fields: Fields = {}) => live(key, { subjectKeys: [], billingAddress: {}, ...fields });

  it("have the fields that have a value", () => {
    const full = { name: "A", description: "", subjectKeys: ["a", "a-1"], billingAddress: { country: "DE" } };
    expect(declarationsOf(customerKind, [customer("a", full), customer("b", { name: "b" })], all)).toEqual({
      adopted: [
        { key: "a", fields: full },
        { key: "b", fields: { name: "b" } },
      ],
      leftOut: [],
    });
  });

  it("leave out subject keys that another customer has as its key, or among its own", () => {
    const { adopted, leftOut } = declarationsOf(
      customerKind,
      [
        customer("a", { subjectKeys: ["b"] }),
        customer("b", { subjectKeys: ["x"] }),
        customer("c", { subjectKeys: ["x"] }),
      ],
      all,
    );
    expect(adopted).toEqual([
      { key: "a", fields: {} },
      { key: "b", fields: { subjectKeys: ["x"] } },
      { key: "c", fields: {} },
    ]);
    expect(leftOut).toEqual([
      expect.stringMatching(/^"a": subjectKeys is left out, .*: "b" belongs to customer "b", too$/),
      expect.stringMatching(/^"c": subjectKeys is left out, .*: "x" belongs to customer "b", too$/),
    ]);
  });
});
