import { CustomResource, type Input, output, Resource, RunError, secret } from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type JsonValue, Subject } from "../../../provider/src/index";
import { subjectProvider, subjectType } from "../../../provider/src/resources/provider-string";
import { lateFailureOf, resolved, startRun } from "./mocked-run";

describe("a Subject", () => {
  it("is registered with its type, its arguments and the constant provider", async () => {
    const { registered } = await startRun();
    const subject = new Subject("acme", {
      key: "customer-42",
      displayName: "Acme",
      metadata: { plan: "pro", seats: 3, regions: ["eu"], none: { deep: null } },
      stripeCustomerId: "cus_1",
      onExisting: "fail",
    });
    await resolved(subject.urn);
    expect(registered).toEqual([
      {
        type: subjectType,
        name: "acme",
        id: undefined,
        inputs: {
          key: "customer-42",
          displayName: "Acme",
          metadata: { plan: "pro", seats: 3, regions: ["eu"], none: { deep: null } },
          stripeCustomerId: "cus_1",
          onExisting: "fail",
          __provider: subjectProvider,
        },
      },
    ]);
  });

  describe("and the stack traces that Pulumi takes of each property", () => {
    const limit = Error.stackTraceLimit;
    /** How many lines a trace has that is taken while the resource is made. */
    const linesMeanwhile = (): number => {
      let lines = 0;
      // Pulumi calls it before it looks at the properties.
      const transformation = (): undefined => {
        lines = new Error("meanwhile").stack?.split("\n").length ?? 0;
      };
      new Subject("acme", { key: "k" }, { transformations: [transformation] });
      return lines;
    };
    afterEach(() => vi.unstubAllEnvs());

    it("takes none, and leaves the limit as it was", async () => {
      await startRun();
      expect(linesMeanwhile()).toBe(1);
      expect(Error.stackTraceLimit).toBe(limit);
    });

    it("has them where somebody looks for promises that never resolve", async () => {
      vi.stubEnv("PULUMI_DEBUG_PROMISE_LEAKS", "true");
      await startRun();
      expect(linesMeanwhile()).toBeGreaterThan(2);
      expect(Error.stackTraceLimit).toBe(limit);
    });

    it("fails with a trace that names the program's line", async () => {
      await startRun();
      let failure: unknown;
      try {
        new Subject("", { key: "k" });
      } catch (error) {
        failure = error;
      }
      expect(failure).toBeInstanceOf(Error);
      expect(Reflect.get(Object(failure), "stack")).toMatch(/subject\.test\.ts/);
      expect(Error.stackTraceLimit).toBe(limit);
    });

    it("fails with the trace that an error has already", async () => {
      await startRun();
      const made = new Error("made before");
      const { stack } = made;
      const transformation = (): undefined => {
        throw made;
      };
      expect(() => new Subject("acme", { key: "k" }, { transformations: [transformation] })).toThrow(made);
      expect(made.stack).toBe(stack);
    });
  });

  it("may have metadata with the names of an object's own methods", async () => {
    const { registered } = await startRun();
    const metadata = { toString: "text", valueOf: 1, constructor: "c", hasOwnProperty: true };
    await resolved(new Subject("acme", { key: "k", metadata }).urn);
    expect(registered[0]?.inputs.metadata).toEqual(metadata);
  });

  it("with a key alone declares nothing else", async () => {
    const { registered } = await startRun();
    await resolved(new Subject("acme", { key: "k", displayName: undefined }).urn);
    expect(registered[0]?.inputs).toEqual({ key: "k", __provider: subjectProvider });
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
    await resolved(subject.urn);
    expect(registered[0]?.inputs).toMatchObject({ key: "k", displayName: "A", metadata: { plan: "pro", list: [1] } });
    expect(registered[0]?.inputs).not.toHaveProperty("__secretFields");
  });

  it("tells the provider which arguments are secret, so that it keeps them out of its messages", async () => {
    const { registered } = await startRun();
    await resolved(new Subject("acme", { key: "k", metadata: { token: secret("hunter2") } }).urn);
    expect(registered[0]?.inputs.__secretFields).toEqual(["metadata"]);
  });

  it("is found by isInstance, other resources are not", async () => {
    await startRun();
    const subject = new Subject("acme", { key: "k" });
    expect(Subject.isInstance(subject)).toBe(true);
    expect(subject).toBeInstanceOf(CustomResource);
    const other = new (class extends CustomResource {})("other:index:Thing", "other", {});
    for (const value of [other, {}, undefined, null, "acme", { __pulumiType: subjectType }]) {
      expect(Subject.isInstance(value)).toBe(false);
    }
    expect(Resource.isInstance(other)).toBe(true);
    await Promise.all([resolved(subject.urn), resolved(other.urn)]);
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
      /^Subject "acme": metadata\.when is a Date.*; metadata\.f is a function.*; displayName is a bigint/,
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

  it("do not use up the key", async () => {
    await startRun();
    expect(() => new Subject("first", { key: "k", metadata: { n: Number.NaN } })).toThrow(RunError);
    await resolved(new Subject("second", { key: "k" }).urn);
  });
});

describe("arguments by which the class speaks to the provider", () => {
  it.each(["__secretFields", "__provider"])("%s are refused, not lost", async (name) => {
    const { registered } = await startRun();
    expect(() => Reflect.construct(Subject, ["acme", { key: "k", [name]: ["key"] }])).toThrow(
      `Subject "acme": ${name} is not an input; names that begin with __ are this package's own`,
    );
    expect(registered).toEqual([]);
  });
});

describe("a key that two resources declare", () => {
  it("is an error of the program that names both", async () => {
    await startRun();
    const first = new Subject("first", { key: "k" });
    expect(() => new Subject("second", { key: "k" })).toThrow(
      /^Subject "second" declares the key "k", which Subject "first" declares too/,
    );
    await resolved(first.urn);
  });

  it.each<[string, () => Input<string>]>([
    ["an output", () => output("k")],
    ["a promise", () => Promise.resolve("k")],
  ])("is one too where the second is %s", async (_what, later) => {
    const { registered } = await startRun();
    const first = new Subject("first", { key: "k" });
    const message = await lateFailureOf(() => new Subject("second", { key: later() }));
    expect(message).toContain('Subject "second" declares the key "k", which Subject "first" declares too');
    await resolved(first.urn);
    expect(registered.map(({ name }) => name)).toEqual(["first"]);
  });

  it("is told so that it cannot repaint the terminal", async () => {
    await startRun();
    const first = new Subject("first", { key: "\u001b[2J\u009b\u202e" });
    expect(() => new Subject("\u009bsecond", { key: "\u001b[2J\u009b\u202e" })).toThrow(
      'Subject "\\u009bsecond" declares the key "\\u001b[2J\\u009b\\u202e"',
    );
    await resolved(first.urn);
  });

  it("is left to the provider where it is secret, which refuses it without telling it", async () => {
    const { registered } = await startRun();
    const subjects = [new Subject("first", { key: secret("k") }), new Subject("second", { key: secret("k") })];
    await Promise.all(subjects.map((subject) => resolved(subject.urn)));
    expect(registered.map(({ inputs }) => inputs.__secretFields)).toEqual([["key"], ["key"]]);
  });

  it("is none in two runs of one process", async () => {
    for (const _run of [1, 2]) {
      const { registered } = await startRun();
      await resolved(new Subject("acme", { key: "k" }).urn);
      expect(registered).toHaveLength(1);
    }
  });

  it("is none between a look-up and a resource", async () => {
    const { registered } = await startRun();
    const subjects = [new Subject("acme", { key: "k" }), Subject.get("same", "k"), Subject.get("again", "k")];
    await Promise.all(subjects.map((subject) => resolved(subject.urn)));
    expect(registered).toHaveLength(3);
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
    expect(registered).toEqual([{ type: subjectType, name: "acme", id: "k", inputs: { __provider: subjectProvider } }]);
  });

  it("is what an id among the options means too: arguments beside it declare nothing", async () => {
    const { registered } = await startRun();
    const subjects = [
      new Subject("acme", { key: "k" }),
      new Subject("same", { key: "k", metadata: { a: 1 } }, { id: "k" }),
    ];
    await Promise.all(subjects.map((subject) => resolved(subject.urn)));
    expect(registered.find(({ name }) => name === "same")?.inputs).toEqual({ __provider: subjectProvider });
  });

  it("takes the options of resources", async () => {
    const { registered } = await startRun();
    const parent = new Subject("parent", { key: "p" });
    const found = Subject.get("acme", "k", { parent });
    expect(await resolved(found.urn)).toContain("openmeter:Subject$");
    expect(registered.map(({ name }) => name).sort()).toEqual(["acme", "parent"]);
  });
});
