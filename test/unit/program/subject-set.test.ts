import { CustomResource, type Input, isSecret, output, RunError, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { marksProperty, providerLines, resourceTypes } from "../../../provider/src/contract";
import { pack } from "../../../provider/src/hosts/set-text";
import { Subject, SubjectSet } from "../../../provider/src/index";
import { lateFailureOf, type MockedRun, registration, resolved, startRun } from "./mocked-run";

const urn = `urn:pulumi:stack::project::${resourceTypes.subjectSet}::customers`;
const inputsOf = ({ registered }: MockedRun, type: string = resourceTypes.subjectSet) =>
  registered.find((resource) => resource.type === type)?.inputs;

describe("a SubjectSet", () => {
  it("is registered with its type, one JSON string of its subjects, the constant provider and its marks", async () => {
    const { registered } = await startRun();
    const set = new SubjectSet("customers", {
      subjects: [
        { key: "customer-42", displayName: "Acme", metadata: { plan: "pro", list: [1, null] } },
        { key: "10", stripeCustomerId: "cus_1", displayName: undefined },
        { key: "__proto__" },
      ],
      onExisting: "fail",
      maxDeletions: "5%",
      undeclaredMetadata: "keep",
    });
    await registration(set);
    expect(registered[0]).toEqual({
      type: resourceTypes.subjectSet,
      name: "customers",
      id: undefined,
      inputs: {
        subjects:
          '{"10":{"stripeCustomerId":"cus_1"},"__proto__":{},"customer-42":{"displayName":"Acme","metadata":{"list":[1,null],"plan":"pro"}}}',
        onExisting: "fail",
        maxDeletions: "5%",
        undeclaredMetadata: "keep",
        [marksProperty]: { urn },
        __provider: providerLines.subjectSet,
      },
    });
  });

  it("may be empty", async () => {
    const run = await startRun();
    await registration(new SubjectSet("customers", { subjects: [] }));
    expect(inputsOf(run)?.subjects).toBe("{}");
  });

  it("has the subjects and their ids as outputs", async () => {
    await startRun({ subjects: '{"a":{"displayName":"Stored"}}', subjectIds: '{"a":"01J"}' });
    const set = new SubjectSet("customers", { subjects: [{ key: "a" }] });
    expect(await resolved(set.subjects)).toBe('{"a":{"displayName":"Stored"}}');
    expect(await resolved(set.subjectIds)).toBe('{"a":"01J"}');
  });

  it("has the same as records by key, also where a failed run has packed them", async () => {
    const subjects = { a: { displayName: "Stored", metadata: { plan: "pro" } }, constructor: {} };
    const subjectIds = { a: "01J", constructor: "01K" };
    for (const written of [JSON.stringify, (value: unknown) => pack(JSON.stringify(value))]) {
      await startRun({ subjects: written(subjects), subjectIds: written(subjectIds) });
      const set = new SubjectSet("customers", { subjects: [{ key: "a" }, { key: "constructor" }] });
      expect(await resolved(set.subjectsByKey)).toEqual(subjects);
      expect(await resolved(set.subjectIdsByKey)).toEqual(subjectIds);
    }
  });

  it("has secret records where its subjects are secret, and none where mocks know no ids", async () => {
    await startRun();
    const set = new SubjectSet("customers", { subjects: [{ key: "a", displayName: secret("A") }] });
    expect(await isSecret(set.subjectsByKey)).toBe(true);
    expect(await resolved(set.subjectIdsByKey)).toEqual({});
  });

  it("is found by isInstance, other resources are not", async () => {
    await startRun();
    const set = new SubjectSet("customers", { subjects: [] });
    const subject = new Subject("acme", { key: "k" });
    expect(SubjectSet.isInstance(set)).toBe(true);
    expect(set).toBeInstanceOf(CustomResource);
    for (const value of [subject, {}, undefined, null, { __pulumiType: resourceTypes.subjectSet }]) {
      expect(SubjectSet.isInstance(value)).toBe(false);
    }
    expect(Subject.isInstance(set)).toBe(false);
    await registration(set, subject);
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
    const run = await startRun();
    await registration(new SubjectSet("customers", { subjects }));
    expect(inputsOf(run)?.subjects).toBe(encoded);
    expect(inputsOf(run)?.[marksProperty]).toEqual({ urn });
  });

  type Subjects = Input<readonly Input<{ key: Input<string>; displayName?: Input<string> }>[]>;
  it.each<[string, Subjects, object]>([
    ["a value", [{ key: "a", displayName: secret("A") }], {}],
    ["a value beside a key that is an output", [{ key: output("a"), displayName: secret("A") }], {}],
    ["a key", [{ key: secret("a") }], { secretKeys: true }],
    ["a promised key", [{ key: Promise.resolve(secret("a")) as unknown as Promise<string> }], { secretKeys: true }],
    ["one subject", [secret({ key: "a" })], { secretKeys: true }],
    ["the list", secret([{ key: "a" }]), { secretKeys: true }],
    ["the list, promised", Promise.resolve([{ key: secret("a") }]), { secretKeys: true }],
  ])("tell the provider whether values, and whether keys, are secret: %s", async (_what, subjects, keys) => {
    const run = await startRun();
    const set = new SubjectSet("customers", { subjects });
    await registration(set);
    expect(inputsOf(run)).toMatchObject({ subjects: { value: expect.stringContaining('"a"') } });
    expect(inputsOf(run)?.[marksProperty]).toEqual({ urn, secrets: ["subjects"], ...keys });
    expect(inputsOf(run, resourceTypes.subjectSetMembers)?.[marksProperty]).toEqual({ urn, ...keys });
    expect(await Reflect.get(set.subjects, "isSecret")).toBe(true);
  });
});

describe("subjects of a set that have problems", () => {
  /** Plain JavaScript callers can pass what the types forbid. */
  const construct = (args: unknown) => () => Reflect.construct(SubjectSet, ["customers", args]);
  const five = [
    { key: "a", stripeCustomerId: "x" },
    { key: "b", displayName: 5 },
    { key: 7 },
    { key: "", metadata: { a: null } },
    { key: "e", nam: 1 },
  ];
  const message = `SubjectSet "customers": 6 problems
  subjects[0].stripeCustomerId must be a Stripe customer ID, which starts with cus_
  subjects[1].displayName is a number; it must be a string: convert it with String(…)
  subjects[2].key is a number; it must be a string: convert it with String(…)
  subjects[3].key must not be empty
  subjects[3].metadata.a is null, which OpenMeter refuses directly in metadata; leave the entry out
  subjects[4].nam is not a field of a set's subject; its fields are key, displayName, metadata, stripeCustomerId`;

  it("are refused by one error that names them all, and nothing is registered", async () => {
    const { registered } = await startRun();
    expect(construct({ subjects: five })).toThrow(RunError);
    expect(construct({ subjects: five })).toThrow(message);
    expect(registered).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ["an output", () => output(five)],
    ["a promise", () => Promise.resolve(five)],
    ["outputs", () => five.map((subject) => output(subject))],
    ["a promise of outputs", () => Promise.resolve(five.map((subject) => output(subject)))],
  ])("are refused by one error as well where they are %s", async (_what, subjects) => {
    const { registered } = await startRun();
    const failure = await lateFailureOf(() => void construct({ subjects: subjects() })());
    expect(failure).toContain(message);
    expect(registered).toEqual([]);
  });

  it.each<[string, (list: unknown[]) => unknown, string]>([
    ["a promise", (list) => Promise.resolve(list), '"k"'],
    ["an output", (list) => output(list), '"k"'],
    ["a secret", (list) => secret(list), "[secret]"],
  ])("are told together with what JSON cannot carry where they are %s", async (_what, late, shown) => {
    await startRun();
    const list = [{ key: "k", displayName: () => "K" }, { key: "k" }];
    const failure = await lateFailureOf(() => void construct({ subjects: late(list) })());
    expect(failure).toContain(`2 problems
  subjects[0].displayName is a function, which JSON cannot carry
  subjects[1].key repeats the key ${shown} of subjects[0]`);
  });

  it("are told together with what is wrong with the set's other arguments", async () => {
    await startRun();
    expect(construct({ subjects: [{ key: "" }], onExisting: new Date(0), __openmeter: {} })).toThrow(
      /3 problems\n {2}onExisting is a Date.*\n {2}__openmeter is not an input.*\n {2}subjects\[0\]\.key must not be empty/,
    );
  });

  it("that only come up later are told without secret keys", async () => {
    await startRun();
    const failure = await lateFailureOf(
      () => new SubjectSet("customers", { subjects: [{ key: secret("hunter2") }, { key: "hunter2" }] }),
    );
    expect(failure).toContain('SubjectSet "customers": subjects[1].key repeats the key [secret] of subjects[0]');
    expect(failure).not.toContain("hunter2");
  });

  it.each([marksProperty, "__provider"])("because an argument is named %s", async (name) => {
    await startRun();
    expect(construct({ subjects: [], [name]: true })).toThrow(`SubjectSet "customers": ${name} is not an input`);
  });
});
