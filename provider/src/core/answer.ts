/** What the server answers of one object. */
import { z } from "zod";
import { withValues } from "../json";
import type { Field, Kind } from "./kind";
import type { Fields, LiveObject, RecordId } from "./port";

/** A record of an answer. One that is marked deleted has no object, which for us is the same as absent. */
export interface Answered {
  readonly id: string;
  readonly key: string;
  readonly object?: LiveObject;
}

const record = z.object({ id: z.string().min(1), key: z.string(), deletedAt: z.string().nullish() });

/**
 * Reads one object of an answer. "Soft-deleted means absent" stands here and nowhere else.
 *
 * @returns `undefined` when the value is not an object of this kind
 */
export function readAnswer(kind: Kind, value: unknown): Answered | undefined {
  const parsed = record.safeParse(value);
  if (!parsed.success) {
    return undefined;
  }
  const { id, key, deletedAt } = parsed.data;
  if (deletedAt !== undefined && deletedAt !== null) {
    return { id, key };
  }
  const all: Readonly<Record<string, unknown>> = { ...(value as object) }; // it has been parsed as an object
  const fields = withValues(Object.keys(kind.fields).map((name) => [name, all[name] ?? undefined]));
  const isOdd = ([name, field]: [string, Field]) => fields[name] !== undefined && !field.answered(fields[name]);
  if (Object.entries(kind.fields).some(isOdd)) {
    return undefined;
  }
  // Where a string becomes a RecordId: an answer of the server. What a state has was read from one. Its fields were just judged.
  return { id, key, object: { id: id as RecordId, key, fields: fields as Fields } };
}
