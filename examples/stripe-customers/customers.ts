import type { CustomerAddressArgs, CustomerSetMember } from "pulumi-openmeter";
import type Stripe from "stripe";
import { checkKeys, keyOf, subjectKeysOf } from "./keys";

/** What is used of a Stripe customer. */
export type StripeCustomer = Pick<
  Stripe.Customer,
  "id" | "name" | "email" | "phone" | "address" | "currency" | "metadata"
>;

/**
 * OpenMeter's customers for those of Stripe. What Stripe does not have is not declared.
 *
 * @throws {RunError} naming each customer whose keys cannot be used
 */
export function customersOf(customers: readonly StripeCustomer[]): CustomerSetMember[] {
  checkKeys(customers, subjectKeysOf);
  return customers.map((customer) => ({
    key: keyOf(customer),
    subjectKeys: subjectKeysOf(customer),
    stripeCustomerId: customer.id,
    name: customer.name || undefined,
    primaryEmail: customer.email || undefined,
    // "eur" in Stripe, and none before the first invoice.
    currency: customer.currency?.toUpperCase(),
    billingAddress: billingAddressOf(customer),
  }));
}

function billingAddressOf({ address, phone }: StripeCustomer): CustomerAddressArgs | undefined {
  const parts = {
    line1: address?.line1 || undefined,
    line2: address?.line2 || undefined,
    postalCode: address?.postal_code || undefined,
    city: address?.city || undefined,
    state: address?.state || undefined,
    country: address?.country || undefined,
    phoneNumber: phone || undefined,
  };
  return Object.values(parts).some((part) => part !== undefined) ? parts : undefined;
}
