/**
 * Whether and when a request is tried again: a pure function of what happened, so that it can be read and tested as a table.
 * All calls may be repeated: most are idempotent (upsert, read, replacement, delete by id), and a create of a customer that meets its
 * own first try is recognized by its caller.
 */

/** What one try came to: an answer, none in time, or no connection that held. */
export type Attempt =
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: "timeout" }
  | { readonly kind: "disconnected" };

/** Bounds of the waiting, in milliseconds. */
export interface RetryPolicy {
  readonly maxRetries: number;
  /** First upper bound of the random wait; doubles with each retry. */
  readonly baseDelayMs: number;
  /** Upper bound of any wait, also of one that `Retry-After` asks for. */
  readonly maxDelayMs: number;
  /** Upper bound of the random wait for a server that is away, so that it is reached soon after it is back. */
  readonly maxAwayDelayMs: number;
  /** No try begins later than this after the first one began. */
  readonly deadlineMs: number;
}

/** What the decision needs to know beyond the attempt. */
export interface RetryContext {
  /** 0 after the first try. */
  readonly retriesSoFar: number;
  readonly elapsedMs: number;
  /** Whether the server has answered any request of this connection: its address is right, so that it will come back. */
  readonly hasAnswered: boolean;
  /** The time of the decision, in milliseconds since the epoch. */
  readonly now: number;
  /** A random number in [0, 1). */
  readonly random: number;
}

const transientStatuses = new Set([408, 425, 429]);

/** What gateways and proxies answer for a server that they do not reach. */
const gatewayStatuses = new Set([407, 502, 503, 504]);

/** Whether the same request may succeed later. */
export function isTransient(attempt: Attempt): boolean {
  return attempt.kind !== "answer" || attempt.status >= 500 || transientStatuses.has(attempt.status);
}

/** Whether it was the server itself that answered, as far as a status tells. */
export function isFromServer(attempt: Attempt): boolean {
  return attempt.kind === "answer" && !gatewayStatuses.has(attempt.status);
}

/**
 * Whether only the deadline ends the retries, however many there are: the server asks for patience (429), or it has answered
 * before and is away now (503, or no connection to it holds), as while it restarts.
 */
export function isWaitedOut(attempt: Attempt, hasAnswered: boolean): boolean {
  return isThrottled(attempt) || (hasAnswered && isAway(attempt));
}

/**
 * Milliseconds to wait before the next try, or `undefined` when there is to be none.
 * The wait is `Retry-After` where the server asks for one, else exponential backoff with full jitter.
 */
export function nextDelay(attempt: Attempt, policy: RetryPolicy, context: RetryContext): number | undefined {
  const { retriesSoFar, elapsedMs, hasAnswered, now, random } = context;
  const waitedOut = isWaitedOut(attempt, hasAnswered);
  const hasRetriesLeft = retriesSoFar < policy.maxRetries || (waitedOut && policy.maxRetries > 0);
  if (!isTransient(attempt) || !hasRetriesLeft) {
    return undefined;
  }
  const asked = attempt.kind === "answer" ? parseRetryAfter(attempt.retryAfter, now) : undefined;
  const bound = waitedOut && isAway(attempt) ? policy.maxAwayDelayMs : policy.maxDelayMs;
  const backoff = random * Math.min(bound, policy.baseDelayMs * 2 ** retriesSoFar);
  // "At once" is no answer to when: no count ends the retries of a 429, so that thousands of requests would follow.
  const delay = asked === undefined || asked === 0 ? backoff : Math.min(asked, policy.maxDelayMs);
  return elapsedMs + delay > policy.deadlineMs ? undefined : delay;
}

/** Whether the server asked all of its clients' requests to slow down. */
export function isThrottled(attempt: Attempt): boolean {
  // Stryker disable next-line ConditionalExpression: for the type alone, no answer has no status
  return attempt.kind === "answer" && attempt.status === 429;
}

function isAway(attempt: Attempt): boolean {
  return attempt.kind === "disconnected" || (attempt.kind === "answer" && attempt.status === 503);
}

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): whole seconds or an HTTP date. A date in the past means at once;
 * anything else, a negative number included, counts as no header.
 *
 * @returns milliseconds from `now`
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  // The oldest of the three forms names no zone, and means UTC.
  // Stryker disable next-line MethodExpression,StringLiteral: V8 takes GMT twice, and only a process may have another zone
  const httpDate = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(httpDate) ? undefined : Math.max(0, httpDate - now);
}
