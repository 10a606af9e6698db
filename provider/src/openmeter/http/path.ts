import { isWellFormed } from "../../json";

/**
 * A subject's key as a path segment of the Subject API.
 *
 * OpenMeter decodes a canonically encoded path twice: `p%252Fq` (the key `p%2Fq`) reaches subject `p/q`. It decodes once
 * when the path is not in its canonical form, so one unreserved character is encoded as well (`%70%252Fq`): harmless where
 * the server is mended, and right where it is not.
 *
 * @returns `undefined` when no spelling reaches exactly this subject: URL normalisation swallows `.` and `..`, and a key
 *   with `%` but without any unreserved character cannot be saved so.
 */
export function keySegment(key: string): string | undefined {
  // UTF-8 has no spelling for half a surrogate pair.
  if (key === "" || key === "." || key === ".." || !isWellFormed(key)) return undefined;
  const encoded = encodeURIComponent(key);
  if (!key.includes("%")) return encoded;
  const position = encoded.search(/(?<!%|%[0-9A-F])[A-Za-z0-9_~-]/);
  if (position === -1) return undefined;
  const hex = encoded.charCodeAt(position).toString(16).toUpperCase();
  return `${encoded.slice(0, position)}%${hex}${encoded.slice(position + 1)}`;
}
