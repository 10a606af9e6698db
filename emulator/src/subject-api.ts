import { type Answer, json, noContent, problem } from "./answer";
import type { ApiCall } from "./call";
import { ingest } from "./event-api";
import type { EventLog } from "./event-log";
import { checkUpsert } from "./schema";
import { InvalidItem, KeyConflict, type SubjectStore } from "./store";
import { RefusedByDatabase } from "./stored-value";

/** Answers a call as OpenMeter does, given the subjects that it may read and change, and where it puts usage events. */
export function answerCall(
  call: ApiCall,
  store: SubjectStore,
  events: EventLog,
  apiKey?: string | readonly string[],
): Answer {
  if (call.target.kind === "malformed") {
    return { status: 400, headers: { "content-type": "text/plain; charset=utf-8" }, payload: "400 Bad Request" };
  }
  if (apiKey !== undefined && ![apiKey].flat().some((key) => call.headers.authorization === `Bearer ${key}`)) {
    return problem(401, "missing or unknown API key");
  }
  try {
    return route(call, store, events);
  } catch (error) {
    return failure(error);
  }
}

function route(call: ApiCall, store: SubjectStore, events: EventLog): Answer {
  const { target, method } = call;
  if (target.kind === "collection") {
    return collection(call, store);
  }
  if (target.kind === "events") {
    return method === "POST" ? ingest(call, events) : problem(405);
  }
  if (target.kind === "unknown" || target.kind === "malformed") {
    return problem(404);
  }
  // The router looks at the method before anybody decodes the parameter.
  if (method !== "GET" && method !== "DELETE") {
    return problem(405);
  }
  switch (target.kind) {
    case "subject":
      return single(method, target.idOrKey, store);
    case "undecodable":
      return problem(400, undecodableDetail(target.escape));
    case "invalidText":
      return problem(500);
  }
}

function collection(call: ApiCall, store: SubjectStore): Answer {
  switch (call.method) {
    case "POST":
      return upsert(call, store);
    case "GET":
      return json(200, store.list());
    default:
      return problem(405);
  }
}

function upsert(call: ApiCall, store: SubjectStore): Answer {
  const checked = checkUpsert(call);
  if ("refusal" in checked) {
    return checked.refusal;
  }
  const subjects = store.upsertBatch(checked.items);
  return json(200, subjects.length === 0 ? null : subjects);
}

function single(method: "GET" | "DELETE", idOrKey: string, store: SubjectStore): Answer {
  const subject = store.find(idOrKey);
  if (subject === undefined) {
    return problem(404, `not found error: subject not found [namespace=default subject.idOrKey=${idOrKey}]`);
  }
  if (method === "GET") {
    return json(200, subject);
  }
  store.deleteById(subject.id);
  return noContent;
}

function undecodableDetail(invalid: string): string {
  const parameter = "subjectIdOrKey";
  return `invalid param format ${parameter}: Invalid format for parameter ${parameter}: error unescaping path parameter '${parameter}': invalid URL escape "${invalid}"`;
}

function failure(error: unknown): Answer {
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
