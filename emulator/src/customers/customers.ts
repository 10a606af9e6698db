import { Refusal } from "../refusal";
import type { UndoLog } from "../undo";
import { type Customer, type CustomerInput, inputOf } from "./customer";
import {
  noObligations,
  type ObligationKind,
  type Obligations,
  obligationId,
  subscriptionOf,
  whyNotDeleted,
} from "./obligations";
import type { CustomerRecords, CustomerStore, CustomerWrite } from "./store";

/** All about customers that goes into a state file. */
export interface CustomersState extends CustomerRecords {
  readonly obligations: readonly (readonly [customerId: string, obligations: Obligations])[];
}

/** Who takes part in the operations on customers, within their transaction. */
export interface CustomerHooks {
  /** After a client's POST or PUT, not after what a hook has written. */
  readonly written: (customer: Customer) => void;
  /** Before a customer is marked deleted. */
  readonly deleting: (customer: Customer) => void;
}

/**
 * The customers as tests see them and change them behind the API's back, and the operations that the API is made of. All that
 * write behave as the API does, refusals included, but for `delete`.
 */
export class Customers {
  readonly #store: CustomerStore;
  readonly #undo: UndoLog;
  readonly #obligations: Map<string, Obligations>;
  #hooks: CustomerHooks = { written: () => {}, deleting: () => {} };
  #changed: () => void = () => {};

  constructor(store: CustomerStore, undo: UndoLog, obligations: CustomersState["obligations"] = []) {
    this.#store = store;
    this.#undo = undo;
    this.#obligations = new Map(obligations);
  }

  /** Registers who takes part in each operation. */
  connect(hooks: CustomerHooks): void {
    this.#hooks = hooks;
  }

