import type { CustomerAddress } from "./customer";

/** A customer as OpenMeter has it, whoever manages it. */
export interface GetCustomerResult {
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
  /** `cus_…`, if the customer is linked to one. */
  readonly stripeCustomerId?: string;
  /** OpenMeter's identifier of the customer, a ULID. */
  readonly customerId: string;
}
