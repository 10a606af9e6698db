/**
 * What a server says may hold what it was sent: the API key, or a value that the program calls secret. Before any of it is
 * shown, those are replaced.
 */
import { cut, printable } from "../../printable";
import { base64Cores } from "./secret";
import { type Reading, readEscaped, readVerbatim } from "./spelling";

/** Shorter values are ordinary words and numbers, which messages are full of. */
const leastLength = 4;

/** From this length on, the beginning of a secret counts too: servers cut what they quote. */
const leastCuttable = 16;
const longestBeginning = 24;

/** So much of a text is looked at; what is shown of it is far less. */
const maxCharacters = 65_536;

interface Needle {
  readonly text: string;
  readonly mark: string;
}

/** Hides the secrets of one connection in the texts of its server. */
export class Redactor {
  readonly #sources: (() => Iterable<string>)[] = [];
  /** First only what stands there whole and as it is: an escaped text may be cut, and would leave half of it. */
  readonly #verbatim = new Index((needle) => needle.length);
  readonly #escaped = new Index(leastOf);
  /** Secrets that are looked for in no text, because they are too short. */
  readonly #short = new Set<string>();

  constructor(apiKey?: string) {
    if (apiKey === undefined) return;
    for (const spelling of [apiKey, ...base64Cores(apiKey)]) this.#note(spelling, "[API key]", 1);
  }

  /** Hides these from now on. They are only asked for when a text is to be shown: a server's, or a debug line. */
  conceal(texts: () => Iterable<string>): void {
    this.#sources.push(texts);
  }

  /** The text without secrets, however they are escaped in it, and at most its first 64 thousand characters. */
  redact(text: string): string {
    this.#learn();
    const looked = text.slice(0, maxCharacters);
    const once = replace(looked, readVerbatim(looked), this.#verbatim);
    return replace(once, readEscaped(once), this.#escaped);
  }

  /** A server's text as a message may hold it: without secrets, printable, and cut to 4 KB. */
  readonly show = (text: string): string => {
    return cut(printable(this.redact(text)), text);
  };

  /** Whether a text is a secret, however short: one that stands alone is no ordinary word. */
  isSecret(text: string): boolean {
    this.#learn();
    return this.#short.has(text) || this.#verbatim.has(text);
  }

  #learn(): void {
    for (const source of this.#sources.splice(0))
      for (const secret of source()) this.#note(secret, "[secret]", leastLength);
  }

  #note(secret: string, mark: string, least: number): void {
    if (secret.length < least) {
      this.#short.add(secret);
      return;
    }
    this.#verbatim.add({ text: secret, mark });
    const { text } = readEscaped(secret);
    if (text.length >= least) this.#escaped.add({ text, mark });
  }
}

/** So much of a needle's beginning it is found by; a needle that is shorter, by the whole of it. */
const longestKey = 4;
const keyLengths = [1, 2, 3, longestKey];

/** Needles by how they begin, so that a hundred thousand of them cost no more than one. */
class Index {
  readonly #byBeginning = new Map<string, Needle[]>();
  readonly #known = new Set<string>();

  /** @param least how much of a needle's beginning is taken for it */
  constructor(private readonly least: (needle: string) => number) {}

  /** Of two marks for the same text, the first stays. */
  add(needle: Needle): void {
    // Stryker disable next-line ConditionalExpression: only saves time, where 100,000 subjects have the same secret value
    if (this.#known.has(needle.text)) return;
    this.#known.add(needle.text);
    const beginning = needle.text.slice(0, longestKey);
    const alike = this.#byBeginning.get(beginning) ?? [];
    alike.push(needle);
    this.#byBeginning.set(beginning, alike);
  }

  has(needle: string): boolean {
    return this.#known.has(needle);
  }

  /** The longest needle that stands at this place, or begins there and is cut. */
  at(text: string, position: number): { readonly length: number; readonly mark: string } | undefined {
    let longest: { readonly length: number; readonly mark: string } | undefined;
    for (const size of keyLengths) {
      for (const needle of this.#byBeginning.get(text.substr(position, size)) ?? []) {
        const length = commonLength(text, position, needle.text);
        if (length >= this.least(needle.text) && length > (longest?.length ?? 0)) {
          longest = { length, mark: needle.mark };
        }
      }
    }
    return longest;
  }
}

function replace(text: string, reading: Reading, index: Index): string {
  const parts: string[] = [];
  let end = 0;
  // Stryker disable next-line EqualityOperator: behind the last character stands nothing
  for (let position = 0; position < reading.text.length; position++) {
    const found = index.at(reading.text, position);
    if (found === undefined) continue;
    parts.push(text.slice(end, reading.offsets[position]), found.mark);
    end = reading.offsets[position + found.length] ?? text.length;
    position += found.length - 1;
  }
  parts.push(text.slice(end));
  return parts.join("");
}

function commonLength(text: string, position: number, needle: string): number {
  let length = 0;
  // Behind the end of either, the code is NaN, which equals nothing.
  while (text.charCodeAt(position + length) === needle.charCodeAt(length)) length++;
  return length;
}

function leastOf(needle: string): number {
  return needle.length < leastCuttable ? needle.length : Math.min(longestBeginning, Math.ceil(needle.length / 2));
}
