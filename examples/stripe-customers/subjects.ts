import { RunError } from "@pulumi/pulumi";
import type { SubjectSetMember } from "pulumi-openmeter";
import type Stripe from "stripe";

/** What is used of a Stripe customer. */
export type Customer = Pick<Stripe.Customer, "id" | "name" | "metadata">;

/** The number of problems that are shown; the others are counted. */
const shown = 20;

/**
 * The subjects of Stripe's customers.
 *
 * @throws {RunError} naming each customer whose key cannot be used
 */
export function subjectsOf(customers: readonly Customer[]): SubjectSetMember[] {
  const customerOfKey = new Map<string, string>();
  const problems = customers.flatMap((customer) => {
    const key = keyOf(customer);
    const other = customerOfKey.get(key);
    customerOfKey.set(key, customer.id);
    const problem = problemOf(key) ?? (other && `has the key ${key}, and so has ${other}`);
    return problem ? [`${customer.id}: ${problem}`] : [];
  });
  if (problems.length > 0) {
    const more = problems.length > shown ? [`and ${problems.length - shown} more`] : [];
    throw new RunError(["Stripe's customers cannot be used:", ...problems.slice(0, shown), ...more].join("\n  "));
  }
  return customers.map(subjectOf);
}

function problemOf(key: string): string | undefined {
  if (key === "") {
    return "account_id in its metadata is empty";
  }
  // A key that contains a control character or a zero-width space is not the one that usage events carry.
  const spelledOut = key.replaceAll(
    /(?! )[\p{C}\p{Z}]/gu,
    (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
  return spelledOut === key ? undefined : `account_id in its metadata contains invisible characters: ${spelledOut}`;
}

/** What usage events carry as their subject: your own account ID where Stripe's metadata has it, else Stripe's ID. */
function keyOf({ id, metadata }: Customer): string {
  return metadata.account_id?.trim() ?? id;
}

function subjectOf(customer: Customer): SubjectSetMember {
  return {
    key: keyOf(customer),
    stripeCustomerId: customer.id,
    // Names, but no e-mail addresses: OpenMeter needs none.
    displayName: customer.name || undefined,
  };
}
