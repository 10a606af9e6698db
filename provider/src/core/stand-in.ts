/**
 * Values that others have stored and that a state of Pulumi cannot carry. A text stands in for each: drift that is shown and
 * repaired like any other, instead of a refresh that fails. The text itself is never sent. Pure.
 */
import type { JsonObject, JsonValue, Problem } from "../json";
import { isPlainObject, maxDepth, pulumiSignatureKey, pulumiUnknownValue, valuesIn, withValues } from "../json";

const mark = "(cannot be shown: ";

/** The name that JavaScript objects treat in a way of their own, and what it reads as in a state: the engine shows no `__…`. */
const prototypeName = "__proto__";
const prototypeStandIn = `${mark}the name __proto__, which JavaScript reserves)`;

/** The value as a state can carry it: itself where it can. */
export function withStandIns(value: JsonValue, depth = 1): JsonValue {
  const problem = problemOf(value, depth);
  if (problem !== undefined) {
    return `${mark}${problem})`;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withStandIns(item, depth + 1));
  }
  if (!isPlainObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name === prototypeName ? prototypeStandIn : name,
      withStandIns(member, depth + 1),
    ]),
  );
}

/** The value as it may be sent: without what stands in for something; `undefined` if nothing is left. */
export function withoutStandIns<Value extends JsonValue | undefined>(value: Value): Value | undefined {
  return (holdsStandIn(value) ? stripped(value) : value) as Value | undefined; // stripped keeps the kind of value
}

/** Why a text that stands in for something is refused where a program declares it: it would never be sent. */
export function standInProblems(value: unknown): readonly Problem[] {
  const reason = `holds a text that begins with "${mark.trim()}", which this package shows for values that a state cannot carry`;
  return holdsStandIn(value) ? [{ path: [], reason }] : [];
}

/** The name of a live entry whose name in the state is this. */
export function liveName(name: string): string {
  return name === prototypeStandIn ? prototypeName : name;
}

function problemOf(value: JsonValue, depth: number): string | undefined {
  if (value === pulumiUnknownValue) {
    return "the text that Pulumi takes for an unknown value";
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `an integer that JSON numbers cannot carry exactly, about ${value}`;
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if (depth > maxDepth) {
    return `nested more than ${maxDepth} levels deep`;
  }
  return Object.hasOwn(value, pulumiSignatureKey) ? "an object that Pulumi takes for one of its own" : undefined;
}

function holdsStandIn(value: unknown): boolean {
  if (typeof value === "string") {
    return value.startsWith(mark);
  }
  return (isPlainObject(value) && Object.hasOwn(value, prototypeStandIn)) || valuesIn(value).some(holdsStandIn);
}

function stripped(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value.flatMap((item) => stripped(item) ?? []);
  }
  if (!isPlainObject(value)) {
    return holdsStandIn(value) ? undefined : value;
  }
  const members = Object.entries(value as JsonObject).filter(([name]) => name !== prototypeStandIn);
  return withValues(members.map(([name, member]) => [name, stripped(member)]));
}
