import type { SubjectSetMember } from "pulumi-openmeter";
import type Stripe from "stripe";
import { checkKeys, keyOf } from "./keys";

/**
 * The subjects of Stripe's customers.
 *
 * @throws {RunError} naming each customer whose key cannot be used
 */
export function subjectsOf(
  customers: readonly Pick<Stripe.Customer, "id" | "name" | "metadata">[],
): SubjectSetMember[] {
  checkKeys(customers, (customer) => [keyOf(customer)]);
  return customers.map((customer) => ({
    key: keyOf(customer),
    stripeCustomerId: customer.id,
    // Names, but no e-mail addresses: subjects need none.
    displayName: customer.name || undefined,
  }));
}
