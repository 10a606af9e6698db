import { STATUS_CODES } from "node:http";
import { isPlainObject } from "../../json";
import type { Redactor } from "../redact/redactor";

/** An error answer in the form of RFC 9457, as far as it is used here. */
export interface Problem {
  readonly title?: string;
  readonly detail?: string;
}

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

/** An error answer in words: `400 Bad Request: stripeCustomerId must start with cus_ when set`. */
export function describeProblem(status: number, body: string, redactor: Redactor): string {
  const problem = parseProblem(body);
  const title = problem?.title ?? STATUS_CODES[status] ?? "";
  const detail = problem === undefined ? body.replace(/\s+/g, " ").trim() : (problem.detail ?? "");
  const text = detail === "" ? title : `${title}: ${detail}`;
  // Other sentences follow.
  return redactor.show(`${status} ${text}`.trim().replace(/\.$/, ""));
}
