import { type Answer, json, noContent, problem, schemaProblem } from "../answer";
import type { ApiCall } from "../call";
import { Refusal } from "../refusal";
import { storedText } from "../stored-value";
import { readCustomer } from "./body";
import type { Customers } from "./customers";
import { listCustomers } from "./list";
import { invalidExpand } from "./list-query";

const KEY_MAX_LENGTH = 256;

/** What the validator minds about the id or key in a path: it measures that as it was sent, encoded. */
export function pathRefusal(path: string): Answer | undefined {
  const [, , , , segment = ""] = path.split(/[/?]/);
  return segment.length > KEY_MAX_LENGTH
    ? schemaProblem(`parameter "customerIdOrKey" in path has an error: doesn't match any schema from "anyOf"`)
    : undefined;
}

/** `/api/v1/customers`. The router has let pass the route's methods only. */
export function answerCollection(call: ApiCall, customers: Customers): Answer {
  if (call.method === "GET") {
    return listCustomers(call.path, customers);
  }
  const body = readCustomer(call, "CustomerCreate");
  return "refusal" in body ? body.refusal : json(201, customers.create(body.input));
}

/** `/api/v1/customers/{idOrKey}`. */
export function answerSingle(call: ApiCall, idOrKey: string, customers: Customers): Answer {
  switch (call.method) {
    case "GET":
      return read(call.path, idOrKey, customers);
    case "DELETE":
      customers.remove(storedText(idOrKey));
      return noContent;
    case "PUT": {
      const body = readCustomer(call, "CustomerReplaceUpdate");
      return "refusal" in body ? body.refusal : json(200, customers.put(storedText(idOrKey), body.input));
    }
    default:
      return problem(405);
  }
}

function read(path: string, idOrKey: string, customers: Customers): Answer {
  const wrong = invalidExpand(path);
  if (wrong !== undefined) {
    return schemaProblem(wrong);
  }
  const customer = customers.find(storedText(idOrKey));
  if (customer === undefined) {
    throw new Refusal(404, `customer with id or key ${idOrKey} not found in default namespace`);
  }
  return json(200, customers.withSubscriptions(customer));
}
