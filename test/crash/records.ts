import type { Emulator } from "openmeter-emulator";
import type { ServerRecord } from "./verdict";

/**
 * What a server holds, deleted records too. Without the customers that its hook has made for subjects and that have given way to
 * the program's, in a run or by hand, and without its own notes: each write of a customer removes them.
 */
export function recordsOf({ subjects, customers, stripe }: Pick<Emulator, "subjects" | "customers" | "stripe">) {
  return [
    ...subjects.all().map((subject): ServerRecord => ({ kind: "subject", ...subject })),
    ...customers.all().flatMap(({ annotations, key = "", ...customer }): ServerRecord[] => {
      const hasGivenWay = customer.deletedAt !== undefined && annotations?.createdBy === "customer.provisioner";
      const stripeCustomerId = stripe.linkOf(customer.id)?.stripeCustomerId;
      return hasGivenWay ? [] : [{ kind: "customer", key, ...customer, stripeCustomerId }];
    }),
  ];
}
