/** A value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object: a subject's metadata, and whatever is nested in it. */
export interface JsonObject {
  [name: string]: JsonValue;
}

/** A subject as the API shows it. What is null in the database is absent here; metadata is `{}` when there is none. */
export interface Subject {
  readonly createdAt: string;
  readonly deletedAt?: string;
  readonly displayName?: string;
  readonly id: string;
  readonly key: string;
  readonly metadata: JsonObject;
  readonly stripeCustomerId?: string;
  readonly updatedAt: string;
}

/** One item of an upsert: an absent field is kept, `null` clears it. */
export interface SubjectUpsert {
  readonly key: string;
  readonly displayName?: string | null;
  readonly metadata?: JsonObject | null;
  readonly stripeCustomerId?: string | null;
}

/** Whether a parsed JSON value is an object, as opposed to an array or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
