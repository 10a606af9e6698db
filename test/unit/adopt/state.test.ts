import { describe, expect, it } from "vitest";
import { kindsOf } from "../../../provider/src/adopt/adoptable";
import { declaredIn, readState } from "../../../provider/src/adopt/state";
import { resourceTypes } from "../../../provider/src/contract";

const subjects = kindsOf.subjects.declared;
const customers = kindsOf.customers.declared;

const state = (...resources: object[]): string => JSON.stringify({ version: 3, deployment: { resources } });

const single = (key: string, more: object = {}) => ({
  type: resourceTypes.subject,
  custom: true,
  id: key,
  outputs: { key, subjectId: `id of ${key}` },
  ...more,
});

const isSecret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const encrypted = { ...isSecret, ciphertext: "v1:x:y" };
const shown = (value: unknown) => ({ ...isSecret, plaintext: JSON.stringify(value) });

describe("the subjects of an exported state", () => {
  it("are those of single resources and of sets, also when values are encrypted", () => {
    const set = {
      type: resourceTypes.subjectSet,
      id: "all",
      outputs: { subjects: encrypted, subjectIds: JSON.stringify({ c: "id of c", constructor: "id of constructor" }) },
    };
    const resources = [
      { type: "pulumi:pulumi:Stack" },
      single("a/b", { outputs: { key: encrypted, subjectId: "id of a/b" } }),
      set,
    ];
    expect(readState(state(...resources), "dev", subjects)).toEqual(
      new Map([
        ["a/b", "id of a/b"],
        ["c", "id of c"],
        ["constructor", "id of constructor"],
      ]),
    );
  });

  it("are also those whose ids are secret, when the export shows secrets", () => {
    const set = { type: resourceTypes.subjectSet, outputs: { subjectIds: shown(JSON.stringify({ c: "id of c" })) } };
    const one = single("a", { outputs: { subjectId: shown("id of a") } });
    expect(Object.fromEntries(readState(state(one, set), "dev", subjects))).toEqual({ a: "id of a", c: "id of c" });
  });

  it.each([
    { type: resourceTypes.subjectSet, outputs: { subjectIds: encrypted } },
    single("a", { outputs: { subjectId: encrypted } }),
  ])("cannot be told from encrypted ids: %j", (resource) => {
    expect(() => readState(state(resource), "dev.json", subjects)).toThrow(
      /^dev\.json .*encrypted.*stack export --show-secrets$/,
    );
  });

  it("are not those that a program only looks up, or that are about to go", () => {
    expect(readState(state(single("a", { external: true }), single("b", { delete: true })), "dev", subjects).size).toBe(
      0,
    );
  });

  it("are none in a stack that was never brought up", () => {
    expect(readState(JSON.stringify({ version: 3, deployment: { manifest: {} } }), "dev", subjects).size).toBe(0);
  });

  it("are told apart from customers, whose resources have the ids of their records", () => {
    const customer = { type: resourceTypes.customer, id: "01A", outputs: { key: "a", customerId: "01A" } };
    const secret = { type: resourceTypes.customer, id: "01S", outputs: { key: shown("s") } };
    const set = { type: resourceTypes.customerSet, outputs: { customerIds: JSON.stringify({ c: "01C" }) } };
    const exported = state(single("of a subject"), customer, secret, set);
    expect(Object.fromEntries(readState(exported, "dev", customers))).toEqual({ a: "01A", s: "01S", c: "01C" });
    expect(Object.fromEntries(readState(exported, "dev", subjects))).toEqual({ "of a subject": "id of of a subject" });
    const hidden = state({ ...secret, outputs: { key: encrypted } });
    expect(() => readState(hidden, "dev", customers)).toThrow(/^dev has the keys or ids of customers encrypted/);
  });

  it.each(["no json", "[]", '{"version":3}'])("cannot be read from %s", (text) => {
    expect(() => readState(text, "dev.json", subjects)).toThrow(/^dev\.json is not .*pulumi stack export/);
  });
});

describe("what stacks declare of an account", () => {
  it("is what those declare that have at least one record in it; a subject that was re-created counts by its key", () => {
    const stacks = new Map([
      [
        "prod",
        new Map([
          ["a", "1"],
          ["re-created", "old"],
        ]),
      ],
      [
        "dev",
        new Map([
          ["a", "7"],
          ["b", "8"],
        ]),
      ],
      ["empty", new Map<string, string>()],
    ]);
    const { keys, ofOtherAccounts } = declaredIn(new Set(["1", "2", "3"]), stacks);
    expect([...keys]).toEqual(["a", "re-created"]);
    expect(ofOtherAccounts).toEqual(["dev"]);
  });
});
