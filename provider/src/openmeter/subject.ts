import { z } from "zod";
import { isPlainObject, type JsonObject } from "../json";

/** The server's identifier of one record of a subject: a ULID, new after each deletion and re-creation. */
export type SubjectId = string & { readonly __brand: "SubjectId" };

/** A subject as OpenMeter has it. Fields without a value are absent; metadata is always there. */
export interface LiveSubject {
  readonly id: SubjectId;
  readonly key: string;
  readonly displayName?: string;
  readonly metadata: JsonObject;
  readonly stripeCustomerId?: string;
}

/** One item of an upsert: absent fields are kept by the server, `null` clears. */
export interface SubjectUpsert {
  readonly key: string;
  readonly displayName?: string | null;
  readonly metadata?: JsonObject | null;
  readonly stripeCustomerId?: string | null;
}

const answeredSubject = z.object({
  id: z.string().min(1),
  key: z.string(),
  displayName: z.string().nullish(),
  // JSON.parse made it, so a plain object is a JSON object. Not z.record: it drops a key named __proto__.
  metadata: z.custom<JsonObject>(isPlainObject).nullish(),
  stripeCustomerId: z.string().nullish(),
  deletedAt: z.string().nullish(),
});

/** A record of an answer: a live subject, or one that is marked deleted, which for us is the same as absent. */
export type AnsweredSubject =
  | { readonly deleted: false; readonly subject: LiveSubject }
  | { readonly deleted: true; readonly key: string };

/**
 * Reads one subject of an answer. "Soft-deleted means absent" stands here and nowhere else.
 *
 * @returns `undefined` when the value is not a subject
 */
export function parseSubject(value: unknown): AnsweredSubject | undefined {
  const parsed = answeredSubject.safeParse(value);
  if (!parsed.success) return undefined;
  const { id, key, displayName, metadata, stripeCustomerId, deletedAt } = parsed.data;
  if (deletedAt !== undefined && deletedAt !== null) return { deleted: true, key };
  return {
    deleted: false,
    subject: {
      id: id as SubjectId, // the one place where a string becomes a SubjectId
      key,
      ...(displayName !== undefined && displayName !== null && { displayName }),
      metadata: metadata ?? {},
      ...(stripeCustomerId !== undefined && stripeCustomerId !== null && { stripeCustomerId }),
    },
  };
}
