import { type Answer, problem } from "./answer";
import type { ApiCall } from "./call";
import { type DecodedItem, decodeItem } from "./decoded-item";
import {
  type Check,
  checkList,
  checkObject,
  dateTime,
  type Fields,
  NOT_NULLABLE,
  nullable,
  text,
  wrongType,
} from "./field-check";
import { readJson, refuse } from "./json-body";
import { findOddity } from "./json-text";
import { isJsonObject, type JsonObject } from "./subject";
import { byBytes, wellFormed } from "./text";

/** The items of an upsert, or the answer that refuses the whole request before anything is stored. */
export type CheckedBody = { readonly items: readonly DecodedItem[] } | { readonly refusal: Answer };

/**
 * Checks an upsert as the server does: content type and JSON, then the OpenAPI schema, then the types that its handler
 * decodes into, then Stripe IDs; the first finding alone is reported.
 */
export function checkUpsert(call: ApiCall): CheckedBody {
  const body = readJson(call);
  if ("refusal" in body) {
    return body;
  }
  const oddity = findOddity(body.value);
  const mismatch = checkList(body.value, (item) => checkObject(item, FIELDS, ["key"]));
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
const FIELDS: Fields = [
  ["currentPeriodEnd", dateTime],
  ["currentPeriodStart", dateTime],
  ["displayName", nullable(text)],
  ["key", text],
  ["metadata", metadata],
  ["stripeCustomerId", nullable(text)],
];

/** Follows the check of the schema: after that, a list is a list of objects. */
function isObjectList(body: unknown): body is JsonObject[] {
  return Array.isArray(body);
}
