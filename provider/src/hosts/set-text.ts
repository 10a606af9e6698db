/**
 * Objects as one JSON string, which is how a set travels and lies in the state: an object by key in sorted order. As nested
 * properties the engine takes half a minute for 10,000 objects, even when nothing changes; as a string three seconds, and it
 * still shows a difference object by object and field by field. The program writes it, by `encodeByKey`, as the provider does.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { isPlainObject } from "../json";

/** Reads the members of a JSON object, packed or not; anything else has none. */
export function decodeByKey(text: unknown): ReadonlyMap<string, unknown> {
  const value: unknown = typeof text === "string" ? JSON.parse(unpacked(text)) : undefined;
  return new Map(isPlainObject(value) ? Object.entries(value) : []);
}

/** With what a packed text begins. No JSON begins so. */
const packedMark = "gzip:";

/**
 * Packs a text to where it may be at most some megabytes long: `gzip:` and the base64 of its gzip. Of objects a tenth remains,
 * and of their ids less than a half.
 */
export function pack(text: unknown): string {
  return packedMark + gzipSync(String(text)).toString("base64");
}

function unpacked(text: string): string {
  return text.startsWith(packedMark)
    ? gunzipSync(Buffer.from(text.slice(packedMark.length), "base64")).toString()
    : text;
}
