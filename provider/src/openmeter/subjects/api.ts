/** The calls of the Subject API and their answers: exact JSON, keys that reach exactly their subject, "deleted" means absent. */
import { type Answered, readAnswer } from "../../core/answer";
import type { Listed, LiveObject, RecordId, Wanted, Write } from "../../core/port";
import { isPlainObject } from "../../json";
import { subjectKind } from "../../kinds/subject/fields";
import { type Answer, type Answers, type AnswersAbout, answerOf } from "../answers";
import type { Configuration } from "../configuration";
import { OpenMeterError, unintelligible } from "../errors";
import { type ApiClient, addressed, apiClient } from "../http/client";
import { keySegment } from "../http/path";
import { type Bounds, maxAnswerBytes, type Transport } from "../http/transport";

/** What the answers of this API are about. */
export const subjectAnswers: AnswersAbout = {
  object: "subject",
  api: "Subject API",
  // `not found error: subject not found [namespace=default subject.idOrKey=acme]`. Other servers name the path, which holds
  // "subjects" and a key: `No static resource api/v1/subjects/acme.`
  notFound: /(?<![\w/-])subject(?![\w/-])[^/]*\bnot found\b/i,
};

/** How often an upsert is repeated that the server applied to a record which was being deleted. */
const maxLostUpserts = 3;

/** OpenMeter takes the times of a record's creation and of its first write one after the other: seen were some microseconds. */
const mostMsApart = 1;

/** No subject is larger; an answer that is comes from something else. */
const maxSubjectBytes = 8 * 1024 * 1024;

/** A subject of an answer that lists several, and whether it contains the API key, which must not get into the state. */
type AnsweredSubject = Answered & { readonly isWithheld: boolean };

/**
 * The Subject API as this provider needs it. All methods throw {@link OpenMeterError}.
 *
 * Uses the client of OpenMeter's SDK and not the SDK's `subjects.*` methods: those turn every string that looks like a date
 * into a `Date`, in metadata and display names too, so that what was stored would never equal what was declared.
 */
export class SubjectApi {
  /** All keys and ids that answers have named so far: where one text is both, the server may mix two records up. */
  readonly seenKeys = new Set<string>();
  readonly seenIds = new Set<string>();
  /** Ids of the subjects that this connection has made. */
  readonly made = new Set<string>();
  /** For requests about one subject. */
  readonly #http: ApiClient;

  constructor(
    private readonly configuration: Configuration,
    private readonly transport: Transport,
    readonly answers: Answers,
  ) {
    this.#http = this.#within({ maxBodyBytes: maxSubjectBytes });
  }

