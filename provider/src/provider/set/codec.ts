/**
 * Subjects as one JSON string, which is how a set travels and lies in the state: an object by key in sorted order. As nested
 * properties the engine takes half a minute for 10,000 subjects, even when nothing changes; as a string three seconds, and
 * it still shows a difference subject by subject and field by field.
 */
import { canonicalJson, isPlainObject } from "../../json";
import type { Subjects } from "./declaration";

/** Writes subjects in their one normal form, so that equal sets are equal strings. The program side writes the same. */
export function encodeSubjects(subjects: Subjects): string {
  return canonicalJson(Object.fromEntries(subjects));
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
