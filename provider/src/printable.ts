/** Text that is harmless to a terminal. Free of imports, since the program side uses it too. */

/** Control, bidirectional and line-separator characters, which could repaint a terminal or forge lines of a log. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Replaces every unprintable character by its escape, such as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A name or key in quotes, as messages show it. */
export function quoted(name: string): string {
  return printable(String(JSON.stringify(name)));
}
