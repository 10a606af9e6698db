import { monotonicFactory } from "ulid";
import { Clock } from "../clock";
import { Refusal } from "../refusal";
import { storedKey, storedText } from "../stored-value";
import type { JsonObject } from "../subject";
import { byBytes } from "../text";
import { UndoLog } from "../undo";
import { type Customer, type CustomerInput, customerInOrder, type StoredCustomer } from "./customer";
import { mistakeIn, storedInput } from "./input-rules";

/** All that a store of customers holds, as it goes into a state file. */
export interface CustomerRecords {
  readonly customers: readonly StoredCustomer[];
  /** Which customer has which subject key. Deleted customers have only burnt ones. */
  readonly subjectKeys: readonly (readonly [subjectKey: string, customerId: string])[];
}

/** What a write sets beside the client's input. Left out, annotations are wiped. */
export type CustomerWrite = CustomerInput & { readonly annotations?: JsonObject };

/**
 * The customers of one namespace, in memory, with the server's rules about who may have which key. Deletion only marks. What
 * keeps a customer from being changed or deleted, and the hooks, stand elsewhere.
 */
export class CustomerStore {
  /** In order of creation, which is the order of ids. */
  readonly #byId = new Map<string, StoredCustomer>();
  readonly #idByKey = new Map<string, string>();
  /** The server's index of subject keys: each is in one row at most. */
  readonly #holders = new Map<string, string>();
  /** The subject keys of each live customer, sorted. */
  readonly #subjectKeys = new Map<string, readonly string[]>();
  readonly #clock = new Clock();
  readonly #nextId = monotonicFactory();
  readonly #undo: UndoLog;

