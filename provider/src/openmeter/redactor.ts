/**
 * What a server says may hold what it was sent: the API key, or a value that the program calls secret. Before any of it is
 * shown, those are replaced.
 */
import { isPlainObject } from "../json";
import { printable } from "../printable";
import { type Reading, readEscaped, readPlain } from "./spelling";
import { base64Cores, cut } from "./text";

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
  readonly #plain = new Index((needle) => needle.length);
  readonly #escaped = new Index(leastOf);

  constructor(apiKey?: string) {
    if (apiKey === undefined || apiKey === "") return;
    for (const spelling of [apiKey, ...base64Cores(apiKey)]) this.#note(spelling, "[API key]", 1);
  }

  /** Hides these from now on. They are only asked for when a server's text is to be shown, which is seldom. */
  conceal(texts: () => Iterable<string>): void {
    this.#sources.push(texts);
  }

  /** The text without secrets, however they are escaped in it, and at most its first 64 thousand characters. */
  redact(text: string): string {
    for (const source of this.#sources.splice(0))
      for (const secret of source()) this.#note(secret, "[secret]", leastLength);
    const looked = text.slice(0, maxCharacters);
    const once = replace(looked, readPlain(looked), this.#plain);
    return replace(once, readEscaped(once), this.#escaped);
  }

  /** A server's text as a message may hold it: without secrets, printable, and cut to 4 KB. */
  show(text: string): string {
    return cut(printable(this.redact(text)), text);
  }

  #note(secret: string, mark: string, least: number): void {
    if (secret.length < least) return;
    this.#plain.add({ text: secret, mark });
    const { text } = readEscaped(secret);
    if (text.length >= least) this.#escaped.add({ text, mark });
  }
}

/** The texts in a value that are long enough to be worth hiding: strings and numbers at any depth. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (isPlainObject(value)) for (const member of Object.values(value)) yield* textsIn(member);
}

/** Needles by how they begin, so that a hundred thousand of them cost no more than one. */
class Index {
  readonly #byBeginning = new Map<string, Set<string>>();
  readonly #marks = new Map<string, string>();

  /** @param least how much of a needle's beginning is taken for it */
  constructor(private readonly least: (needle: string) => number) {}

  add({ text, mark }: Needle): void {
    if (this.#marks.has(text)) return;
    this.#marks.set(text, mark);
    const beginning = text.slice(0, leastLength);
    const known = this.#byBeginning.get(beginning);
    if (known === undefined) this.#byBeginning.set(beginning, new Set([text]));
    else known.add(text);
  }

  /** The longest needle that stands at this place, or begins there and is cut. */
  at(text: string, position: number): { readonly length: number; readonly mark: string } | undefined {
    let longest: { readonly length: number; readonly mark: string } | undefined;
    for (let size = Math.min(leastLength, text.length - position); size > 0; size--) {
      for (const needle of this.#byBeginning.get(text.substr(position, size)) ?? []) {
        if (size < leastLength && needle.length !== size) continue;
        const length = commonLength(text, position, needle);
        if (length < this.least(needle) || length <= (longest?.length ?? 0)) continue;
        longest = { length, mark: this.#marks.get(needle) ?? "" };
      }
    }
    return longest;
  }
}

function replace(text: string, reading: Reading, index: Index): string {
  const parts: string[] = [];
  let end = 0;
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
  while (length < needle.length && text.charCodeAt(position + length) === needle.charCodeAt(length)) length++;
  return length;
}

function leastOf(needle: string): number {
  return needle.length < leastCuttable ? needle.length : Math.min(longestBeginning, Math.ceil(needle.length / 2));
}
