/** Values as their owners see them: equality, the declared part of a map, and the three-way merge. Pure. */
import { canonicalJson, isPlainObject, type JsonValue, jsonEqual, own } from "../json";
import type { Field } from "./kind";
import { liveName } from "./stand-in";
import { holdsUnknown } from "./unknown";

type Value = JsonValue | undefined;

/** Whether two values of a field are the same, one that is absent being the same as an empty one. */
export function sameValue(field: Field, left: unknown, right: unknown): boolean {
  return jsonEqual(inOrder(field, left ?? field.empty), inOrder(field, right ?? field.empty));
}

/** Whether the declared value of a field is there. Of a map with other writers' entries, each declared entry. */
export function isThere(field: Field, declared: unknown, live: Value, keepsUndeclared: boolean): boolean {
  return sameValue(field, declared, ownPart(field, declared, live, keepsUndeclared));
}

/** The part of a live value that its declaration owns: all of it, or of a map with other writers' entries those declared. */
export function ownPart(field: Field, declared: unknown, live: Value, keepsUndeclared: boolean): Value {
  if (!keepsUndeclared || field.isMap === undefined || !isPlainObject(declared) || !isPlainObject(live)) {
    return live;
  }
  return Object.fromEntries(Object.entries(live).filter(([name]) => Object.hasOwn(declared, name)));
}

/**
 * Lays over a live value what a program has changed from one declaration to the next, into nested objects, arrays whole. What
 * the program has not changed goes back as it was, other writers' changes included.
 */
export function mergeThreeWays(base: Value, now: Value, live: Value): Value {
  if (!isPlainObject(base) || !isPlainObject(now) || !isPlainObject(live)) {
    return now;
  }
  const merged = new Map<string, JsonValue>(Object.entries(live));
  for (const name of new Set([...Object.keys(base), ...Object.keys(now)])) {
    const [before, after] = [own(base, name), own(now, name)];
    if (jsonEqual(before, after)) {
      continue;
    }
    const value = mergeThreeWays(before, after, own(live, name));
    if (value === undefined) {
      merged.delete(liveName(name));
    } else {
      merged.set(name, value);
    }
  }
  return Object.fromEntries(merged);
}

/** The items of a set in one order, each once. One that is not known yet equals no other. */
function inOrder(field: Field, value: unknown): unknown {
  return field.isUnordered && Array.isArray(value) && !holdsUnknown(value)
    ? [...new Set(value.map(canonicalJson))].sort()
    : value;
}
