import { monotonicFactory } from "ulid";
import { Clock } from "./clock";
import type { DecodedItem } from "./decoded-item";
import { RefusedByDatabase, storedDisplayName, storedKey, storedObject, storedText } from "./stored-value";
import type { JsonObject, Subject, SubjectUpsert } from "./subject";
import { UndoLog } from "./undo";

/** An upsert of a key that another item of the same batch has just created. */
export class KeyConflict extends Error {}

/** An item that fails validation while the batch runs: what came before it stays stored. */
export class InvalidItem extends Error {}

/**
 * A batch's keys are looked up with one Postgres statement, which takes 65,535 parameters; two of them are not keys.
 */
const BATCH_MAX_ITEMS = 65_533;

/** Who takes part in the operations on subjects, within their transaction. */
export interface SubjectHooks {
  readonly upserted: (subject: Subject) => void;
  /** After every deletion, also of a subject that was deleted before. */
  readonly deleted: (subject: Subject) => void;
}

/**
 * The subjects of one namespace, in memory. Deletion only marks: a deleted record is still found by id, and its key is free
 * for a new record.
 */
export class SubjectStore {
  /** In order of creation, which is the order of ids. */
  readonly #byId = new Map<string, Subject>();
  readonly #liveByKey = new Map<string, Subject>();
  readonly #clock = new Clock();
  readonly #nextId = monotonicFactory();
  readonly #undo: UndoLog;
  #hooks: SubjectHooks = { upserted: () => {}, deleted: () => {} };
  #changed: () => void = () => {};

  constructor(subjects: Iterable<Subject> = [], undo = new UndoLog()) {
    this.#undo = undo;
    for (const subject of [...subjects].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      this.#put(subject);
    }
  }

  /** Registers what is called after each operation that changed something: once per batch, not per item. */
  onChange(changed: () => void): void {
    this.#changed = changed;
  }

  /** Registers who takes part in each operation. */
  connect(hooks: SubjectHooks): void {
    this.#hooks = hooks;
  }

  /** Number of live subjects. */
  get size(): number {
    return this.#liveByKey.size;
  }

  /** Live subjects in order of creation. */
  list(): Subject[] {
    return this.all().filter((subject) => subject.deletedAt === undefined);
  }

