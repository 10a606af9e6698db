import type { Connection } from "../openmeter/connection";
import { OpenMeterError } from "../openmeter/errors";
import type { LiveSubject, SubjectId, SubjectUpsert } from "../openmeter/subject";
import { quote } from "../openmeter/text";
import type { Declaration, PreviewedDeclaration, SubjectOutputs } from "./declaration";
import { describeFailure, describeMismatch, existsAlready, existsOtherwise, storedOtherwise } from "./failure";
import { type CheckedInputs, checkInputs, holdsUnknown } from "./inputs";
import {
  allFields,
  creation,
  type Difference,
  differences,
  handOver,
  type Mismatch,
  mismatches,
  ownedBy,
  unseenDrift,
  update,
  withLive,
} from "./plan";
import type { Run } from "./run";
import { secretTexts } from "./secrets";

/** What is known of a resource from the run before. */
export interface Previous {
  /** The declaration of the run before, where the caller has it; else the outputs tell what was declared. */
  readonly inputs?: Declaration;
  readonly outputs: SubjectOutputs;
}

/** What a read found: the owned fields as they are live. */
export interface ReadResult {
  readonly inputs: Declaration;
  readonly outputs: SubjectOutputs;
}

/** A message for the person at the terminal. */
export type Report = (message: string) => void;

/**
 * The lifecycle of a subject, the same for every way in which the engine may reach it. Each operation observes or writes
 * once, is idempotent, and leaves deciding to `plan`.
 *
 * Errors are SubjectFailures; a PartialFailure where the subject exists but is not as declared.
 */
export class SubjectLifecycle {
  constructor(
    private readonly connect: () => Connection,
    private readonly run: Run,
    private readonly report: Report,
    /** Resolves when the program has most likely declared all that it declares. */
    private readonly declared: () => Promise<void>,
  ) {}

  /**
   * Checks inputs and puts them into their normal form. Sends nothing.
   *
   * @param hasPrevious whether the engine knows inputs of this resource from before
   */
  check(raw: Readonly<Record<string, unknown>>, hasPrevious: boolean): CheckedInputs {
    const checked = checkInputs(raw);
    if (checked.ok) this.run.declare(checked.declaration, hasPrevious);
    return checked;
  }

