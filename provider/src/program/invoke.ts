/** Look-ups in the two forms of Pulumi's functions ("invokes"), with their options and their rules about what is not known yet. */
import { all, type InvokeOptions, type InvokeOutputOptions, isSecret, type Output, runtime } from "@pulumi/pulumi";
import { functionTokens, resourceTypes } from "../contract";
import type { Rule } from "../core/kind";
import { isPlainObject, type Problem, problemsAt, typeInWords } from "../json";
import { notAmong } from "../printable";
import { type Account, accountOf } from "./account";
import { whenKnownWith } from "./dependencies";
import { holdsDeferred, refuse } from "./inputs";
import { accessOf, type ProviderAccess } from "./provider-access";
import { runError, untraced } from "./stack-traces";

/** A function that looks something up. */
export interface Lookup<Args, Result> {
  readonly name: keyof typeof functionTokens;
  /** Arguments as one writes them, for messages. */
  readonly example: string;
  /** What each argument may be. */
  readonly rules: Readonly<Record<string, Rule>>;
  /** What is wrong with several of them together, each of which is fine by itself. */
  check?(args: Args): readonly Problem[];
  /** @param isSecret whether the arguments are, so that messages show nothing of them */
  read(args: Args, account: Account, isSecret: boolean): Promise<Result>;
  /** The result, of what a program's mocks return for a call of this function. */
  mocked(returned: unknown): Result;
}

/** Carries out a look-up whose arguments are known. */
export function inPromiseForm<Args extends object, Result>(
  lookup: Lookup<Args, Result>,
  args: Args,
  options: InvokeOptions = {},
): Promise<Result> {
  const result = lookUp(lookup, args, options);
  // Awaited later than it fails, it would be an "unhandled rejection" in between, which fails the run even if it is caught.
  result.catch(() => {});
  return result;
}

async function lookUp<Args extends object, Result>(
  lookup: Lookup<Args, Result>,
  args: Args,
  options: InvokeOptions,
): Promise<Result> {
  const done = runtime.rpcKeepAlive();
  try {
    const access = providerIn(lookup.name, options);
    if (holdsDeferred(args)) {
      throw runError(
        `${lookup.name}: an argument is an output or a promise, whose value is not known yet. Use ${lookup.name}Output, which waits for it`,
      );
    }
    refuseArguments(lookup, args);
    return hasMocks()
      ? lookup.mocked(await runtime.invoke(functionTokens[lookup.name], args, options))
      : await lookup.read(args, accountOf(access), false);
  } catch (error) {
    throw untraced(error);
  } finally {
    done();
  }
}

/** Carries out a look-up when its arguments are known and the resources exist that they come from. */
export function inOutputForm<Args extends object, Result>(
  lookup: Lookup<Args, Result>,
  args: object,
  options: InvokeOutputOptions = {},
): Output<Result> {
  const access = providerIn(lookup.name, options);
  if (hasMocks()) {
    return runtime.invokeOutput(functionTokens[lookup.name], args, options).apply(lookup.mocked);
  }
  const account = accountOf(access);
  const known = whenKnownWith(args, options.dependsOn);
  const asked = access === undefined ? known : all([known, access.configured]).apply(([value]) => value);
  const secret = isSecret(asked);
  // Only now: arguments that contain themselves have thrown above.
  const done = runtime.rpcKeepAlive();
  const result = asked.apply(async (known) => {
    try {
      refuseArguments(lookup, known);
      return await lookup.read(known, account, await secret);
    } catch (error) {
      throw untraced(error);
    }
  });
  isSecret(result).then(done, done);
  handleRejection(result);
  return result;
}

/**
 * Keeps an output that fails before it is used from being an "unhandled rejection", about which Node.js warns once it is used.
 * Who uses it learns of the failure all the same. Leans on the internal field `isKnown` of Pulumi's outputs, the one of their
 * promises that nothing else reaches. If it is named otherwise one day, the warning comes back, and a test notices.
 */
function handleRejection(result: Output<unknown>): void {
  const isKnown: unknown = Reflect.get(result, "isKnown");
  Promise.resolve(isKnown).catch(() => {});
}

/** Unit tests with `setMocks` have a monitor of resources, but no engine. Their mocks answer, as for any function. */
function hasMocks(): boolean {
  return runtime.getMonitor() !== undefined && runtime.getEngine() === undefined;
}

/** The provider whose account is asked; `undefined` for that of the stack's configuration. */
function providerIn(name: string, { provider, parent }: InvokeOptions): ProviderAccess | undefined {
  const one = provider ?? parent?.getProvider(resourceTypes.subject);
  const access = accessOf(one);
  if (one === undefined || access !== undefined) {
    return access;
  }
  const where = provider === undefined ? "that the option parent passes down" : "in the option provider";
  throw runError(`${name}: the provider ${where} is not a Provider of this package. Give one, or leave the option out`);
}

function refuseArguments<Args>(lookup: Lookup<Args, unknown>, args: unknown): asserts args is Args {
  const { name, example, rules, check } = lookup;
  if (!isPlainObject(args)) {
    throw runError(`${name}: the argument is ${typeInWords(args)}; it must be an object such as ${example}`);
  }
  refuse(problemsOf(args, rules), name);
  // Each is what its rule says.
  refuse(check?.(args as Args) ?? [], name);
}

function problemsOf(args: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, Rule>>): Problem[] {
  const known = Object.keys(rules);
  const strangers = Object.keys(args).filter((name) => !known.includes(name));
  const isDeferred = () => false;
  const problems = Object.entries(rules).flatMap(([name, rule]) => problemsAt([name], rule(args[name], isDeferred)));
  const inWords = { one: "an argument", all: "arguments" };
  return [...problems, ...strangers.map((name) => ({ path: [name], reason: notAmong(name, known, inWords) }))];
}
