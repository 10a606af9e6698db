/**
 * Subject keys that a customer is to get and that another one has. A subject key belongs to one customer at a time, and there is no
 * call that moves it.
 */
import type { LiveObject, RecordId, WriteOptions } from "../../core/port";
import { jsonEqual } from "../../json";
import { concernsAll, OpenMeterError } from "../errors";
import { inParallel } from "../parallel";
import type { CustomerApi, Holder } from "./api";
import { bodyOf, subjectKeysIn } from "./body";
import { heldBy, type TakenSubjectKeys } from "./conflicts";
import type { InTurn } from "./locks";

/** What became of the customers that had subject keys. */
export interface Freed {
  /** Whether any customer had one of them. */
  readonly wereHeld: boolean;
  /** The customer that OpenMeter has made for one of the subjects: the new one may become it, so that no event is without a customer. */
  readonly toBecome?: Holder | undefined;
}

export class SubjectKeys {
  constructor(
    private readonly api: CustomerApi,
    private readonly inTurn: InTurn,
    /** Ids of the subjects that this connection has made. */
    private readonly madeSubjects: ReadonlySet<string>,
    private readonly atOnce: number,
  ) {}

  /**
   * Frees subject keys: of customers that give them up in this run, and of those that OpenMeter has made for subjects which this run
   * has made (where it turns each subject into a customer). Of these, a new customer may become the first one, and the others are
   * deleted. One that was there before stays, since nobody knows who counts on it.
   *
   * @throws {OpenMeterError} naming a customer that keeps one
   */
  async free<Kept>(taken: TakenSubjectKeys, { adopts, givesUp, isNeeded }: WriteOptions<Kept>): Promise<Freed> {
    const { key, added, id } = taken;
    const provisioned: Holder[] = [];
    let wereHeld = false;
    for (const subjectKey of added) {
      const holder = await this.#holderOf(subjectKey);
      wereHeld ||= holder !== undefined;
      // Two writes that add the same one to a customer get in each other's way, too. One of the very key is there to be taken over.
      if (holder === undefined || holder.id === id || holder.key === key) {
        continue;
      }
      if (adopts && this.#isMadeFor(holder, subjectKey) && !isNeeded(holder)) {
        provisioned.push(holder);
      } else if (await givesUp(holder, subjectKey)) {
        await this.inTurn(holder.id, () => this.#drop(holder.id, subjectKey)).catch((error: unknown) => {
          throw error instanceof OpenMeterError ? this.#notGivenUp(holder, subjectKey, error) : error;
        });
      } else if ((await this.#holderOf(subjectKey))?.id === holder.id) {
        throw this.#heldBy(holder, subjectKey);
      }
    }
    const toBecome = id === undefined ? provisioned.shift() : undefined;
    for (const one of provisioned) {
      await this.inTurn(one.id, () => this.#deleteProvisioned(one));
    }
    return { wereHeld, toBecome };
  }

  /**
   * Refuses subject keys that are own keys of other customers, which OpenMeter does not check: it would count the events of such a key
   * for both. What the other one lists among its subject keys as well, OpenMeter refuses by itself.
   *
   * @param customer the one that is to get them
   * @throws {OpenMeterError} naming the customer whose key it is
   */
  async refuseOwnKeysOfOthers(customer: Pick<LiveObject, "id" | "key">, added: readonly string[]): Promise<void> {
    const toAsk = added.filter((subjectKey) => subjectKey !== customer.key).values();
    await inParallel(
      this.atOnce,
      () => toAsk.next().value,
      async (subjectKey) => {
        const owner = await this.api.getByKey(subjectKey);
        const isAnothers = owner !== undefined && owner.id !== customer.id;
        if (isAnothers && !subjectKeysIn(owner.fields).includes(subjectKey)) {
          throw this.#heldBy(owner, subjectKey);
        }
      },
    );
  }

  /** A customer as it was found, if nobody has written it since. */
  async unchanged({ id, key, fields }: LiveObject): Promise<LiveObject | undefined> {
    const live = await this.api.getById(id);
    return live?.key === key && jsonEqual(live.fields, fields) ? live : undefined;
  }

  /** Who has a subject key, once it is known of all subjects that this run is making whether they were made. */
  #holderOf(subjectKey: string): Promise<Holder | undefined> {
    return this.inTurn(subjectKey, () => this.api.holderOf(subjectKey));
  }

  /** What OpenMeter has made by itself has nothing of its own, unless somebody has linked it. Under a subscription it stays. */
  async #deleteProvisioned(holder: Holder): Promise<void> {
    if ((await this.unchanged(holder)) === undefined) {
      return;
    }
    const link = await this.api.stripeLink(holder.id);
    if (link !== undefined) {
      throw this.#heldBy(holder, holder.key);
    }
    await this.api.remove(holder.id);
  }

  /** Whether OpenMeter has made a customer for this subject alone, which this run has made. */
  #isMadeFor({ madeFor, key, fields }: Holder, subjectKey: string): boolean {
    const isOnly = key === subjectKey && subjectKeysIn(fields).length === 1;
    return isOnly && madeFor !== undefined && this.madeSubjects.has(madeFor);
  }

  #heldBy(holder: LiveObject, subjectKey: string): OpenMeterError {
    return heldBy(holder, subjectKey, (text) => this.api.answers.redactor.redact(text));
  }

  #notGivenUp(holder: Holder, subjectKey: string, error: OpenMeterError): OpenMeterError {
    const { message } = this.#heldBy(holder, subjectKey);
    // What concerns all of the server is told as such.
    return concernsAll(error) || error.kind !== "refused"
      ? error
      : new OpenMeterError("refused", `${message}. It could not be removed now: ${error.message}`);
  }

  async #drop(id: RecordId, subjectKey: string): Promise<void> {
    const live = await this.api.getById(id);
    const keys = live === undefined ? [] : subjectKeysIn(live.fields);
    if (live !== undefined && keys.includes(subjectKey)) {
      const left = keys.filter((one) => one !== subjectKey);
      await this.api.replace(id, bodyOf(live.key, { ...live.fields, subjectKeys: left }, live.fields));
    }
  }
}
