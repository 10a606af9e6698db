import { OpenMeter } from "@openmeter/sdk";
import type { Configuration } from "./configuration";
import { OpenMeterError } from "./errors";
import { keySegment } from "./path";
import { describeProblem, parseProblem } from "./problem";
import { Redactor } from "./redactor";
import { type AnsweredSubject, type LiveSubject, parseSubject, type SubjectId, type SubjectUpsert } from "./subject";
import { containsSecret, quote } from "./text";
import { type Bounds, defaultMaxBodyBytes, type Transport } from "./transport";

/** How often an upsert is repeated that the server applied to a record which was being deleted. */
const maxLostUpserts = 3;

/** No subject is larger; an answer that is comes from something else. */
const maxSubjectBytes = 8 * 1024 * 1024;

/** A key that is shorter may be an ordinary word, and an ordinary word may stand in a subject. */
const leastSecretLength = 10;

interface Answer {
  readonly status: number;
  /** Whether the status says so (200 to 299). */
  readonly ok: boolean;
  readonly contentType: string;
  readonly body: string;
}

/**
 * The Subject API as this provider needs it: exact JSON, keys that reach exactly their subject, "deleted" means absent.
 *
 * Uses the SDK's typed `client` and not its `subjects.*` methods: those turn every string that looks like a date into a
 * `Date`, in metadata and display names too, so that what was stored would never equal what was declared.
 *
 * All methods throw {@link OpenMeterError}.
 */
export class SubjectsClient {
  readonly #transport: Transport;
  /** For requests about one subject. */
  readonly #http: OpenMeter["client"];
  readonly #apiKey: string | undefined;

  constructor(
    readonly configuration: Configuration,
    transport: Transport,
    /** What no message of this client may hold. */
    readonly redactor: Redactor = new Redactor(configuration.apiKey),
  ) {
    this.#transport = transport;
    this.#apiKey = configuration.apiKey;
    this.#http = this.#within({ maxBodyBytes: maxSubjectBytes });
  }

