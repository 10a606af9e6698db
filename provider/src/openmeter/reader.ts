/**
 * Reading many subjects: one by one, or by the list route where that is cheaper. The API has no other way to read several,
 * and its list is the whole account, without pages.
 */
import { inParallel, type Progress } from "./bulk";
import type { Clock } from "./clock";
import { OpenMeterError } from "./errors";
import type { LiveSubject } from "./subject";
import type { SubjectsClient } from "./subjects-client";

const readsAtOnce = 16;

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

interface Snapshot {
  readonly subjects: ReadonlyMap<string, LiveSubject>;
  readonly takenAt: number;
}

/**
 * Reads subjects of one connection in one run of the engine. Throws OpenMeterError.
 *
 * A list may lack the newest subjects: OpenMeter counts, then takes so many in the order of their ids, and what others store
 * between the two cuts the end off. So what is to be taken for gone is asked for by itself (`confirmMissing`).
 */
export class SubjectReader {
  #reads = 0;
  #nextListAt = leastForList;
  #list: Promise<Snapshot | undefined> | undefined;
  readonly #written = new Set<string>();

  constructor(
    private readonly client: SubjectsClient,
    private readonly clock: Clock,
  ) {}

  /** Notes keys that this run writes: a list may be older than the write, and is not asked about them any more. */
  wrote(keys: Iterable<string>): void {
    for (const key of keys) this.#written.add(key);
  }

  /**
   * One subject, as one of many that may be asked for at about the same time: the engine refreshes resources in parallel.
   * The first few are read singly. When there are more, a list within the bounds of what they are worth answers the rest;
   * if it is too large, single reads go on, and the next list waits for twice as many.
   *
   * @param confirmMissing ask for one that a list does not have by itself, so that nothing is taken for gone by a list alone
   */
  async get(key: string, confirmMissing = true): Promise<LiveSubject | undefined> {
    this.#reads += 1;
    const snapshot = this.#written.has(key) ? undefined : await this.#snapshot();
    // Written while the list was under way: it may be older than that.
    if (this.#written.has(key)) return this.client.get(key);
    const listed = snapshot?.subjects.get(key);
    return listed !== undefined || (snapshot !== undefined && !confirmMissing) ? listed : this.client.get(key);
  }

  /**
   * Many subjects; those that don't exist are absent.
   *
   * @param taken what is kept of each: 100,000 answers are not to be held in memory when little of them is needed
   * @param confirmMissing ask for each that a list does not have by itself, so that nothing is taken for gone by a list alone
   * @param progress hears how many have been found, or found missing
   */
  async getAll<T>(
    keys: readonly string[],
    taken: (subject: LiveSubject) => T,
    confirmMissing = true,
    progress?: Progress,
  ): Promise<Map<string, T>> {
    const listed = keys.length < leastForList ? undefined : await this.#tryList(keys.length * listBytesForOneRead);
    const found = new Map<string, T>();
    const missing: string[] = [];
    for (const key of keys) {
      const subject = listed?.get(key);
      if (subject === undefined) missing.push(key);
      else found.set(key, taken(subject));
    }
    if (listed !== undefined && !confirmMissing) return found;
    let read = found.size;
    progress?.(read);
    const rest = missing.values();
    await inParallel(
      readsAtOnce,
      () => rest.next().value,
      async (key) => {
        const subject = await this.client.get(key);
        if (subject !== undefined) found.set(key, taken(subject));
        read += 1;
        progress?.(read);
      },
    );
    return found;
  }

  async #snapshot(): Promise<Snapshot | undefined> {
    const current = await this.#list;
    if (current !== undefined && this.clock.now() - current.takenAt < listAgeMs) return current;
    if (this.#reads < this.#nextListAt) return undefined;
    const reads = this.#reads;
    this.#nextListAt = reads * 2;
    this.#list = this.#take(reads * listBytesForOneRead);
    return this.#list;
  }

  async #take(maxBodyBytes: number): Promise<Snapshot | undefined> {
    const takenAt = this.clock.now();
    const subjects = await this.#tryList(maxBodyBytes);
    return subjects === undefined ? undefined : { subjects, takenAt };
  }

  /** The list by key, or `undefined` where single reads have to do: it is too large, too slow, or more than the server can. */
  async #tryList(maxBodyBytes: number): Promise<ReadonlyMap<string, LiveSubject> | undefined> {
    try {
      const subjects = await this.client.list({ maxBodyBytes, divisible: true });
      return new Map(subjects.map((subject) => [subject.key, subject]));
    } catch (error) {
      if (error instanceof OpenMeterError && (error.kind === "oversized" || error.kind === "unavailable"))
        return undefined;
      throw error;
    }
  }
}
