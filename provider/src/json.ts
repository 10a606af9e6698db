/**
 * JSON as both sides of the provider see it: what a value may be, where it goes wrong, and when two values are equal.
 * Nearly free of imports on purpose, since the program side pays for everything that it loads.
 */
import { quoted } from "./printable";

/** A value that JSON can carry and that comes back from OpenMeter unchanged. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** One step of the way to a value: a property name or an array index. */
export type PathSegment = string | number;

/** Something wrong with a value, and where. */
export interface Problem {
  readonly path: readonly PathSegment[];
  readonly reason: string;
}

/** Pulumi marks secrets, assets and resource references by this property name, so no user data may carry it. */
export const pulumiSignatureKey = "4dabf18193072939515e22adb298388d";

/** How Pulumi spells a value that is not known yet, also inside of other values. */
export const pulumiUnknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Deeper nesting is refused: the gRPC messages between program, engine and provider nest three levels for each of JSON's. */
export const maxDepth = 100;

/**
 * Writes a path in Pulumi's notation: `metadata.plan`, `metadata["a b"]`, `metadata.list[0]`.
 */
export function formatPath(path: readonly PathSegment[]): string {
  return path
    .map((segment, index) => {
      // Stryker disable next-line ConditionalExpression,StringLiteral: for the type alone, a number has no quotes
      if (typeof segment === "number") return `[${segment}]`;
      if (!/^[A-Za-z_$][\w$]*$/.test(segment)) return `[${quoted(segment)}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** A problem in words: `metadata.plan is null, …`. */
export function problemText({ path, reason }: Problem): string {
  return `${formatPath(path)} ${reason}`;
}

/** Problems of a part, as those of the whole in which it stands at this path. */
export function problemsAt(place: readonly PathSegment[], problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, reason }) => ({ path: [...place, ...path], reason }));
}

/** Whether a value is a plain object, as JSON.parse or an object literal makes it. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The items of an array, or the values of a plain object; of anything else none. */
export function valuesIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isPlainObject(value) ? Object.values(value) : [];
}

/** The same array or plain object of other values; anything else as it is. */
export function mapInside(value: unknown, change: (value: unknown, segment: PathSegment) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  return isPlainObject(value) ? mapValues(value, change) : value;
}

/** What a rule says of one value, or of one key of an object. */
export interface JsonRule {
  value(value: unknown): string | undefined;
  key(key: string): string | undefined;
}

/** Finds what Pulumi would lose or corrupt, without a word, on the way from the program to the provider. */
export const travels: JsonRule = {
  value(value) {
    if (typeof value === "string") {
      if (lateText.test(value)) return `contains ${lateProblem}`;
      return isWellFormed(value) ? undefined : `contains ${surrogateProblem}`;
    }
    if (typeof value === "number") return Number.isFinite(value) ? undefined : `is ${value}, which JSON cannot carry`;
    if (typeof value === "boolean" || value === null || Array.isArray(value) || isPlainObject(value)) return undefined;
    return typeof value === "object" ? objectProblem(value) : `is a ${typeof value}, which JSON cannot carry`;
  },
  key(key) {
    if (key === "__proto__") return "is a name that JavaScript reserves; choose another";
    if (!isWellFormed(key)) return `has in its name ${surrogateProblem}`;
    if (lateText.test(key)) return `has in its name ${lateProblem}`;
    if (key === pulumiSignatureKey) return "is a name that Pulumi reserves; choose another";
    return undefined;
  },
};

/** Finds also what OpenMeter would refuse or store otherwise. */
export const isStored: JsonRule = {
  value(value) {
    if (typeof value === "string" && value.includes("\0")) return `contains ${nulProblem}`;
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return "is an integer that a JSON number cannot carry exactly; declare it as a string";
    }
    return travels.value(value);
  },
  key: (key) => (key.includes("\0") ? `has in its name ${nulProblem}` : travels.key(key)),
};

/** What JavaScript makes of an output, or a promise, within a text. */
const lateText = /Calling \[to(String|JSON)\] on an \[Output|\[object Promise\]/;

const lateProblem =
  "an output or a promise instead of its value: use pulumi.interpolate`…` for a text with outputs in it, or apply, or await a promise";

/** Why an unpaired surrogate is refused wherever it stands. */
export const surrogateProblem = "an unpaired surrogate (half of a character), which UTF-8 cannot carry";

/** Whether a text can be written as UTF-8 and read back the same. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Why a NUL character is refused wherever it stands. */
export const nulProblem = "a NUL character, which OpenMeter's database cannot store";

/**
 * Every reason why a value breaks a rule, cycles and too deep nesting included.
 *
 * @param value what the user declared
 * @param path where it stands, for the problems' paths
 * @param rule what is asked of each value in it
 * @param isDeferred recognizes values that can't be judged yet (outputs, promises, unknowns) and are let through
 */
export function jsonProblems(
  value: unknown,
  path: readonly PathSegment[],
  rule: JsonRule,
  isDeferred: (value: unknown) => boolean,
): Problem[] {
  const problems: Problem[] = [];
  const ancestors = new Set<object>();
  // Objects that several others share are walked once for each depth at which they stand deeper than before: a net of them
  // has more ways through it than time to walk them, and what fits at one place may be too deep at another.
  const faultlessAt = new Map<object, number>();

  const visit = (current: unknown, at: readonly PathSegment[]): void => {
    if (isDeferred(current) || current === undefined) return;
    const reason = rule.value(current);
    if (reason !== undefined) problems.push({ path: at, reason });
    if (typeof current !== "object" || current === null || reason !== undefined) return;
    if (ancestors.size <= (faultlessAt.get(current) ?? -1)) return;
    if (ancestors.has(current)) {
      problems.push({ path: at, reason: "refers back to an object that contains it, which JSON cannot carry" });
    } else if (ancestors.size >= maxDepth) {
      problems.push({ path: at, reason: `is nested more than ${maxDepth} levels deep` });
    } else {
      const problemsBefore = problems.length;
      ancestors.add(current);
      for (const [key, member] of membersOf(current)) {
        const keyReason = typeof key === "string" ? rule.key(key) : undefined;
        if (keyReason !== undefined) problems.push({ path: [...at, key], reason: keyReason });
        else visit(member, [...at, key]);
      }
      ancestors.delete(current);
      if (problems.length === problemsBefore) faultlessAt.set(current, ancestors.size);
    }
  };

  visit(value, path);
  return problems;
}

/** What JSON makes of a value: -0 becomes 0, members that are undefined vanish, in arrays they become null. */
export function normalizeJson(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map((item) => normalizeJson(item) ?? null);
  if (!isPlainObject(value)) return value;
  return withValues(Object.entries(value).map(([key, member]) => [key, normalizeJson(member)]));
}

/** The one JSON text of a value: an object's keys in sorted order, whatever their order was. Members that are undefined vanish. */
export function canonicalJson(value: unknown): string {
  // What a program or a state has so already, which is nearly everything, V8 writes several times as fast.
  // Stryker disable next-line ConditionalExpression,LogicalOperator: the longer way comes to the same text
  if (isInOrder(value) || !(Array.isArray(value) || isPlainObject(value))) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${Array.from(value, (item) => canonicalJson(item)).join(",")}]`;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)
    .join(",")}}`;
}

/** Writes values by key, such as the objects of a set, in their one normal form: equal ones are equal texts. */
export function encodeByKey(values: Iterable<readonly [string, unknown]>): string {
  return canonicalJson(Object.fromEntries(values));
}

/** Whether the keys of all objects in a value stand in sorted order, which is not V8's order where they are numbers. */
function isInOrder(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isInOrder);
  // Stryker disable next-line BooleanLiteral: the longer way comes to the same text
  if (!isPlainObject(value)) return true;
  const keys = Object.keys(value);
  // Stryker disable next-line all: the longer way comes to the same text; what is out of order, a test has
  return keys.every((key, index) => key >= (keys[index - 1] ?? "") && isInOrder(value[key]));
}

/** Members of an object, of which some may have no value. */
export type Entries<Value> = readonly (readonly [string, Value | undefined])[];

/** An object of those members that have a value. */
export function withValues<Value>(entries: Entries<Value>): Record<string, Value> {
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** The members of an object that are not `undefined`, for types whose optional members must not be that. */
export function defined<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return withValues(Object.entries(members)) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}

/** An object of the same keys; `__proto__` stays an ordinary key. */
export function mapValues<In, Out>(
  object: Readonly<Record<string, In>>,
  change: (value: In, key: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** Equality of JSON values: the order of an object's keys does not count, the order of an array's items does. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => jsonEqual(item, right[index]));
  }
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const leftKeys = Object.keys(left);
  return (
    leftKeys.length === Object.keys(right).length &&
    leftKeys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]))
  );
}

/** The places at which two values differ, into nested objects; arrays count as a whole. */
export function differencesIn(
  path: readonly PathSegment[],
  left: unknown,
  right: unknown,
): { readonly path: readonly PathSegment[]; readonly left: unknown; readonly right: unknown }[] {
  if (!isPlainObject(left) || !isPlainObject(right)) {
    return jsonEqual(left, right) ? [] : [{ path, left, right }];
  }
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].flatMap((name) => differencesIn([...path, name], own(left, name), own(right, name)));
}

/** The value of an own member: `toString` and `__proto__` are names like others. */
export function own<Value>(object: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What a value is, in words. The value itself may be secret. */
export function typeInWords(value: unknown): string {
  if (value === undefined || value === null) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return "an array";
  }
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function membersOf(container: object): [PathSegment, unknown][] {
  return Array.isArray(container) ? [...container.entries()] : Object.entries(container);
}

function objectProblem(value: object): string {
  if (value instanceof Date) return "is a Date, which JSON cannot carry; declare its toISOString()";
  const name: unknown = value.constructor?.name;
  const what =
    typeof name === "string" && name !== "" && name !== "Object"
      ? `an instance of ${name}`
      : 'an object with a prototype of its own (does it have a key "__proto__"?)';
  return `is ${what}; only plain objects, arrays, strings, numbers, booleans and null can be stored`;
}
