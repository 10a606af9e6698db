/**
 * Brings objects to what is declared, one or a hundred thousand in the same steps: observe, refuse what is foreign, write what
 * differs, confirm the answers. Each step is idempotent, so that a run that is cut anywhere is continued by the next.
 */
import { withValues } from "../json";
import type { OpenMeterError } from "../openmeter/errors";
import { type Declaration, type Declarer, keepsUndeclared, type Preview, type State } from "./declaration";
import { describeMismatch, driftInWords } from "./differences";
import { isUnfinished, notDone, partlyDone, readInWords, type Unfinished } from "./failure";
import type { Kind } from "./kind";
import { type Observation, observe, takeOver } from "./observe";
import {
  asLive,
  baseOf,
  creation,
  readsBeforeCreate,
  readsBeforeUpdate,
  stateAfter,
  stateAsLive,
  update,
  type Work,
  type Written,
  workOf,
  written,
} from "./plan";
import type { Fields, LiveObject, Progress, Write, WriteOutcome } from "./port";
import { withProgress } from "./progress";
import { conceal } from "./secrets";
import { summaryOf } from "./summary";
import type { Surroundings } from "./surroundings";
import { isUnknown } from "./unknown";
import { firstFew, namedKey } from "./words";

/** What an update is about to do. */
interface Writing {
  readonly before: State;
  readonly now: Declaration;
  readonly work: Work;
  readonly observation: Observation;
  /** Objects that are taken over as they are. */
  readonly matched: ReadonlyMap<string, Written>;
}

export class Reconciler {
  constructor(private readonly around: Surroundings) {}

  /** Says what is to be done to a set, if anything. Sends nothing. */
  summarize(who: Declarer, work: Work, size: number): void {
    const summary = summaryOf(work, size, who.secretKeys);
    if (summary !== undefined) {
      this.around.report(`${who.label}: ${summary}`, { urn: who.urn });
    }
  }

  /**
   * Creates and changes what differs from before. Deletes nothing: what a set has lost, its `SubjectSetMembers` deletes.
   *
   * @throws {PartialFailure} with what the state has to hold, when a part of it could not be done
   * @throws {Failure} when nothing of it could
   */
  async apply(operation: "create" | "update", before: State, now: Declaration): Promise<State> {
    const { kind, run } = this.around;
    run.apply();
    const work = workOf(kind, before.objects, now.objects);
    const total = work.created.length + work.changed.size;
    let unfinished: Unfinished = { refused: [], done: 0, total };
    let stored: ReadonlyMap<string, Written> = new Map();
    if (total > 0) {
      conceal(this.around, before, now);
      const created = readsBeforeCreate(kind, now) ? work.created : [];
      const changed = [...work.changed].filter(([, names]) => readsFirst(kind, now, names)).map(([key]) => key);
      const observation = new Map([
        ...(await observe(this.around, now, { operation, keys: created, confirmMissing: false })),
        ...(await observe(this.around, now, { operation, keys: changed, confirmMissing: true })),
      ]);
      const matched = await takeOver(this.around, now, work.created, observation);
      const writing = { before, now, work, observation, matched };
      const outcome = await withProgress(this.around, now, { total, what: "done" }, (tell) =>
        this.#write(writing, tell),
      );
      stored = outcome.stored;
      unfinished = this.#unfinishedOf(now, outcome, total);
    }
    const state = stateAfter(kind, before, now, work, stored);
    if (isUnfinished(unfinished) && stored.size === 0 && (!now.isSet || before.ids.size === 0)) {
      throw notDone(now, operation, unfinished, { sent: sentFields(now, work) });
    }
    this.#takeOut(before, now, work);
    run.hold(now.urn, () => state.ids.values());
    if (isUnfinished(unfinished)) {
      throw partlyDone(state, unfinished);
    }
    return state;
  }

