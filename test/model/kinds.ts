/** What differs between the kinds of objects, as far as the model has to know: all of it, in one table. */
import type { JsonObject } from "openmeter-emulator";

/** Fields by name. Of a declaration: those that are absent are not owned. */
export type Fields = JsonObject;

export type KindName = "subject" | "customer";

export interface ModelKind {
  readonly name: KindName;
  /** Its class; the ones of a set and its companion begin with it. */
  readonly type: "Subject" | "Customer";
  /** What the properties of the objects of a set, of one id and of several are called. */
  readonly objects: string;
  readonly id: string;
  readonly ids: string;
  /** The names of resources with one object, and of sets. */
  readonly singles: readonly string[];
  readonly sets: readonly string[];
  /** The fields that a program can own, each for itself. */
  readonly fields: readonly string[];
  /** Those that `ignoreChanges` may name without making two objects claim the same. */
  readonly ignorable: readonly string[];
  /** What fields read back as that have no value; the others are absent then. */
  readonly empty: Fields;
  /** What fields have that nobody gives a value. */
  readonly standard: (key: string) => Fields;
  /** Whether a resource with one object keeps its key. */
  readonly keepsKey: boolean;
  /** Whether a write sends the whole object: nothing is sent where it would change nothing. */
  readonly isWhole: boolean;
}

const subject: ModelKind = {
  name: "subject",
  type: "Subject",
  objects: "subjects",
  id: "subjectId",
  ids: "subjectIds",
  singles: ["one", "two", "three"],
  sets: ["set-a", "set-b"],
  fields: ["displayName", "metadata", "stripeCustomerId"],
  ignorable: ["displayName", "metadata", "stripeCustomerId"],
  empty: { metadata: {} },
  standard: () => ({}),
  keepsKey: false,
  isWhole: false,
};

const customerPrefix = "c-";

const customer: ModelKind = {
  name: "customer",
  type: "Customer",
  objects: "customers",
  id: "customerId",
  ids: "customerIds",
  singles: ["c-one", "c-two", "c-three"],
  sets: ["c-set-a", "c-set-b"],
  fields: ["name", "description", "subjectKeys", "primaryEmail", "billingAddress", "metadata"],
  ignorable: ["name", "description", "primaryEmail", "billingAddress", "metadata"],
  empty: { subjectKeys: [], billingAddress: {}, metadata: {} },
  standard: (key) => ({ name: key }),
  keepsKey: true,
  isWhole: true,
};

export const kinds: Readonly<Record<KindName, ModelKind>> = { subject, customer };

/** The kind of what a resource of this name, or its set, declares: names tell. */
export function kindOf(name: string): ModelKind {
  return name.startsWith(customerPrefix) ? customer : subject;
}

/** The values of a map in which each field that has none has its empty value. */
export function filled({ empty }: ModelKind, fields: Fields): Fields {
  return { ...empty, ...fields };
}

/** A list of texts; of anything else, none. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
