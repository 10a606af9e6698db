/** The `fetch` of one connection: retries, gives up in time, follows no redirects and reads no endless bodies. */
import type { Clock } from "../clock";
import type { Configuration } from "../configuration";
import { OpenMeterError, unintelligible } from "../errors";
import type { Redactor } from "../redact/redactor";
import { readBody } from "./body";
import { describeNetworkError, isRefusedOnTheWay, isTimeout, isUnsent } from "./network-error";
import type { Pause } from "./pause";
import { describeAnswer, lastingSettings } from "./problem";
import type { Attempt, RetryPolicy } from "./retry";
import { isFromServer, isThrottled, isTransient, isWaitedOut, nextDelay } from "./retry";
import type { Incoming, Outgoing, Send } from "./send";
import { Slots } from "./slots";
import { type Debug, traceLine } from "./trace";
import type { Underway, UnderwayRequests } from "./underway";

/** For the client's `fetch` option. */
export type Transport = (request: Request, bounds?: Bounds) => Promise<Response>;

/** What one request may cost, where it differs from others. */
export interface Bounds {
  /** A larger answer is given up with an `oversized` error. */
  readonly maxBodyBytes?: number;
  /** For requests that the caller can replace by smaller ones: a timeout or a server's failure is told at once instead of repeated. */
  readonly failFast?: boolean;
}

/** A list of 100,000 subjects is some 50 MB at 500 bytes each. V8 has no texts of more than 512 MB. */
export const maxAnswerBytes = 256 * 1024 * 1024;

const leastDeadlineMs = 120_000;

/** Near the deadline a try gets what is left until then, but not so little that it could not succeed. */
const leastTryMs = 5_000;

/** What a transport works with. */
export interface TransportParts {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** All requests wait while the server asks for patience (429), not only the one that was told so. */
  readonly pause: Pause;
  readonly underway: UnderwayRequests;
  readonly send: Send;
  /** Hears of each try, in one line. Where nobody does, none is written. */
  readonly debug: Debug | undefined;
}

type Answer = Omit<Incoming, "body"> & { readonly body: string };
type Outcome = { readonly answer: Answer } | { readonly failure: unknown };

/** What all tries of a request have come to. */
interface Effort {
  readonly tries: number;
  readonly elapsedMs: number;
  /** Whether no try can have sent anything. */
  readonly unsent: boolean;
  /** Whether the server has answered any request of this connection. */
  readonly hasAnswered: boolean;
}

/**
 * Makes the transport of one connection.
 *
 * @returns a function that resolves to the answer, whatever its status, once it is not transient
 * @throws {OpenMeterError} `unavailable` when all tries failed; `oversized`; `unintelligible` for redirects
 */
export function createTransport(parts: TransportParts): Transport {
  const { configuration, clock, redactor, pause, underway, send, debug } = parts;
  const policy: RetryPolicy = {
    maxRetries: configuration.maxRetries,
    baseDelayMs: 500,
    maxDelayMs: 30_000,
    maxAwayDelayMs: 5_000,
    deadlineMs: Math.max(leastDeadlineMs, 2 * configuration.requestTimeoutMs),
  };
  const slots = new Slots(configuration.maxConcurrency);
  let hasAnswered = false;

  const carryOut = async (
    request: Request,
    { maxBodyBytes = maxAnswerBytes, failFast = false }: Bounds,
    now: Underway,
  ) => {
    const { url, method } = request;
    const body = method === "GET" ? "" : await request.text();
    const sent: Outgoing = { url, method, headers: Object.fromEntries(request.headers), body };
    let waitedOut = 0;
    let unsent = true;
    for (let tries = 1; ; tries++) {
      const outcome = await slots.use(async () => {
        await pause.over();
        // Waiting for others is no effort of this one.
        if (tries === 1) {
          now.since = clock.now();
        }
        now.tries = tries;
        const begun = clock.now();
        const left = Math.max(leastTryMs, policy.deadlineMs - (begun - now.since));
        const signal = clock.timeout(Math.min(configuration.requestTimeoutMs, left));
        const outcome = await tryOnce(send, sent, signal, maxBodyBytes);
        debug?.(traceLine({ method, url, tries, elapsedMs: clock.now() - begun, outcome }, configuration, redactor));
        return outcome;
      });
      const attempt = attemptOf(outcome);
      hasAnswered ||= isFromServer(attempt);
      unsent &&= "failure" in outcome && isUnsent(outcome.failure);
      const isPatient = isWaitedOut(attempt, hasAnswered);
      waitedOut += isPatient ? 1 : 0;
      const elapsedMs = clock.now() - now.since;
      // What is waited out uses up no retry of other failures.
      const retriesSoFar = tries - 1 - (isPatient ? 0 : waitedOut);
      const context = { retriesSoFar, elapsedMs, hasAnswered, now: clock.now(), random: clock.random() };
      const delay = isFinal(outcome, failFast) ? undefined : nextDelay(attempt, policy, context);
      if (delay === undefined) {
        if ("answer" in outcome && !isTransient(attempt)) {
          return responseOf(outcome.answer, parts);
        }
        throw unavailable(outcome, parts, { tries, elapsedMs, unsent, hasAnswered });
      }
      now.why = () => describe(outcome, parts);
      if (isThrottled(attempt)) {
        pause.extend(delay);
      } else {
        await clock.sleep(delay);
      }
    }
  };
  return (request, bounds = {}) => underway.during((now) => carryOut(request, bounds, now));
}

