/**
 * Subjects as one JSON string, which is how a set travels and lies in the state: an object by key in sorted order. As nested
 * properties the engine takes half a minute for 10,000 subjects, even when nothing changes; as a string three seconds, and
 * it still shows a difference subject by subject and field by field.
 */
import { isPlainObject } from "../../json";
import type { OwnedFields } from "../declaration";
import { ownableFields } from "../declaration";
import type { Subjects } from "./declaration";

/** Writes subjects in their one normal form, so that equal sets are equal strings. */
export function encodeSubjects(subjects: Subjects): string {
  const members = [...subjects.keys()].sort().map((key) => {
    const fields = subjects.get(key) ?? {};
    return `${JSON.stringify(key)}:${JSON.stringify(inOrder(fields))}`;
  });
  return `{${members.join(",")}}`;
}

/** Reads subjects that {@link encodeSubjects} wrote. */
export function decodeSubjects(text: unknown): Subjects {
  return new Map(Object.entries(parseObject(text)).map(([key, fields]) => [key, isPlainObject(fields) ? fields : {}]));
}

/** Reads a JSON object; anything else is an empty one. */
export function parseObject(text: unknown): Record<string, unknown> {
  const value: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  return isPlainObject(value) ? value : {};
}

function inOrder(fields: OwnedFields): OwnedFields {
  return Object.fromEntries(
    ownableFields.filter((field) => fields[field] !== undefined).map((field) => [field, sorted(fields[field])]),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
