import { DATE_TIME } from "./decoded-item";
import { isJsonObject } from "./subject";

/** What is wrong with a value, and where in it (a JSON pointer). */
export interface Mismatch {
  readonly path: string;
  readonly reason: string;
  /** Whether the validator found it in a schema that is put together of others: then it says nothing of the whole. */
  readonly detached?: boolean;
}

/** Looks at the value of a field as the server's schema validator does. */
export type Check = (value: unknown) => Mismatch | undefined;

/** The wrong type of a value, as the schema validator words it. */
export const NOT_NULLABLE = "Value is not nullable";

/** Why a value is refused where one of another type is expected. */
export function wrongType(value: unknown, expected: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return `strconv.ParseFloat: parsing ${JSON.stringify(value > 0 ? "1e999" : "-1e999")}: value out of range`;
  }
  return value === null ? NOT_NULLABLE : `value must be ${expected}`;
}

export const text: Check = (value) =>
  typeof value === "string" ? undefined : { path: "", reason: wrongType(value, "a string") };

/** The same check, which `null` passes. */
export function nullable(check: Check): Check {
  return (value) => (value === null ? undefined : check(value));
}

export const dateTime: Check = (value) =>
  typeof value === "string" && !DATE_TIME.test(value)
    ? {
        path: "",
        reason: `string doesn't match the format "date-time": string doesn't match pattern "${DATE_TIME.source}"`,
      }
    : text(value);

/** Text of at least one character. */
export const filledText: Check = (value) =>
  value === "" ? { path: "", reason: "minimum string length is 1" } : text(value);

/** Text with lengths in code points, and a pattern, each checked in this order. */
export function textWithin({ min = 0, max, pattern }: { min?: number; max: number; pattern?: RegExp }): Check {
  return (value) => {
    if (typeof value !== "string") {
      return text(value);
    }
    const length = [...value].length;
    if (length < min) {
      return { path: "", reason: `minimum string length is ${min}` };
    }
    if (length > max) {
      return { path: "", reason: `maximum string length is ${max}` };
    }
    return pattern?.test(value) === false
      ? { path: "", reason: `string doesn't match the regular expression "${pattern.source}"` }
      : undefined;
  };
}

/** A list of values that each pass the check. */
export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) {
      return { path: "", reason: wrongType(value, "an array") };
    }
    for (const [index, item] of value.entries()) {
      const found = check(item);
      if (found !== undefined) {
        return { ...found, path: `/${index}${found.path}` };
      }
    }
    return undefined;
  };
}

/** The fields of an object in the order of their check. */
export type Fields = readonly (readonly [string, Check])[];

/** Checks what an object has of these fields, then whether it has the required ones. */
export function checkObject(value: unknown, fields: Fields, required: readonly string[]): Mismatch | undefined {
  if (!isJsonObject(value)) {
    return { path: "", reason: wrongType(value, "an object") };
  }
  for (const [name, check] of fields) {
    const found = Object.hasOwn(value, name) ? check(value[name]) : undefined;
    if (found !== undefined) {
      return { ...found, path: `/${name}${found.path}` };
    }
  }
  const missing = required.find((name) => !Object.hasOwn(value, name));
  return missing === undefined ? undefined : { path: `/${missing}`, reason: `property "${missing}" is missing` };
}

/** Checks a list item by item; answers with the words of the schema validator. */
export function checkList(value: unknown, checkItem: Check): string | undefined {
  const found = listOf(checkItem)(value);
  return found && describe(found);
}

/** A mismatch in the words of the schema validator. */
export function describe({ path, reason }: Mismatch): string {
  return path === "" ? reason : `Error at "${path}": ${reason}`;
}