  constructor({ customers, subjectKeys }: CustomerRecords = { customers: [], subjectKeys: [] }, undo = new UndoLog()) {
    this.#undo = undo;
    for (const customer of [...customers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      this.#put(customer);
    }
    const ofEach = new Map<string, string[]>();
    for (const [subjectKey, id] of subjectKeys) {
      ofEach.set(id, [...(ofEach.get(id) ?? []), subjectKey]);
    }
    for (const [id, all] of ofEach) {
      this.#attribute(id, all);
    }
  }

  /** Everything, for a state file. */
  records(): CustomerRecords {
    return { customers: [...this.#byId.values()], subjectKeys: [...this.#holders] };
  }

  /** Every record, deleted ones too, in order of creation. */
  all(): Customer[] {
    return [...this.#byId.values()].map((stored) => this.#shown(stored));
  }

  /** The live customer with this key. */
  get(key: string): Customer | undefined {
    return this.getById(this.#idByKey.get(key) ?? "");
  }

  /** The record with this id, deleted or not. */
  getById(id: string): Customer | undefined {
    const stored = this.#byId.get(id);
    return stored && this.#shown(stored);
  }

  /** The customer that has this subject key, even if it is deleted: then the key is burnt. */
  holderOf(subjectKey: string): Customer | undefined {
    return this.getById(this.#holders.get(subjectKey) ?? "");
  }

  now(): string {
    return this.#clock.now();
  }

  /** Creates a customer. */
  create(input: CustomerWrite): Customer {
    const mistake = mistakeIn(input);
    if (mistake !== undefined) {
      throw new Refusal(400, `error creating customer: validation error: ${mistake}`);
    }
    return this.#undo.run(() => {
      this.#refuseKeyOfOthers(input.key);
      const now = this.#clock.now();
      const stored = this.#put({ ...this.#checked(input), createdAt: now, id: this.#nextId(), updatedAt: now });
      this.#addSubjectKeys(stored.id, input.usageAttribution?.subjectKeys ?? []);
      return this.#shown(stored);
    });
  }

  /**
   * Replaces what PUT replaces: email, currency and the fields of a sent address are kept when they are absent.
   *
   * @param guard refuses what stands against it, once the input is right by itself
   */
  replace(id: string, input: CustomerWrite, guard: () => void = () => {}): Customer {
    const mistake = mistakeIn(input);
    if (mistake !== undefined) {
      throw new Refusal(400, `validation error: ${mistake}`);
    }
    guard();
    return this.#undo.run(() => {
      const before = this.#live(id);
      this.#refuseKeyOfOthers(input.key, id);
      const { primaryEmail, currency, billingAddress, createdAt } = before;
      const sent = this.#checked(input, id);
      const stored = this.#put({
        ...(primaryEmail !== undefined && { primaryEmail }),
        ...(currency !== undefined && { currency }),
        ...sent,
        ...(sent.billingAddress !== undefined && { billingAddress: { ...billingAddress, ...sent.billingAddress } }),
        id,
        createdAt,
        updatedAt: this.#clock.now(),
      });
      const had = new Set(this.#subjectKeys.get(id));
      const wanted = new Set(input.usageAttribution?.subjectKeys);
      this.#addSubjectKeys(
        id,
        [...wanted].filter((subjectKey) => !had.has(subjectKey)),
      );
      this.#dropSubjectKeys(
        id,
        [...had].filter((subjectKey) => !wanted.has(subjectKey)),
      );
      return this.#shown(stored);
    });
  }

  /** Marks this customer deleted and frees its key and subject keys; one already deleted stays as it is. */
  remove(id: string): void {
    const before = this.#byId.get(id);
    if (before === undefined || before.deletedAt !== undefined) {
      return;
    }
    this.#undo.run(() => {
      const lastSubjectKeys = this.#subjectKeys.get(id) ?? [];
      this.#dropSubjectKeys(id, lastSubjectKeys);
      const now = this.#clock.now();
      this.#put({ ...before, ...(lastSubjectKeys.length > 0 && { lastSubjectKeys }), deletedAt: now, updatedAt: now });
    });
  }

  /** Leaves a subject key with a deleted customer, where no call frees it. */
  burn(id: string, subjectKey: string): void {
    this.#undo.set(this.#holders, subjectKey, id);
  }

  /** Forgets every record, deleted ones too. */
  clear(): void {
    for (const map of [this.#byId, this.#idByKey, this.#holders, this.#subjectKeys]) {
      map.clear();
    }
  }

  #refuseKeyOfOthers(key: string | undefined, self?: string): void {
    const wanted = key === undefined ? undefined : storedText(key);
    if (wanted === undefined) {
      return;
    }
    if (this.#byId.has(wanted)) {
      throw new Refusal(409, `key ${wanted} overlaps with id of another customer`);
    }
    const holder = this.#holders.get(wanted);
    if (holder !== undefined && holder !== self) {
      throw new Refusal(409, `key ${wanted} overlaps with subject of another customer: ${holder}`);
    }
  }

  /** The fields as they are read back, if no other live customer has the key. */
  #checked({ usageAttribution: _, ...input }: CustomerWrite, self?: string): Omit<CustomerWrite, "usageAttribution"> {
    const stored = storedInput(input);
    const owner = stored.key === undefined ? undefined : this.#idByKey.get(stored.key);
    if (owner !== undefined && owner !== self) {
      throw new Refusal(
        409,
        `key ${goQuoted(stored.key)} is already used by an another customer in the namespace default`,
      );
    }
    return stored;
  }

  #addSubjectKeys(id: string, added: readonly string[]): void {
    const stored = added.map(storedKey);
    if (new Set(stored).size < stored.length || stored.some((subjectKey) => this.#holders.has(subjectKey))) {
      const reason = `one or multiple subject keys of [${added.join(", ")}] are already associated with an different customer`;
      throw new Refusal(409, `${reason} in the namespace default`);
    }
    this.#attribute(id, stored);
  }

  #attribute(id: string, added: readonly string[]): void {
    for (const subjectKey of added) {
      this.#undo.set(this.#holders, subjectKey, id);
    }
    if (this.#byId.get(id)?.deletedAt === undefined) {
      this.#undo.set(this.#subjectKeys, id, [...(this.#subjectKeys.get(id) ?? []), ...added].sort(byBytes));
    }
  }

  #dropSubjectKeys(id: string, dropped: readonly string[]): void {
    for (const subjectKey of dropped) {
      this.#undo.set(this.#holders, subjectKey, undefined);
    }
    const gone = new Set(dropped);
    const left = (this.#subjectKeys.get(id) ?? []).filter((subjectKey) => !gone.has(subjectKey));
    this.#undo.set(this.#subjectKeys, id, left);
  }

  #live(id: string): StoredCustomer {
    const stored = this.#byId.get(id);
    if (stored === undefined) {
      throw new Refusal(404, `customer with id ${id} not found in default namespace`);
    }
    if (stored.deletedAt !== undefined) {
      throw new Refusal(412, `customer is deleted [namespace=default customer.id=${id}]`);
    }
    return stored;
  }

  #put(stored: StoredCustomer): StoredCustomer {
    const before = this.#byId.get(stored.id);
    if (before?.key !== undefined && before.deletedAt === undefined) {
      this.#undo.set(this.#idByKey, before.key, undefined);
    }
    this.#undo.set(this.#byId, stored.id, stored);
    if (stored.key !== undefined && stored.deletedAt === undefined) {
      this.#undo.set(this.#idByKey, stored.key, stored.id);
    }
    return stored;
  }

  #shown(stored: StoredCustomer): Customer {
    const ofLive = this.#subjectKeys.get(stored.id) ?? [];
    return customerInOrder(stored, stored.deletedAt === undefined ? ofLive : (stored.lastSubjectKeys ?? []));
  }
}

function goQuoted(text = ""): string {
  return `"${text}"`;
}
