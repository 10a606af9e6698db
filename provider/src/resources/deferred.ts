import { isSecret, Output, output, RunError } from "@pulumi/pulumi";
import { isPlainObject, jsonProblems, mapValues, type PathSegment, type Problem, problemText, travels } from "../json";

/** By such names the classes hand things to the provider; an argument of that name would be lost without a word. */
function isReserved(property: string): boolean {
  return property.startsWith("__");
}

const reserved = "is not an input; names that begin with __ are this package's own";

/** More problems than these are counted and not named. */
const maxNamed = 20;

/** Whether a value is still to come: an output of a resource or a promise. */
function isDeferred(value: unknown): value is Output<unknown> | Promise<unknown> {
  return Output.isInstance(value) || value instanceof Promise;
}

/**
 * Refuses what Pulumi would lose on the way to the provider without a word: functions vanish, a Date becomes `{}`, a cycle
 * never ends, NaN breaks the state. What is known is judged now, all of it at once; outputs and promises when they come.
 *
 * @param resource what the arguments belong to, for messages: `Subject "acme"`
 * @returns the same arguments, with deferred values that judge themselves
 * @throws {RunError} naming every problem with its property path
 */
export function refuseLossy(args: Readonly<Record<string, unknown>>, resource: string): Record<string, unknown> {
  const problems = Object.entries(args).flatMap(([property, value]) =>
    isReserved(property)
      ? [{ path: [property], reason: reserved }]
      : jsonProblems(value, [property], travels, isDeferred),
  );
  refuse(problems, resource);

  const guard = (value: unknown, path: readonly PathSegment[]): unknown => {
    if (Output.isInstance(value)) return value.apply((resolved) => judged(resolved, path));
    if (value instanceof Promise) return value.then((resolved) => judged(resolved, path));
    if (Array.isArray(value)) return value.map((item, index) => guard(item, [...path, index]));
    return isPlainObject(value) ? mapValues(value, (member, key) => guard(member, [...path, key])) : value;
  };
  const judged = (resolved: unknown, path: readonly PathSegment[]): unknown => {
    refuse(jsonProblems(resolved, path, travels, isDeferred), resource);
    return guard(resolved, path);
  };
  return mapValues(args, (value, property) => guard(value, [property]));
}

/**
 * The names of the arguments that hold a secret anywhere, so that the provider, which sees bare values, keeps them out of
 * its messages. `undefined` when nothing is still to come, which is nearly always.
 */
export function secretArguments(args: Readonly<Record<string, unknown>>): Output<string[] | undefined> | undefined {
  const candidates = Object.entries(args).filter(([, value]) => holdsDeferred(value));
  if (candidates.length === 0) return undefined;
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
  if (!Array.isArray(members)) return Output.isInstance(members) && isSecret(members);
  const secret = await Promise.all(members.map((member) => hasSecretKey(member)));
  return secret.includes(true);
}

async function hasSecretKey(promised: unknown): Promise<boolean> {
  const member = await promised;
  if (Output.isInstance(member)) return isSecret(member);
  return isPlainObject(member) && isDeferred(member.key) && isSecret(output(member.key));
}

/** Whether anything in a value is still to come. */
export function holdsDeferred(value: unknown): boolean {
  if (isDeferred(value)) return true;
  if (Array.isArray(value)) return value.some(holdsDeferred);
  return isPlainObject(value) && Object.values(value).some(holdsDeferred);
}

function refuse(problems: readonly Problem[], resource: string): void {
  if (problems.length === 0) return;
  const lines = problems.slice(0, maxNamed).map(problemText);
  const more = problems.length > maxNamed ? `; and ${problems.length - maxNamed} more` : "";
  throw new RunError(`${resource}: ${lines.join("; ")}${more}`);
}
