import { type Answer, json, noContent, problem, schemaProblem } from "../answer";
import type { ApiCall } from "../call";
import { type Check, checkObject, type Fields, listOf, text, wrongType } from "../field-check";
import { readJson, refuseMismatch } from "../json-body";
import { storedText } from "../stored-value";
import { isJsonObject, type JsonObject } from "../subject";
import type { Customers } from "./customers";
import { readAppsQuery } from "./list-query";
import { type Stripe, type StripeApp, type StripeLink, shownApp, unmet } from "./stripe";

interface Linked {
  readonly customers: Customers;
  readonly stripe: Stripe;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/;

const LINK: Fields = [
  ["stripeCustomerId", text],
  ["stripeDefaultPaymentMethodId", text],
];

/** `/api/v1/customers/{idOrKey}/stripe`. */
export function answerStripe(call: ApiCall, idOrKey: string, { customers, stripe }: Linked): Answer {
  if (call.method === "GET") {
    const { id } = customers.expectLive(storedText(idOrKey));
    return shownLink(id, stripe);
  }
  const body = readJson(call);
  if ("refusal" in body) {
    return body.refusal;
  }
  const found = checkObject(body.value, LINK, ["stripeCustomerId"]);
  if (found !== undefined || !isJsonObject(body.value)) {
    const mismatch = found ?? { path: "", reason: wrongType(body.value, "an object") };
    return refuseMismatch(mismatch, "StripeCustomerAppDataBase").refusal;
  }
  const { id } = customers.expectLive(storedText(idOrKey));
  stripe.link(id, stripe.appOf(id), readLink(body.value));
  return shownLink(id, stripe);
}

function shownLink(customerId: string, stripe: Stripe): Answer {
  const app = stripe.appOf(customerId);
  const link = stripe.linkOf(customerId);
  if (link === undefined) {
    throw unmet(customerId, app, "customer has no data for stripe app");
  }
  return json(200, shown(app, link));
}

function shown(app: StripeApp, link: StripeLink): JsonObject {
  return { app: shownApp(app), id: app.id, ...link, type: "stripe" };
}

/** `/api/v1/customers/{idOrKey}/apps`. */
export function answerApps(call: ApiCall, idOrKey: string, { customers, stripe }: Linked): Answer {
  if (call.method === "GET") {
    return listApps(call.path, idOrKey, { customers, stripe });
  }
  const body = readJson(call);
  if ("refusal" in body) {
    return body.refusal;
  }
  const found = listOf(appData)(body.value);
  if (found !== undefined) {
    return refuseMismatch(found).refusal;
  }
  const { id } = customers.expectLive(storedText(idOrKey));
  for (const item of isObjectList(body.value) ? body.value : []) {
    if (item.type === "stripe") {
      stripe.link(id, typeof item.id === "string" ? stripe.appById(item.id) : stripe.appOf(id), readLink(item));
    }
  }
  return { status: 200, headers: {}, payload: "" };
}

function listApps(path: string, idOrKey: string, { customers, stripe }: Linked): Answer {
  const query = readAppsQuery(path);
  if ("refusal" in query) {
    return query.refusal.bound ? problem(400, query.refusal.detail) : schemaProblem(query.refusal.detail);
  }
  const { id } = customers.expectLive(storedText(idOrKey));
  const link = stripe.linkOf(id);
  const isAsked = query.type === undefined || query.type === "stripe";
  const all = link === undefined || stripe.app === undefined || !isAsked ? [] : [shown(stripe.app, link)];
  const items = all.slice((query.page - 1) * query.pageSize, query.page * query.pageSize);
  return json(200, { items, page: query.page, pageSize: query.pageSize, totalCount: all.length });
}

/** `DELETE /api/v1/customers/{idOrKey}/apps/{appId}`. */
export function answerApp(idOrKey: string, appId: string, { customers, stripe }: Linked): Answer {
  if (!ULID.test(appId)) {
    const reason = `string doesn't match the regular expression "${ULID.source}"`;
    return schemaProblem(`parameter "appId" in path has an error: ${reason}`);
  }
  const { id } = customers.expectLive(storedText(idOrKey));
  stripe.appById(appId);
  stripe.unlink(id);
  return noContent;
}

const TYPES = ["stripe", "sandbox", "custom_invoicing"];

/** One item of PUT `/apps`. Data of other apps than Stripe's are taken and forgotten, as the sandbox does. */
const appData: Check = (value) => {
  if (!isJsonObject(value)) {
    return { path: "", reason: wrongType(value, "an object"), detached: true };
  }
  if (!Object.hasOwn(value, "type")) {
    return { path: "", reason: `input does not contain the discriminator property "type"` };
  }
  if (typeof value.type !== "string" || !TYPES.includes(value.type)) {
    const property = `discriminator property "type"`;
    const reason =
      typeof value.type === "string" ? `${property} has invalid value` : `value of ${property} is not a string`;
    return { path: "", reason };
  }
  const isStripe = value.type === "stripe";
  const found = checkObject(value, [["id", appId], ...(isStripe ? LINK : [])], isStripe ? ["stripeCustomerId"] : []);
  return found && { ...found, detached: true };
};

const appId: Check = (value) =>
  typeof value === "string" && !ULID.test(value)
    ? { path: "", reason: `string doesn't match the regular expression "${ULID.source}"` }
    : text(value);

function readLink({ stripeCustomerId, stripeDefaultPaymentMethodId }: JsonObject): StripeLink {
  return {
    stripeCustomerId: String(stripeCustomerId),
    ...(typeof stripeDefaultPaymentMethodId === "string" && { stripeDefaultPaymentMethodId }),
  };
}

/** Follows the check of the schema. */
function isObjectList(value: unknown): value is JsonObject[] {
  return Array.isArray(value);
}