  /** Every record, deleted ones too, in order of creation. */
  all(): Subject[] {
    return [...this.#byId.values()];
  }

  /** The live subject with this key. */
  get(key: string): Subject | undefined {
    return this.#liveByKey.get(key);
  }

  /** The record with this id, deleted or not. */
  getById(id: string): Subject | undefined {
    return this.#byId.get(id);
  }

  /**
   * The API's look-up, of deletions too: the first record of `id = X or key = X`, live by key or any by id. When a key equals
   * another subject's id, the server's query leaves the choice to the database, which was seen to take the one with that key.
   */
  find(idOrKey: string): Subject | undefined {
    const wanted = storedText(idOrKey);
    return this.#liveByKey.get(wanted) ?? this.#byId.get(wanted);
  }

  /** Creates or updates, as the API would: `upsert({ key: "a" }, { key: "b", displayName: "B" })`. */
  upsert(...items: SubjectUpsert[]): Subject[] {
    return this.upsertBatch(items);
  }

  /**
   * Creates or updates item by item, and stops at the first that fails with the earlier ones stored.
   *
   * @throws RefusedByDatabase, KeyConflict or InvalidItem
   */
  upsertBatch(items: readonly DecodedItem[]): Subject[] {
    if (items.length > BATCH_MAX_ITEMS) {
      throw new RefusedByDatabase("too many parameters for one statement");
    }
    // Which keys exist is looked up once, before the first item: so a key that is new and comes twice is a conflict.
    const existing = items.map(({ key }) => this.#liveByKey.get(storedText(key))?.id);
    const stored: Subject[] = [];
    try {
      for (const [index, item] of items.entries()) {
        const id = existing[index];
        const upsert = () => {
          const subject = id === undefined ? this.#create(item) : this.#update(id, item);
          this.#hooks.upserted(subject);
          return subject;
        };
        stored.push(this.#undo.run(upsert));
      }
    } finally {
      if (stored.length > 0) {
        this.#changed();
      }
    }
    return stored;
  }

  /** Creates a subject for a customer, as a part of the customer's own operation. */
  provision(item: SubjectUpsert): Subject {
    return this.#create(item);
  }

  /** Deletes the live subject with this key; tells whether there was one. */
  delete(key: string): boolean {
    const subject = this.get(key);
    if (subject !== undefined) {
      this.deleteById(subject.id);
    }
    return subject !== undefined;
  }

  /** Marks this very record deleted; one already deleted stays as it is. */
  deleteById(id: string): void {
    const subject = this.#byId.get(id);
    if (subject === undefined) {
      return;
    }
    this.#undo.run(() => {
      if (subject.deletedAt === undefined) {
        this.#undo.set(this.#liveByKey, subject.key, undefined);
        this.#put({ ...subject, deletedAt: this.#clock.now(), updatedAt: this.#clock.now() });
      }
      this.#hooks.deleted(subject);
    });
    this.#changed();
  }

  /** Forgets every record, deleted ones too. */
  clear(): void {
    this.#byId.clear();
    this.#liveByKey.clear();
    this.#changed();
  }

  #create({ whenCreated, ...item }: DecodedItem): Subject {
    if (item.key === "") {
      throw new InvalidItem("key is required");
    }
    // What the columns cannot hold is found before what the unique index minds.
    const key = storedKey(item.key);
    const fields = storedFields({ ...item, ...whenCreated });
    if (this.#liveByKey.has(key)) {
      throw new KeyConflict(`subject with key already exists: ${key}`);
    }
    const now = this.#clock.now();
    return this.#put({
      createdAt: now,
      id: this.#nextId(),
      key,
      metadata: {},
      updatedAt: now,
      ...fields,
    });
  }

  #update(id: string, item: SubjectUpsert): Subject {
    const before = this.#byId.get(id);
    if (before === undefined) {
      throw new Error(`no subject with id ${id}`);
    }
    const { displayName, stripeCustomerId, ...kept } = before;
    return this.#put({
      ...kept,
      ...(displayName !== undefined && item.displayName === undefined && { displayName }),
      ...(stripeCustomerId !== undefined && item.stripeCustomerId === undefined && { stripeCustomerId }),
      ...storedFields(item),
      updatedAt: this.#clock.now(),
    });
  }

  #put(fields: Subject): Subject {
    const subject = inOrder(fields);
    this.#undo.set(this.#byId, subject.id, subject);
    if (subject.deletedAt === undefined) {
      this.#undo.set(this.#liveByKey, subject.key, subject);
    }
    return subject;
  }
}

/** The fields in the order in which the server writes them. */
function inOrder({
  createdAt,
  deletedAt,
  displayName,
  id,
  key,
  metadata,
  stripeCustomerId,
  updatedAt,
}: Subject): Subject {
  return {
    createdAt,
    ...(deletedAt !== undefined && { deletedAt }),
    ...(displayName !== undefined && { displayName }),
    id,
    key,
    metadata,
    ...(stripeCustomerId !== undefined && { stripeCustomerId }),
    updatedAt,
  };
}

interface StoredFields {
  displayName?: string;
  metadata?: JsonObject;
  stripeCustomerId?: string;
}

/** The fields that an item sets, as they are read back. Cleared ones are absent, except metadata, which is then `{}`. */
function storedFields({ displayName, metadata, stripeCustomerId }: SubjectUpsert): StoredFields {
  return {
    ...(typeof displayName === "string" && { displayName: storedDisplayName(displayName) }),
    ...(metadata !== undefined && { metadata: storedObject(metadata ?? {}) }),
    ...(typeof stripeCustomerId === "string" && { stripeCustomerId: storedText(stripeCustomerId) }),
  };
}
