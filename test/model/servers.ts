/**
 * The servers of two accounts, each with two kinds of objects, seen as one: a key of the other account has a prefix, and so has
 * that of a customer, so that the rules need no notion of accounts.
 */
import type { Customer, Emulator, Subject } from "openmeter-emulator";
import { type Fields, filled, type KindName, kinds, type ModelKind } from "./kinds";
import type { Live, Server } from "./world";

export interface Servers {
  /** Of the stack's configuration. */
  readonly here: Emulator;
  /** Of a `Provider` of another account. */
  readonly elsewhere: Emulator;
  /** Whether OpenMeter makes and changes customers as subjects are written. */
  readonly subjectHook: boolean;
}

/** Where an object is. */
export interface Place {
  readonly isElsewhere: boolean;
  readonly kind: KindName;
}

const prefixes = { elsewhere: "elsewhere|", customer: "customer|" };

/** The key in the model of one that a program declares. */
export function keyIn({ isElsewhere, kind }: Place, key: string): string {
  return `${isElsewhere ? prefixes.elsewhere : ""}${kind === "customer" ? prefixes.customer : ""}${bareKey(key)}`;
}

/** The key that a program declares, whatever the account and the kind. */
export function bareKey(key: string): string {
  return key.slice(key.lastIndexOf("|") + 1);
}

export function placeOf(key: string): Place {
  return {
    isElsewhere: key.startsWith(prefixes.elsewhere),
    kind: key.includes(prefixes.customer) ? "customer" : "subject",
  };
}

/** The kind of the object of a key. */
export function kindOfKey(key: string): ModelKind {
  return kinds[placeOf(key).kind];
}

/** The key of an object of another kind in the same account. */
export function keyBeside(key: string, kind: KindName, other = key): string {
  return keyIn({ ...placeOf(key), kind }, other);
}

/** Objects by key, with the keys that they have in a place. */
export function keysIn<T>(place: Place, objects: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(objects).map(([key, object]) => [keyIn(place, key), object]));
}

/** Objects by key, with the keys that a program declares. */
export function bareKeys<T>(objects: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(objects).map(([key, object]) => [bareKey(key), object]));
}

export function serverOf({ here, elsewhere }: Servers, key: string): Emulator {
  return placeOf(key).isElsewhere ? elsewhere : here;
}

export function both({ here, elsewhere }: Servers): readonly (readonly [isElsewhere: boolean, Emulator])[] {
  return [
    [false, here],
    [true, elsewhere],
  ];
}

/** All that both have. */
export function liveAt(servers: Servers): Server {
  return new Map(
    both(servers).flatMap(
      ([isElsewhere, { subjects, customers, stripe }]): [string, Live][] =>
        [
          ...subjects
            .list()
            .map((one) => [keyIn({ isElsewhere, kind: "subject" }, one.key), liveSubject(one)] as const),
          ...customers
            .list()
            .map((one) => customers.withSubscriptions(one))
            .map(
              (one) =>
                [
                  keyIn({ isElsewhere, kind: "customer" }, String(one.key)),
                  liveCustomer(one, stripe.linkOf(one.id)?.stripeCustomerId),
                ] as const,
            ),
        ] as [string, Live][],
    ),
  );
}

function liveSubject(subject: Subject): Live {
  const { id, displayName, metadata, stripeCustomerId } = subject;
  return { id, fields: defined({ displayName, metadata, stripeCustomerId }), whole: subject, isSubscribed: false };
}

function liveCustomer(customer: Customer, stripeCustomerId: string | undefined): Live {
  const { id, name, description, usageAttribution, primaryEmail, billingAddress = {}, metadata, currency } = customer;
  const fields = {
    name,
    description,
    subjectKeys: usageAttribution?.subjectKeys,
    primaryEmail: primaryEmail === "" ? undefined : primaryEmail,
    billingAddress: defined(Object.fromEntries(Object.entries(billingAddress).filter(([, part]) => part !== ""))),
    metadata,
    currency,
    stripeCustomerId,
  };
  const isSubscribed = customer.currentSubscriptionId !== undefined;
  return { id, fields: filled(kinds.customer, defined(fields)), whole: customer, isSubscribed };
}

function defined(fields: Readonly<Record<string, unknown>>): Fields {
  // What the emulator has is JSON.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

/** The ids of the records that are deleted. */
export function deletedAt(servers: Servers): ReadonlySet<string> {
  const records = both(servers).flatMap(([, { subjects, customers }]) => [...subjects.all(), ...customers.all()]);
  return new Set(records.flatMap(({ id, deletedAt }) => (deletedAt === undefined ? [] : [id])));
}

/** The key of a record, also of one that is deleted. */
export function keyOfRecord(servers: Servers, id: string): string | undefined {
  for (const [isElsewhere, { subjects, customers }] of both(servers)) {
    const [subject, customer] = [subjects.getById(id), customers.getById(id)];
    if (subject !== undefined) {
      return keyIn({ isElsewhere, kind: "subject" }, subject.key);
    }
    if (customer?.key !== undefined) {
      return keyIn({ isElsewhere, kind: "customer" }, customer.key);
    }
  }
  return undefined;
}

/** Begins anew. */
export function clearServers(servers: Servers): void {
  for (const [, { subjects, customers }] of both(servers)) {
    subjects.clear();
    customers.clear();
  }
}
