/** What the answers of one API say: their JSON, or the error that they are. */
import { defined } from "../json";
import { cut, quoted } from "../printable";
import type { Configuration } from "./configuration";
import { type Effect, OpenMeterError, unintelligible } from "./errors";
import { describeAnswer, describePage, describeProblem, isPage, lastingSettings, parseProblem } from "./http/problem";
import type { Redactor } from "./redact/redactor";
import { containsSecret } from "./redact/secret";

/** A key that is shorter may be an ordinary word, and an ordinary word may stand in an object. */
const leastSecretLength = 10;

/** An answer as text, whatever its status. */
export interface Answer {
  readonly status: number;
  /** Whether the status says so (200 to 299). */
  readonly ok: boolean;
  readonly contentType: string;
  readonly body: string;
}

/** The answer to a call through the client. */
export async function answerOf(
  call: Promise<{ response: Response; data?: unknown; error?: unknown }>,
): Promise<Answer> {
  const { response, data, error } = await call;
  // The client has parsed an error body that is JSON; a body that was asked for as text is text.
  const content = data ?? error ?? "";
  const body = typeof content === "string" ? content : JSON.stringify(content);
  const { status, ok } = response;
  return { status, ok, contentType: response.headers.get("content-type") ?? "", body };
}

/** What the answers are about. */
export interface AnswersAbout {
  /** As messages name one: `subject`. */
  readonly object: string;
  /** As messages name the API: `Subject API`. */
  readonly api: string;
  /** The detail of a 404 that speaks of an object. */
  readonly notFound: RegExp;
}

/** Judges the answers of one API of a connection. Throws and makes {@link OpenMeterError}. */
export class Answers {
  constructor(
    private readonly configuration: Configuration,
    readonly redactor: Redactor,
    private readonly about: AnswersAbout,
  ) {}

  json(answer: Answer): unknown {
    if (!answer.ok) {
      throw this.errorOf(answer);
    }
    try {
      return JSON.parse(answer.body);
    } catch {
      throw this.unintelligible(answer);
    }
  }

  /** The items of a list. */
  items(answer: Answer): readonly unknown[] {
    // An empty account's list and an empty upsert are answered with null by the server's encoder.
    const json = this.json(answer) ?? [];
    if (!Array.isArray(json)) {
      throw this.unintelligible(answer);
    }
    return json;
  }

  /** The error that an answer with a status of no success is. */
  errorOf(answer: Answer): OpenMeterError {
    const { status } = answer;
    if (status < 400) {
      return this.unintelligible(answer);
    }
    if (status === 401 || status === 403) {
      return this.#forbidden(answer);
    }
    if (status === 404 && !this.isNotFound(answer)) {
      const described = describeAnswer(answer, this.configuration, this.redactor);
      return this.#fromElsewhere(`${described}. The ${this.about.api} is not there`, { status, effect: "nothing" });
    }
    const described = isPage(answer)
      ? describeAnswer(answer, this.configuration, this.redactor)
      : `OpenMeter answered ${describeProblem(answer, this.redactor)}`;
    return new OpenMeterError("refused", described, status);
  }

  /** The error of an answer that does not come from this API. */
  unintelligible({ status, contentType, body }: Answer): OpenMeterError {
    const { redactor } = this;
    const page = isPage({ contentType, body }) ? describePage(body, redactor) : undefined;
    const text = `content of type ${cut(quoted(redactor.redact(contentType)))} that the ${this.about.api} does not return`;
    const what = body === "" ? "an empty body" : (page ?? text);
    return this.#fromElsewhere(`${this.#server} answered ${status} with ${what}`, { status });
  }

  /** The error of a value that is no object of this API. */
  foreign(): OpenMeterError {
    return this.#fromElsewhere(
      `the answer from ${this.#server} is not a ${this.about.object} of OpenMeter's ${this.about.api}`,
    );
  }

  /** Whether the API key stands in a text, in any spelling: then it must not get into the state. */
  containsApiKey(text: string): boolean {
    const { apiKey = "" } = this.configuration;
    return apiKey.length >= leastSecretLength && containsSecret(text, apiKey);
  }

  /** Tells of the items of an answer which contain the API key. Each is looked through only where the answer has it at all. */
  withApiKey({ body }: Answer): (item: unknown) => boolean {
    const isSuspect = this.containsApiKey(body);
    return (item) => isSuspect && this.containsApiKey(JSON.stringify(item));
  }

  /** The error of an object that is withheld for the API key in it. */
  withheld(key: string): OpenMeterError {
    const object = `${this.about.object} ${this.redactor.redact(quoted(key))}`;
    const why = "contains the API key in OpenMeter, so it is not taken into the state";
    const message = `${object} ${why}. Remove it there, or replace the API key`;
    return unintelligible(message, undefined, { isAboutObject: true });
  }

  /**
   * Whether a 404 speaks of the object. One that speaks of the route, or comes from a proxy, must not be taken for a deleted object:
   * a mistyped address would make a refresh drop everything.
   */
  isNotFound({ status, contentType, body }: Answer): boolean {
    if (status !== 404 || !/^application\/problem\+json/i.test(contentType)) {
      return false;
    }
    // Stryker disable next-line StringLiteral: where it has no detail, any text without "not found" will do
    return this.about.notFound.test(parseProblem(body)?.detail ?? "");
  }

  get #server(): string {
    return this.redactor.redact(this.configuration.baseUrl);
  }

  /** A refusal of the key, of the account, or of this subject alone. */
  #forbidden(answer: Answer): OpenMeterError {
    const { status } = answer;
    const { names } = this.configuration;
    const described = describeAnswer(answer, this.configuration, this.redactor);
    if (isPage(answer)) {
      const settings = lastingSettings(this.configuration, "address");
      return new OpenMeterError("refused", described, status, { settings });
    }
    if (status === 403 && isAboutOne(answer)) {
      return new OpenMeterError("refused", described, status, { isAboutObject: true });
    }
    const ofKey = `The API key comes from ${names.apiKey}: check that it is ${status === 401 ? "complete, still valid and made for this server" : "for this account and has the permission to do this"}`;
    const noKey = `No API key was sent: ${names.setApiKey}`;
    return new OpenMeterError("refused", `${described}. ${names.apiKey === undefined ? noKey : ofKey}`, status, {
      settings: lastingSettings(this.configuration, "key"),
    });
  }

  #fromElsewhere(what: string, { status, effect }: { status?: number; effect?: Effect } = {}): OpenMeterError {
    const hint = `check that ${this.configuration.names.baseUrl} is OpenMeter's address, and whether a proxy in front of it answered`;
    const brief = "an answer that is not OpenMeter's";
    const settings = lastingSettings(this.configuration, "address");
    return unintelligible(`${what}; ${hint}`, status, { brief, settings, ...defined({ effect }) });
  }
}

/** Whether a 403 is about the object, as "subject has active entitlements" is, and not about who asks. */
function isAboutOne({ body }: Answer): boolean {
  const { title = "", detail = "" } = parseProblem(body) ?? {};
  const text = `${title} ${detail}`;
  return (
    /\b(subject|customer|entitlements?)\b/i.test(text) &&
    !/\b(key|token|permissions?|scopes?|roles?|credentials?|allowed|access)\b/i.test(text)
  );
}
