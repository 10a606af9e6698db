/** Answers that are errors, in words. */
import { STATUS_CODES } from "node:http";
import { isPlainObject } from "../../json";
import type { Configuration } from "../configuration";
import type { Redactor } from "../redact/redactor";

/** An error answer in the form of RFC 9457, as far as it is used here. */
export interface Problem {
  readonly title?: string;
  readonly detail?: string;
}

/** An answer as far as its words need it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A text that is no problem document is quoted up to here: it may be anything. */
const maxQuoted = 300;

/** Reads a body as `application/problem+json`; `undefined` when it isn't one. */
export function parseProblem(body: string): Problem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // What is no JSON is no problem in this form either.
  }
  if (!isPlainObject(value) || !("title" in value || "detail" in value)) return undefined;
  return {
    ...(typeof value.title === "string" && { title: value.title }),
    ...(typeof value.detail === "string" && { detail: value.detail }),
  };
}

/** Whether an answer is a page for people, which OpenMeter never sends. */
export function isPage({ contentType, body }: Pick<ErrorAnswer, "contentType" | "body">): boolean {
  return /\bhtml\b/i.test(contentType) || /^\s*<(!doctype|html|head|\?xml)/i.test(body);
}

/** A page in words: `a page titled "Access denied"`. */
export function describePage(body: string, redactor: Redactor): string {
  const title = /<(title|h1)\b[^>]*>([^<]*)</i.exec(body)?.[2] ?? "";
  const shown = redactor.show(shortened(title, redactor));
  return shown === "" ? "a page" : `a page titled "${shown}"`;
}

/** An error answer in words: `400 Bad Request: stripeCustomerId must start with cus_ when set`. */
export function describeProblem(answer: ErrorAnswer, redactor: Redactor): string {
  const { status, body } = answer;
  const reason = STATUS_CODES[status] ?? "";
  if (isPage(answer)) {
    return [status, reason, "with", describePage(body, redactor)].filter((word) => word !== "").join(" ");
  }
  const problem = parseProblem(body);
  const title = problem?.title ?? reason;
  const detail = problem === undefined ? shortened(body, redactor) : (problem.detail ?? "");
  // Several reasons stand on a line each.
  const text = detail === "" ? title : `${title}: ${detail.trim().replace(/\s*\n\s*/g, "; ")}`;
  // Other sentences follow.
  return redactor.show(`${status} ${text}`.trim().replace(/\.$/, ""));
}

/**
 * What a server answered, by its address, since it need not be OpenMeter: `http://localhost:8888 answered 503 Service
 * Unavailable`.
 */
export function describeAnswer(
  answer: ErrorAnswer,
  { baseUrl }: Pick<Configuration, "baseUrl">,
  redactor: Redactor,
): string {
  const said = `${redactor.redact(baseUrl)} answered ${describeProblem(answer, redactor)}`;
  return isPage(answer)
    ? `${said}: something in front of OpenMeter answered, such as a proxy, a firewall or a login page`
    : said;
}

/** The settings of the last `up` that may be why a server does not answer as it should, or does not take the key. */
export function lastingSettings({ names }: Pick<Configuration, "names">, suspect: "address" | "key"): string[] {
  const { baseUrl, apiKey } = names.lasting;
  return [suspect === "key" ? apiKey : undefined, baseUrl].flatMap((name) => name ?? []);
}

/** A text on one line and cut, which is done last, so that no half of a secret is left. */
function shortened(text: string, redactor: Redactor): string {
  const line = redactor.redact(text).replace(/\s+/g, " ").trim();
  return line.length > maxQuoted ? `${line.slice(0, maxQuoted)}…` : line;
}
