import type { Connection } from "../../openmeter/connection";
import { OpenMeterError } from "../../openmeter/errors";
import type { LiveSubject } from "../../openmeter/subject";
import { quote } from "../../openmeter/text";
import { printable } from "../../printable";
import { unknown } from "../declaration";
import { afterFailedRead, SubjectFailure } from "../failure";
import type { Report } from "../lifecycle";
import type { Run } from "../run";
import { secretTextsOfSet } from "../secrets";
import type { SetDeclaration, SetOutputs, Subjects } from "./declaration";
import { membersDiffer, membersExist, notDone } from "./failure";
import { type CheckedSet, checkSet, type PreviewedSet } from "./inputs";
import { compared, foreseen, type Matching, matchingOf, newKeys } from "./matching";
import { memberAsLive, outputsAsLive } from "./outcome";
import { type SetWork, setDiffers, summaryOf, workOf, workOfPreview } from "./plan";
import type { ProgressReport, Work } from "./progress";
import { SetWriter } from "./writer";

/** What the lifecycle of sets needs of its surroundings. */
export interface SetSurroundings {
  readonly connect: () => Connection;
  readonly run: Run;
  readonly report: Report;
  /** Carries out a piece of work, and tells how it goes on when it is long. */
  readonly progress: <T>(work: Work, carryOut: (tell: ProgressReport) => Promise<T>) => Promise<T>;
  /** Resolves when the program has most likely declared all that it declares. */
  readonly declared: () => Promise<void>;
}

/** The lifecycle of a set of subjects: for each of them the same as that of a single subject, in bulk. */
export class SetLifecycle {
  /** Names of the sets that this run has checked. */
  readonly #checked = new Set<string>();

  readonly #writer: SetWriter;

  constructor(private readonly surroundings: SetSurroundings) {
    this.#writer = new SetWriter(surroundings);
  }

  /** Checks every subject and the deletion guard, and says what is to be created when the set is new. Sends nothing. */
  check(raw: Readonly<Record<string, unknown>>, previousKeys: ReadonlySet<string> | undefined): CheckedSet {
    const checked = checkSet(raw, previousKeys);
    if (!checked.ok || checked.declaration.subjects === unknown) return checked;
    const { name, subjects } = checked.declaration;
    this.#checked.add(name);
    this.surroundings.run.declareSet(() => subjects, previousKeys !== undefined);
    if (previousKeys === undefined && checked.declaration.onExisting !== "match") {
      this.#summarize(checked.declaration, workOf(new Map(), subjects), subjects.size);
    }
    return checked;
  }

  /**
   * Says what `onExisting: "match"` will find of the subjects that are new to a set (`GET /api/v1/subjects`), so that a
   * preview tells that nothing is going to be sent. Only says: whose a subject is that differs, the create finds out.
   */
  async foresee(now: PreviewedSet, previousKeys: ReadonlySet<string> | undefined): Promise<void> {
    const { name, subjects, onExisting } = now;
    if (onExisting !== "match" || subjects === unknown) return;
    const created = newKeys(subjects, previousKeys);
    if (created.length === 0) return;
    const declared = { name, subjects, secret: now.secret, ...(now.secretKeys === true && { secretKeys: true }) };
    this.#conceal(declared);
    const matching = await this.#match(declared, created);
    this.surroundings.report(`${printable(name)}: ${foreseen(matching, subjects.size, now.secretKeys)}`);
  }

  /** Check was asked for subjects that the state has just so: they were checked then, and there is nothing to say. */
  unchanged(name: string, subjects: () => Subjects): void {
    this.#checked.add(name);
    this.surroundings.run.declareSet(subjects, true);
  }

