import { CustomResource, type Input, output, RunError, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Subject, SubjectSet } from "../../../provider/src/index";
import { subjectSetProvider, subjectSetType } from "../../../provider/src/resources/provider-string";
import { lateFailureOf, resolved, startRun } from "./mocked-run";

describe("a SubjectSet", () => {
  it("is registered with its type, one JSON string of its subjects and the constant provider", async () => {
    const { registered } = await startRun();
    const set = new SubjectSet("customers", {
      subjects: [
        { key: "customer-42", displayName: "Acme", metadata: { plan: "pro", list: [1, null] } },
        { key: "10", stripeCustomerId: "cus_1", displayName: undefined },
        { key: "__proto__" },
      ],
      onExisting: "fail",
      maxDeletions: "5%",
    });
    await resolved(set.urn);
    expect(registered).toEqual([
      {
        type: subjectSetType,
        name: "customers",
        id: undefined,
        inputs: {
          subjects:
            '{"10":{"stripeCustomerId":"cus_1"},"__proto__":{},"customer-42":{"displayName":"Acme","metadata":{"list":[1,null],"plan":"pro"}}}',
          onExisting: "fail",
          maxDeletions: "5%",
          __setName: "customers",
          __provider: subjectSetProvider,
        },
      },
    ]);
  });

  it("names its provider by this very line, which may never change", () => {
    expect(subjectSetProvider).toBe('exports.handler=require("pulumi-openmeter/dynamic").subjectSet');
    expect(subjectSetType).toBe("pulumi-nodejs:dynamic/openmeter:SubjectSet");
  });

  it("may be empty", async () => {
    const { registered } = await startRun();
    await resolved(new SubjectSet("customers", { subjects: [] }).urn);
    expect(registered[0]?.inputs).toEqual({
      subjects: "{}",
      __setName: "customers",
      __provider: subjectSetProvider,
    });
  });

  it("has the subjects and their ids as outputs", async () => {
    await startRun({ subjects: '{"a":{"displayName":"Stored"}}', subjectIds: '{"a":"01J"}' });
    const set = new SubjectSet("customers", { subjects: [{ key: "a" }] });
    expect(await resolved(set.subjects)).toBe('{"a":{"displayName":"Stored"}}');
    expect(await resolved(set.subjectIds)).toBe('{"a":"01J"}');
  });

  it("is found by isInstance, other resources are not", async () => {
    await startRun();
    const set = new SubjectSet("customers", { subjects: [] });
    const subject = new Subject("acme", { key: "k" });
    expect(SubjectSet.isInstance(set)).toBe(true);
    expect(set).toBeInstanceOf(CustomResource);
    for (const value of [subject, {}, undefined, null, { __pulumiType: subjectSetType }]) {
      expect(SubjectSet.isInstance(value)).toBe(false);
    }
    expect(Subject.isInstance(set)).toBe(false);
    await Promise.all([resolved(set.urn), resolved(subject.urn)]);
  });
});

describe("subjects of a set that are not known yet", () => {
  const members = [{ key: "a", displayName: "A" }, { key: "b" }];
  const encoded = '{"a":{"displayName":"A"},"b":{}}';

  it.each<[string, Input<readonly Input<{ key: Input<string>; displayName?: Input<string> }>[]>]>([
    ["the whole list", output(members)],
    ["the whole list, promised", Promise.resolve(members)],
    ["one subject", [output({ key: "a", displayName: "A" }), { key: "b" }]],
    ["a key", [{ key: output("a"), displayName: "A" }, { key: "b" }]],
    ["a field", [{ key: "a", displayName: output("A") }, { key: Promise.resolve("b") }]],
  ])("make the one string an output: %s", async (_what, subjects) => {
    const { registered } = await startRun();
    await resolved(new SubjectSet("customers", { subjects }).urn);
    expect(registered[0]?.inputs.subjects).toBe(encoded);
    expect(registered[0]?.inputs).not.toHaveProperty("__hasSecrets");
  });

  it("tell the provider when any of them is secret", async () => {
    const { registered } = await startRun();
    const subjects = [{ key: "a", metadata: { token: secret("hunter2") } }, { key: "b" }];
    await resolved(new SubjectSet("customers", { subjects }).urn);
    expect(registered[0]?.inputs.__hasSecrets).toBe(true);
  });

  it.each<[string, Input<readonly Input<{ key: Input<string>; displayName?: Input<string> }>[]>, boolean]>([
    ["a value", [{ key: "a", displayName: secret("A") }], false],
    ["a value beside a key that is an output", [{ key: output("a"), displayName: secret("A") }], false],
    ["a key", [{ key: secret("a") }], true],
    ["a promised key", [{ key: Promise.resolve(secret("a")) as unknown as Promise<string> }], true],
    ["one subject", [secret({ key: "a" })], true],
    ["the list", secret([{ key: "a" }]), true],
    ["the list, promised", Promise.resolve([{ key: secret("a") }]), true],
  ])("tell the provider whether keys are secret too: %s", async (_what, subjects, keys) => {
    const { registered } = await startRun();
    await resolved(new SubjectSet("customers", { subjects }).urn);
    expect(registered[0]?.inputs).toMatchObject({ subjects: { value: expect.stringContaining('"a"') } });
    expect(registered[0]?.inputs.__hasSecretKeys).toBe(keys ? true : undefined);
  });

  it("name no key that is declared twice where keys are secret", async () => {
    await startRun();
    const message = await lateFailureOf(
      () => new SubjectSet("customers", { subjects: [{ key: secret("hunter2") }, { key: "hunter2" }] }),
    );
    expect(message).toContain("declares the key [secret], which");
    expect(message).not.toContain("hunter2");
  });

  it("make the string secret, so that the state holds it encrypted", async () => {
    await startRun();
    const subjects = [{ key: "a", metadata: { token: secret("hunter2") } }];
    const set = new SubjectSet("customers", { subjects });
    await resolved(set.urn);
    expect(await Reflect.get(set.subjects, "isSecret")).toBe(true);
  });
});

