/** The customers that subjects become: which there are already, and what each of them is to have. Pure. */
import type { Fields, LiveObject } from "../core/port";
import { isPlainObject, isStored, type JsonValue, own, typeInWords, withValues } from "../json";
import { quoted } from "../printable";

/** The fields of a customer that its subject says something about. */
export const fieldsFromSubjects = ["name", "subjectKeys", "metadata", "stripeCustomerId"] as const;

/** Customers of an account as a subject looks for its own. */
export class CustomersOfSubjects {
  readonly #byKey: ReadonlyMap<string, LiveObject>;
  readonly #bySubjectKey = new Map<string, LiveObject>();

  /** @param customers all of an account, those without a key too */
  constructor(customers: readonly LiveObject[]) {
    this.#byKey = new Map(customers.map((customer) => [customer.key, customer]));
    for (const customer of customers) {
      for (const subjectKey of textsOf(customer.fields.subjectKeys)) {
        this.#bySubjectKey.set(subjectKey, customer);
      }
    }
  }

  /** Whether the usage of a subject is a customer's: as its key, or among its subject keys. */
  have(subjectKey: string): boolean {
    return this.#byKey.has(subjectKey) || this.#bySubjectKey.has(subjectKey);
  }

  /** The customer whose key is the subject's. */
  ofKey(subjectKey: string): LiveObject | undefined {
    return this.#byKey.get(subjectKey);
  }

  /** A customer of another key that has the subject among its subject keys, which no second one may have. */
  otherHolder(subjectKey: string): LiveObject | undefined {
    const holder = this.#bySubjectKey.get(subjectKey);
    return holder?.key === subjectKey ? undefined : holder;
  }
}

/**
 * A customer for each subject. Where there is one already, it keeps what its subject does not say: the name, further subject
 * keys, and other metadata, which an adopting `up` would otherwise remove.
 *
 * @returns customers as they are to become, and in words what is left out of them
 */
export function customersOf(
  subjects: readonly LiveObject[],
  customers: CustomersOfSubjects,
): { readonly objects: readonly LiveObject[]; readonly leftOut: readonly string[] } {
  const objects: LiveObject[] = [];
  const leftOut: string[] = [];
  for (const subject of subjects) {
    const { key } = subject;
    const holder = customers.otherHolder(key);
    if (holder !== undefined) {
      leftOut.push(`${quoted(key)}: the subject is left out, since it is attributed to ${named(holder)} already`);
      continue;
    }
    const { fields, lost } = customerFields(subject, customers.ofKey(key)?.fields ?? {});
    objects.push({ ...subject, fields });
    for (const { name, reason } of lost) {
      leftOut.push(`${quoted(key)}: metadata[${quoted(name)}] is left out, since a customer can't have it: ${reason}`);
    }
  }
  return { objects, leftOut };
}

interface Lost {
  readonly name: string;
  readonly reason: string;
}

function customerFields(
  { key, fields: { displayName, metadata, stripeCustomerId } }: LiveObject,
  live: Fields,
): { readonly fields: Fields; readonly lost: readonly Lost[] } {
  const { entries, lost } = textsOfMetadata(metadata);
  const has = Object.fromEntries(textEntries(live.metadata));
  const fields = withValues<JsonValue>([
    // A subject's name may be empty, a customer's must not.
    ["name", displayName || (live.name ?? key)],
    ["subjectKeys", [...new Set([key, ...textsOf(live.subjectKeys)])]],
    ["metadata", { ...has, ...Object.fromEntries(entries) }],
    ["stripeCustomerId", stripeCustomerId],
  ]);
  // OpenMeter's own migration writes objects and arrays in a form of its own.
  return { fields, lost: lost.filter(({ name }) => own(has, name) === undefined) };
}

/** A subject's metadata as a customer can have them. */
function textsOfMetadata(metadata: unknown): { readonly entries: readonly [string, string][]; readonly lost: Lost[] } {
  const entries: [string, string][] = [];
  const lost: Lost[] = [];
  const all = isPlainObject(metadata) ? metadata : {};
  for (const [name, value] of Object.entries(all)) {
    // OpenMeter's note in a subject that it has made for a customer.
    if (all.createdBy === "subject.provisioner" && (name === "createdBy" || name === "customerId")) continue;
    const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    const reason = isScalar ? isStored.value(value) : `it is ${typeInWords(value)}, and a customer's are texts`;
    if (reason === undefined) entries.push([name, String(value)]);
    else lost.push({ name, reason });
  }
  return { entries, lost };
}

function textEntries(value: unknown): [string, string][] {
  return Object.entries(isPlainObject(value) ? value : {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
}

function named({ key, id }: LiveObject): string {
  return key === "" ? `customer ${id} (without a key)` : `customer ${quoted(key)}`;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
