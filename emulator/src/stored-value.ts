import { isJsonObject, type JsonObject, type JsonValue } from "./subject";

/** What the server's database refuses to store; the API answers 500. */
export class RefusedByDatabase extends Error {}

/**
 * Keys and display names are indexed, and a Postgres index row has an upper size. This is the bound measured for keys of
 * text that does not compress; the server takes longer text that does, which nobody should rely on.
 */
const INDEXED_TEXT_MAX_BYTES = 2676;

/** Text as it is read back: lone surrogates become U+FFFD. NUL is refused. */
export function storedText(text: string): string {
  if (!/[\0\p{Surrogate}]/u.test(text)) {
    return text;
  }
  if (text.includes("\0")) {
    throw new RefusedByDatabase("invalid byte sequence: NUL");
  }
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** As `storedText`, for a column that is indexed. */
export function storedIndexedText(text: string): string {
  const stored = storedText(text);
  if (Buffer.byteLength(stored) > INDEXED_TEXT_MAX_BYTES) {
    throw new RefusedByDatabase("index row size exceeds the maximum");
  }
  return stored;
}

/** Metadata as it is read back: names sorted at every level, text as `storedText` leaves it. */
export function storedObject(object: JsonObject): JsonObject {
  // fromEntries defines own properties, so that a name like __proto__ stays an ordinary one.
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((name): [string, JsonValue] => [storedText(name), storedValue(object[name] ?? null)]),
  );
}

function storedValue(value: JsonValue): JsonValue {
  if (typeof value === "string") {
    return storedText(value);
  }
  if (Array.isArray(value)) {
    return value.map(storedValue);
  }
  return isJsonObject(value) ? storedObject(value) : value;
}