  /** Registers what is called after each operation that changed something. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Everything, for a state file. */
  state(): CustomersState {
    return { ...this.#store.records(), obligations: [...this.#obligations] };
  }

  /** Number of live customers. */
  get size(): number {
    return this.list().length;
  }

  /** Live customers in order of creation. */
  list(): Customer[] {
    return this.all().filter((customer) => customer.deletedAt === undefined);
  }

  /** Every record, deleted ones too, in order of creation. */
  all(): Customer[] {
    return this.#store.all();
  }

  /** The live customer with this key. */
  get(key: string): Customer | undefined {
    return this.#store.get(key);
  }

  /** The record with this id, deleted or not. */
  getById(id: string): Customer | undefined {
    return this.#store.getById(id);
  }

  /** The API's look-up: any record by id, a live one by key. */
  find(idOrKey: string): Customer | undefined {
    return this.#store.getById(idOrKey) ?? this.#store.get(idOrKey);
  }

  /** The ids of the live customers that get the usage of this subject: whose key it is, and who has it among their subject keys. */
  attributedTo(subjectKey: string): string[] {
    const candidates = [this.#store.get(subjectKey), this.#store.holderOf(subjectKey)];
    const ids = candidates.flatMap((found) => (found === undefined || found.deletedAt !== undefined ? [] : [found.id]));
    return [...new Set(ids)];
  }

  /** Creates a customer. */
  create(input: CustomerInput): Customer {
    return this.#write(() => this.#store.create(inputOf(input)));
  }

  /** Replaces a customer, as PUT does. */
  put(idOrKey: string, input: CustomerInput): Customer {
    const { id } = this.expectLive(idOrKey);
    return this.#write(() => this.#replace(id, inputOf(input)));
  }

  /** Creates customers, or replaces those whose keys there are. */
  upsert(...inputs: (CustomerInput & { readonly key: string })[]): Customer[] {
    return inputs.map((input) => (this.get(input.key) === undefined ? this.create(input) : this.put(input.key, input)));
  }

  /** Writes for a hook: with annotations, and without that other hooks take part. */
  writeForHook(id: string | undefined, input: CustomerWrite): Customer {
    return id === undefined ? this.#store.create(input) : this.#replace(id, input);
  }

  /** Writes for the one hook whose writes others take part in. */
  writeForSubject(id: string, input: CustomerWrite): Customer {
    const customer = this.writeForHook(id, input);
    this.#hooks.written(customer);
    return customer;
  }

  /** Deletes a customer as the API does. */
  remove(idOrKey: string): void {
    const { id } = this.expectLive(idOrKey);
    const { subscriptions, invoices } = this.#obligationsOf(id);
    if (subscriptions.length > 0 && invoices.length === 0) {
      // Before it looks at invoices, the server gathers on one what the subscriptions have run up.
      this.invoice(id);
    }
    const refused = whyNotDeleted(id, this.#obligationsOf(id));
    if (refused !== undefined) {
      throw new Refusal(refused.status, refused.reason);
    }
    this.delete(id);
  }

  /** Deletes the live customer with this id or key, whatever stands against it; tells whether there was one. */
  delete(idOrKey: string): boolean {
    const customer = this.find(idOrKey);
    if (customer === undefined || customer.deletedAt !== undefined) {
      return false;
    }
    this.#undo.run(() => {
      this.#hooks.deleting(customer);
      this.#store.remove(customer.id);
    });
    this.#changed();
    return true;
  }

  /**
   * Leaves a subject key with a deleted customer, as a PUT beside a DELETE does: it is refused to everyone, and no call frees it.
   */
  burn(id: string, subjectKey: string): void {
    if (this.getById(id)?.deletedAt === undefined || this.#store.holderOf(subjectKey) !== undefined) {
      throw new Refusal(412, `${id} is no deleted customer, or subject key ${subjectKey} is taken`);
    }
    this.#store.burn(id, subjectKey);
    this.#changed();
  }

  /** Puts an active subscription there and returns its id. */
  subscribe(idOrKey: string): string {
    const { id } = this.expectLive(idOrKey);
    const subscription = subscriptionOf(id, this.#store.now());
    this.#oblige(id, ({ subscriptions }) => ({ subscriptions: [...subscriptions, subscription] }));
    return subscription.id;
  }

  /** Puts an invoice there that is not final, and returns its id. */
  invoice(idOrKey: string): string {
    const invoice = obligationId();
    this.#oblige(this.expectLive(idOrKey).id, ({ invoices }) => ({ invoices: [...invoices, invoice] }));
    return invoice;
  }

  /** Puts an active entitlement there and returns its id. */
  entitle(idOrKey: string): string {
    const entitlement = obligationId();
    this.#oblige(this.expectLive(idOrKey).id, ({ entitlements }) => ({ entitlements: [...entitlements, entitlement] }));
    return entitlement;
  }

  /** Ends all subscriptions, invoices and entitlements of a customer, or those of one kind. */
  settle(idOrKey: string, kind?: ObligationKind): void {
    const { id } = this.expectLive(idOrKey);
    this.#oblige(id, () => (kind === undefined ? noObligations : { [`${kind}s`]: [] }));
  }

  /** The customer as GET and the list show it: with its active subscriptions. */
  withSubscriptions(customer: Customer): Customer {
    const { subscriptions } = this.#obligationsOf(customer.id);
    const [first] = subscriptions;
    if (first === undefined) {
      return customer;
    }
    return { ...customer, currentSubscriptionId: String(first.id), subscriptions };
  }

  /** Forgets every record, deleted ones too. */
  clear(): void {
    this.#store.clear();
    this.#obligations.clear();
    this.#changed();
  }

  #write(work: () => Customer): Customer {
    const written = this.#undo.run(() => {
      const customer = work();
      this.#hooks.written(customer);
      return customer;
    });
    this.#changed();
    return written;
  }

  /** The live customer with this id or key, or the API's refusal. */
  expectLive(idOrKey: string): Customer {
    const customer = this.find(idOrKey);
    if (customer === undefined) {
      throw new Refusal(404, `customer with id or key ${idOrKey} not found in default namespace`);
    }
    if (customer.deletedAt !== undefined) {
      throw new Refusal(412, `customer is deleted [namespace=default customer.id=${customer.id}]`);
    }
    return customer;
  }

  #replace(id: string, input: CustomerWrite): Customer {
    return this.#store.replace(id, input, () => this.#refuseOtherSubjectKeys(id, input));
  }

  /** Under a subscription, subject keys that are sent must be the present ones in their order. Not sent, they are dropped. */
  #refuseOtherSubjectKeys(id: string, { usageAttribution }: CustomerInput): void {
    if (usageAttribution === undefined || this.#obligationsOf(id).subscriptions.length === 0) {
      return;
    }
    const present = this.#store.getById(id)?.usageAttribution?.subjectKeys ?? [];
    const { subjectKeys } = usageAttribution;
    if (subjectKeys.length !== present.length || subjectKeys.some((key, index) => key !== present[index])) {
      throw new Refusal(400, "cannot change subject keys for customer with active subscriptions");
    }
  }

  #obligationsOf(id: string): Obligations {
    return this.#obligations.get(id) ?? noObligations;
  }

  #oblige(id: string, change: (before: Obligations) => Partial<Obligations>): void {
    const before = this.#obligationsOf(id);
    this.#obligations.set(id, { ...before, ...change(before) });
    this.#changed();
  }
}
