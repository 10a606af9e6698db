import type { Answer } from "../answer";
import type { ApiCall } from "../call";
import type { RaceFault } from "../fault";
import { Refusal } from "../refusal";
import type { SubjectStore } from "../store";
import { isJsonObject } from "../subject";
import type { Customer } from "./customer";
import type { Customers } from "./customers";

interface Raced {
  readonly call: ApiCall;
  /** Carries the request out. Once. */
  readonly apply: () => Answer;
  readonly subjects: SubjectStore;
  readonly customers: Customers;
}

/**
 * Plays another client's request that meets this one in the middle, with an outcome that was seen on the real server. To a request
 * that it cannot meet it does nothing.
 */
export function race(fault: RaceFault, raced: Raced): Answer {
  switch (fault.against) {
    case "delete":
      return againstDelete(raced);
    case "put":
      return againstPut(raced, fault);
    case "subjectUpsert":
      return raced.call.method === "POST" ? againstProvision(raced) : againstHook(raced);
  }
}

/** PUT beside DELETE: 200 with `deletedAt`, and what the PUT added of subject keys is burnt. */
function againstDelete({ call, apply, customers }: Raced): Answer {
  const before = putTarget(call, customers);
  const answer = apply();
  if (before === undefined || answer.status !== 200) {
    return answer;
  }
  const had = before.usageAttribution?.subjectKeys ?? [];
  const added = (customers.getById(before.id)?.usageAttribution?.subjectKeys ?? []).filter((key) => !had.includes(key));
  customers.delete(before.id);
  for (const subjectKey of added) {
    customers.burn(before.id, subjectKey);
  }
  return withMember(answer, { deletedAt: customers.getById(before.id)?.deletedAt });
}

/** PUT beside PUT: the other one's subject keys are there as well. Only the later of the two answers shows them. */
function againstPut({ call, apply, customers }: Raced, { subjectKeys = [], seen = true }: RaceFault): Answer {
  const before = putTarget(call, customers);
  const answer = apply();
  const after = before && customers.getById(before.id);
  if (after === undefined || answer.status !== 200) {
    return answer;
  }
  const merged = [...new Set([...(after.usageAttribution?.subjectKeys ?? []), ...subjectKeys])];
  const { usageAttribution } = customers.put(after.id, { ...after, usageAttribution: { subjectKeys: merged } });
  return seen ? withMember(answer, { usageAttribution }) : answer;
}

/** POST beside the upsert of a subject that it would make: the subject is there, the customer is not. */
function againstProvision({ call, apply, subjects }: Raced): Answer {
  const missing = namedSubjectKeys(call).find((key) => subjects.get(key) === undefined);
  if (missing === undefined) {
    return apply();
  }
  subjects.upsert({ key: missing });
  throw new Refusal(409, `subject with key already exists: ${missing}`);
}

/** PUT beside the hook of a subject's upsert: both answer 200, and what the PUT wrote is reverted. */
function againstHook({ call, apply, customers }: Raced): Answer {
  const before = putTarget(call, customers);
  const answer = apply();
  if (before !== undefined && answer.status === 200) {
    customers.put(before.id, before);
  }
  return answer;
}

function putTarget({ method, target }: ApiCall, customers: Customers): Customer | undefined {
  const found = method === "PUT" && target.kind === "customer" ? customers.find(target.idOrKey) : undefined;
  return found?.deletedAt === undefined ? found : undefined;
}

function namedSubjectKeys({ target, body }: ApiCall): string[] {
  const sent = target.kind === "customers" && body.kind === "json" && isJsonObject(body.value) ? body.value : {};
  const { usageAttribution } = sent;
  const keys = isJsonObject(usageAttribution) ? usageAttribution.subjectKeys : undefined;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}

function withMember(answer: Answer, members: object): Answer {
  const body: object = JSON.parse(answer.payload);
  return { ...answer, payload: `${JSON.stringify({ ...body, ...members })}\n` };
}
