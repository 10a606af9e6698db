/**
 * The one error type of the API client.
 *
 * - `refused`: OpenMeter answered that it will not do this (a 4xx). Nothing was changed; the same request would be refused again.
 * - `unavailable`: no usable answer after all tries (network, timeout, 408, 425, 429, 5xx). Whether a write was applied is unknown.
 * - `contested`: somebody else deleted the subject each time it was written. It concerns this subject alone.
 * - `oversized`: the answer is larger than the caller wanted to download.
 * - `unintelligible`: something answered, but not as OpenMeter's Subject API does (a proxy's page, another product, a redirect),
 *   or with the API key in it.
 */
export type OpenMeterErrorKind = "refused" | "unavailable" | "contested" | "oversized" | "unintelligible";

/** What went wrong in a call of the Subject API. Its message is one printable sentence without the API key. */
export class OpenMeterError extends Error {
  override readonly name = "OpenMeterError";

  constructor(
    readonly kind: OpenMeterErrorKind,
    message: string,
    /** HTTP status of the last answer, if there was one. */
    readonly status?: number,
    /** Whether the request took longer than it may; a smaller one may get through. */
    readonly timedOut = false,
  ) {
    super(message);
  }
}

/** The error of an answer that is none of OpenMeter's. */
export function unintelligible(message: string, status?: number): OpenMeterError {
  return new OpenMeterError("unintelligible", message, status);
}

/** Whether an error is about the connection or the account, so that all other requests would meet it too. */
export function concernsAll({ kind, status, timedOut }: OpenMeterError): boolean {
  if (kind === "refused") {
    return status === 401 || status === 403;
  }
  if (kind === "contested") {
    return false;
  }
  // A server that took too long for a request, or fell over it, may manage a smaller one; 503 says that it is not there.
  return !(timedOut || ((status ?? 0) >= 500 && status !== 503));
}
