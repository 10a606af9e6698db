import { type BulkOutcome, deleteAll, upsertAll } from "../../openmeter/bulk";
import type { Connection } from "../../openmeter/connection";
import { OpenMeterError } from "../../openmeter/errors";
import type { LiveSubject } from "../../openmeter/subject";
import { quote } from "../../openmeter/text";
import { type OwnedFields, unknown } from "../declaration";
import { describeMismatch, SubjectFailure } from "../failure";
import type { Report } from "../lifecycle";
import { creation, mismatches, ownedBy, withLive } from "../plan";
import type { Run } from "../run";
import type { SetDeclaration, SetOutputs } from "./declaration";
import { inWords, membersExist, notDone, partlyDone, type Undone } from "./failure";
import { type CheckedSet, checkSet, type PreviewedSet } from "./inputs";
import { formatCount, leaving, memberOf, type SetWork, setDiffers, summaryOf, workOf } from "./plan";
import type { ProgressReport } from "./progress";

/** What the lifecycle of sets needs of its surroundings. */
export interface SetSurroundings {
  readonly connect: () => Connection;
  readonly run: Run;
  readonly report: Report;
  /** Starts telling how a long piece of work goes on. */
  readonly progress: (name: string, total: number) => ProgressReport;
  /** Resolves when the program has most likely declared all that it declares. */
  readonly declared: () => Promise<void>;
}

/** The lifecycle of a set of subjects: for each of them the same as that of a single subject, in bulk. */
export class SetLifecycle {
  /** Names of the sets that this run has checked. */
  readonly #checked = new Set<string>();

  constructor(private readonly surroundings: SetSurroundings) {}

  /** Checks every subject and the deletion guard, and says what is to be created when the set is new. Sends nothing. */
  check(raw: Readonly<Record<string, unknown>>, previousKeys: ReadonlySet<string> | undefined): CheckedSet {
    const checked = checkSet(raw, previousKeys);
    if (!checked.ok || checked.declaration.subjects === unknown) return checked;
    const { name, subjects } = checked.declaration;
    this.#checked.add(name);
    for (const [key, fields] of subjects) {
      this.surroundings.run.declare({ key, ...fields }, previousKeys !== undefined);
    }
    if (previousKeys === undefined) this.#summarize(name, workOf(new Map(), subjects), subjects.size);
    return checked;
  }

  /** Compares the set with the one before, and says what is to be done. Sends nothing. */
  diff(before: SetOutputs, now: PreviewedSet): boolean {
    const { run } = this.surroundings;
    for (const id of before.ids.values()) run.own(id);
    // A refresh asks too, without a check, and with what was declared before: it has its own way to show drift.
    if (now.subjects !== unknown && this.#checked.has(now.name)) {
      for (const key of now.subjects.keys()) run.compare(key);
      this.#summarize(now.name, workOf(before.subjects, now.subjects), now.subjects.size);
    }
    return setDiffers(before, now);
  }

  /** Upserts all subjects. */
  async create(now: SetDeclaration): Promise<SetOutputs> {
    this.surroundings.run.apply();
    const nothing: SetOutputs = { ...now, subjects: new Map(), ids: new Map() };
    return this.#apply(nothing, now, "created");
  }

  /** Upserts what is new or changed, then deletes what is gone. */
  async update(before: SetOutputs, now: SetDeclaration): Promise<SetOutputs> {
    this.surroundings.run.apply();
    return this.#apply(before, now, "updated");
  }

  /** The owned fields of all subjects as they are live. Subjects that are gone are left out; the set itself stays. */
  async read(before: SetOutputs): Promise<SetOutputs> {
    const keys = [...before.subjects.keys()];
    const live = await this.#inWords(before.name, "read", () => this.surroundings.connect().reader.getAll(keys));
    const found = keys.flatMap((key) => {
      const subject = live.get(key);
      return subject === undefined ? [] : [[key, subject] as const];
    });
    return {
      ...before,
      subjects: new Map(found.map(([key, subject]) => [key, liveFields(before, key, subject)])),
      ids: new Map(found.map(([key, { id }]) => [key, id])),
    };
  }

  /** Deletes all subjects but those that another resource of this run declares. */
  async delete(before: SetOutputs): Promise<void> {
    const undone = await this.#leave([...before.subjects.keys()], before, before.subjects.size);
    if (undone.refused.length > 0 || undone.stoppedBy !== undefined) throw notDone(before.name, "deleted", undone);
  }