async function tryOnce(send: Send, sent: Outgoing, signal: AbortSignal, maxBodyBytes: number): Promise<Outcome> {
  try {
    const { status, headers, body } = await send(sent, signal);
    const text = await readBody(body, headers.get("content-encoding") ?? undefined, maxBodyBytes);
    return { answer: { status, headers, body: text } };
  } catch (failure) {
    return { failure };
  }
}

function attemptOf(outcome: Outcome): Attempt {
  if ("failure" in outcome) {
    return { kind: isTimeout(outcome.failure) ? "timeout" : "disconnected" };
  }
  const { status, headers } = outcome.answer;
  return { kind: "answer", status, retryAfter: headers.get("retry-after") };
}

/** Failures that no later try can mend, or that the caller mends in a better way. */
function isFinal(outcome: Outcome, failFast: boolean): boolean {
  if ("answer" in outcome) {
    return failFast && outcome.answer.status >= 500 && outcome.answer.status !== 503;
  }
  const { failure } = outcome;
  return failure instanceof OpenMeterError || isRefusedOnTheWay(failure) || (failFast && isTimeout(failure));
}

function responseOf(answer: Answer, { configuration, redactor }: TransportParts): Response {
  const target = answer.headers.get("location");
  if (answer.status >= 300 && answer.status < 400 && target !== null) {
    // Following would hand the API key to whoever is named there.
    const redirect = `${redactor.redact(configuration.baseUrl)} redirects to ${redactor.show(target)}`;
    const remedy = `which is not followed. If that is your server, set ${configuration.names.baseUrl} to it`;
    throw unintelligible(`${redirect}, ${remedy}`, answer.status, {
      effect: "nothing",
      brief: "a redirect",
      settings: lastingSettings(configuration, "address"),
    });
  }
  // The body was read whole, so headers about its transfer no longer hold.
  for (const header of ["content-length", "transfer-encoding", "content-encoding"]) {
    answer.headers.delete(header);
  }
  const bodyless = [204, 205, 304].includes(answer.status);
  return new Response(bodyless ? null : answer.body, { status: answer.status, headers: answer.headers });
}

/** The error of a request whose last try came to this. */
function unavailable(outcome: Outcome, parts: TransportParts, effort: Effort): OpenMeterError {
  const { configuration, redactor } = parts;
  const settings = lastingSettings(configuration, "address");
  const said = describe(outcome, parts);
  if ("answer" in outcome) {
    return new OpenMeterError("unavailable", said + inWords(effort), outcome.answer.status, { said, settings });
  }
  const { failure } = outcome;
  if (failure instanceof OpenMeterError) {
    return failure;
  }
  const { remedy } = describeNetworkError(failure, configuration, effort.hasAnswered);
  const message = `${said}${inWords(effort)}${remedy === undefined ? "" : `. ${remedy}`}`;
  return new OpenMeterError("unavailable", message, undefined, {
    timedOut: isTimeout(failure),
    effect: effort.unsent ? "unsent" : "unknown",
    brief: redactor.show(`no answer from ${configuration.baseUrl}`),
    said,
    settings,
  });
}

/** What one try came to, in words. */
function describe(outcome: Outcome, { configuration, redactor }: TransportParts): string {
  if ("answer" in outcome) {
    const { status, headers, body } = outcome.answer;
    return describeAnswer({ status, contentType: headers.get("content-type") ?? "", body }, configuration, redactor);
  }
  const { reason } = describeNetworkError(outcome.failure, configuration);
  return redactor.show(`no answer from ${configuration.baseUrl}${reason}`);
}

function inWords({ tries, elapsedMs }: Effort): string {
  return tries === 1 ? "" : ` (${tries} tries in ${Math.round(elapsedMs / 1000)} s)`;
}
