/**
 * The one error type of the API client.
 *
 * - `refused`: OpenMeter answered that it will not do this (a 4xx). Nothing was changed; the same request would be refused again.
 * - `unavailable`: no usable answer after all tries (network, timeout, 408, 425, 429, 5xx).
 * - `contested`: somebody else deleted the subject each time it was written. It concerns this subject alone.
 * - `oversized`: the answer is larger than the caller wanted to download.
 * - `unintelligible`: something answered, but not as OpenMeter's Subject API does (a proxy's page, another product, a redirect),
 *   or with the API key in it.
 */
import { STATUS_CODES } from "node:http";

export type OpenMeterErrorKind = "refused" | "unavailable" | "contested" | "oversized" | "unintelligible";

/**
 * What OpenMeter can have made of a request that failed: `unsent` (no try has reached a server), `nothing` (what answered has
 * not carried it out), or `unknown`.
 */
export type Effect = "unsent" | "nothing" | "unknown";

/** What is known of an error besides its kind, message and status. */
export interface ErrorDetails {
  /** Whether the request took longer than it may; a smaller one may get through. */
  readonly timedOut?: boolean;
  /** Default: `nothing` for what is refused, else `unknown`. */
  readonly effect?: Effect;
  /** Whether it is about this object alone, where the kind and the status would say that it is about all. */
  readonly isAboutObject?: boolean;
  /** The message in a few words, for where it has been told: `no answer from http://localhost:8888`. Default: the status. */
  readonly brief?: string;
  /** What was answered or went wrong, without the effort that was made: equal for failures of one cause. Default: the message. */
  readonly said?: string;
  /** Settings of the stack that may be the cause. A refresh and a destroy take them from the last `up`. */
  readonly settings?: readonly string[];
}

/** What went wrong in a call of the Subject API. Its message is one printable sentence without the API key. */
export class OpenMeterError extends Error {
  override readonly name = "OpenMeterError";
  readonly timedOut: boolean;
  readonly effect: Effect;
  readonly isAboutObject: boolean;
  readonly brief: string;
  readonly said: string;
  readonly settings: readonly string[];

  constructor(
    readonly kind: OpenMeterErrorKind,
    message: string,
    /** HTTP status of the last answer, if there was one. */
    readonly status?: number,
    details: ErrorDetails = {},
  ) {
    super(message);
    this.timedOut = details.timedOut ?? false;
    this.effect = details.effect ?? (kind === "refused" ? "nothing" : "unknown");
    this.isAboutObject = details.isAboutObject ?? false;
    this.brief = details.brief ?? (status === undefined ? message : `${status} ${STATUS_CODES[status] ?? ""}`.trim());
    this.said = details.said ?? message;
    this.settings = details.settings ?? [];
  }
}

/** The error of an answer that does not come from OpenMeter's API. */
export function unintelligible(message: string, status?: number, details?: ErrorDetails): OpenMeterError {
  return new OpenMeterError("unintelligible", message, status, details);
}

/** Whether an error is about the connection or the account, so that all other requests would meet it too. */
export function concernsAll({ kind, status, timedOut, isAboutObject }: OpenMeterError): boolean {
  if (isAboutObject || kind === "contested") {
    return false;
  }
  if (kind === "refused") {
    return status === 401 || status === 403;
  }
  // A server that took too long for a request, or fell over it, may manage a smaller one; 503 says that it is not there.
  return !(timedOut || ((status ?? 0) >= 500 && status !== 503));
}
