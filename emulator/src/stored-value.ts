import { isJsonObject, type JsonObject, type JsonValue } from "./subject";
import { byBytes, wellFormed } from "./text";

/** What the server's database refuses to store; the API answers 500. */
export class RefusedByDatabase extends Error {}

/**
 * Keys and display names are indexed, and a Postgres index row has an upper size. These are the bounds measured for text that
 * does not compress; the server takes longer text that does, which nobody should rely on.
 */
const KEY_MAX_BYTES = 2676;
const DISPLAY_NAME_MAX_BYTES = 2692;

/** Text as it is read back: lone surrogates become U+FFFD. NUL is refused. */
export function storedText(text: string): string {
  if (!/[\0\p{Surrogate}]/u.test(text)) {
    return text;
  }
  if (text.includes("\0")) {
    throw new RefusedByDatabase("invalid byte sequence: NUL");
  }
  return wellFormed(text);
}

/** A key as it is read back. */
export function storedKey(text: string): string {
  return storedIndexedText(text, KEY_MAX_BYTES);
}

/** A display name as it is read back. */
export function storedDisplayName(text: string): string {
  return storedIndexedText(text, DISPLAY_NAME_MAX_BYTES);
}

/** Any other text that is indexed, as it is read back. */
export function storedIndexedText(text: string, maxBytes = KEY_MAX_BYTES): string {
  const stored = storedText(text);
  if (Buffer.byteLength(stored) > maxBytes) {
    throw new RefusedByDatabase("index row size exceeds the maximum");
  }
  return stored;
}

/** Metadata as it is read back: names sorted at every level, text as `storedText` leaves it. */
export function storedObject(object: JsonObject): JsonObject {
  // fromEntries defines own properties, so that a name like __proto__ stays an ordinary one.
  return Object.fromEntries(
    Object.keys(object)
      .sort(byBytes)
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