  /** The client, within these bounds. */
  #within(bounds: Bounds): ApiClient {
    return apiClient(this.configuration, (request) => this.transport(request, bounds));
  }

  /** The live subject of this key (`GET /api/v1/subjects/{key}`), `undefined` when there is none. */
  async get({ key }: Pick<Wanted, "key">): Promise<LiveObject | undefined> {
    const segment = keySegment(key);
    if (segment === undefined) {
      return this.#find(key);
    }
    const answer = await answerOf(
      this.#http.GET("/api/v1/subjects/{subjectIdOrKey}", addressed("subjectIdOrKey", segment)),
    );
    if (this.answers.isNotFound(answer)) {
      return undefined;
    }
    const found = this.#subjectOf(this.answers.json(answer));
    // The route looks for an id as well: a record whose id is this key may hide the subject whose key it is.
    if (found.key !== key) {
      return this.#find(key);
    }
    if (found.object !== undefined && this.answers.containsApiKey(answer.body)) {
      throw this.answers.withheld(key);
    }
    return found.object;
  }

  /** Whether there is a record of this id, live or deleted (`GET /api/v1/subjects/{id}`). */
  async hasRecord(id: RecordId): Promise<boolean> {
    const segment = encodeURIComponent(id);
    const answer = await answerOf(
      this.#http.GET("/api/v1/subjects/{subjectIdOrKey}", addressed("subjectIdOrKey", segment)),
    );
    // What the route finds may also be a subject whose key is this text.
    return !this.answers.isNotFound(answer) && this.#subjectOf(this.answers.json(answer)).id === id;
  }

  /**
   * All live subjects in the order of their creation (`GET /api/v1/subjects`), which has neither pages nor a limit.
   *
   * @param bounds give up instead of downloading more, or of trying again
   */
  async list(bounds: Bounds = {}): Promise<Listed> {
    const answer = await answerOf(this.#within(bounds).GET("/api/v1/subjects", { parseAs: "text" }));
    const objects: LiveObject[] = [];
    const withheld: string[] = [];
    for (const { key, object, isWithheld } of this.#subjectsOf(answer)) {
      if (isWithheld) {
        withheld.push(key);
      } else if (object !== undefined) {
        objects.push(object);
      }
    }
    return { objects, withheld };
  }

  /**
   * Creates or changes subjects (`POST /api/v1/subjects`) and returns all of them as stored, by key; of one that contains the API
   * key, the error that it is. Absent fields are kept, `null` clears, metadata is replaced whole. Keys must differ from each other.
   *
   * The server stores item by item and stops at the first that it cannot store, so that after an error some may be stored.
   *
   * @param failFast whether the caller would rather send less than wait for the same again
   */
  async upsert(writes: readonly Write[], failFast: boolean): Promise<ReadonlyMap<string, LiveObject | OpenMeterError>> {
    const stored = new Map<string, LiveObject | OpenMeterError>();
    for (let round = 0; round < maxLostUpserts && stored.size < writes.length; round++) {
      const missing = writes.filter(({ key }) => !stored.has(key));
      for (const { key, object, isWithheld } of await this.#upsertOnce(missing, failFast)) {
        if (object !== undefined) {
          stored.set(key, isWithheld ? this.answers.withheld(key) : object);
        }
      }
    }
    if (stored.size < writes.length) {
      throw new OpenMeterError("contested", "somebody else deleted it each time it was written");
    }
    return stored;
  }

  /**
   * Marks one record deleted (`DELETE /api/v1/subjects/{id}`). By id and not by key, so that a subject which somebody
   * re-created under the same key stays. A record that is gone already is a success. Usage events stay.
   */
  deleteById(id: RecordId): Promise<void> {
    return this.#delete(encodeURIComponent(id));
  }

  /** Deletes the live subject of this key, where its id would be ambiguous. */
  async deleteByKey(key: string): Promise<void> {
    const segment = keySegment(key);
    if (segment === undefined) {
      throw new OpenMeterError("refused", "its id is the key of another subject, and no URL reaches its own key");
    }
    await this.#delete(segment);
  }

  async #delete(segment: string): Promise<void> {
    const answer = await answerOf(
      this.#http.DELETE("/api/v1/subjects/{subjectIdOrKey}", addressed("subjectIdOrKey", segment)),
    );
    // Only these two say that the subject is gone. A proxy's page with status 200 says nothing.
    if (this.answers.isNotFound(answer) || answer.status === 204) {
      return;
    }
    throw answer.ok ? this.answers.unintelligible(answer) : this.answers.errorOf(answer);
  }

  /** Looks a key up where the single route cannot tell: by the list. */
  async #find(key: string): Promise<LiveObject | undefined> {
    const { objects, withheld } = await this.list();
    if (withheld.includes(key)) {
      throw this.answers.withheld(key);
    }
    return objects.find((object) => object.key === key);
  }

  async #upsertOnce(writes: readonly Write[], failFast: boolean): Promise<readonly AnsweredSubject[]> {
    const maxBodyBytes = Math.min(writes.length * maxSubjectBytes, maxAnswerBytes);
    const body = writes.map(({ key, changes }) => ({ key, ...changes }));
    const http = this.#within({ failFast, maxBodyBytes });
    const answer = await answerOf(http.POST("/api/v1/subjects", { body, parseAs: "text" }));
    const items = this.answers.items(answer);
    const found = this.#subjectsOf(answer, items);
    for (const id of items.flatMap(newId)) {
      this.made.add(id);
    }
    if (found.length !== writes.length || found.some((one, index) => one.key !== writes[index]?.key)) {
      throw unintelligible("OpenMeter's answer to the upsert does not list the subjects that were sent");
    }
    return found;
  }

  /** The subjects of an answer that lists them. */
  #subjectsOf(answer: Answer, items = this.answers.items(answer)): AnsweredSubject[] {
    const isWithheld = this.answers.withApiKey(answer);
    return items.map((item) => {
      const found = this.#subjectOf(item);
      return { ...found, isWithheld: found.object !== undefined && isWithheld(item) };
    });
  }

  #subjectOf(value: unknown): Answered {
    const found = readAnswer(subjectKind, value);
    if (found === undefined) {
      throw this.answers.foreign();
    }
    this.seenKeys.add(found.key);
    if (found.object !== undefined) {
      this.seenIds.add(found.object.id);
    }
    return found;
  }
}

/** The id of a subject that its upsert has made: it was written just when it was created, by the same clock. */
function newId(item: unknown): string[] {
  const { id, createdAt, updatedAt } = isPlainObject(item) ? item : {};
  const isNew = Date.parse(String(updatedAt)) - Date.parse(String(createdAt)) <= mostMsApart;
  return typeof id === "string" && isNew ? [id] : [];
}
