/**
 * Writing customers. The API replaces a customer whole and knows no versions, so each is read right before it is written, and one
 * write at a time is under way for each.
 */
import type { LiveObject, Write, WriteOptions, WriteOutcome } from "../../core/port";
import { jsonEqual } from "../../json";
import { quoted } from "../../printable";
import { concernsAll, OpenMeterError } from "../errors";
import { FailuresInARow } from "../failures-in-a-row";
import { inParallel } from "../parallel";
import type { CustomerApi, Holder } from "./api";
import { bodyOf, type CustomerBody, changed, clearsCountry, stripeField, subjectKeysIn, subjectKeysOf } from "./body";
import { burnt, inConflict, isMomentary, TakenSubjectKeys } from "./conflicts";
import type { InTurn } from "./locks";
import { adviseOnStripe } from "./stripe";
import type { SubjectKeys } from "./subject-keys";

/** How often a write begins again that met a change of others, or of this run, at the same moment. */
const maxRounds = 10;

/** How often in a row a taken subject key is found with nobody, until it is believed that it stays so. */
const mostHeldByNobody = 3;

/** What became of one write: what is stored, and why not all of it was done. */
interface Done {
  /** The write as it was sent. `undefined` where there was nothing to write. */
  readonly sent: Write | undefined;
  readonly stored: LiveObject | undefined;
  readonly error?: OpenMeterError;
}

export class CustomerWriter {
  constructor(
    private readonly api: CustomerApi,
    private readonly subjectKeys: SubjectKeys,
    private readonly inTurn: InTurn,
    private readonly atOnce: number,
  ) {}

  /** Creates or changes customers, whose keys must differ from each other. */
  async writeAll<Kept>(writes: readonly Write[], options: WriteOptions<Kept>): Promise<WriteOutcome<Kept>> {
    const { keep, progress } = options;
    const stored = new Map<string, Kept>();
    const failures = new FailuresInARow();
    const rest = writes.values();
    let done = 0;
    await inParallel(
      this.atOnce,
      () => (failures.stoppedBy === undefined ? rest.next().value : undefined),
      async (write) => {
        const { key } = write;
        try {
          const { sent, stored: customer, error } = await this.#writeOne(write, options);
          if (sent !== undefined && customer !== undefined) {
            stored.set(key, keep(sent, customer));
          }
          if (error === undefined) {
            failures.success();
          } else {
            failures.add({ key, error });
          }
        } catch (error) {
          if (!(error instanceof OpenMeterError)) {
            throw error;
          }
          failures.add({ key, error });
        }
        done += 1;
        progress?.(done);
      },
    );
    const { stoppedBy } = failures;
    return { stored, refused: failures.refused, ...(stoppedBy !== undefined && { stoppedBy }) };
  }

