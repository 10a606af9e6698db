import { type Answer, json, noContent, problem } from "./answer";
import type { ApiCall } from "./call";
import { checkUpsert } from "./schema";
import type { SubjectStore } from "./store";

/** `/api/v1/subjects`. The router has let pass the route's methods only. */
export function answerSubjects(call: ApiCall, store: SubjectStore): Answer {
  return call.method === "GET" ? json(200, store.list()) : upsert(call, store);
}

function upsert(call: ApiCall, store: SubjectStore): Answer {
  const checked = checkUpsert(call);
  if ("refusal" in checked) {
    return checked.refusal;
  }
  const subjects = store.upsertBatch(checked.items);
  return json(200, subjects.length === 0 ? null : subjects);
}

/** `/api/v1/subjects/{idOrKey}`. */
export function answerSubject(method: string, idOrKey: string, store: SubjectStore): Answer {
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
