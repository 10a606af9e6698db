/**
 * The port of subjects: the calls of the Subject API put together for what the core asks. Many subjects are read one by one, or
 * by the list route where that is cheaper. The API has no other way to read several, and its list is the whole account, without pages.
 */
import type { LiveObject, Port, ReadOptions } from "../../core/port";
import type { Clock } from "../clock";
import { OpenMeterError } from "../errors";
import { maxAnswerBytes } from "../http/transport";
import { inParallel } from "../parallel";
import type { SubjectApi } from "./api";
import { deleteAll } from "./remover";
import { upsertAll } from "./writer";

/** From so many reads on, a list is tried first: it costs one request, and at most as much download as below. */
const leastForList = 16;

/**
 * What one single read is worth in bytes of a list. A list is given up when it grows beyond this for each subject that is
 * wanted of it, so that an account of 60,000 others is never downloaded for three. A single read costs a server and this
 * process about as much time as some 60 subjects of a list, 300 bytes each.
 */
const listBytesForOneRead = 20_000;

/** A list is old after this; what other writers did since then must be seen. */
const listAgeMs = 30_000;

/** A list by key. */
interface Snapshot {
  readonly objects: ReadonlyMap<string, LiveObject>;
  readonly withheld: ReadonlySet<string>;
  readonly takenAt: number;
}

/**
 * The subjects of one connection in one run of the engine.
 *
 * A list may lack the newest subjects: OpenMeter counts, then takes so many in the order of their ids, and what others store
 * between the two cuts the end off. So what is to be taken for gone is asked for by itself (`confirmMissing`).
 */
export class SubjectsPort implements Port {
  #reads = 0;
  #nextListAt = leastForList;
  #list: Promise<Snapshot | undefined> | undefined;
  /** Keys that this run writes or deletes: a list may be older than that, and is not asked about them any more. */
  readonly #changed = new Set<string>();

  /** @param maxConcurrency how many requests the connection has under way at once */
  constructor(
    private readonly api: SubjectApi,
    private readonly clock: Clock,
    private readonly maxConcurrency: number,
  ) {}

  readonly hasRecord: Port["hasRecord"] = (id) => this.api.hasRecord(id);

  readonly list: Port["list"] = async () => {
    const { objects, withheld } = await this.api.list();
    // The API key may stand in a key, too.
    return { objects, withheld: withheld.map((key) => this.api.answers.redactor.redact(key)) };
  };

  readonly write: Port["write"] = (writes, options) => {
    this.#note(writes.map(({ key }) => key));
    return upsertAll(this.api, this.maxConcurrency, writes, options);
  };

  readonly delete: Port["delete"] = (records, options) => {
    this.#note(records.keys());
    return deleteAll(this.api, this.maxConcurrency, records, options);
  };

  /**
   * One subject, as one of many that may be asked for at about the same time: the engine refreshes resources in parallel.
   * The first few are read singly. When there are more, a list within the bounds of what they are worth answers the rest;
   * if it is too large, single reads go on, and the next list waits for twice as many.
   */
  async get(key: string): Promise<LiveObject | undefined> {
    this.#reads += 1;
    const snapshot = this.#changed.has(key) ? undefined : await this.#snapshot();
    // Changed while the list was under way: it may be older than that.
    const listed = snapshot === undefined || this.#changed.has(key) ? undefined : this.#lookUp(snapshot, key);
    return listed ?? this.api.get(key);
  }

  /** Several subjects; those that do not exist are absent. Takes a list of its own, or reads them singly. */
  async getAll<Taken>(
    keys: readonly string[],
    take: (object: LiveObject) => Taken,
    { confirmMissing = true, progress }: ReadOptions = {},
  ): Promise<Map<string, Taken>> {
    const snapshot = keys.length < leastForList ? undefined : await this.#take(keys.length);
    const found = new Map<string, Taken>();
    for (const key of keys) {
      const object = snapshot && this.#lookUp(snapshot, key);
      if (object !== undefined) {
        found.set(key, take(object));
      }
    }
    let read = found.size;
    progress?.(read);
    const isComplete = snapshot !== undefined && !confirmMissing;
    const rest = isComplete ? [].values() : keys.filter((key) => !found.has(key)).values();
    await inParallel(
      this.maxConcurrency,
      () => rest.next().value,
      async (key) => {
        const object = await this.api.get(key);
        if (object !== undefined) {
          found.set(key, take(object));
        }
        read += 1;
        progress?.(read);
      },
    );
    return found;
  }

  #note(changed: Iterable<string>): void {
    for (const key of changed) {
      this.#changed.add(key);
    }
  }

  #lookUp({ objects, withheld }: Snapshot, key: string): LiveObject | undefined {
    if (withheld.has(key)) {
      throw this.api.answers.withheld(key);
    }
    return objects.get(key);
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
      return { objects: byKey, withheld: new Set(withheld), takenAt };
    } catch (error) {
      if (error instanceof OpenMeterError && (error.kind === "oversized" || error.kind === "unavailable")) {
        return undefined;
      }
      throw error;
    }
  }
}
