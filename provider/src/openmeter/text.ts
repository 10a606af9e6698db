/** How text that comes from a server may appear in a message: without the API key, harmless to a terminal, not too long. */

const maxBytes = 4096;

/** Control, bidirectional and line-separator characters, which could repaint a terminal or forge lines of a log. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching control characters is the purpose
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Replaces every unprintable character by its escape, such as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Cuts a text to 4 KB of UTF-8, and says so. */
export function cut(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= maxBytes) return text;
  return `${bytes
    .subarray(0, maxBytes)
    .toString("utf8")
    .replace(/\ufffd+$/, "")}… (${bytes.length} bytes in all)`;
}

/** A quoted, printable, cut form of any value, for messages. */
export function quote(value: unknown): string {
  return cut(printable(JSON.stringify(value) ?? "nothing"));
}

/** Whether a text holds the secret, in any of the spellings that servers echo it in. */
export function containsSecret(text: string, secret: string | undefined): boolean {
  return spellings(secret).some((spelling) => text.includes(spelling));
}

/** The text with every spelling of the secret replaced. */
export function redact(text: string, secret: string | undefined): string {
  return spellings(secret).reduce((result, spelling) => result.split(spelling).join("[API key]"), text);
}

function spellings(secret: string | undefined): string[] {
  if (secret === undefined || secret === "") return [];
  const json = JSON.stringify(secret).slice(1, -1);
  // Go's encoder escapes these, which JavaScript's does not.
  const goJson = json.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  const url = encodeURIComponent(secret);
  const lowerUrl = url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const base64 = Buffer.from(secret, "utf8").toString("base64");
  return [...new Set([secret, json, goJson, url, lowerUrl, base64])];
}
