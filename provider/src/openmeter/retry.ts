/**
 * Whether and when a request is tried again: a pure function of what happened, so that it can be read and tested as a table.
 * All calls of the Subject API are idempotent (upsert, read, delete by id), which is what makes a retry safe.
 */

/** What one try came to. */
export type Attempt =
  | { readonly kind: "answer"; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: "no-answer" };

/** Bounds of the waiting, in milliseconds. */
export interface RetryPolicy {
  readonly maxRetries: number;
  /** First upper bound of the random wait; doubles with each retry. */
  readonly baseDelayMs: number;
  /** Upper bound of any wait, also of one that `Retry-After` asks for. */
  readonly maxDelayMs: number;
  /** No try begins later than this after the first one began. */
  readonly deadlineMs: number;
}

/** What the decision needs to know beyond the attempt. */
export interface RetryContext {
  /** 0 after the first try. */
  readonly retriesSoFar: number;
  readonly elapsedMs: number;
  /** The time of the decision, in milliseconds since the epoch. */
  readonly now: number;
  /** A random number in [0, 1). */
  readonly random: number;
}

const transientStatuses = new Set([408, 425, 429]);

/** Whether the same request may succeed later. */
export function isTransient(attempt: Attempt): boolean {
  return attempt.kind === "no-answer" || attempt.status >= 500 || transientStatuses.has(attempt.status);
}

/**
 * Milliseconds to wait before the next try, or `undefined` when there is to be none.
 * The wait is `Retry-After` where the server asks for one, else exponential backoff with full jitter.
 */
export function nextDelay(attempt: Attempt, policy: RetryPolicy, context: RetryContext): number | undefined {
  if (!isTransient(attempt) || !hasRetriesLeft(attempt, policy, context)) return undefined;
  const asked = attempt.kind === "answer" ? parseRetryAfter(attempt.retryAfter, context.now) : undefined;
  const backoff = context.random * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** context.retriesSoFar);
  // "At once" is no answer to when: no count ends the retries of a 429, so that thousands of requests would follow.
  const delay = asked === undefined || asked === 0 ? backoff : Math.min(asked, policy.maxDelayMs);
  return context.elapsedMs + delay > policy.deadlineMs ? undefined : delay;
}

/** A server that asks for patience (429) is alive, so that only the deadline ends it; unless no retry is wanted at all. */
function hasRetriesLeft(attempt: Attempt, policy: RetryPolicy, { retriesSoFar }: RetryContext): boolean {
  return retriesSoFar < policy.maxRetries || (isThrottled(attempt) && policy.maxRetries > 0);
}

/** Whether the server asked all of its clients' requests to slow down. */
export function isThrottled(attempt: Attempt): boolean {
  // Stryker disable next-line ConditionalExpression: for the type alone, no answer has no status
  return attempt.kind === "answer" && attempt.status === 429;
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
