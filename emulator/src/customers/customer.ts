import type { JsonObject } from "../subject";

/** A postal address; what is not set is absent. */
export interface Address {
  readonly city?: string;
  readonly country?: string;
  readonly line1?: string;
  readonly line2?: string;
  readonly phoneNumber?: string;
  readonly postalCode?: string;
  readonly state?: string;
}

/** The fields of an address, in the order in which they are checked and written. */
export const addressFields = ["city", "country", "line1", "line2", "phoneNumber", "postalCode", "state"] as const;

/** What a client sends of a customer. */
export interface CustomerInput {
  readonly name: string;
  readonly key?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly primaryEmail?: string;
  /** Three letters, a fiat currency. */
  readonly currency?: string;
  readonly billingAddress?: Address;
  readonly usageAttribution?: { readonly subjectKeys: readonly string[] };
}

/** What of a customer a client sends: a test may write back a whole customer. */
export function inputOf({
  name,
  key,
  description,
  metadata,
  primaryEmail,
  currency,
  billingAddress,
  usageAttribution,
}: CustomerInput): CustomerInput {
  return {
    name,
    ...(key !== undefined && { key }),
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata }),
    ...(primaryEmail !== undefined && { primaryEmail }),
    ...(currency !== undefined && { currency }),
    ...(billingAddress !== undefined && { billingAddress }),
    ...(usageAttribution !== undefined && { usageAttribution }),
  };
}

/** A customer as the API shows it. What is null, `{}` or `[]` in the database is absent. */
export interface Customer extends CustomerInput {
  readonly annotations?: JsonObject;
  readonly createdAt: string;
  readonly deletedAt?: string;
  readonly id: string;
  readonly updatedAt: string;
  /** In answers to GET only, as is `subscriptions`. */
  readonly currentSubscriptionId?: string;
  readonly subscriptions?: readonly JsonObject[];
}

/** A customer without what others store about it. */
export type StoredCustomer = Omit<Customer, "usageAttribution" | "currentSubscriptionId" | "subscriptions"> & {
  /**
   * The subject keys that a deleted customer had. Those of a live one stand in the table of who has which, of which every
   * subject key is in one row at most.
   */
  readonly lastSubjectKeys?: readonly string[];
};

/** The fields in the order in which the server writes them, what is undefined or empty left out. */
export function customerInOrder(stored: StoredCustomer, subjectKeys: readonly string[]): Customer {
  const { billingAddress, deletedAt } = stored;
  return {
    ...(isFilled(stored.annotations) && { annotations: stored.annotations }),
    ...(isFilled(billingAddress) && { billingAddress: addressInOrder(billingAddress) }),
    createdAt: stored.createdAt,
    ...(stored.currency !== undefined && { currency: stored.currency }),
    ...(deletedAt !== undefined && { deletedAt }),
    ...(stored.description !== undefined && { description: stored.description }),
    id: stored.id,
    ...(stored.key !== undefined && { key: stored.key }),
    ...(isFilled(stored.metadata) && { metadata: stored.metadata }),
    name: stored.name,
    ...(stored.primaryEmail !== undefined && { primaryEmail: stored.primaryEmail }),
    updatedAt: stored.updatedAt,
    ...(subjectKeys.length > 0 && { usageAttribution: { subjectKeys } }),
  };
}

function isFilled<Value extends object>(object: Value | undefined): object is Value {
  return object !== undefined && Object.keys(object).length > 0;
}

function addressInOrder(address: Address): Address {
  return Object.fromEntries(
    addressFields.flatMap((name) => (address[name] === undefined ? [] : [[name, address[name]]])),
  );
}
