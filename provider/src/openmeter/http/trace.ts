/** Debug lines: one for each try of each request, for those who look for what is slow or refused. */
import type { Configuration } from "../configuration";
import type { Redactor } from "../redact/redactor";
import { describeNetworkError } from "./network-error";
import type { Environment } from "./proxy";

/** Takes a debug line. */
export type Debug = (line: string) => void;

/** Whether the environment asks for debug lines, which are otherwise shown by Pulumi's `--debug` alone. */
export function isDebugging({ PULUMI_OPENMETER_DEBUG: value = "" }: Environment): boolean {
  return /^(1|true)$/i.test(value.trim());
}

/** One try of a request, and what came of it. */
export interface Trace {
  readonly method: string;
  readonly url: string;
  /** The first is 1. */
  readonly tries: number;
  readonly elapsedMs: number;
  readonly outcome: { readonly answer: { readonly status: number } } | { readonly failure: unknown };
}

/**
 * What a debug line says of a try: `GET /api/v1/subjects/acme: 200 in 12 ms, try 1`. Neither host nor headers nor bodies, and
 * no secret, not even a short one where it is a whole segment of the path.
 */
export function traceLine(trace: Trace, configuration: Configuration, redactor: Redactor): string {
  const { method, url, tries, elapsedMs, outcome } = trace;
  const { pathname } = new URL(url);
  const took = `in ${Math.round(elapsedMs)} ms, try ${tries}`;
  const end =
    "answer" in outcome
      ? `${outcome.answer.status} ${took}`
      : `no answer ${took}: ${describeNetworkError(outcome.failure, configuration).reason}`;
  // Nothing in it can be a secret, of which a set may have a hundred thousand to be looked for.
  if ("answer" in outcome && /^\/api\/v\d+\/[a-z]+$/.test(pathname)) {
    return `openmeter: ${method} ${pathname}: ${end}`;
  }
  const shownPath = pathname
    .split("/")
    .map((segment) => (redactor.isSecret(decoded(segment)) ? "[secret]" : segment))
    .join("/");
  return redactor.show(`openmeter: ${method} ${shownPath}: ${end}`);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
