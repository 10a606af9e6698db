/**
 * The one error type of the API client.
 *
 * - `refused`: OpenMeter answered that it will not do this (a 4xx). Nothing was changed; the same request would be refused again.
 * - `unavailable`: no usable answer after all tries (network, timeout, 408, 425, 429, 5xx). Whether a write was applied is unknown.
 * - `contested`: somebody else deleted the subject each time it was written. It concerns this subject alone.
 * - `oversized`: the answer is larger than the caller wanted to download.
 * - `unintelligible`: something answered, but not as OpenMeter's Subject API does (a proxy's page, another product, a redirect).
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
