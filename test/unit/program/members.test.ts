import { output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { Kind } from "../../../provider/src/core/kind";
import { problemText } from "../../../provider/src/json";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { encodeMembers, memberProblems } from "../../../provider/src/program/members";

const problemsOf = (kind: Kind, members: unknown, secretKeys?: boolean) =>
  memberProblems(kind, members, secretKeys).map(problemText);
const problems = (subjects: unknown) => problemsOf(subjectKind, subjects);

const kinds = [
  {
    kind: subjectKind,
    objects: "subjects",
    one: "a subject",
    required: 'is required: the subject of usage events, such as "customer-42"',
    fields: "key, displayName, metadata, stripeCustomerId",
    misspelt: ["displayname", "displayName"],
  },
  {
    kind: customerKind,
    objects: "customers",
    one: "a customer",
    required: 'is required: your own identifier of the customer, such as "customer-42"',
    fields: "key, name, description, subjectKeys, primaryEmail, currency, billingAddress, metadata, stripeCustomerId",
    misspelt: ["subjectkeys", "subjectKeys"],
  },
];

describe.each(kinds)(
  "a set's $objects",
  ({ kind, objects, one, required, fields, misspelt: [misspelt = "", meant] }) => {
    it("are let through where they are still to come, or not there at all", () => {
      expect(problemsOf(kind, output("no list"))).toEqual([]);
      expect(problemsOf(kind, [])).toEqual([]);
      expect(
        problemsOf(kind, [Promise.resolve("no object"), { key: output("a"), metadata: { a: output("b") } }]),
      ).toEqual([]);
    });

    it.each<[string, unknown, string]>([
      ["nothing", undefined, `is undefined; it must be an array of ${objects}, each with a key`],
      ["null", null, `is null; it must be an array of ${objects}, each with a key`],
      ["a text", "[]", `is a string; it must be an array of ${objects}, each with a key`],
      ["an object", { a: {} }, `is an object; it must be an array of ${objects}, each with a key`],
      ["a list with nothing in it", [undefined], `[0] is undefined; it must be ${one}: an object with a key`],
      ["a list with a text in it", ["a"], `[0] is a string; it must be ${one}: an object with a key`],
      ["a list in a list", [[]], `[0] is an array; it must be ${one}: an object with a key`],
      ["a hole", Array(1), `[0] is undefined; it must be ${one}: an object with a key`],
      ["one without a key", [{}], `[0].key ${required}`],
      ["one whose key is null", [{ key: null }], `[0].key ${required}`],
      ["a key that is no text", [{ key: ["a"] }], "[0].key is an array; it must be a string"],
      ["a key that is empty", [{ key: "" }], "[0].key must not be empty"],
      [
        "an argument of the set",
        [{ key: "a", onExisting: "fail" }],
        `[0].onExisting is not a field of a set's ${kind.name}; its fields are ${fields}`,
      ],
      [
        "a field in another spelling",
        [{ key: "a", [misspelt]: "A" }],
        `[0].${misspelt} is not a field of a set's ${kind.name}; its fields are ${fields}. Did you mean ${meant}?`,
      ],
    ])("that are or hold %s are named", (_what, members, problem) => {
      expect(problemsOf(kind, members)).toEqual([objects + (problem.startsWith("[") ? problem : ` ${problem}`)]);
    });

    it("may have null in place of a field, as everywhere in Pulumi", () => {
      const absent = Object.fromEntries(Object.keys(kind.fields).map((name) => [name, null]));
      expect(problemsOf(kind, [{ key: "a", ...absent }])).toEqual([]);
    });

    it("that are declared twice are named with both places, thirty of them and more", () => {
      const rows = Array.from({ length: 30 }, (_, index) => ({ key: `customer-${index}` }));
      expect(problemsOf(kind, [...rows, ...rows])).toEqual(
        rows.map(({ key }, index) => `${objects}[${30 + index}].key repeats the key "${key}" of ${objects}[${index}]`),
      );
      expect(problemsOf(kind, [{ key: "a" }, { key: "a" }, { key: "a" }])).toEqual([
        `${objects}[1].key repeats the key "a" of ${objects}[0]`,
        `${objects}[2].key repeats the key "a" of ${objects}[0]`,
      ]);
    });

    it("are compared by their exact keys", () => {
      expect(
        problemsOf(
          kind,
          ["k", "K", "k ", "__proto__"].map((key) => ({ key })),
        ),
      ).toEqual([]);
      expect(
        problemsOf(
          kind,
          ["__proto__", "__proto__"].map((key) => ({ key })),
        ),
      ).toEqual([`${objects}[1].key repeats the key "__proto__" of ${objects}[0]`]);
    });

    it("are named so that they cannot repaint the terminal, and not at all where keys are secret", () => {
      const twice = [{ key: "\u001b[2J" }, { key: "\u001b[2J" }];
      expect(problemsOf(kind, twice)).toEqual([`${objects}[1].key repeats the key "\\u001b[2J" of ${objects}[0]`]);
      expect(problemsOf(kind, twice, true)).toEqual([`${objects}[1].key repeats the key [secret] of ${objects}[0]`]);
    });
  },
);

describe("the fields of a set's subjects", () => {
  it("without problems are let through, also where they are still to come", () => {
    expect(
      problems([
        { key: "a", displayName: "", metadata: { b: { c: null } }, stripeCustomerId: "cus_1" },
        { key: output("a"), displayName: output(1), metadata: { a: output(null) } },
      ]),
    ).toEqual([]);
  });

  it.each([
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

  it("travel as one text by key, whatever their order", () => {
    const subjects = [{ key: "b", metadata: { y: 1, x: 2 } }, { key: "a" }];
    expect(encodeMembers(subjectKind, subjects)).toEqual({
      text: '{"a":{},"b":{"metadata":{"x":2,"y":1}}}',
      claims: { subject: ["b", "a"] },
      told: {},
    });
  });
});

describe("the fields of a set's customers", () => {
  const problems = (customers: unknown, secretKeys?: boolean) => problemsOf(customerKind, customers, secretKeys);

  it.each<[string, object, string]>([
    ["a name that is empty", { name: "" }, "name must not be empty"],
    [
      "subject keys that are no list",
      { subjectKeys: "a" },
      "subjectKeys is a string; it must be an array of subject keys",
    ],
    ["a subject key that is a number", { subjectKeys: ["a", 1] }, "subjectKeys[1] is a number; it must be a string"],
    ["a currency in small letters", { currency: "eur" }, "currency must be the three capital letters of a currency"],
    [
      "a country by its name",
      { billingAddress: { country: "Germany" } },
      "billingAddress.country must be the two capital",
    ],
    ["a part of an address in another spelling", { billingAddress: { postalcode: "1" } }, "Did you mean postalCode?"],
    [
      "metadata that is no text",
      { metadata: { seats: 5 } },
      "metadata.seats is a number; it must be a string: convert",
    ],
    ["metadata with a Date", { metadata: { since: new Date(0) } }, "metadata.since is a Date"],
    [
      "the ID of something else in Stripe",
      { stripeCustomerId: "sub_1" },
      "stripeCustomerId must be a Stripe customer ID",
    ],
  ])("that hold %s are named", (_what, fields, problem) => {
    expect(problems([{ key: "a", ...fields }])).toEqual([expect.stringContaining(problem)]);
  });

  it("may name a subject key twice, and their own key, and what is still to come", () => {
    expect(problems([{ key: "a", subjectKeys: ["b", "b", "a", output("c")] }, { key: output("b") }])).toEqual([]);
  });

  it("that are attributed one subject key twice are named with both places", () => {
    const customers = [
      { key: "a", subjectKeys: ["x", "y"] },
      { key: "y" },
      { key: "c", subjectKeys: ["z", "x", "a"] },
      { key: "c", subjectKeys: ["x"] },
    ];
    const rule = ": a subject key belongs to one customer, which has its own key without naming it";
    expect(problems(customers)).toEqual([
      `customers[1].key is "y", as is customers[0].subjectKeys[1]${rule}`,
      `customers[2].subjectKeys[1] is "x", as is customers[0].subjectKeys[0]${rule}`,
      `customers[2].subjectKeys[2] is "a", as is customers[0].key${rule}`,
      'customers[3].key repeats the key "c" of customers[2]',
    ]);
    expect(problems(customers, true)[0]).toContain("customers[1].key is [secret], as is");
  });

  it("travel as one text by key, with all that they claim", () => {
    const customers = [
      { key: "b", subjectKeys: ["y", "x"], billingAddress: { country: "DE", city: undefined } },
      { key: "a" },
    ];
    expect(encodeMembers(customerKind, customers)).toEqual({
      text: '{"a":{},"b":{"billingAddress":{"country":"DE"},"subjectKeys":["y","x"]}}',
      claims: { customer: ["b", "a"], "attributed subject": ["b", "y", "x", "a"] },
      told: { "told customer": ["b"] },
    });
  });
});
