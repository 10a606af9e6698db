import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { providerLines, resourceTypes } from "../contract";
import { customerKind } from "../kinds/customer/fields";
import type { CustomerArgs } from "./customer";
import type { GetCustomerResult } from "./customer-lookups";
import { byKey, makeSet } from "./set";

/** One customer of a set: the arguments of a `Customer`, except for those that belong to the set. */
export type CustomerSetMember = Omit<CustomerArgs, "onExisting" | "undeclaredMetadata">;

/** The declared fields of one customer of a set, as OpenMeter has them. */
export type CustomerSetRecord = Partial<Omit<GetCustomerResult, "key" | "customerId">>;

/** The arguments of a {@link CustomerSet}. */
export interface CustomerSetArgs {
  /**
   * The customers; each key once, and each subject key by one of them. An output anywhere in them makes all of them unknown
   * until it is known. A secret anywhere makes all of them secret, and `customerIds` too.
   */
  readonly customers: Input<readonly Input<CustomerSetMember>[]>;

  /** What to do with customers that already exist when they are added to the set: `"adopt"` (default), `"match"` or `"fail"`. */
  readonly onExisting?: Input<"adopt" | "match" | "fail"> | undefined;

  /**
   * How many customers one run may remove from the set: a count, or a percentage of the customers it had before. An update that
   * would remove more fails in the preview. Default `"20%"`; with a percentage, 10 removals are always allowed.
   */
  readonly maxDeletions?: Input<number | `${number}%`> | undefined;

  /**
   * What to do with metadata entries that the program does not declare, for each customer whose metadata it declares:
   * `"remove"` (default) or `"keep"`, as for a `Customer`.
   */
  readonly undeclaredMetadata?: Input<"remove" | "keep"> | undefined;
}

const customerSetClass = {
  kind: customerKind,
  type: resourceTypes.customerSet,
  providerLine: providerLines.customerSet,
  companion: { type: resourceTypes.customerSetMembers, providerLine: providerLines.customerSetMembers },
};

/**
 * Many customers in one resource: a CRM's or Stripe's whole customer list. Each customer is managed exactly as a `Customer`, but
 * the engine handles one resource instead of thousands.
 *
 * Customers of the account that are not in the set are not touched. Destroying the resource deletes its customers, as far as
 * OpenMeter allows: it refuses those that have active subscriptions, active entitlements, or invoices that are not final.
 * `protect: true` prevents that.
 * Source: `POST` and `GET /api/v1/customers`, `GET`, `PUT` and `DELETE /api/v1/customers/{customerIdOrKey}`, and, for customers that
 * declare `stripeCustomerId` alone, `/api/v1/customers/{customerIdOrKey}/apps` and `/api/v1/customers/{customerIdOrKey}/stripe` of
 * OpenMeter's API.
 *
 * A customer that leaves the set is deleted at the end of the run. If another resource of the program declares it, the customer
 * moves to that resource and is never deleted in between. `maxDeletions` keeps an empty or truncated list from deleting
 * everything. With `retainOnDelete`, customers that leave the set stay in OpenMeter. `protect` does not prevent customers from
 * leaving the set, and `deleteBeforeReplace` is ignored, with a warning.
 *
 * A second resource that comes with each set makes those deletions: `CustomerSetMembers`, with the same name and parent.
 * Previews and `pulumi stack` show it. It holds the ids of the customers, and is replaced when customers leave. It takes the
 * provider, the aliases and the other options that concern it from the set.
 *
 * All problems with the customers are reported as one error, with the place of each. If OpenMeter refuses a customer, the error
 * names it with the reason; all others are stored, and the next `up` sends only the rest.
 *
 * @example
 * ```ts
 * import { CustomerSet } from "pulumi-openmeter";
 *
 * const accounts = [
 *   { id: "customer-42", company: "Acme Inc.", hosts: ["acme-1", "acme-2"] },
 *   { id: "customer-43", company: "Globex", hosts: [] },
 * ];
 *
 * new CustomerSet(
 *   "customers",
 *   { customers: accounts.map(({ id, company, hosts }) => ({ key: id, name: company, subjectKeys: hosts })) },
 *   { protect: true },
 * );
 * ```
 */
export class CustomerSet extends CustomResource {
  /** The customers as OpenMeter has them: a JSON object by key, each with its declared fields. */
  declare readonly customers: Output<string>;
  /** OpenMeter's identifiers of the customers: a JSON object by key. */
  declare readonly customerIds: Output<string>;

  /**
   * {@link customers}, decoded into records by key: the declared fields of each customer, as OpenMeter has them.
   *
   * @example
   * ```ts
   * import { CustomerSet } from "pulumi-openmeter";
   *
   * const set = new CustomerSet("customers", { customers: [{ key: "customer-42", currency: "EUR" }] });
   *
   * export const currency = set.customersByKey.apply((customers) => customers["customer-42"]?.currency);
   * ```
   */
  get customersByKey(): Output<Readonly<Record<string, CustomerSetRecord>>> {
    return byKey(this.customers);
  }

  /** {@link customerIds}, decoded: OpenMeter's identifiers of the customers, by key. */
  get customerIdsByKey(): Output<Readonly<Record<string, string>>> {
    return byKey(this.customerIds);
  }

  /** Whether a value is a CustomerSet, even one from another copy of this package. */
  static override isInstance(value: unknown): value is CustomerSet {
    return CustomResource.isInstance(value) && Reflect.get(value, "__pulumiType") === resourceTypes.customerSet;
  }

  constructor(name: string, args: CustomerSetArgs, options: CustomResourceOptions = {}) {
    const { inputs, options: ownOptions, made } = makeSet(customerSetClass, { name, args: { ...args }, options });
    super(resourceTypes.customerSet, name, inputs, ownOptions);
    made(this);
  }
}
