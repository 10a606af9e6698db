/**
 * Text as it is meant, whatever it is escaped for. A server that quotes what it was sent may do so in JSON, in a URL, in
 * HTML, or in several of them at once.
 */

/** A text without its escapes, and where each of its characters stands in the original. */
export interface Reading {
  readonly text: string;
  /** The offset in the original of each UTF-16 unit, and of the end. */
  readonly offsets: readonly number[];
}

/** Backslashes of JSON, also in a URL, and however many of them nested JSON makes. */
const slashes = "(?:\\\\|%(?:25)*5c)+";

/** Escapes of JSON, of URLs (also encoded twice) and of HTML; and whitespace, which some servers fold. */
const escapes = new RegExp(
  [
    `(?<space>(?:[\\s+]|${slashes}[nrtbfv]|%(?:25)*(?:0[9a-d]|20))+)`,
    `${slashes}u(?<unit>[0-9a-f]{4})`,
    slashes,
    "(?<percent>%(?:25)*(?:[0-7][0-9a-f]|[c-f][0-9a-f](?:%(?:25)*[89ab][0-9a-f])+))",
    "&(?:amp;)*(?:#(?<decimal>\\d{1,7});|#x(?<hex>[0-9a-f]{1,6});|(?<name>amp|lt|gt|quot|apos);)",
  ].join("|"),
  "gi",
);

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Reads a text without its escapes. Two spellings of the same text read the same, also the unescaped one; a few different
 * texts may (backslashes are dropped), which does no harm where long texts are looked for.
 */
export function readEscaped(text: string): Reading {
  const parts: string[] = [];
  const offsets: number[] = [];
  const put = (meant: string, at: number): void => {
    parts.push(meant);
    for (let index = 0; index < meant.length; index++) offsets.push(at);
  };
  let end = 0;
  const copyUpTo = (limit: number): void => {
    for (; end < limit; end++) put(text.charAt(end), end);
  };
  for (const match of text.matchAll(escapes)) {
    copyUpTo(match.index);
    put(meaning(match), match.index);
    end = match.index + match[0].length;
  }
  copyUpTo(text.length);
  offsets.push(text.length);
  return { text: parts.join(""), offsets };
}

/** A text as it stands. */
export function readVerbatim(text: string): Reading {
  return { text, offsets: Array.from({ length: text.length + 1 }, (_, index) => index) };
}

function meaning({ groups = {} }: RegExpMatchArray): string {
  const { space, unit, percent, decimal, hex, name } = groups;
  if (space !== undefined) return " ";
  if (percent !== undefined) return folded(fromPercents(percent));
  if (unit !== undefined) return folded(String.fromCharCode(Number.parseInt(unit, 16)));
  if (decimal !== undefined) return folded(characterOf(Number(decimal)));
  if (hex !== undefined) return folded(characterOf(Number.parseInt(hex, 16)));
  // Backslashes that escape nothing have no name.
  return (name && named[name.toLowerCase()]) ?? "";
}

/** The character of this code point, if there is one. */
function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

function fromPercents(percents: string): string {
  return Buffer.from(percents.replace(/%(?:25)*([0-9a-f])/gi, "$1"), "hex").toString("utf8");
}

/** An unescaped character reads as the plain one does. */
function folded(character: string): string {
  if (character === "\\") return "";
  return /[\s+]/.test(character) ? " " : character;
}
