/** Carrying out what a set's update has to do, from the first request to what the state then holds. */
import { type BulkOutcome, deleteAll, upsertAll } from "../../openmeter/bulk";
import { printable } from "../../printable";
import { creation } from "../plan";
import type { SetDeclaration, SetOutputs } from "./declaration";
import { inWords, notDone, partlyDone, type Undone } from "./failure";
import type { SetSurroundings } from "./lifecycle";
import { formatCount, namedKeys } from "./named-keys";
import { driftMessage, outputsAfter, storedOtherwise, type Written, written } from "./outcome";
import { leaving, memberOf, type SetWork } from "./plan";
import type { ProgressReport } from "./progress";

/** What an update of a set is about to write. */
export interface Writing {
  /** What the set is not if nothing gets written, for the message. */
  readonly what: string;
  readonly work: SetWork;
  /** Subjects that are taken over as they are, with the ids of their records. */
  readonly matched: ReadonlyMap<string, string>;
  readonly total: number;
}

/** Writes what differs of a set, and lets subjects go that leave it. */
export class SetWriter {
  constructor(private readonly surroundings: Omit<SetSurroundings, "progress">) {}

  /**
   * Upserts what is new or changed, then deletes what is gone.
   *
   * @throws {PartialFailure} with what the state has to hold, when a part of it could not be done
   * @throws {SubjectFailure} when nothing of it could
   */
  async write(
    before: SetOutputs,
    now: SetDeclaration,
    { what, work, matched, total }: Writing,
    tell: ProgressReport,
  ): Promise<SetOutputs> {
    const outcome = await this.#upsert(before, now, work, matched, tell);
    const refused = [...inWords(outcome.refused), ...storedOtherwise(now, outcome.stored, (text) => this.#show(text))];
    const done = outcome.stored.size;
    const outputs = (remaining: readonly string[]) => outputsAfter(before, now, work, outcome.stored, remaining);
    if (outcome.stoppedBy !== undefined) {
      const undone = { refused, stoppedBy: outcome.stoppedBy, done, total };
      // Nothing was written: a set that is new does not exist yet.
      if (done === 0 && before.ids.size === 0) throw notDone(now, what, undone);
      throw partlyDone(now.name, outputs(work.removed), undone);
    }
    const gone = await this.leave(work.removed, before, total, done, tell);
    const undone: Undone = { ...gone, refused: [...refused, ...gone.refused], total };
    const state = outputs(work.removed.filter((key) => gone.remaining.has(key)));
    if (undone.refused.length > 0 || undone.stoppedBy !== undefined) throw partlyDone(now.name, state, undone);
    return state;
  }

  async #upsert(
    before: SetOutputs,
    now: SetDeclaration,
    work: SetWork,
    matched: ReadonlyMap<string, string>,
    tell: ProgressReport,
  ): Promise<BulkOutcome<Written>> {
    const { connect, report } = this.surroundings;
    const { client, reader } = connect();
    const upserts = work.upserts.filter(({ key }) => !matched.has(key));
    reader.wrote(upserts.map(({ key }) => key));
    const adopts = now.onExisting === undefined || now.onExisting === "adopt";
    const sent = await upsertAll(
      client,
      upserts,
      (request, stored) => written(request, stored, memberOf(now, request.key)),
      (done) => tell(matched.size + done),
      adopts,
    );
    const takenOver = [...matched].map(([key, id]) => [key, { id }] as const);
    const outcome = { ...sent, stored: new Map<string, Written>([...takenOver, ...sent.stored]) };
    // A subject that was deleted outside since the last run was made anew by its update, which wrote only what changed.
    const anew = new Set(
      work.updated.filter((key) => {
        const id = outcome.stored.get(key)?.id;
        return id !== undefined && id !== before.ids.get(key);
      }),
    );
    const whole = new Map([...outcome.stored].filter(([key]) => !anew.has(key)));
    const drift = driftMessage(now, whole);
    if (drift !== undefined) report(drift);
    // Stryker disable next-line ConditionalExpression: restoring none comes to the same outcome, and only takes longer
    if (anew.size === 0) return outcome;
    // Until it is restored it counts as not written: the state keeps what it had, and if need be the next run tries again.
    if (outcome.stoppedBy !== undefined) return { ...outcome, stored: whole };
    const restoring = [...anew].map((key) => creation({ key, ...now.subjects.get(key) }));
    const again = await upsertAll(client, restoring, written);
    return {
      ...again,
      stored: new Map([...whole, ...again.stored]),
      refused: [...outcome.refused, ...again.refused],
    };
  }

  /** Deletes subjects that leave the set, or lets them change hands. */
  async leave(
    keys: readonly string[],
    before: SetOutputs,
    total: number,
    doneBefore: number,
    tell: ProgressReport,
  ): Promise<Undone & { readonly remaining: ReadonlySet<string> }> {
    if (keys.length === 0) {
      return { refused: [], stoppedBy: undefined, done: doneBefore, total, remaining: new Set() };
    }
    const { connect, run, report, declared } = this.surroundings;
    await declared();
    const { kept, clear, remove } = leaving(keys, before, run);
    if (kept.length > 0) report(keptMessage(before, kept));
    const { client, reader } = connect();
    reader.wrote(keys);
    const cleared = await upsertAll(client, clear, written);
    const deletion =
      cleared.stoppedBy === undefined
        ? await deleteAll(client, remove, (done) => tell(doneBefore + done))
        : { deleted: new Set<string>(), refused: [], stoppedBy: cleared.stoppedBy };
    const notDeleted = [...remove.keys()].filter((key) => !deletion.deleted.has(key));
    const notCleared = clear.map(({ key }) => key).filter((key) => !cleared.stored.has(key));
    return {
      refused: [...inWords(cleared.refused), ...inWords(deletion.refused)],
      stoppedBy: deletion.stoppedBy,
      done: doneBefore + kept.length - notCleared.length + deletion.deleted.size,
      total,
      remaining: new Set([...notDeleted, ...notCleared]),
    };
  }

  #show(text: string): string {
    return this.surroundings.connect().client.redactor.show(text);
  }
}

function keptMessage({ name, secretKeys }: SetDeclaration, keys: readonly string[]): string {
  const named = secretKeys === true ? `${formatCount(keys.length)} of its subjects` : namedKeys(keys, 5);
  return `${printable(name)}: ${named} kept: another resource of this program declares ${keys.length === 1 ? "it" : "them"}`;
}
