/**
 * The calls of one kind's API put together for what the core asks. Many objects are read one by one, or by the list where that is
 * cheaper: none of the APIs has another way to read several exactly.
 */
import type { Listed, LiveObject, Port, ReadOptions, RecordId, Wanted } from "../core/port";
import type { Clock } from "./clock";
import { OpenMeterError } from "./errors";
import { type Bounds, maxAnswerBytes } from "./http/transport";
import { inParallel } from "./parallel";

/** From so many reads on, a list is tried first: it costs few requests, and at most as much download as below. */
const leastForList = 16;

/**
 * What one single read is worth in bytes of a list. A list is given up when it grows beyond this for each object that is
 * wanted of it, so that an account of 60,000 others is never downloaded for three. A single read costs a server and this
 * process about as much time as some 60 subjects of a list, 300 bytes each.
 */
const listBytesForOneRead = 20_000;

/** A list is old after this; what other writers did since then must be seen. */
const listAgeMs = 30_000;

/** The API of one kind, as far as ports differ. Its methods throw {@link OpenMeterError}. */
export interface ObjectApi extends Pick<Port, "look" | "hasRecord" | "write" | "delete"> {
  get(wanted: Wanted): Promise<LiveObject | undefined>;
  /** @param bounds give up instead of downloading more, or of trying again */
  list(bounds?: Bounds): Promise<Listed>;
  /** What lists do not have of an object: nothing, or what is to be asked for. */
  rest?(listed: LiveObject, wanted: Wanted): (() => Promise<LiveObject>) | undefined;
  /** Whether an object is found by its record, where that is known: its key may change. */
  readonly isFoundById: boolean;
  /** Errors of objects that contain the API key, and texts without it. */
  readonly answers: { withheld(key: string): OpenMeterError; readonly redactor: { redact(text: string): string } };
}

/** A list. */
interface Snapshot {
  readonly byKey: ReadonlyMap<string, LiveObject>;
  readonly byId: ReadonlyMap<RecordId, LiveObject>;
  readonly withheld: ReadonlySet<string>;
  readonly takenAt: number;
}

/**
 * The objects of one kind of one connection in one run of the engine.
 *
 * A list may lack objects: OpenMeter counts, then takes so many in the order of their ids, and what others create or delete
 * meanwhile cuts some off. So what is to be taken for gone is asked for by itself (`confirmMissing`).
 */
export class ObjectsPort implements Port {
  readonly hasRecord: Port["hasRecord"];
  readonly look: Port["look"];
  #reads = 0;
  #nextListAt = leastForList;
  #list: Promise<Snapshot | undefined> | undefined;
  /** Keys that this run writes or deletes: a list may be older than that, and is not asked about them any more. */
  readonly #changed = new Set<string>();

  /** @param maxConcurrency how many requests the connection has under way at once */
  constructor(
    private readonly api: ObjectApi,
    private readonly clock: Clock,
    private readonly maxConcurrency: number,
  ) {
    this.hasRecord = (id) => api.hasRecord(id);
    this.look = (name) => api.look(name);
  }

  readonly list: Port["list"] = async () => {
    const { withheld, ...listed } = await this.api.list();
    // The API key may stand in a key, too.
    return { ...listed, withheld: withheld.map((key) => this.api.answers.redactor.redact(key)) };
  };

  readonly write: Port["write"] = (writes, options) => {
    this.#note(writes.map(({ key }) => key));
    return this.api.write(writes, options);
  };

  readonly delete: Port["delete"] = (records, options) => {
    this.#note(records.keys());
    return this.api.delete(records, options);
  };

  /**
   * One object, as one of many that may be asked for at about the same time: the engine refreshes resources in parallel.
   * The first few are read singly. When there are more, a list within the bounds of what they are worth answers the rest;
   * if it is too large, single reads go on, and the next list waits for twice as many.
   */
  async get(wanted: Wanted): Promise<LiveObject | undefined> {
    const { key } = wanted;
    this.#reads += 1;
    const snapshot = this.#changed.has(key) ? undefined : await this.#snapshot();
    // Changed while the list was under way: it may be older than that.
    const listed = snapshot === undefined || this.#changed.has(key) ? undefined : this.#find(snapshot, wanted);
    return listed === undefined ? this.api.get(wanted) : (this.api.rest?.(listed, wanted)?.() ?? listed);
  }

  /** Several objects; those that do not exist are absent. Takes a list of its own, or reads them singly. */
  async getAll<Taken>(
    all: readonly Wanted[],
    take: (object: LiveObject, wanted: Wanted) => Taken,
    { confirmMissing = true, progress }: ReadOptions = {},
  ): Promise<Map<string, Taken>> {
    const snapshot = all.length < leastForList ? undefined : await this.#take(all.length);
    const found = new Map<string, Taken>();
    const toAsk: (() => Promise<void>)[] = [];
    const ask = (wanted: Wanted, question: () => Promise<LiveObject | undefined>) => async () => {
      const object = await question();
      if (object !== undefined) {
        found.set(wanted.key, take(object, wanted));
      }
      read += 1;
      progress?.(read);
    };
    for (const wanted of all) {
      const object = snapshot && this.#find(snapshot, wanted);
      const rest = object && this.api.rest?.(object, wanted);
      if (object !== undefined && rest === undefined) {
        found.set(wanted.key, take(object, wanted));
      } else if (rest !== undefined) {
        toAsk.push(ask(wanted, rest));
      } else if (snapshot === undefined || confirmMissing) {
        toAsk.push(ask(wanted, () => this.api.get(wanted)));
      }
    }
    let read = found.size;
    progress?.(read);
    const questions = toAsk.values();
    await inParallel(
      this.maxConcurrency,
      () => questions.next().value,
      (question) => question(),
    );
    return found;
  }

  #note(changed: Iterable<string>): void {
    for (const key of changed) {
      this.#changed.add(key);
    }
  }

  /** An object of a list. One that is known by its record, and not there by it, is asked for by itself. */
  #find({ byKey, byId, withheld }: Snapshot, { key, id }: Wanted): LiveObject | undefined {
    if (withheld.has(key)) {
      throw this.api.answers.withheld(key);
    }
    return id !== undefined && this.api.isFoundById ? byId.get(id) : byKey.get(key);
  }

  async #snapshot(): Promise<Snapshot | undefined> {
    const current = await this.#list;
    if (current !== undefined && this.clock.now() - current.takenAt < listAgeMs) {
      return current;
    }
    if (this.#reads < this.#nextListAt) {
      return undefined;
    }
    this.#nextListAt = this.#reads * 2;
    this.#list = this.#take(this.#reads);
    return this.#list;
  }

  /** A list, bounded by what so many reads are worth; `undefined` where single reads have to do: it is too large or too slow. */
  async #take(reads: number): Promise<Snapshot | undefined> {
    const takenAt = this.clock.now();
    const maxBodyBytes = Math.min(reads * listBytesForOneRead, maxAnswerBytes);
    try {
      const { objects, withheld } = await this.api.list({ maxBodyBytes, failFast: true });
      const byKey = new Map(objects.map((object) => [object.key, object]));
      const byId = new Map(this.api.isFoundById ? objects.map((object) => [object.id, object]) : []);
      return { byKey, byId, withheld: new Set(withheld), takenAt };
    } catch (error) {
      if (error instanceof OpenMeterError && (error.kind === "oversized" || error.kind === "unavailable")) {
        return undefined;
      }
      throw error;
    }
  }
}