  async #writeOne<Kept>(write: Write, options: WriteOptions<Kept>): Promise<Done> {
    let heldByNobody = 0;
    let toBecome: Holder | undefined;
    for (let round = 1; ; round++) {
      try {
        const holder = toBecome;
        const done = holder && (await this.inTurn(holder.id, () => this.#become(holder, write)));
        return done ?? (await this.inTurn(write.id ?? write.key, () => this.#put(write, options)));
      } catch (error) {
        if (!(error instanceof OpenMeterError) || round >= maxRounds) {
          throw error;
        }
        // Where a customer of the key has come up meanwhile, that one is written.
        const isKeyTaken = toBecome !== undefined && error.status === 409;
        toBecome = undefined;
        if (error instanceof TakenSubjectKeys) {
          const freed = await this.subjectKeys.free(error, options);
          toBecome = freed.toBecome;
          // Who had a key may have given it up by itself meanwhile.
          heldByNobody = freed.wereHeld ? 0 : heldByNobody + 1;
          if (heldByNobody >= mostHeldByNobody) {
            throw burnt(error);
          }
        } else if (!isMomentary(error) && !isKeyTaken) {
          throw error;
        }
      }
    }
  }

  async #put<Kept>(write: Write, { adopts }: WriteOptions<Kept>): Promise<Done> {
    const { key, id } = write;
    const known = id === undefined ? undefined : await this.api.getById(id);
    if (known !== undefined && known.key !== key) {
      throw new OpenMeterError(
        "refused",
        `its key is ${quoted(known.key)} in OpenMeter (id ${known.id}), and this provider changes no key. Declare that key, or change it back there`,
      );
    }
    const onto = write.onto(known);
    if (onto === undefined) {
      return { sent: undefined, stored: undefined };
    }
    if (known !== undefined) {
      return this.#replace(onto, known);
    }
    const body = bodyOf(key, changed({}, onto.changes));
    try {
      return await this.#withStripe(onto, await this.api.create(body), undefined);
    } catch (error) {
      if (!(error instanceof OpenMeterError) || error.status !== 409 || isMomentary(error)) {
        throw error;
      }
      const existing = await this.api.getByKey(key);
      if (existing === undefined) {
        throw inConflict(error, body, { added: subjectKeysOf(body) });
      }
      // A create that was sent twice meets its own first try.
      if (adopts || id !== undefined || isAsSent(existing, body)) {
        const over = onto.onto(existing);
        return over === undefined ? { sent: undefined, stored: undefined } : await this.#replace(over, existing);
      }
      throw error;
    }
  }

  /** Lays the changes over the customer as it is. What does not change it is not sent: that would make subjects and move `updatedAt`. */
  async #replace(write: Write, live: LiveObject, oldKey = live.key): Promise<Done> {
    const { key } = write;
    const fields = changed(live.fields, write.changes);
    let body = bodyOf(key, fields, live.fields);
    if (jsonEqual(body, bodyOf(oldKey, live.fields, live.fields))) {
      return this.#withStripe(write, live, live);
    }
    const had = subjectKeysIn(live.fields);
    const added = subjectKeysOf(body).filter((one) => !had.includes(one));
    await this.subjectKeys.refuseOwnKeysOfOthers({ id: live.id, key }, added);
    try {
      if (clearsCountry(body)) {
        const { billingAddress: _address, ...without } = body;
        await this.api.replace(live.id, without);
        body = bodyOf(key, fields, { ...live.fields, billingAddress: {} });
      }
      return await this.#withStripe(write, await this.api.replace(live.id, body), live);
    } catch (error) {
      throw error instanceof OpenMeterError ? inConflict(error, body, { added, id: live.id }) : error;
    }
  }

  /** Links Stripe's customer once OpenMeter's is stored, and reads back what is linked, where it is declared or was. */
  async #withStripe(sent: Write, stored: LiveObject, live: LiveObject | undefined): Promise<Done> {
    const wanted = sent.changes[stripeField];
    if (wanted === undefined && !sent.declared.includes(stripeField)) {
      return { sent, stored };
    }
    const { id } = stored;
    try {
      if (typeof wanted === "string") {
        await this.api.linkStripe(id, wanted);
      } else if (wanted === null && live !== undefined) {
        const link = await this.api.stripeLink(id);
        if (link !== undefined) {
          await this.api.unlinkApp(id, link.appId);
        }
        return { sent, stored };
      }
      return { sent, stored: await this.api.withStripe(stored) };
    } catch (error) {
      if (!(error instanceof OpenMeterError)) {
        throw error;
      }
      // What of the customer is stored counts, though its link be refused. While nobody knows whether a link is removed, the state
      // has to keep it, or no run would remove it.
      const known = (await this.#asLinked(stored, error)) ?? (wanted === null ? undefined : stored);
      return { sent, stored: known, error: adviseOnStripe(error) };
    }
  }

  /** The customer with its link; `undefined` where that cannot be asked for. */
  async #asLinked(stored: LiveObject, cause: OpenMeterError): Promise<LiveObject | undefined> {
    return concernsAll(cause) ? undefined : this.api.withStripe(stored).catch(() => undefined);
  }

  /**
   * Makes the customer that OpenMeter has made for a subject the one of the program, by its key, so that no event is without a customer.
   * What it was named by the subject's key has the name of a new customer, as if the customer had been written before the subject.
   */
  async #become(holder: Holder, write: Write): Promise<Done | undefined> {
    const live = await this.subjectKeys.unchanged(holder);
    const created = write.onto(undefined);
    const onto = live && created?.onto(live);
    if (live === undefined || created === undefined || onto === undefined) {
      return undefined;
    }
    const isUnnamed = live.fields.name === live.key;
    const named = isUnnamed ? { ...onto, changes: { ...created.changes, ...onto.changes } } : onto;
    return this.#replace(named, { ...live, key: write.key }, live.key);
  }
}

/** Whether a customer is just what was sent. */
function isAsSent({ key, fields }: LiveObject, body: CustomerBody): boolean {
  return jsonEqual(bodyOf(key, fields), body);
}
