import { isUtf8 } from "node:buffer";

/** One byte, or the bytes of one character that is not ASCII, in text that has bytes for characters. */
const CHARACTER =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\s\S]/g;

const REPLACEMENT = Buffer.from("\uFFFD").toString("latin1");

/** Bytes as text. As in Go, each byte that is none becomes a U+FFFD of its own; Node has one for several. */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    return bytes.toString("utf8");
  }
  const repaired = bytes
    .toString("latin1")
    .replace(CHARACTER, (found) => (found.length > 1 || found < "\x80" ? found : REPLACEMENT));
  return Buffer.from(repaired, "latin1").toString("utf8");
}

/**
 * Parses JSON as Go's stream decoder does, which stops after the first value.
 *
 * @throws SyntaxError
 */
export function parseFirstValue(text: string): { readonly value: unknown; readonly followed: boolean } {
  try {
    return { value: JSON.parse(text), followed: false };
  } catch (error) {
    const end = endOfFirstValue(text);
    if (end === undefined || end === text.length) {
      throw error;
    }
    return { value: JSON.parse(text.slice(0, end)), followed: true };
  }
}

/** Where an object, array, string, number or word ends that the text begins with, if it does. */
function endOfFirstValue(text: string): number | undefined {
  const token = /[[\]{}]|"(?:[^"\\]|\\[\s\S])*"|[^[\]{}"\s,:]+|[,:]|\s+/y;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [part] = found;
    if (part === "[" || part === "{") {
      depth += 1;
    } else if (part === "]" || part === "}") {
      depth -= 1;
    }
    if (depth === 0 && part.trim() !== "") {
      return token.lastIndex;
    }
  }
  return undefined;
}

/** The server takes 10,000 levels. These are what the stack of this process bears, and ten times what the provider sends. */
const MAX_DEPTH = 1000;

/** What the server refuses of a parsed value wherever it stands: too many levels, a number beyond a double (`1e400`). */
export function findOddity(value: unknown): "deep" | "unbounded" | undefined {
  let found: "unbounded" | undefined;
  // A list of what is left to do instead of recursion, which a deep value would exhaust.
  const left: [unknown, number][] = [[value, 1]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [current, depth] = next;
    if (typeof current === "number" && !Number.isFinite(current)) {
      found = "unbounded";
    }
    if (typeof current !== "object" || current === null) {
      continue;
    }
    if (depth > MAX_DEPTH) {
      return "deep";
    }
    for (const member of Object.values(current)) {
      left.push([member, depth + 1]);
    }
  }
  return found;
}
