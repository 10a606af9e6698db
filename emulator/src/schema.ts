import { type Answer, problem, schemaProblem } from "./answer";
import type { ApiCall } from "./call";
import { type Check, checkList, checkObject, dateTime, type Fields, NOT_NULLABLE, nullable, text } from "./field-check";
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
  const mismatch = checkList(items, (item) => checkObject(item, FIELDS, ["key"]));
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
const FIELDS: Fields = [
  ["currentPeriodEnd", dateTime],
  ["currentPeriodStart", dateTime],
  ["displayName", nullable(text)],
  ["key", text],
  ["metadata", metadata],
  ["stripeCustomerId", nullable(text)],
];

/** Follows the check of the schema: after that, a list is a list of upserts. */
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
