/** The Stripe side of customers: what the app data of an answer say, and what to do where Stripe's part is refused. Pure. */
import { isPlainObject } from "../../json";
import { OpenMeterError } from "../errors";

/** The data of the Stripe app among those of all apps. */
export function stripeOfApps(json: unknown): { readonly appId: string; readonly stripeCustomerId: string } | undefined {
  const items = isPlainObject(json) && Array.isArray(json.items) ? json.items : [];
  for (const item of items) {
    if (!isPlainObject(item) || item.type !== "stripe") {
      continue;
    }
    const { id, app, stripeCustomerId } = item;
    const appId = typeof id === "string" ? id : isPlainObject(app) ? app.id : undefined;
    if (typeof appId === "string" && typeof stripeCustomerId === "string") {
      return { appId, stripeCustomerId };
    }
  }
  return undefined;
}

/** A refusal of the link with what to do about it. */
export function adviseOnStripe(error: OpenMeterError): OpenMeterError {
  if (error.kind !== "refused" || error.status === 401 || error.status === 403) {
    return error;
  }
  // Without the customer's identifier, so that a set says once what many of its customers have in common.
  const said = error.message.replace(/ for customer [0-9A-Z]{26}\b/, "");
  return new OpenMeterError(
    "refused",
    `stripeCustomerId was not linked: ${said}. ${remedyOf(said)}. The rest of the customer is stored`,
    error.status,
  );
}

function remedyOf(said: string): string {
  if (/no stripe app found|app not found|no default app/i.test(said)) {
    return "Install the Stripe app in OpenMeter and use it in the billing profile of the customer, or in the default one; or leave stripeCustomerId out";
  }
  if (/unique stripe customer id/i.test(said)) {
    return "Another customer of OpenMeter is linked to it. Declare it for one customer only. Where it moves to this one, run pulumi up again once the other is unlinked; where two customers swap theirs, leave both out in a pulumi up of its own first";
  }
  return "Check that this customer exists in the Stripe account that the app is connected to";
}
