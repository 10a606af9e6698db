import { type Answer, problem, schemaProblem } from "./answer";
import type { ApiCall } from "./call";
import { DATE_TIME, type DecodedItem, decodeItem } from "./decoded-item";
import { findOddity } from "./json-text";
import { isJsonObject, type JsonObject } from "./subject";
import { byBytes, wellFormed } from "./text";

/** The items of an upsert, or the answer that refuses the whole request before anything is stored. */
export type CheckedBody = { readonly items: readonly DecodedItem[] } | { readonly refusal: Answer };

/**
 * Checks an upsert as the server does: content type and JSON, then the OpenAPI schema, then the types that its handler
 * decodes into, then Stripe IDs; the first finding alone is reported.
 */
export function checkUpsert({ contentType, body }: ApiCall): CheckedBody {
  if (body.kind === "none") {
    return refuse("value is required but missing");
  }
  if (!isJsonContentType(contentType)) {
    return refuse(`header Content-Type has unexpected value ${JSON.stringify(contentType)}`);
  }
  if (body.kind === "invalid") {
    return refuse(`failed to decode request body: ${body.reason}`);
  }
  const oddity = findOddity(body.value);
  if (oddity === "deep") {
    return refuse("failed to decode request body: exceeded max depth");
  }
  const mismatch = findMismatch(body.value);
  if (mismatch !== undefined || !isObjectList(body.value)) {
    return refuse(`doesn't match schema: ${mismatch}`);
  }
  const items = body.value.map(decodeItem);
  // What the schema lets pass and the handler then cannot decode is the server's own failure.
  if (body.followed || oddity === "unbounded" || !items.every((item) => item !== undefined)) {
    return { refusal: problem(500) };
  }
  const foreignStripeId = items.some(
    ({ stripeCustomerId, whenCreated }) =>
      (stripeCustomerId ?? whenCreated?.stripeCustomerId)?.startsWith("cus_") === false,
  );
  return foreignStripeId ? { refusal: problem(400, "stripeCustomerId must start with cus_ when set") } : { items };
}

function refuse(reason: string): CheckedBody {
  return { refusal: schemaProblem(`request body has an error: ${reason}`) };
}

/** The media type is compared to the letter by the server, parameters such as charset are skipped. */
function isJsonContentType(contentType: string): boolean {
  return contentType.split(";", 1)[0] === "application/json";
}

/** A null in the wrong place, as the schema validator words it. */
const NOT_NULLABLE = "Value is not nullable";

function findMismatch(body: unknown): string | undefined {
  if (!Array.isArray(body)) {
    return wrongType(body, "an array");
  }
  for (const [index, item] of body.entries()) {
    const found = findItemMismatch(item);
    if (found !== undefined) {
      return `Error at "/${index}${found.path}": ${found.reason}`;
    }
  }
  return undefined;
}

/** Why a value is refused where one of another type is expected. */
function wrongType(value: unknown, expected: string): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return `strconv.ParseFloat: parsing ${JSON.stringify(value > 0 ? "1e999" : "-1e999")}: value out of range`;
  }
  return value === null ? NOT_NULLABLE : `value must be ${expected}`;
}

interface Mismatch {
  readonly path: string;
  readonly reason: string;
}

function findItemMismatch(item: unknown): Mismatch | undefined {
  if (!isJsonObject(item)) {
    return { path: "", reason: wrongType(item, "an object") };
  }
  for (const [name, check] of FIELDS) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    const found = value === undefined ? undefined : check(value);
    if (found !== undefined) {
      return { path: `/${name}${found.path}`, reason: found.reason };
    }
  }
  return Object.hasOwn(item, "key") ? undefined : { path: "/key", reason: `property "key" is missing` };
}

type Check = (value: unknown) => Mismatch | undefined;

const text: Check = (value) =>
  typeof value === "string" ? undefined : { path: "", reason: wrongType(value, "a string") };

const nullableText: Check = (value) => (value === null ? undefined : text(value));

const dateTime: Check = (value) =>
  typeof value === "string" && !DATE_TIME.test(value)
    ? {
        path: "",
        reason: `string doesn't match the format "date-time": string doesn't match pattern "${DATE_TIME.source}"`,
      }
    : text(value);

const metadata: Check = (value) => {
  if (value === null) {
    return undefined;
  }
  if (!isJsonObject(value)) {
    return { path: "", reason: wrongType(value, "an object") };
  }
  const nulls = Object.keys(value).filter((name) => value[name] === null);
  const [first] = nulls.sort(byBytes);
  return first === undefined ? undefined : { path: `/${wellFormed(first)}`, reason: NOT_NULLABLE };
};

/** The fields of the OpenAPI schema in the order of their check. The periods are deprecated: checked, never stored. */
const FIELDS: readonly (readonly [string, Check])[] = [
  ["currentPeriodEnd", dateTime],
  ["currentPeriodStart", dateTime],
  ["displayName", nullableText],
  ["key", text],
  ["metadata", metadata],
  ["stripeCustomerId", nullableText],
];

/** Follows `findMismatch`: after that, a list is a list of objects. */
function isObjectList(body: unknown): body is JsonObject[] {
  return Array.isArray(body);
}
