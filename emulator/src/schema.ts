import { type Answer, problem, schemaProblem } from "./answer";
import type { ApiCall } from "./call";
import { isJsonObject, type SubjectUpsert } from "./subject";

/** The items of an upsert, or the answer that refuses the whole request before anything is stored. */
export type CheckedBody = { readonly items: readonly SubjectUpsert[] } | { readonly refusal: Answer };

/**
 * Checks an upsert as the server does: content type and JSON, then the OpenAPI schema, then numbers, then Stripe IDs, the
 * first finding alone is reported.
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
  const items = body.value;
  const mismatch = findMismatch(items);
  if (mismatch !== undefined || !isUpsertList(items)) {
    return refuse(`doesn't match schema: ${mismatch}`);
  }
  if (holdsUnboundedNumber(items)) {
    return { refusal: problem(500) };
  }
  const foreignStripeId = items.some(({ stripeCustomerId }) => stripeCustomerId?.startsWith("cus_") === false);
  return foreignStripeId ? { refusal: problem(400, "stripeCustomerId must start with cus_ when set") } : { items };
}

function refuse(reason: string): CheckedBody {
  return { refusal: schemaProblem(`request body has an error: ${reason}`) };
}

/** The media type is compared case-sensitively by the server, parameters such as charset are skipped. */
function isJsonContentType(contentType: string): boolean {
  return contentType.split(";", 1)[0]?.trim() === "application/json";
}

/** The wrong type of a value, as the schema validator words it. */
const NOT_NULLABLE = "Value is not nullable";

function findMismatch(body: unknown): string | undefined {
  if (!Array.isArray(body)) {
    return body === null ? NOT_NULLABLE : "value must be an array";
  }
  for (const [index, item] of body.entries()) {
    const found = findItemMismatch(item);
    if (found !== undefined) {
      return `Error at "/${index}${found.path}": ${found.reason}`;
    }
  }
  return undefined;
}

interface Mismatch {
  readonly path: string;
  readonly reason: string;
}

function findItemMismatch(item: unknown): Mismatch | undefined {
  if (!isJsonObject(item)) {
    return { path: "", reason: item === null ? NOT_NULLABLE : "value must be an object" };
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
  typeof value === "string"
    ? undefined
    : { path: "", reason: value === null ? NOT_NULLABLE : "value must be a string" };

const nullableText: Check = (value) => (value === null ? undefined : text(value));

const DATE_TIME =
  /^[0-9]{4}-(0[1-9]|10|11|12)-(0[1-9]|[12][0-9]|3[01])T([0-1][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?(Z|(\+|-)[0-9]{2}:[0-9]{2})$/;

const dateTime: Check = (value) =>
  typeof value === "string" && !DATE_TIME.test(value)
    ? { path: "", reason: `string doesn't match the format "date-time"` }
    : text(value);

const metadata: Check = (value) => {
  if (value === null) {
    return undefined;
  }
  if (!isJsonObject(value)) {
    return { path: "", reason: "value must be an object" };
  }
  const nulls = Object.keys(value).filter((name) => value[name] === null);
  return nulls.length === 0 ? undefined : { path: `/${nulls.sort()[0]}`, reason: NOT_NULLABLE };
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

/** Follows `findMismatch`: after that, a list is a list of upserts. */
function isUpsertList(body: unknown): body is SubjectUpsert[] {
  return Array.isArray(body);
}

/** Whether a number somewhere in the body is beyond a double (`1e400`), unknown fields too. */
function holdsUnboundedNumber(value: unknown): boolean {
  if (typeof value === "number") {
    return !Number.isFinite(value);
  }
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return Object.values(value).some(holdsUnboundedNumber);
}
