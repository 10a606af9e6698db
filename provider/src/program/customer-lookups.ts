import type { Input, InvokeOptions, InvokeOutputOptions, Output } from "@pulumi/pulumi";
import type { Rule } from "../core/kind";
import type { Problem } from "../json";
import { customerKind } from "../kinds/customer/fields";
import type { CustomerAddress } from "./customer";
import { inOutputForm, inPromiseForm } from "./invoke";
import { type LookupKind, lookupOfMany, lookupOfOne, optional, text } from "./lookup";

/** A customer as lists have it, whoever manages it: without its Stripe customer ID, which OpenMeter tells of one customer at a time. */
export interface GetCustomersResult {
  /** Your own identifier of the customer. */
  readonly key: string;
  /** The name that people see. */
  readonly name: string;
  /** Absent if there is none. */
  readonly description?: string;
  /** Empty if there are none. The customer's own key counts without being among them. */
  readonly subjectKeys: readonly string[];
  /** Where invoices are sent. */
  readonly primaryEmail?: string;
  /** Three capital letters, such as `EUR`. */
  readonly currency?: string;
  /** Absent if there is none. */
  readonly billingAddress?: CustomerAddress;
  /** Empty if there is none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** OpenMeter's identifier of the customer, a ULID. */
  readonly customerId: string;
}

/** A customer as OpenMeter has it, whoever manages it. */
export interface GetCustomerResult extends GetCustomersResult {
  /** `cus_…`, if the customer is linked to one. */
  readonly stripeCustomerId?: string;
}

/** Which customer to look up: the one of this key, or of this id. */
export type GetCustomerArgs =
  | {
      /** The customer's key. */
      readonly key: string;
      /** Not beside a key. */
      readonly id?: undefined;
    }
  | {
      /** OpenMeter's identifier of the customer, a ULID. */
      readonly id: string;
      /** Not beside an id. */
      readonly key?: undefined;
    };

/** Which customer to look up, as in {@link GetCustomerArgs}. The key or id may be an output of a resource. */
export type GetCustomerOutputArgs =
  | {
      /** The customer's key. */
      readonly key: Input<string>;
      /** Not beside a key. */
      readonly id?: undefined;
    }
  | {
      /** OpenMeter's identifier of the customer, a ULID. */
      readonly id: Input<string>;
      /** Not beside an id. */
      readonly key?: undefined;
    };

/** Which customers to look up: those that meet all given conditions. */
export interface GetCustomersArgs {
  /** The keys, at most these. A key that no customer has is left out of the result. */
  readonly keys?: readonly string[] | undefined;
  /** What the key begins with. */
  readonly keyPrefix?: string | undefined;
  /** The subject whose usage is the customer's: one of its subject keys, or its own key. At most one customer has it. */
  readonly subjectKey?: string | undefined;
  /** The whole email address, in the same letters. */
  readonly primaryEmail?: string | undefined;
  /** Entries that the metadata must have, with equal texts; it may have others. */
  readonly metadata?: { readonly [name: string]: string | undefined } | undefined;
}

/** Which customers to look up, as in {@link GetCustomersArgs}. Any part may be an output of a resource. */
export interface GetCustomersOutputArgs {
  /** The keys, at most these. A key that no customer has is left out of the result. */
  readonly keys?: Input<readonly Input<string>[]> | undefined;
  /** What the key begins with. */
  readonly keyPrefix?: Input<string> | undefined;
  /** The subject whose usage is the customer's: one of its subject keys, or its own key. At most one customer has it. */
  readonly subjectKey?: Input<string> | undefined;
  /** The whole email address, in the same letters. */
  readonly primaryEmail?: Input<string> | undefined;
  /** Entries that the metadata must have, with equal texts; it may have others. */
  readonly metadata?: Input<{ readonly [name: string]: Input<string> | undefined }> | undefined;
}

/**
 * Looks up a customer (`GET /api/v1/customers/{customerIdOrKey}`) in previews too, with the stack's configuration or that of a
 * {@link Provider}. It creates no resource and stores nothing in the state. For a key that is an output, or for a customer that
 * this program creates, use {@link getCustomerOutput}.
 *
 * @param options `provider`: a {@link Provider}; by default the one that `parent` passes down, else the stack's configuration.
 *   The other options concern plugins and have no effect.
 * @returns the customer. An error rejects the promise; if nothing awaits the promise, the error is not shown
 * @throws {RunError} if there is no such customer, or if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { getCustomer } from "pulumi-openmeter";
 *
 * export const currency = getCustomer({ key: "customer-42" }).then((customer) => customer.currency);
 * ```
 */
export function getCustomer(args: GetCustomerArgs, options?: InvokeOptions): Promise<GetCustomerResult> {
  return inPromiseForm(oneCustomer, args, options);
}

