/** Text as messages show it: harmless to a terminal, not too long. Free of imports, since the program side uses it too. */

/** Control, bidirectional and line-separator characters, which could repaint a terminal or forge lines of a log. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Replaces every unprintable character by its escape, such as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A value as messages show it: a name or key in quotes, anything else as JSON. */
export function quoted(value: unknown): string {
  return printable(String(JSON.stringify(value)));
}

const maxBytes = 4096;

/**
 * Cuts a text to 4 KB of UTF-8, and says so.
 *
 * @param whole the text that this is the beginning of
 */
export function cut(text: string, whole = text): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) {
    return text;
  }
  const kept = bytes
    .subarray(0, maxBytes)
    .toString()
    .replace(/\ufffd$/, "");
  return `${kept}… (${Buffer.byteLength(whole)} bytes in all)`;
}

/** The name that was likely meant by one that is not known: it differs in upper case, or in a plural. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const normal = (text: string): string => text.toLowerCase().replace(/(ies|ys?|s)$/, "");
  return known.find((other) => normal(name) === normal(other));
}

/** Why a name is none of those that are known, and which was likely meant: `is not an argument; arguments are a, b. Did you mean a?` */
export function notAmong(
  name: string,
  known: readonly string[],
  { one, all }: { readonly one: string; readonly all: string },
): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
  return `is not ${one}; ${all} are ${known.join(", ")}${hint}`;
}
