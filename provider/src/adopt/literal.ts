/** Values as TypeScript, laid out as Prettier and Biome do by default: two spaces, double quotes, 80 columns. Pure. */
import { isPlainObject } from "../json";

const width = 80;

/** Characters that a reader doesn't see, or that turn round what he sees. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Writes a member of an object, with the comma behind it. */
export function member(name: string, value: unknown, depth: number): string {
  const before = `${"  ".repeat(depth)}${propertyName(name)}: `;
  return `${before}${literal(value, depth, before.length)},`;
}

/**
 * Writes a JSON value.
 *
 * @param depth how far its line is indented
 * @param column where it begins
 */
export function literal(value: unknown, depth = 0, column = 2 * depth): string {
  const line = onOneLine(value);
  // A comma, or what closes a statement, follows.
  if (line !== undefined && column + line.length < width) return line;
  if (Array.isArray(value) && value.length > 0) {
    return `[\n${itemLines(value, depth + 1).join("\n")}\n${"  ".repeat(depth)}]`;
  }
  if (isPlainObject(value) && Object.keys(value).length > 0) {
    const members = Object.entries(value).map(([name, one]) => member(name, one, depth + 1));
    return `{\n${members.join("\n")}\n${"  ".repeat(depth)}}`;
  }
  return line ?? scalar(value);
}

/** Writes a text in the quotes that need fewer escapes, without characters that a reader can't see. */
export function text(value: string): string {
  const quoted = JSON.stringify(value).replace(invisible, escaped);
  const [doubles, singles] = [value.split('"').length, value.split("'").length];
  if (doubles <= singles) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

function scalar(value: unknown): string {
  if (typeof value === "string") return text(value);
  // JavaScript writes 1e+21.
  return typeof value === "number" ? String(value).replace("e+", "e") : String(value);
}

/** `undefined` for what is never on one line: several objects or arrays of several members each. */
function onOneLine(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const areWide = [isPlainObject, Array.isArray].some((isOne) =>
      value.every((item) => isOne(item) && Object.keys(item).length > 1),
    );
    if (value.length > 1 && areWide) return undefined;
    const items = value.map(onOneLine);
    return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
  }
  if (!isPlainObject(value)) return scalar(value);
  const entries = Object.entries(value).map(([name, one]) => [propertyName(name), onOneLine(one)] as const);
  if (entries.length === 0) return "{}";
  if (entries.some(([, one]) => one === undefined)) return undefined;
  return `{ ${entries.map(([name, one]) => `${name}: ${one}`).join(", ")} }`;
}

function itemLines(items: readonly unknown[], depth: number): string[] {
  const indent = "  ".repeat(depth);
  if (!items.every((item) => typeof item === "number")) {
    return items.map((item) => `${indent}${literal(item, depth)},`);
  }
  // Numbers fill their lines.
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    const next = `${scalar(item)},`;
    if (last !== undefined && last.length + next.length < width) lines[lines.length - 1] = `${last} ${next}`;
    else lines.push(`${indent}${next}`);
  }
  return lines;
}

function propertyName(name: string): string {
  // In an object literal, a plain `__proto__` would set the object's prototype.
  if (name === "__proto__") return '["__proto__"]';
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : text(name);
}