describe("arguments by which the class speaks to the provider", () => {
  it.each(["__setName", "__hasSecrets", "__hasSecretKeys", "__elsewhere"])("%s are refused, not lost", async (name) => {
    await startRun();
    expect(() => Reflect.construct(SubjectSet, ["customers", { subjects: [], [name]: true }])).toThrow(
      `SubjectSet "customers": ${name} is not an input`,
    );
  });
});

describe("a key that is declared twice", () => {
  it("within a set is an error of the program that names its place", async () => {
    await startRun();
    expect(() => new SubjectSet("customers", { subjects: [{ key: "a" }, { key: "b" }, { key: "a" }] })).toThrow(
      /^SubjectSet "customers" \(subjects\[2\]\) declares the key "a", which SubjectSet "customers" declares too/,
    );
  });

  it("with another set names both", async () => {
    await startRun();
    const first = new SubjectSet("first", { subjects: [{ key: "a" }] });
    expect(() => new SubjectSet("second", { subjects: [{ key: "b" }, { key: "a" }] })).toThrow(
      'SubjectSet "second" declares the key "a", which SubjectSet "first" declares too',
    );
    await resolved(first.urn);
  });

  it("with a Subject names both, whichever comes first", async () => {
    await startRun();
    const subject = new Subject("acme", { key: "a" });
    expect(() => new SubjectSet("customers", { subjects: [{ key: "a" }] })).toThrow(
      'SubjectSet "customers" declares the key "a", which Subject "acme" declares too',
    );
    await startRun();
    const set = new SubjectSet("customers", { subjects: [{ key: "a" }] });
    expect(() => new Subject("acme", { key: "a" })).toThrow(
      'Subject "acme" declares the key "a", which SubjectSet "customers" declares too',
    );
    await Promise.all([resolved(subject.urn), resolved(set.urn)]);
  });

  it("is found when the keys are outputs", async () => {
    const { registered } = await startRun();
    const message = await lateFailureOf(
      () => new SubjectSet("customers", { subjects: [{ key: output("a") }, { key: "a" }] }),
    );
    expect(message).toContain('declares the key "a", which SubjectSet "customers" declares too');
    expect(registered).toEqual([]);
  });
});

describe("subjects that cannot be sent", () => {
  /** Plain JavaScript callers can pass what the types forbid. */
  const construct = (args: unknown) => () => Reflect.construct(SubjectSet, ["customers", args]);

  it.each([
    ["no key", [{ key: "a" }, { displayName: "B" }], /subjects\[1\]\.key must be a string/],
    ["a key that is no string", [{ key: 5 }], /subjects\[0\]\.key must be a string/],
    ["nothing", [undefined], /subjects\[0\]\.key must be a string/],
    ["a text", ["a"], /subjects\[0\]/],
  ])("because of %s are named with their index", async (_what, subjects, says) => {
    const { registered } = await startRun();
    expect(construct({ subjects })).toThrow(RunError);
    await startRun();
    expect(construct({ subjects })).toThrow(says);
    expect(registered).toEqual([]);
  });

  it.each([[undefined], [null], ["[]"], [{ a: {} }]])(
    "because they are no array but %j are refused",
    async (subjects) => {
      await startRun();
      expect(construct({ subjects })).toThrow(/^SubjectSet "customers": subjects must be an array of subjects/);
    },
  );

  it("because JSON would lose them are refused, all in one message with their paths", async () => {
    await startRun();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const subjects = [
      { key: "a", metadata: { when: new Date(0) } },
      { key: "b", metadata: { f: () => 0, n: Number.NaN, cycle } },
      { key: "c", displayName: 1n },
    ];
    expect(construct({ subjects, onExisting: new Date(0) })).toThrow(RunError);
    expect(construct({ subjects })).toThrow(
      /subjects\[0\]\.metadata\.when is a Date.*; subjects\[1\]\.metadata\.f is a function.*; subjects\[1\]\.metadata\.n is NaN.*; subjects\[1\]\.metadata\.cycle\.self refers back.*; subjects\[2\]\.displayName is a bigint/,
    );
  });

  it("are refused as soon as they are known, and nothing is registered", async () => {
    const { registered } = await startRun();
    const late = output("x").apply((): Record<string, number> => ({ n: Number.NaN }));
    const message = await lateFailureOf(
      () => new SubjectSet("customers", { subjects: [{ key: "a", metadata: late }] }),
    );
    expect(message).toContain('SubjectSet "customers": subjects[0].metadata.n is NaN, which JSON cannot carry');
    expect(registered).toEqual([]);
  });
});
