import { RunError } from "@pulumi/pulumi";
import type Stripe from "stripe";

/** What the keys of a Stripe customer come from. */
export type Keyed = Pick<Stripe.Customer, "id" | "metadata">;

/** The number of problems that are shown; the others are counted. */
const shown = 20;

/** Your own account ID where Stripe's metadata has it, else Stripe's ID. */
export function keyOf({ id, metadata }: Keyed): string {
  return metadata.account_id?.trim() ?? id;
}

/** The subjects whose usage the customer pays: its key, and what Stripe's metadata lists, such as `acme-eu, acme-us`. */
export function subjectKeysOf(customer: Keyed): string[] {
  const listed = (customer.metadata.subject_keys ?? "").split(",").map((key) => key.trim());
  return [...new Set([keyOf(customer), ...listed.filter((key) => key !== "")])];
}

/**
 * Refuses keys that usage events cannot carry, and keys that two customers share.
 *
 * @throws {RunError} naming each of Stripe's customers with its problem
 */
export function checkKeys<C extends Keyed>(customers: readonly C[], keysOf: (customer: C) => readonly string[]): void {
  const customerOfKey = new Map<string, string>();
  const problems = customers.flatMap((customer) =>
    keysOf(customer).flatMap((key) => {
      const other = customerOfKey.get(key);
      customerOfKey.set(key, customer.id);
      const problem = problemOf(key) ?? (other && `has the key ${key}, and so has ${other}`);
      return problem ? [`${customer.id}: ${problem}`] : [];
    }),
  );
  if (problems.length > 0) {
    const more = problems.length > shown ? [`and ${problems.length - shown} more`] : [];
    throw new RunError(["Stripe's customers cannot be used:", ...problems.slice(0, shown), ...more].join("\n  "));
  }
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
  return spelledOut === key ? undefined : `a key in its metadata contains invisible characters: ${spelledOut}`;
}