  async #apply(before: SetOutputs, now: SetDeclaration, what: string): Promise<SetOutputs> {
    const work = workOf(before.subjects, now.subjects);
    const total = work.upserts.length + work.removed.length;
    if (now.onExisting === "fail") await this.#refuseForeign(now.name, work.created);
    const outcome = await this.#upsert(before, now, work, total);
    const state = this.#stateAfter(before, now, work, outcome);
    const refused = [...inWords(outcome.refused), ...state.otherwise];
    const done = outcome.stored.size;
    if (outcome.stoppedBy !== undefined) {
      const undone = { refused, stoppedBy: outcome.stoppedBy, done, total };
      // Nothing was written: a set that is new does not exist yet.
      if (done === 0 && before.ids.size === 0) throw notDone(now.name, what, undone);
      throw partlyDone(now.name, state.outputs(before, work.removed), undone);
    }
    const gone = await this.#leave(work.removed, before, total, done);
    const undone: Undone = { ...gone, refused: [...refused, ...gone.refused], total };
    const kept = work.removed.filter((key) => gone.remaining.has(key));
    const outputs = state.outputs(before, kept);
    if (undone.refused.length > 0 || undone.stoppedBy !== undefined) throw partlyDone(now.name, outputs, undone);
    return outputs;
  }

  async #refuseForeign(name: string, keys: readonly string[]): Promise<void> {
    const { connect, run } = this.surroundings;
    const existing = await this.#inWords(name, "written", () => connect().reader.getAll(keys));
    const foreign = [...existing.values()].filter(({ id }) => !run.owns(id)).map(({ key }) => key);
    if (foreign.length > 0) throw membersExist(name, foreign);
  }

  async #upsert(before: SetOutputs, now: SetDeclaration, work: SetWork, total: number): Promise<BulkOutcome> {
    const { connect, progress } = this.surroundings;
    const { client, reader } = connect();
    reader.wrote(work.upserts.map(({ key }) => key));
    const outcome = await upsertAll(client, work.upserts, progress(now.name, total));
    // A subject that was deleted outside since the last run was made anew by its update, which wrote only what changed.
    const anew = work.updated.filter(
      (key) => outcome.stored.get(key)?.id !== before.ids.get(key) && outcome.stored.has(key),
    );
    if (anew.length === 0) return outcome;
    const again = await upsertAll(
      client,
      anew.map((key) => creation({ key, ...now.subjects.get(key) })),
    );
    return {
      ...outcome,
      ...again,
      stored: new Map([...outcome.stored, ...again.stored]),
      refused: [...outcome.refused, ...again.refused],
    };
  }

  /** Deletes subjects that leave the set, or lets them change hands. */
  async #leave(
    keys: readonly string[],
    before: SetOutputs,
    total: number,
    doneBefore = 0,
  ): Promise<Undone & { readonly remaining: ReadonlySet<string> }> {
    if (keys.length === 0) {
      return { refused: [], stoppedBy: undefined, done: doneBefore, total, remaining: new Set() };
    }
    const { connect, run, report, progress, declared } = this.surroundings;
    await declared();
    const { kept, clear, remove } = leaving(keys, before, run);
    if (kept.length > 0) report(keptMessage(before.name, kept));
    const { client, reader } = connect();
    reader.wrote(keys);
    const tell = progress(before.name, total);
    const cleared = await upsertAll(client, clear);
    const deletion = await deleteAll(client, remove, (done) => tell(doneBefore + done));
    const notDeleted = [...remove.keys()].filter((key) => !deletion.deleted.has(key));
    const notCleared = clear.map(({ key }) => key).filter((key) => !cleared.stored.has(key));
    return {
      refused: [...inWords(cleared.refused), ...inWords(deletion.refused)],
      stoppedBy: cleared.stoppedBy ?? deletion.stoppedBy,
      done: doneBefore + kept.length - notCleared.length + deletion.deleted.size,
      total,
      remaining: new Set([...notDeleted, ...notCleared]),
    };
  }

  /** What the state has to say after the upserts, with the subjects that were stored otherwise than asked. */
  #stateAfter(before: SetOutputs, now: SetDeclaration, work: SetWork, { stored }: BulkOutcome) {
    const subjects = new Map<string, OwnedFields>();
    const ids = new Map<string, string>();
    const otherwise: { key: string; reason: string }[] = [];
    const sent = new Map(work.upserts.map((request) => [request.key, request]));
    for (const [key, declared] of now.subjects) {
      const subject = stored.get(key);
      const request = sent.get(key);
      if (request !== undefined && subject === undefined) {
        keep(before, key, subjects, ids);
        continue;
      }
      const wrong = request === undefined || subject === undefined ? [] : mismatches(request, subject);
      const member = memberOf(now, key);
      const fields = wrong.map(({ field }) => field);
      subjects.set(
        key,
        subject === undefined || wrong.length === 0 ? declared : onlyFields(withLive(member, fields, subject)),
      );
      const id = subject?.id ?? before.ids.get(key);
      if (id !== undefined) ids.set(key, id);
      for (const mismatch of wrong) otherwise.push({ key, reason: describeMismatch(mismatch, member.secretFields) });
    }
    const outputs = (from: SetOutputs, alsoKept: readonly string[]): SetOutputs => {
      for (const key of alsoKept) keep(from, key, subjects, ids);
      return { ...now, subjects, ids };
    };
    return { otherwise, outputs };
  }

  #summarize(name: string, work: SetWork, size: number): void {
    const summary = summaryOf(work, size);
    if (summary !== undefined) this.surroundings.report(`${name}: ${summary}`);
  }

  async #inWords<T>(name: string, what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof OpenMeterError)) throw error;
      throw new SubjectFailure(
        `set ${quote(name)} was not ${what}: ${error.message}. The state stays as it is; run the command again`,
        {
          cause: error,
        },
      );
    }
  }
}

function keep(from: SetOutputs, key: string, subjects: Map<string, OwnedFields>, ids: Map<string, string>): void {
  const fields = from.subjects.get(key);
  const id = from.ids.get(key);
  if (fields !== undefined) subjects.set(key, fields);
  if (id !== undefined) ids.set(key, id);
}

function liveFields(before: SetOutputs, key: string, subject: LiveSubject): OwnedFields {
  const member = memberOf(before, key);
  return onlyFields(withLive(member, ownedBy(member), subject));
}

function onlyFields({ displayName, metadata, stripeCustomerId }: OwnedFields): OwnedFields {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(metadata !== undefined && { metadata }),
    ...(stripeCustomerId !== undefined && { stripeCustomerId }),
  };
}

function keptMessage(name: string, keys: readonly string[]): string {
  const some = keys.slice(0, 5).map((key) => quote(key));
  const more = keys.length > some.length ? ` and ${formatCount(keys.length - some.length)} more` : "";
  return `${name}: ${some.join(", ")}${more} kept: another resource of this program declares ${keys.length === 1 ? "it" : "them"}`;
}