  /** Compares the set with the one before, and says what is to be done. Sends nothing. */
  diff(before: SetOutputs, now: PreviewedSet): boolean {
    const { run } = this.surroundings;
    for (const id of before.ids.values()) run.own(id);
    const work = workOfPreview(before, now);
    // A refresh asks too, without a check, and with what was declared before: it has its own way to show drift.
    // Stryker disable next-line ConditionalExpression,LogicalOperator: the work is unknown just where the subjects are
    if (now.subjects !== unknown && work !== undefined && this.#checked.has(now.name)) {
      run.apply();
      this.#summarize(now, work, now.subjects.size);
    }
    return setDiffers(before, now, work);
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

  /**
   * The owned fields of all subjects as they are live. Subjects that are gone are left out; the set itself stays. What is
   * returned is `before` itself when nothing has drifted.
   */
  async read(before: SetOutputs): Promise<SetOutputs> {
    this.#conceal(before);
    const keys = [...before.subjects.keys()];
    const live = await this.#readAll(before.name, "read", keys, (subject) => memberAsLive(before, subject));
    return outputsAsLive(before, live);
  }

  /** Deletes all subjects but those that another resource of this run declares. */
  async delete(before: SetOutputs): Promise<void> {
    this.#conceal(before);
    const total = before.subjects.size;
    const undone = await this.surroundings.progress({ name: before.name, total, what: "done" }, (tell) =>
      this.#writer.leave([...before.subjects.keys()], before, total, 0, tell),
    );
    if (undone.refused.length > 0 || undone.stoppedBy !== undefined) throw notDone(before, "deleted", undone);
  }

  async #apply(before: SetOutputs, now: SetDeclaration, what: string): Promise<SetOutputs> {
    this.#conceal(before, now);
    const work = workOf(before.subjects, now.subjects);
    const total = work.upserts.length + work.removed.length;
    if (now.onExisting === "fail") await this.#refuseForeign(now, work.created);
    const matched = now.onExisting === "match" ? await this.#takeOver(now, work.created) : new Map<string, string>();
    return this.surroundings.progress({ name: now.name, total, what: "done" }, (tell) =>
      this.#writer.write(before, now, { what, work, matched, total }, tell),
    );
  }

  async #refuseForeign(now: SetDeclaration, keys: readonly string[]): Promise<void> {
    const { run, declared } = this.surroundings;
    const existing = await this.#readAll(now.name, "written", keys, ({ id }) => id, false);
    if ([...existing.values()].some((id) => !run.owns(id))) await declared();
    const foreign = [...existing].filter(([, id]) => !run.owns(id)).map(([key]) => key);
    if (foreign.length > 0) throw membersExist(now, foreign);
  }

  /** The subjects of these that are there as declared, with their ids. Refuses others that are there and not the stack's. */
  async #takeOver(now: SetDeclaration, created: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { run, declared } = this.surroundings;
    const { matched, differing } = await this.#match(now, created);
    if (differing.some(({ id }) => !run.owns(id))) await declared();
    const foreign = differing.filter(({ id }) => !run.owns(id));
    if (foreign.length > 0) throw membersDiffer(now, foreign);
    return matched;
  }

  async #match(now: SetDeclaration, created: readonly string[]): Promise<Matching> {
    const existing = await this.#readAll(now.name, "compared", created, (live) => compared(now, live), false);
    return matchingOf(created, existing);
  }

  /** @param what what the set is not if this fails, for the message */
  async #readAll<T>(
    name: string,
    what: string,
    keys: readonly string[],
    taken: (subject: LiveSubject) => T,
    confirmMissing = true,
  ): Promise<Map<string, T>> {
    const { connect, progress } = this.surroundings;
    return this.#inWords(name, what, () =>
      progress({ name, total: keys.length, what: "read" }, (tell) =>
        connect().reader.getAll(keys, taken, confirmMissing, tell),
      ),
    );
  }

  #summarize({ name, secretKeys }: PreviewedSet, work: SetWork, size: number): void {
    const { run, report } = this.surroundings;
    // What the program declares by values that are still to come is not known here: the delete itself finds that out.
    const summary = summaryOf(work, size, (key) => run.successor(key) !== undefined, secretKeys);
    if (summary !== undefined) report(`${printable(name)}: ${summary}`);
  }

  /** Nothing that the server says from now on is shown with the secrets of these in it. */
  #conceal(...sets: readonly SetDeclaration[]): void {
    // Stryker disable next-line MethodExpression: the others hide nothing, and are only not to be held in memory
    const secretive = sets.filter(({ secret }) => secret);
    // Stryker disable next-line ConditionalExpression: nothing is hidden then
    if (secretive.length === 0) return;
    this.surroundings.connect().client.redactor.conceal(() => secretive.flatMap((set) => [...secretTextsOfSet(set)]));
  }

  async #inWords<T>(name: string, what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof OpenMeterError)) throw error;
      throw new SubjectFailure(
        `set ${quote(name)} was not ${what}: ${error.message}. ${what === "read" ? afterFailedRead(error) : "The state stays as it is; run the command again"}`,
        {
          cause: error,
        },
      );
    }
  }
}
