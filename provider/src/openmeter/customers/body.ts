/** Customers as the API writes them, and back. Pure. */
import type { Fields, Write } from "../../core/port";
import { isPlainObject, type JsonObject, type JsonValue, withValues } from "../../json";

/** The body of a POST or a PUT. */
export type CustomerBody = Readonly<Record<string, JsonValue>>;

/** The field that has a route of its own. */
export const stripeField = "stripeCustomerId";

/** A record of an answer by the names of the kind's fields. Empty texts that stand for "none" are left out. */
export function flattened(value: unknown): unknown {
  if (!isPlainObject(value)) {
    return value;
  }
  const { usageAttribution, primaryEmail, billingAddress, key = "", ...rest } = value;
  const subjectKeys = isPlainObject(usageAttribution) ? usageAttribution.subjectKeys : undefined;
  const address = isPlainObject(billingAddress)
    ? Object.fromEntries(Object.entries(billingAddress).filter(([, part]) => part !== ""))
    : billingAddress;
  return {
    ...rest,
    // A customer that has subject keys may do without a key of its own.
    key,
    ...(subjectKeys !== undefined && { subjectKeys }),
    ...(primaryEmail !== "" && primaryEmail !== undefined && { primaryEmail }),
    ...(address !== undefined && { billingAddress: address }),
  };
}

/** The fields that a customer has after these changes. */
export function changed(live: Fields, changes: Write["changes"]): Fields {
  const all: Readonly<Record<string, JsonValue | null>> = { ...live, ...changes };
  return withValues(Object.entries(all).map(([name, value]) => [name, value ?? undefined]));
}

/**
 * The body that makes a customer so. What is left out, OpenMeter clears, except for the email address, the currency, and parts of an
 * address: those are cleared by an empty text, never, and as `clearsCountry` says.
 *
 * @param live what it has; empty for a new one
 */
export function bodyOf(key: string, fields: Fields, live: Fields = {}): CustomerBody {
  const { name = key, description, metadata, primaryEmail, currency, billingAddress, subjectKeys } = fields;
  const had = Object.keys(Object(live.billingAddress)).map((part) => [part, ""] as const);
  const address = isFilled(billingAddress) ? { ...Object.fromEntries(had), ...billingAddress } : undefined;
  const attributed = asSet(subjectKeys);
  const isAttributed = attributed.length > 0 || asSet(live.subjectKeys).length > 0;
  const email = primaryEmail ?? (live.primaryEmail === undefined ? undefined : "");
  return withValues<JsonValue>([
    ["key", key],
    ["name", name],
    ["description", description],
    ["metadata", isFilled(metadata) ? metadata : undefined],
    ["primaryEmail", email],
    ["currency", currency],
    ["billingAddress", address],
    // Left out, all would be dropped, even under a subscription.
    ["usageAttribution", isAttributed ? { subjectKeys: attributed } : undefined],
  ]);
}

/** Whether a PUT without an address has to come before this: a country is cleared by nothing else. */
export function clearsCountry({ billingAddress }: CustomerBody): boolean {
  return isPlainObject(billingAddress) && billingAddress.country === "";
}

/** The subject keys that a customer lists. */
export function subjectKeysIn({ subjectKeys }: Fields): readonly string[] {
  return textsIn(subjectKeys);
}

/** The subject keys of a body. */
export function subjectKeysOf({ usageAttribution }: CustomerBody): readonly string[] {
  return isPlainObject(usageAttribution) ? textsIn(usageAttribution.subjectKeys) : [];
}

/** Each once, in the order in which OpenMeter answers them: by their bytes in UTF-8. */
function asSet(keys: JsonValue | undefined): readonly string[] {
  return [...new Set(textsIn(keys))].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

function textsIn(keys: JsonValue | undefined): readonly string[] {
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}

function isFilled(value: JsonValue | undefined): value is JsonObject {
  return isPlainObject(value) && Object.keys(value).length > 0;
}