  /** The SDK's client, within these bounds. */
  #within(bounds: Bounds): OpenMeter["client"] {
    const { baseUrl, apiKey } = this.configuration;
    const fetch = (request: Request) => this.#transport(request, bounds);
    // Stryker disable next-line ConditionalExpression: for the SDK an undefined key is none; for its type it isn't
    return new OpenMeter({ baseUrl, ...(apiKey !== undefined && { apiKey }), fetch }).client;
  }

  /** The live subject of this key (`GET /api/v1/subjects/{key}`), `undefined` when there is none. */
  async get(key: string): Promise<LiveSubject | undefined> {
    const segment = keySegment(key);
    if (segment === undefined) return this.#find(key);
    const answer = await this.#call(() =>
      this.#http.GET("/api/v1/subjects/{subjectIdOrKey}", { ...addressed(segment), parseAs: "text" }),
    );
    if (isSubjectNotFound(answer)) return undefined;
    const found = this.#subjectOf(this.#json(answer));
    // The route looks for an id as well: a record whose id is this key may hide the subject whose key it is.
    if (keyOf(found) !== key) return this.#find(key);
    return found.deleted ? undefined : found.subject;
  }

  /**
   * All live subjects in the order of their creation (`GET /api/v1/subjects`). The server cannot answer more than 65,535.
   *
   * @param bounds give up instead of downloading more, or of trying again
   */
  async list(bounds: Bounds = {}): Promise<LiveSubject[]> {
    const answer = await this.#call(() => this.#within(bounds).GET("/api/v1/subjects", { parseAs: "text" }));
    return liveOf(this.#subjectsOf(answer));
  }

  /**
   * Creates or changes subjects (`POST /api/v1/subjects`) and returns them as stored, in the order of the items.
   * Absent fields are kept, `null` clears, metadata is replaced whole. Keys must differ from each other.
   *
   * The server stores item by item and stops at the first that it cannot store, so that after an error some may be stored.
   *
   * @param divisible whether the caller would rather send less than wait for the same again
   */
  async upsert(items: readonly SubjectUpsert[], divisible = items.length > 1): Promise<LiveSubject[]> {
    const stored = new Map<string, LiveSubject>();
    for (let round = 0; round < maxLostUpserts; round++) {
      const missing = items.filter((item) => !stored.has(item.key));
      if (missing.length === 0) break;
      for (const subject of await this.#upsertOnce(missing, divisible)) stored.set(subject.key, subject);
    }
    return items.map(({ key }) => {
      const subject = stored.get(key);
      if (subject !== undefined) return subject;
      throw new OpenMeterError("contested", "somebody else deleted it each time it was written");
    });
  }

  /**
   * Marks one record deleted (`DELETE /api/v1/subjects/{id}`). By id and not by key, so that a subject which somebody
   * re-created under the same key stays. A record that is gone already is a success. Usage events stay.
   */
  async delete(id: SubjectId): Promise<void> {
    const answer = await this.#call(() =>
      this.#http.DELETE("/api/v1/subjects/{subjectIdOrKey}", { ...addressed(encodeURIComponent(id)), parseAs: "text" }),
    );
    // Only these two say that the subject is gone. A proxy's page with status 200 says nothing.
    if (isSubjectNotFound(answer) || answer.status === 204) return;
    throw answer.ok ? this.#unintelligible(answer) : this.#errorOf(answer);
  }

  /** Looks a key up where the single route cannot tell: by the list. */
  async #find(key: string): Promise<LiveSubject | undefined> {
    return (await this.list()).find((subject) => subject.key === key);
  }

  async #upsertOnce(items: readonly SubjectUpsert[], divisible: boolean): Promise<LiveSubject[]> {
    const maxBodyBytes = Math.min(items.length * maxSubjectBytes, defaultMaxBodyBytes);
    const answer = await this.#call(() =>
      this.#within({ divisible, maxBodyBytes }).POST("/api/v1/subjects", {
        body: [...items],
        parseAs: "text",
      }),
    );
    const found = this.#subjectsOf(answer);
    const expected = items.map(({ key }) => key);
    if (found.length !== expected.length || found.some((one, index) => keyOf(one) !== expected[index])) {
      throw new OpenMeterError(
        "unintelligible",
        "OpenMeter's answer to the upsert does not list the subjects that were sent",
      );
    }
    return liveOf(found);
  }

  /** Performs one call through the SDK and hands out the answer as text, whatever its status. */
  async #call(
    send: () => Promise<{ readonly response: Response; readonly data?: unknown; readonly error?: unknown }>,
  ): Promise<Answer> {
    const { response, data, error } = await send();
    // The SDK has parsed an error body that is JSON; a body that was asked for as text is text.
    const content = data ?? error ?? "";
    const body = typeof content === "string" ? content : JSON.stringify(content);
    const { status, ok } = response;
    return { status, ok, contentType: response.headers.get("content-type") ?? "", body };
  }

  #json(answer: Answer): unknown {
    if (!answer.ok) throw this.#errorOf(answer);
    if (
      this.#apiKey !== undefined &&
      this.#apiKey.length >= leastSecretLength &&
      containsSecret(answer.body, this.#apiKey)
    ) {
      throw new OpenMeterError(
        "unintelligible",
        "OpenMeter's answer contains the API key; it is not taken into the state",
      );
    }
    try {
      return JSON.parse(answer.body);
    } catch {
      throw this.#unintelligible(answer);
    }
  }

  #subjectsOf(answer: Answer): AnsweredSubject[] {
    const json = this.#json(answer);
    // An empty account's list and an empty upsert are answered with null by the server's encoder.
    if (json === null) return [];
    if (!Array.isArray(json)) throw this.#unintelligible(answer);
    return json.map((item) => this.#subjectOf(item));
  }

  #subjectOf(value: unknown): AnsweredSubject {
    const found = parseSubject(value);
    if (found !== undefined) return found;
    throw new OpenMeterError(
      "unintelligible",
      `the answer is not a subject of OpenMeter's Subject API; ${this.#addressHint()}`,
    );
  }

  #errorOf(answer: Answer): OpenMeterError {
    const { status, body } = answer;
    if (status < 400) return this.#unintelligible(answer);
    const described = `OpenMeter answered ${describeProblem(status, body, this.redactor)}`;
    if (status === 401 || status === 403) {
      return new OpenMeterError("refused", `${described}. Check openmeter:apiKey (or OPENMETER_API_KEY)`, status);
    }
    if (status === 404 && !isSubjectNotFound(answer)) {
      return new OpenMeterError(
        "unintelligible",
        `${described}. The Subject API is not there; ${this.#addressHint()}`,
        status,
      );
    }
    return new OpenMeterError("refused", described, status);
  }

  #unintelligible({ status, contentType, body }: Answer): OpenMeterError {
    const what =
      body === ""
        ? "an empty body"
        : `${quote(this.redactor.redact(contentType))} that is not what the Subject API answers`;
    return new OpenMeterError(
      "unintelligible",
      `the server answered ${status} with ${what}; ${this.#addressHint()}`,
      status,
    );
  }

  #addressHint(): string {
    return `check that openmeter:baseUrl (${this.redactor.redact(this.configuration.baseUrl)}) is OpenMeter's address, and what proxies stand before it`;
  }
}

function liveOf(subjects: readonly AnsweredSubject[]): LiveSubject[] {
  return subjects.flatMap((found) => (found.deleted ? [] : [found.subject]));
}

function keyOf(found: AnsweredSubject): string {
  return found.deleted ? found.key : found.subject.key;
}

function addressed(segment: string) {
  return {
    // Stryker disable next-line ObjectLiteral: for the SDK's type alone
    params: { path: { subjectIdOrKey: segment } },
    // The segment is encoded already, in the only way that is safe (see keySegment).
    pathSerializer: (path: string) => path.replace("{subjectIdOrKey}", () => segment),
  };
}

/**
 * Whether a 404 speaks of the subject. One that speaks of the route, or comes from a proxy, must not be taken for a deleted
 * subject: a mistyped address would make a refresh drop everything.
 */
function isSubjectNotFound({ status, contentType, body }: Answer): boolean {
  if (status !== 404 || !/^application\/problem\+json/i.test(contentType)) return false;
  // `not found error: subject not found [namespace=default subject.idOrKey=acme]`. Other servers name the path, which holds
  // "subjects" and a key: `No static resource api/v1/subjects/acme.`
  // Stryker disable next-line StringLiteral: where it has no detail, any text without "not found" will do
  return /(?<![\w/-])subject(?![\w/-])[^/]*\bnot found\b/i.test(parseProblem(body)?.detail ?? "");
}
