import { isSecret, Output, output, RunError, runtime, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import {
  argumentProblems,
  guarded,
  holdsSecretKey,
  refuse,
  secretArguments,
} from "../../../provider/src/program/inputs";
import { lateFailureOf, resolved } from "./mocked-run";

/** Arguments as the classes take them: looked at now, and again when they come. */
function accepted(args: Readonly<Record<string, unknown>>, resource = 'Subject "acme"'): Record<string, unknown> {
  refuse(argumentProblems(args), resource);
  return guarded(args, resource);
}

const signatureKey = "4dabf18193072939515e22adb298388d";

/** Resolves guarded arguments as a registration does. */
function arrive(args: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  return runtime.serializeProperties("test", accepted(args));
}

describe("arguments", () => {
  it("that JSON carries arrive unchanged", async () => {
    const args = { key: "k", metadata: { a: [1, null, { b: "x" }], "": true, c: 0.5 } };
    expect(await arrive(args)).toEqual(args);
    expect(accepted(args)).toEqual(args);
  });

  it("that are deferred arrive, however deeply they are nested", async () => {
    const args = {
      key: Promise.resolve("k"),
      metadata: output({ a: [Promise.resolve(1), output({ b: output("x") })] }),
      displayName: output(Promise.resolve("A")),
    };
    expect(await arrive(args)).toEqual({ key: "k", metadata: { a: [1, { b: "x" }] }, displayName: "A" });
  });

  it("keep their secrets", async () => {
    const guarded = accepted({ metadata: { a: secret("hunter2") } });
    expect(await isSecret(output(guarded.metadata))).toBe(true);
  });

  it("that would be lost are refused at once, all in one message with their paths", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const args = {
      key: "k",
      displayName: () => "A",
      metadata: { when: new Date(0), list: [Number.NaN, 1n], [signatureKey]: 1, later: output("fine"), loop: cyclic },
    };
    const attempt = () => accepted(args);
    expect(attempt).toThrow(RunError);
    expect(attempt).toThrow(
      /^Subject "acme": 6 problems\n {2}displayName is a function.*\n {2}metadata\.when is a Date.*\n {2}metadata\.list\[0\] is NaN.*\n {2}metadata\.list\[1\] is a bigint.*\n {2}metadata\["4dabf18193072939515e22adb298388d"\] is a name that Pulumi reserves.*\n {2}metadata\.loop\.self refers back/,
    );
  });

  it("are named up to a hundred where many would be lost, and the rest is counted", () => {
    const attempt = (count: number) => () => accepted({ metadata: { list: Array(count).fill(Number.NaN) } });
    expect(attempt(100)).toThrow(/ 100 problems\n.*\n {2}metadata\.list\[99\] is NaN, which JSON cannot carry$/s);
    expect(attempt(102)).toThrow(
      / 102 problems\n.*\n {2}metadata\.list\[99\] is NaN, which JSON cannot carry\n {2}and 2 more$/s,
    );
  });

  it("that only the provider can judge pass", () => {
    const args = { key: "", metadata: { a: null, b: "\0", c: 2 ** 60 }, stripeCustomerId: "x" };
    expect(accepted(args)).toEqual(args);
  });

  it("stay undefined where they are", () => {
    expect(accepted({ key: "k", displayName: undefined })).toEqual({
      key: "k",
      displayName: undefined,
    });
  });

  it.each<[string, () => Readonly<Record<string, unknown>>, RegExp]>([
    [
      "an output",
      () => ({ metadata: output(1).apply(() => ({ when: new Date(0) })) }),
      /Subject "acme": metadata\.when is a Date/,
    ],
    ["a promise", () => ({ metadata: Promise.resolve({ n: Number.NaN }) }), /Subject "acme": metadata\.n is NaN/],
    [
      "an output within metadata",
      () => ({ metadata: { a: [output(1).apply(() => () => 0)] } }),
      /Subject "acme": metadata\.a\[0\] is a function/,
    ],
    [
      "a promise within an output",
      () => ({ metadata: output(1).apply(() => ({ a: [Promise.resolve({ b: 1n })] })) }),
      /Subject "acme": metadata\.a/,
    ],
    [
      "two problems of one output",
      () => ({ metadata: output(1).apply(() => ({ a: Number.NaN, b: new Date(0) })) }),
      /metadata\.a is NaN.*\n {2}metadata\.b is a Date/,
    ],
  ])("that would be lost are refused when they arrive in %s", async (_where, args, message) => {
    const failure = await lateFailureOf(() => {
      void arrive(args());
    });
    expect(failure).toMatch(message);
  });
});

describe("the names of arguments that hold secrets", () => {
  async function names(args: Readonly<Record<string, unknown>>): Promise<string[] | undefined> {
    const found = secretArguments(args);
    return found === undefined ? undefined : resolved(found);
  }

  it.each<[string, () => Readonly<Record<string, unknown>>, string[] | undefined]>([
    ["none without arguments", () => ({}), undefined],
    ["none of plain values", () => ({ key: "k", metadata: { a: [1] } }), undefined],
    ["none of public outputs", () => ({ key: output("k"), metadata: { a: output(1) } }), undefined],
    ["a secret argument", () => ({ key: "k", displayName: secret("A") }), ["displayName"]],
    ["a secret within metadata", () => ({ key: output("k"), metadata: { a: [{ b: secret("x") }] } }), ["metadata"]],
    ["a secret in a promise", () => ({ metadata: Promise.resolve({ a: secret("x") }) }), ["metadata"]],
    [
      "all of them, in their order",
      () => ({ stripeCustomerId: secret("cus_1"), metadata: secret({}), key: "k" }),
      ["stripeCustomerId", "metadata"],
    ],
  ])("are %s", async (_what, args, expected) => {
    expect(await names(args())).toEqual(expected);
  });

  it("are nothing at all, not even an output, where nothing is deferred", () => {
    expect(secretArguments({ key: "k", metadata: { a: 1 } })).toBeUndefined();
    expect(Output.isInstance(secretArguments({ key: output("k") }))).toBe(true);
  });

  it("are no secret themselves", async () => {
    const found = secretArguments({ displayName: secret("A") });
    expect(found === undefined ? undefined : await isSecret(found)).toBe(false);
  });
});

describe("the keys of a set's subjects", () => {
  it.each<[string, () => unknown, boolean]>([
    ["no secret in plain subjects", () => [{ key: "a" }], false],
    ["no secret in a public output", () => [{ key: output("a") }], false],
    ["no secret in another field", () => [{ key: "a", displayName: secret("A") }], false],
    ["no secret in what is no subject", () => [null, "a"], false],
    ["no secret in a promise of a public output", () => Promise.resolve(output([{ key: "a" }])), false],
    ["no secret in what is no list", () => ({ key: secret("a") }), false],
    ["a secret", () => [{ key: "a" }, { key: secret("b") }], true],
    ["a secret in a promise of a subject", () => [Promise.resolve({ key: secret("a") })], true],
    ["a secret in a secret subject", () => [secret({ key: "a" })], true],
    ["a secret in a secret list", () => secret([{ key: "a" }]), true],
    ["a secret in a promise of a secret list", () => Promise.resolve(secret([{ key: "a" }])), true],
  ])("hold %s", async (_what, subjects, expected) => {
    expect(await holdsSecretKey(subjects())).toBe(expected);
  });
});
