export type Kind = "customer" | "subject";

/** What the policies look at: a customer or subject as the program declares it, alone or in a set. */
export interface Declared {
  readonly key: string;
  readonly stripeCustomerId?: string;
  readonly metadata?: unknown;
}

/** By convention of this account, keys of subjects that stand for customers start so. */
const customerPrefix = "customer-";

/** What identifies a person, as words: `contactEmail`, `phone_number` and `Date-of-Birth` are taken apart before. */
const personal = /\b(e ?mail|phone|(first|last|full) name|date of birth|birth ?(date|day)|passport|ssn|iban)\b/;

/** Why it may not be deployed so; nothing when all is well. */
export function stripeIdMissing({ key, stripeCustomerId }: Declared, kind: Kind): string[] {
  const isCustomer = kind === "customer" || key.startsWith(customerPrefix);
  return isCustomer && stripeCustomerId === undefined
    ? [`${key} has no stripeCustomerId: its usage could not be billed`]
    : [];
}

/** Why it may not be deployed so; nothing when all is well. */
export function personalData({ key, metadata }: Declared): string[] {
  return namesIn(metadata)
    .filter((name) => personal.test(wordsOf(name)))
    .map((name) => `${key} has "${name}" in its metadata: personal data stays in the CRM`);
}

function wordsOf(name: string): string {
  const apart = name.replaceAll(/([a-z])([A-Z])/g, "$1 $2");
  return apart.toLowerCase().replaceAll(/[^a-z]+/g, " ");
}

/** The names in an object, at every level. */
function namesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(namesIn);
  return Array.isArray(value) ? inside : [...Object.keys(value), ...inside];
}
