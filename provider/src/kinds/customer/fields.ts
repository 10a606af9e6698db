/** The fields of a customer: the one table from which its checks, requests, answers, outputs and look-ups follow. */
import type { Field, Kind, Rule } from "../../core/kind";
import { isPlainObject, isStored, type JsonObject, type Problem, problemsAt, typeInWords } from "../../json";
import { notAmong } from "../../printable";
import { isText, stripeCustomerId, text, tooLongToIndex } from "../rules";

/** Characters of a key and of a name, as OpenMeter counts them: code points. */
const maxNameLength = 256;

const maxDescriptionLength = 1024;

const key: Rule = (value, isDeferred) =>
  value === undefined || value === null
    ? [{ path: [], reason: 'is required: your own identifier of the customer, such as "customer-42"' }]
    : keyText(value, isDeferred);

const keyText = text((value) =>
  value === "." || value === ".."
    ? "must not be . or .., which URL normalisation would turn into another route"
    : notBetween(1, maxNameLength)(value),
);

const currency = text((value) =>
  /^[A-Z]{3}$/.test(value) ? undefined : "must be the three capital letters of a currency, such as EUR",
);

const country = text((value) =>
  /^[A-Z]{2}$/.test(value) ? undefined : "must be the two capital letters of a country, such as DE",
);

const part = text((value) => (value === "" ? "must not be empty; leave it out" : undefined));

/** The parts of a billing address. */
export const addressParts: Readonly<Record<string, Rule>> = {
  country,
  postalCode: part,
  state: part,
  city: part,
  line1: part,
  line2: part,
  phoneNumber: part,
};

const billingAddress: Rule = (value, isDeferred) => {
  if (!isPlainObject(value)) {
    return [{ path: [], reason: `is ${typeInWords(value)}; it must be an object such as { country: "DE" }` }];
  }
  return Object.entries(value).flatMap(([name, given]) => {
    const rule = Object.hasOwn(addressParts, name) ? addressParts[name] : undefined;
    if (rule === undefined) {
      const reason = notAmong(name, Object.keys(addressParts), { one: "a part of an address", all: "its parts" });
      return [{ path: [name], reason }];
    }
    return given === undefined || isDeferred(given) ? [] : problemsAt([name], rule(given, isDeferred));
  });
};

const subjectKey = text((value) => (value === "" ? "must not be empty" : tooLongToIndex(value)));

const subjectKeys: Rule = (value, isDeferred) =>
  Array.isArray(value)
    ? value.flatMap((one, index) => (isDeferred(one) ? [] : problemsAt([index], subjectKey(one, isDeferred))))
    : [{ path: [], reason: `is ${typeInWords(value)}; it must be an array of subject keys` }];

const metadata: Rule = (value, isDeferred) => {
  if (!isPlainObject(value)) {
    const reason = isStored.value(value) ?? `is ${typeInWords(value)}; it must be an object of names and strings`;
    return [{ path: [], reason }];
  }
  return Object.entries(value).flatMap(([name, entry]): Problem[] => {
    const wrongName = isStored.key(name);
    if (wrongName !== undefined) {
      return [{ path: [name], reason: wrongName }];
    }
    return entry === undefined || isDeferred(entry) ? [] : problemsAt([name], anyText(entry, isDeferred));
  });
};

const anyText = text(() => undefined);

const fields = {
  name: {
    declared: text(notBetween(1, maxNameLength)),
    answered: isText,
    // OpenMeter requires one.
    standard: (ownKey: string) => ownKey,
  },
  description: { declared: text(notBetween(0, maxDescriptionLength)), answered: isText },
  subjectKeys: {
    declared: subjectKeys,
    answered: (value): value is readonly string[] => Array.isArray(value) && value.every(isText),
    empty: [],
    isUnordered: true,
  },
  primaryEmail: {
    declared: text((value) => (value === "" ? "must not be empty; leave it out" : tooLongToIndex(value))),
    answered: isText,
  },
  currency: {
    declared: currency,
    answered: isText,
    cannotClear: "OpenMeter keeps the currency of a customer that has one",
  },
  billingAddress: {
    declared: billingAddress,
    answered: (value): value is JsonObject => isPlainObject(value) && Object.values(value).every(isText),
    empty: {},
  },
  metadata: {
    declared: metadata,
    answered: (value): value is JsonObject => isPlainObject(value) && Object.values(value).every(isText),
    empty: {},
    isMap: true,
    warning: hiddenEntries,
  },
  stripeCustomerId,
} as const satisfies Readonly<Record<string, Field>>;

/** Customers: who is billed for usage, and whose entitlements are checked. */
export const customerKind = {
  name: "customer",
  names: { objects: "customers", id: "customerId", ids: "customerIds" },
  key,
  fields,
  replacesWhole: true,
  cannotChangeKey:
    "Another key would be another customer, without the subscriptions, entitlements and Stripe link of this one",
  attribution: {
    kind: "subject",
    field: "subjectKeys",
    sameFields: { name: "displayName", metadata: "metadata", stripeCustomerId: "stripeCustomerId" },
  },
} as const satisfies Kind;

/** What the newer API of customers (v3) can show as labels. It hides other metadata, and a write by it removes them. */
const labelText = /^(?=.{1,63}$)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/;
const reservedName = /^(?:_|kong|konnect|insomnia|mesh|kic|kuma|openmeter)/;

function hiddenEntries(value: unknown): string | undefined {
  const hidden = Object.entries(isPlainObject(value) ? value : {})
    .filter(([name, entry]) => typeof entry === "string" && !(isLabelName(name) && labelText.test(entry)))
    .map(([name]) => name);
  return hidden.length === 0
    ? undefined
    : `${hidden.map((name) => JSON.stringify(name)).join(", ")}: OpenMeter's v3 API shows metadata as labels, whose names and values have 1 to 63 letters and digits, with single ".", "_" or "-" between them. It hides other entries, and whoever writes the customer by it removes them`;
}

function isLabelName(name: string): boolean {
  return labelText.test(name) && !reservedName.test(name);
}

function notBetween(least: number, most: number): (value: string) => string | undefined {
  return (value) => {
    if (value.length < least) {
      return "must not be empty";
    }
    return value.length > most && [...value].length > most
      ? `is longer than ${most} characters, the most that OpenMeter takes`
      : undefined;
  };
}