/**
 * Looks up a customer as {@link getCustomer} does, once everything that its arguments depend on is known. The resources that the
 * arguments come from are created or updated first. If a preview would create one of them, the result is unknown. The result
 * is secret if an argument is.
 *
 * @param options as for {@link getCustomer}, and `dependsOn`: resources or components to wait for
 * @throws {RunError} in the output, if there is no such customer, or if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { Customer, getCustomerOutput } from "pulumi-openmeter";
 *
 * const acme = new Customer("acme", { key: "customer-42" });
 *
 * // All of its metadata, including what the CRM has written.
 * export const metadata = getCustomerOutput({ id: acme.customerId }).metadata;
 * ```
 */
export function getCustomerOutput(
  args: GetCustomerOutputArgs,
  options?: InvokeOutputOptions,
): Output<GetCustomerResult> {
  return inOutputForm(oneCustomer, args, options);
}

/**
 * Looks up the customers that meet all conditions of a filter, in previews too. They come in the order of their creation or, with
 * `keys`, in the order of the keys. It reads a few `keys` one by one, and otherwise lists the whole account
 * (`GET /api/v1/customers`) and filters it.
 *
 * Customers that contain the API key are left out, and a warning says how many. Asking for one of them by its key is an error.
 *
 * @param filter without one, all customers of the account
 * @param options as for {@link getCustomer}
 * @returns the customers; an empty array if there are none
 * @throws {RunError} if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { getCustomers } from "pulumi-openmeter";
 *
 * export const payer = getCustomers({ subjectKey: "acme-host-1" }).then(([customer]) => customer?.name);
 * ```
 */
export function getCustomers(filter: GetCustomersArgs = {}, options?: InvokeOptions): Promise<GetCustomersResult[]> {
  return inPromiseForm(manyCustomers, filter, options);
}

/**
 * Looks up customers as {@link getCustomers} does, but waits until everything that the filter depends on is known, as
 * {@link getCustomerOutput} does.
 *
 * @param options as for {@link getCustomerOutput}
 * @throws {RunError} in the output, if the configuration is invalid or the request fails
 *
 * @example
 * ```ts
 * import { CustomerSet, getCustomersOutput } from "pulumi-openmeter";
 *
 * const set = new CustomerSet("customers", { customers: [{ key: "customer-42" }] });
 *
 * export const count = getCustomersOutput({ keyPrefix: "customer-" }, { dependsOn: set }).length;
 * ```
 */
export function getCustomersOutput(
  filter: GetCustomersOutputArgs = {},
  options?: InvokeOutputOptions,
): Output<GetCustomersResult[]> {
  return inOutputForm(manyCustomers, filter, options);
}

const customers: LookupKind<GetCustomerResult> = {
  kind: customerKind,
  functions: { one: "getCustomer", many: "getCustomers" },
  portOf: (connection) => connection.customers,
  found: ({ id, key, fields }) =>
    // The fields were read by the kind's table, which says what each of them is.
    ({ metadata: {}, subjectKeys: [], ...fields, key, customerId: id }) as unknown as GetCustomerResult,
};

const oneCustomer = lookupOfOne<GetCustomerArgs, GetCustomerResult>(customers, {
  example: '{ key: "customer-42" }',
  rules: { key: optional(customerKind.key), id: optional(ulid()) },
  check: ({ key, id }): readonly Problem[] => {
    if (key === undefined && id === undefined) {
      return [{ path: ["key"], reason: "is required, or id" }];
    }
    return key === undefined || id === undefined
      ? []
      : [{ path: ["id"], reason: "cannot be given beside key: either names the customer" }];
  },
});

const manyCustomers = lookupOfMany<GetCustomersArgs, GetCustomersResult>(
  {
    ...customers,
    found(object) {
      const { stripeCustomerId: _unlisted, ...listed } = customers.found(object);
      return listed;
    },
  },
  {
    example: '{ keyPrefix: "customer-" }',
    rules: {
      subjectKey: optional(text),
      primaryEmail: optional(text),
      metadata: optional(customerKind.fields.metadata.declared),
    },
    matches: ({ key, subjectKeys, primaryEmail }, filter) =>
      (filter.subjectKey === undefined || [key, ...subjectKeys].includes(filter.subjectKey)) &&
      (filter.primaryEmail === undefined || primaryEmail === filter.primaryEmail),
  },
);

/** OpenMeter compares its identifiers in upper case. */
function ulid(): Rule {
  return (value) =>
    typeof value === "string" && /^[0-9A-HJKMNP-TV-Z]{26}$/.test(value)
      ? []
      : [{ path: [], reason: "must be OpenMeter's identifier of a customer, a ULID; give your own identifier as key" }];
}