  /**
   * Says what a create with `onExisting: "match"` will find (`GET /api/v1/subjects/{key}`, or the list for many), so that a
   * preview tells that nothing is going to be sent. Only says: whose a subject is that differs, the create finds out.
   */
  async foresee(now: PreviewedDeclaration, hasPrevious: boolean): Promise<void> {
    if (now.onExisting !== "match" || hasPrevious || Object.values(now).some(holdsUnknown)) return;
    const declared = now as Declaration; // nothing in it is unknown, as was just seen
    this.#conceal(declared);
    const existing = await this.#attempt("read", declared.key, undefined, () =>
      this.connect().reader.get(declared.key, false),
    );
    const subject = `subject ${quote(declared.key)}`;
    if (existing === undefined) return this.report(`${subject} is not in OpenMeter, and to be created`);
    const reasons = this.#differing(declared, existing);
    this.report(
      reasons.length === 0
        ? `${subject} is to be taken over as it is, with nothing sent`
        : `${subject} is not as declared in OpenMeter, which onExisting "match" refuses, unless a resource of this stack has it: ${reasons.join("; ")}`,
    );
  }

  /** Compares the declaration with the one before. Sends nothing. */
  diff(previous: Previous, now: PreviewedDeclaration): Difference[] {
    this.run.compare(now.key);
    this.run.own(previous.outputs.subjectId);
    return differences(asDeclaredBefore(previous), now);
  }

  /**
   * `POST /api/v1/subjects`. A subject that exists is adopted: fields that are not declared stay as they are. With
   * `onExisting: "match"` nothing is sent when it is there as declared.
   */
  async create(now: Declaration): Promise<SubjectOutputs> {
    this.run.apply();
    this.#conceal(now);
    const request = creation(now);
    const stored = await this.#attempt("create", now.key, request, async () => {
      if (now.onExisting === "fail") await this.#refuseForeign(now.key);
      const matching = now.onExisting === "match" ? await this.#matching(now) : undefined;
      return matching ?? this.#upsertAdopting(request, now);
    });
    return this.#confirmed(request, stored, now);
  }

  /** `POST /api/v1/subjects` with the fields that changed; no request when only options of the resource did. */
  async update(previous: Previous, now: Declaration): Promise<SubjectOutputs> {
    this.run.apply();
    const request = update(asDeclaredBefore(previous), now);
    if (request === undefined) return { ...now, subjectId: previous.outputs.subjectId };
    this.#conceal(now, previous.outputs);
    const stored = await this.#attempt("update", now.key, request, () => this.#upsert(request));
    if (stored.id !== previous.outputs.subjectId) return this.#recreated(now);
    for (const drift of unseenDrift(request, now, stored)) {
      this.report(
        `subject ${quote(now.key)}: ${this.#describe(drift, now)}; left alone, since this update is not about it. See and repair it with pulumi up --refresh`,
      );
    }
    return this.#confirmed(request, stored, now);
  }

  /**
   * `GET /api/v1/subjects/{key}`: the owned fields as they are live; all fields where nothing is known yet (a look-up).
   *
   * @returns `undefined` when there is no such subject
   */
  async read(key: string, previous: Declaration | undefined): Promise<ReadResult | undefined> {
    if (previous !== undefined) this.#conceal(previous);
    const live = await this.#attempt("read", key, undefined, () => this.connect().reader.get(key));
    if (live === undefined) return undefined;
    const inputs = previous === undefined ? allFields(live) : withLive(previous, ownedBy(previous), live);
    return { inputs, outputs: { ...inputs, subjectId: live.id } };
  }

  /**
   * `DELETE /api/v1/subjects/{id}`. A subject that another resource of this run declares only changes hands: it stays, and
   * loses what the old resource owned and the new one does not.
   */
  async delete(previous: Previous): Promise<void> {
    const { key, subjectId } = previous.outputs;
    this.#conceal(previous.outputs);
    // With deleteBeforeReplace it comes while the program still declares: who takes the subject over may be told next.
    if (this.run.successor(key) === undefined) await this.declared();
    const successor = this.run.successor(key);
    if (successor === undefined) {
      // A record of the state has been read from an answer of the server, where ids come from.
      return this.#attempt("delete", key, undefined, () => this.#delete(key, subjectId as SubjectId));
    }
    this.report(`subject ${quote(key)} is kept: another resource of this program declares it`);
    const request = handOver(asDeclaredBefore(previous), successor);
    if (request !== undefined) await this.#attempt("update", key, request, () => this.#upsert(request));
  }

  /** The subject was deleted, and created again by nobody or by the update: what the update left out has to be written too. */
  async #recreated(now: Declaration): Promise<SubjectOutputs> {
    this.report(
      `subject ${quote(now.key)} was deleted outside of Pulumi since the last run; all declared fields are written`,
    );
    const request = creation(now);
    const stored = await this.#attempt("update", now.key, request, () => this.#upsert(request));
    return this.#confirmed(request, stored, now);
  }

  async #refuseForeign(key: string): Promise<void> {
    const existing = await this.connect().client.get(key);
    if (existing === undefined || this.run.owns(existing.id)) return;
    // A replacement is created before the old resource goes, and finds its own subject, or in a swap one of another
    // resource, which the engine may show only now.
    await this.declared();
    if (!this.run.owns(existing.id)) throw existsAlready(key);
  }

  /** The subject if it is there as declared, `undefined` if it has to be written because it is new or changes hands. */
  async #matching(now: Declaration): Promise<LiveSubject | undefined> {
    const existing = await this.connect().client.get(now.key);
    if (existing === undefined) return undefined;
    const reasons = this.#differing(now, existing);
    if (reasons.length === 0) return existing;
    if (!this.run.owns(existing.id)) await this.declared();
    if (!this.run.owns(existing.id)) throw existsOtherwise(now.key, reasons);
    return undefined;
  }

  #differing(now: Declaration, live: LiveSubject): string[] {
    return mismatches(creation(now), live).map((mismatch) => this.#describe(mismatch, now));
  }

  /** Two writers that create the same key at once: one is told of a conflict, and then finds a subject to adopt. */
  async #upsertAdopting(request: SubjectUpsert, now: Declaration): Promise<LiveSubject> {
    try {
      return await this.#upsert(request);
    } catch (error) {
      if (!(error instanceof OpenMeterError) || error.status !== 409) throw error;
      if (now.onExisting === "fail") throw existsAlready(request.key);
      const matching = now.onExisting === "match" ? await this.#matching(now) : undefined;
      return matching ?? this.#upsert(request);
    }
  }

  async #upsert(request: SubjectUpsert): Promise<LiveSubject> {
    const { client, reader } = this.connect();
    reader.wrote([request.key]);
    const [stored] = await client.upsert([request]);
    if (stored === undefined)
      // Stryker disable next-line StringLiteral: the client answers each item, or throws
      throw new OpenMeterError("unintelligible", "OpenMeter answered the upsert without the subject");
    return stored;
  }

  async #delete(key: string, id: SubjectId): Promise<void> {
    const { client, reader } = this.connect();
    reader.wrote([key]);
    await client.delete(id);
  }

  /** What was asked is what is stored, or the operation fails and says what is stored. */
  #confirmed(request: SubjectUpsert, stored: LiveSubject, now: Declaration): SubjectOutputs {
    const wrong = mismatches(request, stored);
    if (wrong.length === 0) return { ...now, subjectId: stored.id };
    const reasons = wrong.map((mismatch) => this.#describe(mismatch, now));
    const fields = wrong.map(({ field }) => field);
    throw storedOtherwise({ ...withLive(now, fields, stored), subjectId: stored.id }, reasons);
  }

  #describe(mismatch: Mismatch, { secretFields }: Declaration): string {
    const { redactor } = this.connect().client;
    return describeMismatch(mismatch, secretFields, (text) => redactor.show(text));
  }

  /** Nothing that the server says from now on is shown with the secrets of these in it. */
  #conceal(...declarations: readonly Declaration[]): void {
    // Stryker disable next-line MethodExpression,ConditionalExpression: the others hide nothing
    const secretive = declarations.filter(({ secretFields }) => secretFields !== undefined);
    // Stryker disable next-line ConditionalExpression: nothing is hidden then
    if (secretive.length === 0) return;
    this.connect().client.redactor.conceal(() => secretive.flatMap((one) => [...secretTexts(one)]));
  }

  async #attempt<T>(
    operation: "create" | "read" | "update" | "delete",
    key: string,
    request: SubjectUpsert | undefined,
    send: () => Promise<T>,
  ): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw describeFailure(
        operation,
        key,
        error,
        request === undefined ? [] : Object.keys(request).filter((field) => field !== "key"),
      );
    }
  }
}

function asDeclaredBefore({ inputs, outputs }: Previous): Declaration {
  return inputs ?? outputs;
}