  /**
   * The declared fields of all objects as they are live. Objects that are gone are left out. What is returned is `before` itself
   * when nothing has drifted.
   */
  async read(before: State): Promise<State> {
    const { kind, connect } = this.around;
    conceal(this.around, before);
    const take = (live: LiveObject) => ({ id: live.id, fields: asLive(kind, before, live) });
    const keys = [...before.objects.keys()];
    const live = await readInWords(before, "read", () =>
      withProgress(this.around, before, { total: keys.length, what: "read" }, async (progress) => {
        const { port } = connect();
        if (before.isSet) {
          return port.getAll(keys, take, { progress });
        }
        // One of many that are refreshed at the same time.
        const found = await Promise.all(keys.map((key) => port.get(key)));
        return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.key, take(one)] as const])));
      }),
    );
    return stateAsLive(before, live);
  }

  /** An object with all of its fields, for a look-up. `undefined` when there is none. */
  async look(who: Declarer, key: string): Promise<State | undefined> {
    const live = await readInWords(who, "look", () =>
      withProgress(this.around, who, { total: 1, what: "read" }, () => this.around.connect().port.get(key)),
    );
    if (live === undefined) {
      return undefined;
    }
    const all = { ...who, options: {}, objects: new Map<string, Fields>(), ids: new Map([[key, live.id]]) };
    return { ...all, objects: new Map([[key, asLive(this.around.kind, all, live, Object.keys(live.fields))]]) };
  }

  async #write(writing: Writing, tell: Progress): Promise<WriteOutcome<Written>> {
    const { kind } = this.around;
    const { before, now, work, observation, matched } = writing;
    const liveOf = (key: string) => observation.get(key)?.live;
    const create = (key: string) => creation(kind, now, key, liveOf(key));
    const gone = new Set<string>();
    const updates = [...work.changed].map(([key, changed]) => {
      const live = liveOf(key);
      if (live === undefined && readsFirst(kind, now, changed)) {
        gone.add(key);
        return create(key);
      }
      return update(baseOf(kind, before, now, key), now, key, { changed, live });
    });
    const creations = work.created.filter((key) => !matched.has(key)).map(create);
    const outcome = await this.#send(now, [...creations, ...updates], (done) => tell(matched.size + done));
    // What was deleted outside, an update of some of its fields has made anew without the others.
    const whole = new Map([...matched, ...outcome.stored]);
    const anew: string[] = [];
    for (const key of work.changed.keys()) {
      const result = whole.get(key);
      if (result !== undefined && result.id !== before.ids.get(key) && !gone.has(key)) {
        anew.push(key);
        whole.set(key, asFoundAnew(key, result));
      }
    }
    this.#reportRecreated(now, [...gone, ...anew]);
    this.#reportDrift(now, whole);
    if (anew.length === 0 || outcome.stoppedBy !== undefined) {
      return { ...outcome, stored: whole };
    }
    const again = await this.#send(now, anew.map(create));
    return { ...again, stored: new Map([...whole, ...again.stored]), refused: [...outcome.refused, ...again.refused] };
  }

  #send(now: Declaration, writes: readonly Write[], progress: Progress = () => {}): Promise<WriteOutcome<Written>> {
    const { kind, connect } = this.around;
    const adopts = (now.options.onExisting ?? "adopt") === "adopt";
    const keep = (write: Write, stored: LiveObject) => written(kind, now, write, stored);
    return connect().port.write(writes, { keep, adopts, progress });
  }

  /** What was asked is what is stored, or the operation fails and says what is stored. */
  #unfinishedOf(now: Declaration, { stored, refused, stoppedBy }: WriteOutcome<Written>, total: number): Unfinished {
    const { show } = this.around.connect().redactor;
    const otherwise = [...stored].flatMap(([key, one]) =>
      (one.otherwise?.mismatches ?? []).map((mismatch) => ({ key, reason: describeMismatch(now, mismatch, show) })),
    );
    const notDone = new Set(refused.map(({ key }) => key));
    return {
      refused: [...refused.map(({ key, error }) => ({ key, error, reason: reasonOf(error, now) })), ...otherwise],
      stoppedBy,
      done: [...stored].filter(([key, one]) => one.otherwise === undefined && !notDone.has(key)).length,
      total,
    };
  }

  #takeOut(before: State, now: Declaration, { removed }: Work): void {
    const takenOut = now.urn === undefined ? undefined : this.around.run.takenOutOf(now.urn);
    for (const key of removed) {
      const id = before.ids.get(key);
      if (takenOut !== undefined && id !== undefined) {
        takenOut.ids.set(key, id);
        takenOut.fields.set(key, before.objects.get(key) ?? {});
      }
    }
  }

  #reportRecreated(now: Declaration, keys: readonly string[]): void {
    if (keys.length === 0) {
      return;
    }
    const which = now.isSet ? `: ${firstFew(keys, 5, (key) => namedKey(key, now.secretKeys))}` : "";
    const happened = "was deleted outside of Pulumi since the last run; all declared fields are written";
    this.around.report(`${now.label}${which} ${happened}`, { urn: now.urn });
  }

  #reportDrift(now: Declaration, stored: ReadonlyMap<string, Written>): void {
    const found = [...stored].flatMap(([key, { drifted: fields }]) => (fields === undefined ? [] : [{ key, fields }]));
    if (found.length > 0) {
      this.around.report(driftInWords(now, found, this.around.connect().redactor.show), { urn: now.urn });
    }
  }
}

/** Compares a declaration with the state before, as far as a preview can know it; `undefined` while objects are unknown. */
export function workOfPreview({ kind }: Pick<Surroundings, "kind">, before: State, now: Preview): Work | undefined {
  return isUnknown(now.objects) ? undefined : workOf(kind, before.objects, now.objects);
}

/** An object that an update has made anew, until its other fields are restored: the state has to show that they are missing. */
function asFoundAnew(key: string, { id, drifted = [], otherwise }: Written): Written {
  const fields = withValues(drifted.map(({ field, stored }) => [field, stored]));
  const missing = drifted.length === 0 ? otherwise : { mismatches: drifted, stored: { id, key, fields } };
  return { id, ...(missing !== undefined && { otherwise: missing }) };
}

/** What a single object was sent, for the message: ` (displayName, metadata)`. */
function sentFields({ isSet, objects }: Declaration, { changed }: Work): string {
  const [fields] = isSet ? [] : [...changed.values(), ...[...objects.values()].map(Object.keys)];
  return fields === undefined || fields.length === 0 ? "" : ` (${fields.join(", ")})`;
}

/** Where others' entries are to stay, an object that others have made anew must be known before all of it is written. */
function readsFirst(kind: Kind, now: Declaration, changed: readonly string[]): boolean {
  return keepsUndeclared(now) || readsBeforeUpdate(kind, changed);
}

function reasonOf(error: OpenMeterError, { options }: Declaration): string {
  return error.status === 409 && options.onExisting !== undefined && options.onExisting !== "adopt"
    ? `somebody else created it at this moment, and onExisting is "${options.onExisting}"`
    : error.message;
}
