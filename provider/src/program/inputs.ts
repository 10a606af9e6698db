import { isSecret, Output, output } from "@pulumi/pulumi";
import { marksProperty } from "../contract";
import type { PathSegment, Problem } from "../json";
import { isPlainObject, jsonProblems, mapInside, mapValues, problemText, travels, valuesIn } from "../json";
import { runError, untraced } from "./stack-traces";

/** By these names the classes speak to the host and the provider; an argument of that name would be lost without a word. */
const reservedNames: readonly string[] = [marksProperty, "__provider"];

/** More problems than these are counted and not named. */
const maxNamed = 100;

/** Arguments of a resource by name. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Whether a value is still to come: an output of a resource or a promise. */
export function isDeferred(value: unknown): value is Output<unknown> | Promise<unknown> {
  return Output.isInstance(value) || value instanceof Promise;
}

/** Whether anything in a value is still to come. */
export function holdsDeferred(value: unknown): boolean {
  return isDeferred(value) || valuesIn(value).some(holdsDeferred);
}

/** What becomes of a value when it comes. One that is here stays as it is. */
export function whenKnown(value: unknown, judged: (known: unknown) => unknown): unknown {
  if (Output.isInstance(value)) {
    return value.apply(judged);
  }
  return value instanceof Promise ? value.then(judged) : value;
}

/** What Pulumi would lose on the way to the provider: functions vanish, a Date becomes `{}`, a cycle never ends. */
export function lossyProblems(value: unknown, path: readonly PathSegment[]): Problem[] {
  return jsonProblems(value, path, travels, isDeferred);
}

/** What is wrong with arguments, as far as they are known. */
export function argumentProblems(args: Arguments): Problem[] {
  return Object.entries(args).flatMap(([name, value]) =>
    reservedNames.includes(name)
      ? [{ path: [name], reason: "is not an input: this package reserves the name" }]
      : lossyProblems(value, [name]),
  );
}

/** Arguments of which all that is still to come is refused, when it comes, if it would be lost on the way. */
export function guarded(args: Arguments, resource: string): Record<string, unknown> {
  const guard = (value: unknown, path: readonly PathSegment[]): unknown =>
    isDeferred(value)
      ? whenKnown(value, (resolved) => judged(resolved, path))
      : mapInside(value, (inner, segment) => guard(inner, [...path, segment]));
  const judged = (resolved: unknown, path: readonly PathSegment[]): unknown => {
    refuseLate(lossyProblems(resolved, path), resource);
    return guard(resolved, path);
  };
  return mapValues(args, (value, property) => guard(value, [property]));
}

/**
 * Refuses what has problems.
 *
 * @param resource what the problems are of, for the message: `Subject "acme"`
 * @throws {RunError} that names all problems with their property paths
 */
export function refuse(problems: readonly Problem[], resource: string): void {
  refuseLines(problems.map(problemText), resource);
}

/** Refuses what has problems, each of which is in words already, as {@link refuse} does. */
export function refuseLines(problems: readonly string[], resource: string): void {
  if (problems.length === 0) {
    return;
  }
  const lines = problems.slice(0, maxNamed);
  if (problems.length > maxNamed) {
    lines.push(`and ${problems.length - maxNamed} more`);
  }
  throw runError(
    lines.length === 1
      ? `${resource}: ${lines[0]}`
      : `${resource}: ${problems.length} problems${lines.map((line) => `\n  ${line}`).join("")}`,
  );
}

/** Refuses, in an `apply`, what has problems, as {@link refuse} does. */
export function refuseLate(problems: readonly Problem[], resource: string): void {
  late(() => refuse(problems, resource));
}

/** Does in an `apply` what may refuse something. */
export function late(judge: () => void): void {
  try {
    judge();
  } catch (error) {
    throw untraced(error);
  }
}

/**
 * The names of the arguments that hold a secret anywhere, so that the provider, which sees bare values, keeps them out of
 * its messages. `undefined` when nothing is still to come, which is nearly always.
 */
export function secretArguments(args: Arguments): Output<string[] | undefined> | undefined {
  const candidates = Object.entries(args).filter(([, value]) => holdsDeferred(value));
  if (candidates.length === 0) {
    return undefined;
  }
  const judged = candidates.map(async ([name, value]) => ((await isSecret(output(value))) ? [name] : []));
  return output(Promise.all(judged).then((names) => (names.flat().length > 0 ? names.flat() : undefined)));
}

/**
 * Whether any key of a set's subjects is secret: by itself, or because its subject or the whole list is, where it can't be
 * told apart from the values beside it.
 */
export async function holdsSecretKey(subjects: unknown): Promise<boolean> {
  // An Output is no promise: to wait for it leaves it as it is.
  const members: unknown = await subjects;
  if (!Array.isArray(members)) {
    return Output.isInstance(members) && isSecret(members);
  }
  const secret = await Promise.all(members.map(hasSecretKey));
  return secret.includes(true);
}

async function hasSecretKey(promised: unknown): Promise<boolean> {
  const member = await promised;
  if (Output.isInstance(member)) {
    return isSecret(member);
  }
  return isPlainObject(member) && isDeferred(member.key) && isSecret(output(member.key));
}
