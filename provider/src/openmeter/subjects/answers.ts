/** What the answers of the Subject API say: their JSON, or the error that they are. */
import { defined } from "../../json";
import { cut, quoted } from "../../printable";
import type { Configuration } from "../configuration";
import { type Effect, OpenMeterError, unintelligible } from "../errors";
import { describeAnswer, describePage, describeProblem, isPage, lastingSettings, parseProblem } from "../http/problem";
import type { Redactor } from "../redact/redactor";
import { containsSecret } from "../redact/secret";

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

/** Judges the answers of one connection. Throws and makes {@link OpenMeterError}. */
export class Answers {
  constructor(
    private readonly configuration: Configuration,
    readonly redactor: Redactor,
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
    if (status === 404 && !isNotFound(answer)) {
      const described = describeAnswer(answer, this.configuration, this.redactor);
      return this.#fromElsewhere(`${described}. The Subject API is not there`, { status, effect: "nothing" });
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
    const text = `content of type ${cut(quoted(redactor.redact(contentType)))} that the Subject API does not return`;
    const what = body === "" ? "an empty body" : (page ?? text);
    return this.#fromElsewhere(`${this.#server} answered ${status} with ${what}`, { status });
  }

  /** The error of a value that is no object of this API. */
  foreign(): OpenMeterError {
    return this.#fromElsewhere(`the answer from ${this.#server} is not a subject of OpenMeter's Subject API`);
  }

  /** Whether the API key stands in a text, in any spelling: then it must not get into the state. */
  containsApiKey(text: string): boolean {
    const { apiKey = "" } = this.configuration;
    return apiKey.length >= leastSecretLength && containsSecret(text, apiKey);
  }

  /** The error of an object that is withheld for the API key in it. */
  withheld(key: string): OpenMeterError {
    const subject = this.redactor.redact(quoted(key));
    const why = "contains the API key in OpenMeter, so it is not taken into the state";
    const message = `subject ${subject} ${why}. Remove it there, or replace the API key`;
    return unintelligible(message, undefined, { isAboutObject: true });
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
    if (status === 403 && isAboutSubject(answer)) {
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

/** Whether a 403 is about the subject, as "subject has active entitlements" is, and not about who asks. */
function isAboutSubject({ body }: Answer): boolean {
  const { title = "", detail = "" } = parseProblem(body) ?? {};
  const text = `${title} ${detail}`;
  return (
    /\b(subject|entitlements?)\b/i.test(text) &&
    !/\b(key|token|permissions?|scopes?|roles?|credentials?|allowed|access)\b/i.test(text)
  );
}

/**
 * Whether a 404 speaks of the subject. One that speaks of the route, or comes from a proxy, must not be taken for a deleted
 * subject: a mistyped address would make a refresh drop everything.
 */
export function isNotFound({ status, contentType, body }: Answer): boolean {
  if (status !== 404 || !/^application\/problem\+json/i.test(contentType)) {
    return false;
  }
  // `not found error: subject not found [namespace=default subject.idOrKey=acme]`. Other servers name the path, which holds
  // "subjects" and a key: `No static resource api/v1/subjects/acme.`
  // Stryker disable next-line StringLiteral: where it has no detail, any text without "not found" will do
  return /(?<![\w/-])subject(?![\w/-])[^/]*\bnot found\b/i.test(parseProblem(body)?.detail ?? "");
}
