import { monotonicFactory } from "ulid";
import type { JsonObject } from "../subject";

/** What keeps the server from deleting a customer. The emulator has no API for them: tests put them there. */
export interface Obligations {
  readonly subscriptions: readonly JsonObject[];
  /** The ids of invoices that are still gathering. */
  readonly invoices: readonly string[];
  /** The ids of active entitlements. */
  readonly entitlements: readonly string[];
}

export type ObligationKind = "subscription" | "invoice" | "entitlement";

export const noObligations: Obligations = { subscriptions: [], invoices: [], entitlements: [] };

const nextId = monotonicFactory();

/** The id of an invoice or an entitlement. */
export function obligationId(): string {
  return nextId();
}

/** An active subscription as customers show it. */
export function subscriptionOf(customerId: string, now: string): JsonObject & { readonly id: string } {
  return {
    activeFrom: now,
    alignment: { billablesMustAlign: true },
    billingAnchor: now,
    billingCadence: "P1M",
    costBasisMode: "dynamic",
    costBasisPins: [],
    createdAt: now,
    currency: "USD",
    customerId,
    id: nextId(),
    name: "Emulated subscription",
    proRatingConfig: { enabled: true, mode: "prorate_prices" },
    settlementMode: "credit_then_invoice",
    status: "active",
    updatedAt: now,
  };
}

/** Why a customer with these obligations is not deleted: 409 for entitlements, else 400. */
export function whyNotDeleted(
  id: string,
  { subscriptions, invoices, entitlements }: Obligations,
): { readonly status: 400 | 409; readonly reason: string } | undefined {
  if (entitlements.length > 0) {
    const reason = `customer ${id} still has active entitlements, please remove them before deleting the customer`;
    return { status: 409, reason };
  }
  const reasons = [
    ...(subscriptions.length > 0
      ? [`customer ${id} still have active subscriptions, please cancel them before deleting the customer`]
      : []),
    ...invoices.map((invoice) => `invoice ${invoice} is still in gathering state`),
  ];
  return reasons.length === 0 ? undefined : { status: 400, reason: reasons.join("\n") };
}
