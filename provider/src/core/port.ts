/** What the core needs of an API: a small port, which a kind without bulk routes can serve too. */
import type { JsonValue } from "../json";
import type { OpenMeterError } from "../openmeter/errors";

/** The server's identifier of one record: a ULID, new after each deletion and re-creation. */
export type RecordId = string & { readonly __brand: "RecordId" };

/** Values by the names of fields. A field without a value is absent. */
export type Fields = Readonly<Record<string, JsonValue>>;

/** An object as the server has it now: never one that is marked deleted. */
export interface LiveObject {
  readonly id: RecordId;
  readonly key: string;
  /** Those of the kind's fields that have a value. */
  readonly fields: Fields;
}

/** All objects of an account. */
export interface Listed {
  readonly objects: readonly LiveObject[];
  /** Keys of objects that are left out because they contain the API key. */
  readonly withheld: readonly string[];
  /** Objects that are left out because they have no key. Absent for a kind whose objects all have one. */
  readonly keyless?: readonly LiveObject[];
}

/** What one object is to become: fields that are absent keep their value, `null` clears. */
export interface Write {
  readonly key: string;
  /** Its record, where the state knows one. */
  readonly id?: RecordId | undefined;
  readonly changes: Readonly<Record<string, JsonValue | null>>;
  /** Names of the fields that are declared, so that the answer has to have them. */
  readonly declared: readonly string[];
  /**
   * The same write for the object as it is right now, for an API that replaces the whole of it.
   *
   * @param live `undefined` where there is none
   * @returns `undefined` where there is nothing to write then
   */
  readonly onto: (live: LiveObject | undefined) => Write | undefined;
}

/** An object that is to be read. */
export interface Wanted {
  readonly key: string;
  /** Its record, where the state knows one: its key may have changed since. */
  readonly id?: RecordId | undefined;
  /** The fields that are looked at, where an API keeps some apart. Absent: all. */
  readonly fields?: readonly string[];
}

/** An object that was not written or deleted, and why. */
export interface Refusal {
  readonly key: string;
  readonly error: OpenMeterError;
}

/** What became of several writes. */
export interface WriteOutcome<Kept> {
  /** By key: what the caller keeps of the server's answer. */
  readonly stored: ReadonlyMap<string, Kept>;
  readonly refused: readonly Refusal[];
  /** Set when the server could not be reached any more, or refused everything: the rest was not sent. */
  readonly stoppedBy?: OpenMeterError;
}

/** What became of several deletions. */
export interface DeleteOutcome {
  /** Keys of the records that are gone, also of those that were gone already. */
  readonly deleted: ReadonlySet<string>;
  readonly refused: readonly Refusal[];
  readonly stoppedBy?: OpenMeterError;
}

/** Hears how many objects are done. */
export type Progress = (done: number) => void;

/** How several objects are read. */
export interface ReadOptions {
  /** Ask for each object that a list does not have by itself, so that nothing is taken for gone by a list alone. Default `true`. */
  readonly confirmMissing?: boolean;
  readonly progress?: Progress;
}

/** How several objects are written. */
export interface WriteOptions<Kept> {
  /** What to remember of each answer: a hundred thousand whole ones fill the memory. */
  readonly keep: (write: Write, stored: LiveObject) => Kept;
  /** Whether an object that somebody else creates at the same moment is taken over. */
  readonly adopts: boolean;
  /**
   * Whether the run has shown that an object goes without this key that is attributed to it, so that it may be taken away at once.
   */
  readonly givesUp: (holder: LiveObject, attributed: string) => Promise<boolean>;
  /** Whether the run has shown that the program goes on to need an object. */
  readonly isNeeded: (object: LiveObject) => boolean;
  readonly progress?: Progress;
}

/** How several records are deleted. */
export interface DeleteOptions {
  /** Whether an object of this run has this text as its key. Where it equals a record's id, the server could mix the two up. */
  readonly isKey: (text: string) => boolean;
  readonly progress?: Progress;
}

/**
 * The API of one kind in one account. Reads throw `OpenMeterError`; writes and deletions answer what became of each object,
 * and throw only what is a bug.
 */
export interface Port {
  /** One object, as one of many that may be asked for at about the same time. `undefined` when there is none. */
  get(wanted: Wanted): Promise<LiveObject | undefined>;
  /** Several objects by the keys that were asked for; those that do not exist are absent. */
  getAll<Taken>(
    wanted: readonly Wanted[],
    take: (object: LiveObject, wanted: Wanted) => Taken,
    options?: ReadOptions,
  ): Promise<ReadonlyMap<string, Taken>>;
  /** One object with all of its fields, by what a person names it: its key, or for some kinds its id. */
  look(name: string): Promise<LiveObject | undefined>;
  /** Whether the account has a record of this id, be it marked deleted. */
  hasRecord(id: RecordId): Promise<boolean>;
  /** All objects of the account. */
  list(): Promise<Listed>;
  /** Creates or changes objects, whose keys differ from each other. */
  write<Kept>(writes: readonly Write[], options: WriteOptions<Kept>): Promise<WriteOutcome<Kept>>;
  /** Deletes records by id, given by key. One that is gone already counts as deleted. */
  delete(records: ReadonlyMap<string, RecordId>, options: DeleteOptions): Promise<DeleteOutcome>;
}
