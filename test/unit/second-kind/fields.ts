/**
 * A second kind, to prove that the core and the hosts name none. Its API differs from that of subjects wherever an API can:
 * no bulk route, updates that replace the whole object, a field that cannot be cleared, another with a route of its own.
 */
import type { Field, Kind, Rule } from "../../../provider/src/core/kind";
import { isPlainObject, type JsonObject, type JsonValue } from "../../../provider/src/json";

const isText = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is JsonObject => isPlainObject(value);
const isList = (value: unknown): value is readonly JsonValue[] => Array.isArray(value);

function rule(holds: (value: unknown, isDeferred: (value: unknown) => boolean) => boolean, reason: string): Rule {
  return (value, isDeferred) => (holds(value, isDeferred) ? [] : [{ path: [], reason }]);
}

const text = rule(isText, "must be a string");
const object = rule(isObject, "must be an object");
const keys = rule((value, isDeferred) => {
  return isList(value) && value.every((item) => isDeferred(item) || isText(item));
}, "must be a list of strings");

const fields = {
  name: { declared: text, answered: isText },
  labels: { declared: object, answered: isObject, empty: {}, isMap: true },
  address: { declared: object, answered: isObject, empty: {} },
  usedBy: { declared: keys, answered: isList, empty: [], isUnordered: true },
  currency: { declared: text, answered: isText, cannotClear: "its invoices are in it" },
  stripe: {
    declared: rule((value) => isText(value) && value.startsWith("cus_"), "must start with cus_"),
    answered: isText,
  },
} as const satisfies Readonly<Record<string, Field>>;

export const tenantKind = {
  name: "tenant",
  names: { objects: "tenants", id: "tenantId", ids: "tenantIds" },
  key: rule((value) => isText(value) && value !== "", "must not be empty"),
  fields,
  replacesWhole: true,
} as const satisfies Kind;
