import { type CustomResourceOptions, isSecret, type ResourceTransformation } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getSubject, getSubjectOutput, Subject } from "../../../provider/src/index";
import { refuseLate } from "../../../provider/src/program/inputs";
import { startRun } from "./mocked-run";

const limit = Error.stackTraceLimit;

function failureOf(program: () => unknown): Error {
  try {
    program();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("the program did not fail");
}

function failDeepDown(): never {
  throw new TypeError("this transformation does not like it");
}

const grumble: ResourceTransformation = () => failDeepDown();

describe("an error while a Subject is made", () => {
  beforeEach(async () => void (await startRun()));

  it("that a transformation throws shows the line of the transformation, of what it called, and of the program", () => {
    const { stack } = failureOf(() => new Subject("acme", { key: "k" }, { transformations: [grumble] }));
    expect(stack).toMatch(
      /does not like it\n +at failDeepDown .*stack-traces\.test\.ts.*at .*grumble .*stack-traces\.test\.ts.*at new Subject /s,
    );
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it("that comes after the transformations shows the program's line", () => {
    const failing = afterTransformations(() => {
      throw new Error("too late");
    });
    const { stack } = failureOf(() => new Subject("acme", { key: "k" }, failing));
    expect(stack).toMatch(/Error: too late\n +at .*stack-traces\.test\.ts/);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it("that was made before keeps its trace", () => {
    const made = new Error("made before");
    const { stack } = made;
    const transformation = (): never => {
      throw made;
    };
    expect(failureOf(() => new Subject("acme", { key: "k" }, { transformations: [transformation] }))).toBe(made);
    expect(made.stack).toBe(stack);
  });
});

describe("the stack traces that Pulumi takes of each property", () => {
  afterEach(() => vi.unstubAllEnvs());

  /** A trace that is taken where Pulumi takes them. */
  function traceMeanwhile(): string | undefined {
    let stack: string | undefined;
    const looking = afterTransformations(() => {
      stack ??= new Error("meanwhile").stack;
    });
    new Subject("acme", { key: "k" }, looking);
    expect(Error.stackTraceLimit).toBe(limit);
    return stack;
  }

  it("are not taken", async () => {
    await startRun();
    expect(traceMeanwhile()).toBe("Error: meanwhile");
  });

  it("are taken where somebody looks for promises that never resolve", async () => {
    vi.stubEnv("PULUMI_DEBUG_PROMISE_LEAKS", "true");
    await startRun();
    expect(traceMeanwhile()).toMatch(/\n +at /);
  });
});

describe("the trace of an error in what a program declares", () => {
  it("has the program's line, and none that Node.js takes a minute to colour", () => {
    const { prepareStackTrace } = Error;
    // As Pulumi's runner has them, which maps its own code to the sources.
    Error.prepareStackTrace = (error, [first]) =>
      [
        error,
        first,
        "async Output.apply (/app/node_modules/@pulumi/output.ts:519:25)",
        "f (/app/node_modules/@a/b/c.js)",
      ]
        .map(String)
        .join("\n    at ");
    try {
      const { stack } = failureOf(() => Reflect.construct(Subject, ["acme", { key: Number.NaN }]));
      expect(stack).toMatch(
        /^Error: Subject "acme": key is NaN.*\n +at .*\n +at f \(\/app\/node_modules\/@a\/b\/c\.js\)$/,
      );
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });

  it("is not there where arguments are refused late", () => {
    const { stack } = failureOf(() => refuseLate([{ path: ["key"], reason: "is required" }], 'Subject "acme"'));
    expect(stack).toBe('Subject "acme": key is required');
  });

  it("is not there for a look-up", async () => {
    await startRun();
    Reflect.get(globalThis, "globalStore").settings.options.engineAddr = "127.0.0.1:1";
    const stack = "getSubject: key must not be empty";
    await expect(getSubject({ key: "" })).rejects.toMatchObject({ stack });
    await expect(isSecret(getSubjectOutput({ key: "" }))).rejects.toMatchObject({ stack });
  });
});

/** Options that call a function where Pulumi first looks at the aliases, after it has run the transformations. */
function afterTransformations(call: () => void): CustomResourceOptions {
  const aliases: string[] = [];
  Object.defineProperty(aliases, Symbol.iterator, {
    value: () => {
      call();
      return [].values();
    },
  });
  return { aliases };
}
