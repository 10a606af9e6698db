import { type Dispatcher, EnvHttpProxyAgent, request as send } from "undici";
import { readBody } from "./body";
import type { Clock } from "./clock";
import type { Configuration } from "./configuration";
import { OpenMeterError } from "./errors";
import { describeNetworkError, isRefusedOnTheWay, isTimeout } from "./network-error";
import { Pause } from "./pause";
import { describeProblem } from "./problem";
import { Redactor } from "./redactor";
import { type Attempt, isThrottled, isTransient, nextDelay, type RetryPolicy } from "./retry";

/** A `fetch` that retries, gives up in time, follows no redirects and reads no endless bodies. For the SDK's `fetch` option. */
export type Transport = (request: Request, bounds?: Bounds) => Promise<Response>;

/** What one request may cost, where it differs from others. */
export interface Bounds {
  /** A larger answer is given up with an `oversized` error. */
  readonly maxBodyBytes?: number;
  /** For requests that the caller can make smaller: a timeout or a server's failure is told at once instead of repeated. */
  readonly divisible?: boolean;
}

/** A list of 65,535 subjects, the most that the server can answer, is some 30 MB at 500 bytes each. */
export const defaultMaxBodyBytes = 256 * 1024 * 1024;

const baseDelayMs = 500;
const maxDelayMs = 30_000;
const leastDeadlineMs = 120_000;

/** Near the deadline a try gets what is left until then, but not so little that it could not succeed. */
const leastTryMs = 5_000;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Outcome = { readonly answer: Answer } | { readonly failure: unknown };

/**
 * Makes the transport of one connection. All of its requests wait while the server asks for patience (429), not only the one
 * that was told so.
 *
 * @returns a function that resolves to the answer, whatever its status, once it is not transient
 * @throws {OpenMeterError} `unavailable` when all tries failed; `oversized`; `unintelligible` for redirects
 */
export function createTransport(
  configuration: Configuration,
  clock: Clock,
  redactor = new Redactor(configuration.apiKey),
  dispatcher = dispatcherOf(configuration),
  pause = new Pause(clock),
): Transport {
  const policy: RetryPolicy = {
    maxRetries: configuration.maxRetries,
    baseDelayMs,
    maxDelayMs,
    deadlineMs: Math.max(leastDeadlineMs, 2 * configuration.requestTimeoutMs),
  };

  return async (request, { maxBodyBytes = defaultMaxBodyBytes, divisible = false } = {}) => {
    const body = request.method === "GET" ? undefined : await request.text();
    const start = clock.now();
    let throttled = 0;
    for (let tries = 1; ; tries++) {
      await pause.over();
      const left = Math.max(leastTryMs, policy.deadlineMs - (clock.now() - start));
      const signal = clock.timeout(Math.min(configuration.requestTimeoutMs, left));
      const outcome = await tryOnce(request, body, { signal, dispatcher, maxBodyBytes });
      const attempt = attemptOf(outcome);
      const elapsedMs = clock.now() - start;
      if (isThrottled(attempt)) throttled += 1;
      // Being asked for patience uses up no retry of other failures.
      const retriesSoFar = tries - 1 - (isThrottled(attempt) ? 0 : throttled);
      const context = { retriesSoFar, elapsedMs, now: clock.now(), random: clock.random() };
      const delay = isFinal(outcome, divisible) ? undefined : nextDelay(attempt, policy, context);
      if (delay === undefined) {
        if ("answer" in outcome && !isTransient(attempt)) return responseOf(outcome.answer, configuration, redactor);
        throw unavailable(outcome, configuration, redactor, effortOf(tries, elapsedMs));
      }
      if (isThrottled(attempt)) pause.extend(delay);
      else await clock.sleep(delay);
    }
  };
}

/** Sends requests directly, or through the proxies of the environment. Timeouts are the clock's business here. */
export function dispatcherOf({ proxies }: Configuration, options: EnvHttpProxyAgent.Options = {}): Dispatcher {
  return new EnvHttpProxyAgent({ headersTimeout: 0, bodyTimeout: 0, ...proxies, ...options });
}

interface Exchange {
  readonly signal: AbortSignal;
  readonly dispatcher: Dispatcher;
  readonly maxBodyBytes: number;
}

async function tryOnce(
  request: Request,
  body: string | undefined,
  { signal, dispatcher, maxBodyBytes }: Exchange,
): Promise<Outcome> {
  try {
    const response = await send(request.url, {
      method: request.method as Dispatcher.HttpMethod, // the SDK's methods are GET, POST and DELETE
      headers: Object.fromEntries(request.headers),
      body: body === undefined || body === "" ? null : body,
      signal,
      dispatcher,
    });
    const headers = headersOf(response.headers);
    const text = await readBody(response.body, headers.get("content-encoding") ?? undefined, maxBodyBytes);
    return { answer: { status: response.statusCode, headers, body: text } };
  } catch (failure) {
    return { failure };
  }
}

function attemptOf(outcome: Outcome): Attempt {
  if (!("answer" in outcome)) return { kind: "no-answer" };
  return { kind: "answer", status: outcome.answer.status, retryAfter: outcome.answer.headers.get("retry-after") };
}

/** Failures that no later try can mend, or that the caller mends in a better way. */
function isFinal(outcome: Outcome, divisible: boolean): boolean {
  if ("answer" in outcome) return divisible && outcome.answer.status >= 500 && outcome.answer.status !== 503;
  const { failure } = outcome;
  return failure instanceof OpenMeterError || isRefusedOnTheWay(failure) || (divisible && isTimeout(failure));
}

function responseOf(answer: Answer, configuration: Configuration, redactor: Redactor): Response {
  const target = answer.headers.get("location");
  if (answer.status >= 300 && answer.status < 400 && target !== null) {
    // Following would hand the API key to whoever is named there.
    const location = redactor.show(target);
    throw new OpenMeterError(
      "unintelligible",
      `${redactor.redact(configuration.baseUrl)} redirects to ${location}, which is not followed. If that is your server, set openmeter:baseUrl to it`,
      answer.status,
    );
  }
  // The body was read whole, so headers about its transfer no longer hold.
  for (const header of ["content-length", "transfer-encoding", "content-encoding"]) answer.headers.delete(header);
  const bodyless = [204, 205, 304].includes(answer.status);
  return new Response(bodyless ? null : answer.body, { status: answer.status, headers: answer.headers });
}

function unavailable(
  outcome: Outcome,
  configuration: Configuration,
  redactor: Redactor,
  effort: string,
): OpenMeterError {
  if ("answer" in outcome) {
    const { status, body } = outcome.answer;
    return new OpenMeterError(
      "unavailable",
      `OpenMeter answered ${describeProblem(status, body, redactor)}${effort}`,
      status,
    );
  }
  const { failure } = outcome;
  if (failure instanceof OpenMeterError) return failure;
  const reason = describeNetworkError(failure, configuration);
  const message = redactor.show(`no answer from ${configuration.baseUrl}: ${reason}${effort}`);
  return new OpenMeterError("unavailable", message, undefined, isTimeout(failure));
}

function effortOf(tries: number, elapsedMs: number): string {
  return tries === 1 ? "" : ` (${tries} tries in ${Math.round(elapsedMs / 1000)} s)`;
}

function headersOf(received: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const item of [value ?? []].flat()) headers.append(name, item);
  }
  return headers;
}
