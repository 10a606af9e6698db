import { ComponentResource, CustomResource, output, Resource, RunError, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { marksProperty, providerLines, resourceTypes } from "../../../provider/src/contract";
import { type JsonValue, Subject } from "../../../provider/src/index";
import { lateFailureOf, registration, resolved, startRun } from "./mocked-run";

const urnOf = (name: string, types = resourceTypes.subject as string) => `urn:pulumi:stack::project::${types}::${name}`;

describe("a Subject", () => {
  it("is registered with its type, its arguments, the constant provider and its marks", async () => {
    const { registered } = await startRun();
    const subject = new Subject("acme", {
      key: "customer-42",
      displayName: "Acme",
      metadata: { plan: "pro", seats: 3, regions: ["eu"], none: { deep: null } },
      stripeCustomerId: "cus_1",
      onExisting: "fail",
      undeclaredMetadata: "keep",
    });
    await registration(subject);
    expect(registered).toEqual([
      {
        type: resourceTypes.subject,
        name: "acme",
        id: undefined,
        inputs: {
          key: "customer-42",
          displayName: "Acme",
          metadata: { plan: "pro", seats: 3, regions: ["eu"], none: { deep: null } },
          stripeCustomerId: "cus_1",
          onExisting: "fail",
          undeclaredMetadata: "keep",
          [marksProperty]: { urn: urnOf("acme") },
          __provider: providerLines.subject,
        },
      },
    ]);
  });

  it("may have metadata with the names of an object's own methods", async () => {
    const { registered } = await startRun();
    const metadata = { toString: "text", valueOf: 1, constructor: "c", hasOwnProperty: true };
    await registration(new Subject("acme", { key: "k", metadata }));
    expect(registered[0]?.inputs.metadata).toEqual(metadata);
  });

  it("with a key alone declares nothing else", async () => {
    const { registered } = await startRun();
    await registration(new Subject("acme", { key: "k", displayName: undefined }));
    expect(registered[0]?.inputs).toEqual({
      key: "k",
      [marksProperty]: { urn: urnOf("acme") },
      __provider: providerLines.subject,
    });
  });

  it("has what the server says as outputs", async () => {
    await startRun({ displayName: "Stored", subjectId: "01J" });
    const subject = new Subject("acme", { key: "k", displayName: "Declared", metadata: { a: [1, { b: null }] } });
    expect(await resolved(subject.id)).toBe("k");
    expect(await resolved(subject.key)).toBe("k");
    expect(await resolved(subject.displayName)).toBe("Stored");
    expect(await resolved(subject.metadata)).toEqual({ a: [1, { b: null }] });
    expect(await resolved(subject.stripeCustomerId)).toBeUndefined();
    expect(await resolved(subject.subjectId)).toBe("01J");
  });

  it("takes outputs and promises anywhere", async () => {
    const { registered } = await startRun();
    const subject = new Subject("acme", {
      key: output("k"),
      displayName: Promise.resolve("A"),
      metadata: { plan: output("pro"), list: [Promise.resolve(1)] },
    });
    await registration(subject);
    expect(registered[0]?.inputs).toMatchObject({ key: "k", displayName: "A", metadata: { plan: "pro", list: [1] } });
    expect(registered[0]?.inputs[marksProperty]).toEqual({ urn: urnOf("acme") });
  });

  it("tells the provider which arguments are secret, so that it keeps them out of its messages", async () => {
    const { registered } = await startRun();
    await registration(new Subject("acme", { key: "k", metadata: { token: secret("hunter2") } }));
    expect(registered[0]?.inputs[marksProperty]).toEqual({ urn: urnOf("acme"), secrets: ["metadata"] });
  });

  it("tells the provider its URN below its parent, and does not wait for the parent's other children", async () => {
    const { registered, options } = await startRun();
    const parent = new ComponentResource("app:index:Tenant", "tenant");
    const first = new Subject("first", { key: "a" }, { parent });
    const second = new Subject("second", { key: "b", metadata: { first: first.subjectId } }, { parent });
    await registration(first, second);
    expect(registered.map(({ inputs }) => inputs[marksProperty])).toEqual([
      undefined,
      ...["first", "second"].map((name) => ({ urn: urnOf(name, `app:index:Tenant$${resourceTypes.subject}`) })),
    ]);
    expect(await resolved(second.urn)).toBe(urnOf("second", `app:index:Tenant$${resourceTypes.subject}`));
    expect(options.get(resourceTypes.subject)?.dependencies).toEqual([await resolved(first.urn)]);
  });

  it("fails where its parent fails, and keeps the program from nothing", async () => {
    const { registered } = await startRun();
    const late = output("x").apply((): string => {
      throw new RunError("the parent cannot be made");
    });
    let child: Subject | undefined;
    const failure = await lateFailureOf(() => {
      const parent = new Subject("parent", { key: late });
      child = new Subject("child", { key: "k" }, { parent });
      child.urn.apply(() => {});
    });
    expect(new Set(failure.split("\n"))).toEqual(
      new Set(['Error: error serializing property "key": the parent cannot be made']),
    );
    // It would wait for a registration that never ends.
    await registration();
    expect(registered).toEqual([]);
  });

  it("is found by isInstance, other resources are not", async () => {
    await startRun();
    const subject = new Subject("acme", { key: "k" });
    expect(Subject.isInstance(subject)).toBe(true);
    expect(subject).toBeInstanceOf(CustomResource);
    const other = new (class extends CustomResource {})("other:index:Thing", "other", {});
    for (const value of [other, {}, undefined, null, "acme", { __pulumiType: resourceTypes.subject }]) {
      expect(Subject.isInstance(value)).toBe(false);
    }
    expect(Resource.isInstance(other)).toBe(true);
    await registration(subject, other);
  });
});

describe("arguments that would be lost on the way", () => {
  it("are refused by the constructor, all in one message with their paths", async () => {
    const { registered } = await startRun();
    const construct = () =>
      // Plain JavaScript callers can pass what the types forbid.
      Reflect.construct(Subject, ["acme", { key: "k", metadata: { when: new Date(0), f: () => 0 }, displayName: 1n }]);
    expect(construct).toThrow(RunError);
    expect(construct).toThrow(
      /^Subject "acme": 3 problems\n {2}metadata\.when is a Date.*\n {2}metadata\.f is a function.*\n {2}displayName is a bigint/,
    );
    expect(registered).toEqual([]);
  });

  it("are refused as soon as they are known, and nothing is registered", async () => {
    const { registered } = await startRun();
    const late = output("x").apply((): Record<string, JsonValue> => ({ n: Number.NaN }));
    const message = await lateFailureOf(() => new Subject("acme", { key: "k", metadata: late }));
    expect(message).toContain('Subject "acme": metadata.n is NaN, which JSON cannot carry');
    expect(registered).toEqual([]);
  });

  it.each([marksProperty, "__provider"])("because they are named %s are refused", async (name) => {
    const { registered } = await startRun();
    expect(() => Reflect.construct(Subject, ["acme", { key: "k", [name]: ["key"] }])).toThrow(
      `Subject "acme": ${name} is not an input`,
    );
    expect(registered).toEqual([]);
  });
});

describe("Subject.get", () => {
  it("reads by id and declares nothing", async () => {
    const { registered } = await startRun({
      key: "k",
      displayName: "A",
      metadata: { a: 1 },
      stripeCustomerId: "cus_1",
      subjectId: "01J",
    });
    const subject = Subject.get("acme", output("k"));
    expect(await resolved(subject.displayName)).toBe("A");
    expect(await resolved(subject.metadata)).toEqual({ a: 1 });
    expect(await resolved(subject.stripeCustomerId)).toBe("cus_1");
    expect(await resolved(subject.subjectId)).toBe("01J");
    expect(await resolved(subject.id)).toBe("k");
    expect(registered).toEqual([
      { type: resourceTypes.subject, name: "acme", id: "k", inputs: { __provider: providerLines.subject } },
    ]);
  });

  it("is what an id among the options means too: arguments beside it declare nothing", async () => {
    const { registered } = await startRun();
    await registration(new Subject("same", { key: "k", metadata: { a: 1 } }, { id: "k" }));
    expect(registered[0]?.inputs).toEqual({ __provider: providerLines.subject });
  });

  it("takes the options of resources", async () => {
    const { registered } = await startRun();
    const parent = new Subject("parent", { key: "p" });
    const found = Subject.get("acme", "k", { parent });
    expect(await resolved(found.urn)).toContain("openmeter:Subject$");
    expect(registered.map(({ name }) => name).sort()).toEqual(["acme", "parent"]);
  });
});
