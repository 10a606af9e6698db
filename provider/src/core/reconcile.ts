/**
 * Brings objects to what is declared, one or a hundred thousand in the same steps: observe, refuse what is foreign, write what
 * differs, confirm the answers. Each step is idempotent, so that a run that is cut anywhere is continued by the next.
 */
import { withValues } from "../json";
import type { OpenMeterError } from "../openmeter/errors";
import { AttributionHandOver } from "./attribution";
import type { Declaration, Declarer, State } from "./declaration";
import { describeMismatch, driftInWords } from "./differences";
import { isUnfinished, notDone, notFound, partlyDone, readInWords } from "./failure";
import { observe, takeOver } from "./observe";
import {
  asLive,
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
import type { LiveObject, Progress, Wanted, Write, WriteOutcome } from "./port";
import { withProgress } from "./progress";
import { conceal } from "./secrets";
import { summaryOf } from "./summary";
import type { Surroundings } from "./surroundings";
import { firstFew, namedKey } from "./words";

/** A create or an update that is under way. */
interface Change {
  readonly operation: "create" | "update";
  readonly before: State;
  readonly now: Declaration;
  readonly work: Work;
}

const nothingSent: WriteOutcome<Written> = { stored: new Map(), refused: [] };

export class Reconciler {
  readonly #handOver: AttributionHandOver;

  constructor(private readonly around: Surroundings) {
    this.#handOver = new AttributionHandOver(around);
  }

  /** Says what is to be done to a set, if anything. Sends nothing. */
  summarize(who: Declarer, work: Work, size: number): void {
    const summary = who.isSet ? summaryOf(work, size, who.secretKeys) : undefined;
    if (summary !== undefined) {
      this.around.report(`${who.label}: ${summary}`, { urn: who.urn });
    }
  }

  /**
   * Creates and changes what differs from before. Deletes nothing: what a set has lost, its `SubjectSetMembers` deletes.
   *
   * @param previous the state of an update; a create has none
   * @throws {PartialFailure} with what the state has to hold, when a part of it could not be done
   * @throws {Failure} when nothing of it could
   */
  async apply(now: Declaration, previous?: State): Promise<State> {
    const { kind, run, connect } = this.around;
    run.apply();
    const before: State = previous ?? { ...now, objects: new Map(), ids: new Map() };
    const operation = previous === undefined ? "create" : "update";
    const work = workOf(kind, before.objects, now.objects);
    const total = work.created.length + work.changed.size;
    const change = { operation, before, now, work } as const;
    const { stored, refused, stoppedBy } = total === 0 ? nothingSent : await this.#write(change);
    const isRefused = new Set(refused.map(({ key }) => key));
    const otherwise = [...stored].flatMap(([key, one]) => {
      // Why a part of it is not as declared, its refusal says.
      if (isRefused.has(key)) {
        return [];
      }
      const { show } = connect().redactor;
      return (one.otherwise?.mismatches ?? []).map((wrong) => ({ key, reason: describeMismatch(now, wrong, show) }));
    });
    // What was asked is what is stored, or the operation fails and says what is stored.
    const undone = [...refused.map(({ key, error }) => ({ key, error, reason: reasonOf(error, now) })), ...otherwise];
    const isUndone = new Set(undone.map(({ key }) => key));
    const done = [...stored.keys()].filter((key) => !isUndone.has(key)).length;
    const unfinished = { refused: undone, stoppedBy, done, total };
    if (isUnfinished(unfinished) && stored.size === 0 && (!now.isSet || before.ids.size === 0)) {
      throw notDone(now, operation, unfinished, { sent: sentFields(now, work) });
    }
    const state = stateAfter(kind, before, now, stored);
    const undeleted = run.undeletedOf(now.urn);
    // Stryker disable next-line MethodExpression: only saves memory, since who asks looks for what the set has no more
    const left = new Map([...before.ids].filter(([key]) => !now.objects.has(key)));
    undeleted.secretKeys ||= before.secretKeys;
    for (const [key, id] of left) {
      undeleted.ids.set(key, id);
      undeleted.fields.set(key, before.objects.get(key) ?? {});
    }
    const isComplete = !isUnfinished(unfinished);
    run.hold({ urn: now.urn, ids: () => state.ids, goesOn: () => now.objects, isComplete });
    if (!isComplete) {
      // The companion of a set, which remembers what has left it, is not reached in a run that fails here, and may be missing.
      throw partlyDone({ ...state, ids: new Map([...left, ...state.ids]) }, unfinished);
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
    const take = ({ id, key: now, fields }: LiveObject, { key }: Wanted): LiveObject => {
      return { id, key: now, fields: asLive(kind, before, { key, fields }) };
    };
    const wanted = Array.from(before.objects, ([key, fields]) => {
      return { key, id: before.ids.get(key), fields: Object.keys(fields) };
    });
    const live = await readInWords(before, "read", () =>
      withProgress(this.around, before, { total: wanted.length, what: "read" }, async (progress) => {
        const { port } = connect();
        if (before.isSet) {
          return port.getAll(wanted, take, { progress });
        }
        // One of many that are refreshed at the same time.
        const found = await Promise.all(wanted.map(async (one) => [one, await port.get(one)] as const));
        return new Map(found.flatMap(([one, is]) => (is === undefined ? [] : [[one.key, take(is, one)] as const])));
      }),
    );
    this.#reportRekeyed(before, live);
    return stateAsLive(before, live);
  }

  /**
   * An object with all of its fields, for a look-up.
   *
   * @throws {Failure} when there is none: to a refresh, an empty answer says that the resource is gone, and a look-up would take
   *   it for an object without fields
   */
  async look(who: Declarer, name: string): Promise<State> {
    const { kind, connect, patience } = this.around;
    const live = await readInWords(who, "look", () => patience.during(who.label, () => connect().port.look(name)));
    if (live === undefined) {
      throw notFound(kind.name, name, connect().addressName);
    }
    const { key } = live;
    const all: State = { ...who, options: {}, objects: new Map(), ids: new Map([[key, live.id]]) };
    return { ...all, objects: new Map([[key, asLive(kind, all, live, Object.keys(live.fields))]]) };
  }

  async #write({ operation, before, now, work }: Change): Promise<WriteOutcome<Written>> {
    const { kind } = this.around;
    conceal(this.around, before, now);
    const created = readsBeforeCreate(kind, now) ? work.created : [];
    const changed = [...work.changed].filter(([, names]) => readsBeforeUpdate(kind, now, names)).map(([key]) => key);
    const observation = new Map([
      ...(await observe(this.around, now, { operation, keys: created, confirmMissing: false })),
      ...(await observe(this.around, now, { operation, keys: changed, confirmMissing: true })),
    ]);
    /** Objects that are taken over as they are. */
    const matched = await takeOver(this.around, now, work.created, observation);
    const gone = new Set(changed.filter((key) => !observation.has(key)));
    const create = (key: string): Write => {
      // What is there and not refused is of this stack, so its record is written and none is created.
      const { id, live } = observation.get(key) ?? {};
      return { ...creation(kind, now, key, live), id };
    };
    const writes = [
      ...work.created.filter((key) => !matched.has(key)).map(create),
      ...Array.from(work.changed, ([key, names]) =>
        gone.has(key)
          ? create(key)
          : update(kind, before, now, { key, id: before.ids.get(key), names, live: observation.get(key)?.live }),
      ),
    ];
    const total = matched.size + writes.length;
    return withProgress(this.around, now, { total, what: "done" }, async (tell) => {
      const outcome = await this.#send(now, writes, (done) => tell(matched.size + done));
      const stored = new Map([...matched, ...outcome.stored]);
      const isAnew = (key: string) => stored.has(key) && stored.get(key)?.id !== before.ids.get(key) && !gone.has(key);
      const anew = [...work.changed.keys()].filter(isAnew);
      // What was deleted outside, an update of some of its fields has made anew without the others.
      const incomplete = kind.replacesWhole ? [] : anew;
      for (const key of incomplete) {
        stored.set(key, asFoundAnew(key, stored.get(key) as Written)); // is there
      }
      this.#reportRecreated(now, [...gone, ...anew]);
      this.#reportDrift(now, stored);
      if (outcome.stoppedBy !== undefined) {
        return { ...outcome, stored };
      }
      const again = await this.#send(now, incomplete.map(create));
      return {
        ...again,
        stored: new Map([...stored, ...again.stored]),
        refused: [...outcome.refused, ...again.refused],
      };
    });
  }

  #send(now: Declaration, writes: readonly Write[], progress: Progress = () => {}): Promise<WriteOutcome<Written>> {
    const { kind, run, connect } = this.around;
    const adopts = (now.options.onExisting ?? "adopt") === "adopt";
    const keep = (write: Write, stored: LiveObject) => written(kind, now, write, stored);
    const givesUp = (holder: LiveObject, attributed: string) => this.#handOver.isGivenUp(holder, attributed);
    const isNeeded = ({ key, id }: LiveObject) =>
      run.keeps(kind, { key, id, urn: undefined }, run.facts.read()) !== undefined;
    return connect().port.write(writes, { keep, adopts, givesUp, isNeeded, progress });
  }

  #reportRekeyed(before: State, live: ReadonlyMap<string, LiveObject>): void {
    const rekeyed = [...live].filter(([key, one]) => before.isSet && one.key !== key);
    if (rekeyed.length > 0) {
      const name = (key: string) => namedKey(key, before.secretKeys);
      const which = firstFew(rekeyed, 5, ([key, one]) => `${name(key)} is ${name(one.key)} now`);
      const next = "Declare the new keys (the records are kept), or change them back there";
      this.around.report(`${before.label}: keys have changed in OpenMeter: ${which}. ${next}`, {
        urn: before.urn,
        level: "warning",
      });
    }
  }

  #reportRecreated(now: Declaration, keys: readonly string[]): void {
    const which = now.isSet ? `: ${firstFew(keys, 5, (key) => namedKey(key, now.secretKeys))}` : "";
    const happened = "was deleted outside of Pulumi since the last run; all declared fields are written";
    if (keys.length > 0) {
      this.around.report(`${now.label}${which} ${happened}`, { urn: now.urn });
    }
  }

  #reportDrift(now: Declaration, stored: ReadonlyMap<string, Written>): void {
    const found = [...stored].flatMap(([key, { drifted: fields }]) => (fields === undefined ? [] : [{ key, fields }]));
    if (found.length > 0) {
      this.around.report(driftInWords(now, found, this.around.connect().redactor.show), { urn: now.urn });
    }
  }
}

/** An object that an update has made anew, until its other fields are restored: the state has to show that they are missing. */
function asFoundAnew(key: string, { id, drifted = [], otherwise }: Written): Written {
  const mismatches = [...(otherwise?.mismatches ?? []), ...drifted];
  const fields = withValues(mismatches.map(({ field, stored }) => [field, stored]));
  return { id, otherwise: { mismatches, stored: { id, key, fields } } };
}

/** What a single object was sent, for the message: ` (displayName, metadata)`. */
function sentFields({ isSet, objects }: Declaration, { changed }: Work): string {
  const [fields] = isSet ? [] : [...changed.values(), ...[...objects.values()].map(Object.keys)];
  return fields === undefined || fields.length === 0 ? "" : ` (${fields.join(", ")})`;
}

function reasonOf(error: OpenMeterError, { options: { onExisting = "adopt" } }: Declaration): string {
  return error.status === 409 && onExisting !== "adopt"
    ? `somebody else created it at the same moment, and onExisting is "${onExisting}"`
    : error.message;
}
