import { type Answer, problem } from "./answer";
import type { ApiCall } from "./call";
import { answerCollection, answerSingle, pathRefusal } from "./customers/api";
import type { Customers } from "./customers/customers";
import type { Stripe } from "./customers/stripe";
import { answerApp, answerApps, answerStripe } from "./customers/stripe-api";
import { ingest } from "./event-api";
import type { EventLog } from "./event-log";
import { Refusal } from "./refusal";
import { InvalidItem, KeyConflict, type SubjectStore } from "./store";
import { RefusedByDatabase } from "./stored-value";
import { answerSubject, answerSubjects } from "./subject-api";

/** What calls may read and change. */
export interface Data {
  readonly subjects: SubjectStore;
  readonly customers: Customers;
  readonly stripe: Stripe;
  readonly events: EventLog;
}

/** Answers a call as OpenMeter does. */
export function answerCall(call: ApiCall, data: Data, apiKey?: string | readonly string[]): Answer {
  if (call.target.kind === "malformed") {
    return { status: 400, headers: { "content-type": "text/plain; charset=utf-8" }, payload: "400 Bad Request" };
  }
  if (apiKey !== undefined && ![apiKey].flat().some((key) => call.headers.authorization === `Bearer ${key}`)) {
    return problem(401, "missing or unknown API key");
  }
  return answerOf(() => route(call, data));
}

/** The answer of an operation, also of one that throws why it is refused. */
export function answerOf(operation: () => Answer): Answer {
  try {
    return operation();
  } catch (error) {
    return failure(error);
  }
}

function route(call: ApiCall, { subjects, customers, stripe, events }: Data): Answer {
  const { target, method } = call;
  if (target.kind === "unknown" || target.kind === "malformed") {
    return problem(404);
  }
  // The router looks at the method before anybody decodes the parameter.
  if (!target.methods.includes(method)) {
    return problem(405);
  }
  const wrongPath = "idOrKey" in target && target.kind !== "subject" ? pathRefusal(call.path) : undefined;
  if (wrongPath !== undefined) {
    return wrongPath;
  }
  switch (target.kind) {
    case "collection":
      return answerSubjects(call, subjects);
    case "subject":
      return answerSubject(method, target.idOrKey, subjects);
    case "events":
      return ingest(call, events);
    case "customers":
      return answerCollection(call, customers);
    case "customer":
      return answerSingle(call, target.idOrKey, customers);
    case "customerApps":
      return answerApps(call, target.idOrKey, { customers, stripe });
    case "customerApp":
      return answerApp(target.idOrKey, target.appId, { customers, stripe });
    case "customerStripe":
      return answerStripe(call, target.idOrKey, { customers, stripe });
    case "undecodable":
      return problem(
        400,
        `invalid param format ${target.parameter}: Invalid format for parameter ${target.parameter}: ${target.reason}`,
      );
  }
}

function failure(error: unknown): Answer {
  if (error instanceof Refusal) {
    return problem(error.status, error.message);
  }
  if (error instanceof KeyConflict) {
    return problem(409, `conflict error: ${error.message}`);
  }
  if (error instanceof InvalidItem) {
    return problem(400, `validation error: ${error.message}`);
  }
  if (error instanceof RefusedByDatabase) {
    return problem(500);
  }
  throw error;
}
