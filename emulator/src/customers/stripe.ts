import { monotonicFactory } from "ulid";
import { Refusal } from "../refusal";
import type { JsonObject } from "../subject";
import type { UndoLog } from "../undo";

/** A customer's Stripe customer. */
export interface StripeLink {
  readonly stripeCustomerId: string;
  readonly stripeDefaultPaymentMethodId?: string;
}

/** The Stripe app that is installed in OpenMeter. */
export interface StripeApp {
  readonly id: string;
  readonly installedAt: string;
  /** Whether the default billing profile uses it; without that only calls that name the app reach it. */
  readonly inProfile: boolean;
}

export interface StripeState {
  readonly app?: StripeApp;
  /** The Stripe customers that there are. Absent: every id that begins with `cus_`. */
  readonly known?: readonly string[];
  readonly links: readonly (readonly [customerId: string, link: StripeLink])[];
}

const ACCOUNT = "acct_emulator";

/**
 * A pretended Stripe: whether its app is installed, which customers it has, and which of OpenMeter's are linked to them. It
 * takes the word of tests for all of it.
 */
export class Stripe {
  readonly #links: Map<string, StripeLink>;
  readonly #undo: UndoLog;
  readonly #nextId = monotonicFactory();
  #app: StripeApp | undefined;
  #known: readonly string[] | undefined;
  #changed: () => void = () => {};

  constructor(undo: UndoLog, { app, known, links }: StripeState = { links: [] }) {
    this.#undo = undo;
    this.#links = new Map(links);
    this.#app = app;
    this.#known = known;
  }

  /** Registers what is called after each change. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  state(): StripeState {
    return {
      ...(this.#app !== undefined && { app: this.#app }),
      ...(this.#known !== undefined && { known: this.#known }),
      links: [...this.#links],
    };
  }

  /** The app, if it is installed. */
  get app(): StripeApp | undefined {
    return this.#app;
  }

  /** Installs the app, or changes whether the billing profile uses it, and returns its id. */
  install({ inProfile = true }: { readonly inProfile?: boolean } = {}): string {
    const { id = this.#nextId(), installedAt = new Date().toISOString() } = this.#app ?? {};
    this.#app = { id, installedAt, inProfile };
    this.#changed();
    return id;
  }

  /** Removes the app and all links. */
  uninstall(): void {
    this.#app = undefined;
    this.#links.clear();
    this.#changed();
  }

  /** Says which customers Stripe has; none named: every id that begins with `cus_`, as at the start. */
  setCustomers(ids: readonly string[] | undefined): void {
    this.#known = ids;
    this.#changed();
  }

  /** The link of the customer with this id. */
  linkOf(customerId: string): StripeLink | undefined {
    return this.#links.get(customerId);
  }

  /** The app by its id. */
  appById(appId: string): StripeApp {
    if (this.#app?.id !== appId) {
      throw new Refusal(404, `app with id ${appId} not found in default namespace`);
    }
    return this.#app;
  }

  /** The app that the customer's billing profile uses. */
  appOf(customerId: string): StripeApp {
    if (this.#app?.inProfile !== true) {
      throw new Refusal(412, `no stripe app found in billing profile for customer ${customerId}`);
    }
    return this.#app;
  }

  /** Links a customer, if Stripe has the Stripe customer and no other customer is linked to it. */
  link(customerId: string, app: StripeApp, link: StripeLink): void {
    const { stripeCustomerId, stripeDefaultPaymentMethodId } = link;
    if (stripeCustomerId === "") {
      throw new Refusal(400, "stripe customer id is required");
    }
    if (stripeDefaultPaymentMethodId?.startsWith("pm_") === false) {
      throw new Refusal(400, "error upsert stripe customer data: stripe default payment method must start with pm_");
    }
    if (!this.#has(stripeCustomerId)) {
      throw unmet(customerId, app, `stripe customer ${stripeCustomerId} not found in stripe account: ${ACCOUNT}`);
    }
    if ([...this.#links].some(([id, other]) => id !== customerId && other.stripeCustomerId === stripeCustomerId)) {
      throw unmet(customerId, app, "unique stripe customer id");
    }
    this.#undo.set(this.#links, customerId, link);
    this.#changed();
  }

  /** Links the customer of a subject, unless the billing profile uses another app: that the server's hook passes over. */
  linkForSubject(customerId: string, stripeCustomerId: string): void {
    if (this.#app?.inProfile === true) {
      this.link(customerId, this.#app, { stripeCustomerId });
    }
  }

  /** Unlinks a customer, linked or not. */
  unlink(customerId: string): void {
    this.#undo.set(this.#links, customerId, undefined);
    this.#changed();
  }

  #has(stripeCustomerId: string): boolean {
    return this.#known === undefined ? stripeCustomerId.startsWith("cus_") : this.#known.includes(stripeCustomerId);
  }
}

/** Why the app refuses a customer. */
export function unmet(customerId: string, { id }: StripeApp, condition: string): Refusal {
  return new Refusal(
    412,
    `customer with id ${customerId} does not meet condition ${condition} for stripe app type with id ${id} in namespace default`,
  );
}

/** The app as customers show it. */
export function shownApp({ id, installedAt }: StripeApp): JsonObject {
  const capability = (type: string, key: string, name: string, description: string) => ({
    description,
    key,
    name,
    type,
  });
  return {
    createdAt: installedAt,
    id,
    listing: {
      capabilities: [
        capability("collectPayments", "stripe_collect_payment", "Payment", "Process payments"),
        capability("calculateTax", "stripe_calculate_tax", "Calculate Tax", "Calculate tax for a payment"),
        capability("invoiceCustomers", "stripe_invoice_customer", "Invoice Customer", "Invoice a customer"),
      ],
      description: "Send invoices, calculate tax and collect payments.",
      installMethods: ["with_api_key"],
      name: "Stripe",
      type: "stripe",
    },
    livemode: false,
    maskedAPIKey: "sk_test_***",
    name: "Stripe",
    status: "ready",
    stripeAccountId: ACCOUNT,
    type: "stripe",
    updatedAt: installedAt,
  };
}
