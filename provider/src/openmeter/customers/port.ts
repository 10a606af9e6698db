/** The Customer API as the port needs it. */
import { OpenMeterError } from "../errors";
import type { ObjectApi } from "../objects-port";
import { deleteAll } from "../removal";
import type { Turns } from "../turns";
import type { CustomerApi } from "./api";
import { stripeField } from "./body";
import { type InTurn, Locks } from "./locks";
import { SubjectKeys } from "./subject-keys";
import { CustomerWriter } from "./writer";

/** What the customers of a connection share with its other objects. */
interface Shared {
  readonly turns: Turns;
  /** Ids of the subjects that the connection has made. */
  readonly madeSubjects: ReadonlySet<string>;
  /** How many requests the connection has under way at once. */
  readonly maxConcurrency: number;
}

export function customersApi(api: CustomerApi, { turns, madeSubjects, maxConcurrency }: Shared): ObjectApi {
  const locks = new Locks();
  const inTurn: InTurn = (name, work) => locks.hold(name, () => turns.during("customers", work));
  const subjectKeys = new SubjectKeys(api, inTurn, madeSubjects, maxConcurrency);
  const writer = new CustomerWriter(api, subjectKeys, inTurn, maxConcurrency);
  return {
    get: (wanted) => api.get(wanted),
    look: (idOrKey) => api.look(idOrKey),
    hasRecord: (id) => api.hasRecord(id),
    list: (bounds) => api.list(bounds),
    rest: (listed, { fields }) => ((fields?.includes(stripeField) ?? true) ? () => api.withStripe(listed) : undefined),
    write: (writes, options) => writer.writeAll(writes, options),
    delete: (records, options) =>
      deleteAll(
        maxConcurrency,
        records,
        (_key, id) => locks.hold(id, () => api.remove(id).catch((error: unknown) => Promise.reject(advised(error)))),
        options,
      ),
    isFoundById: true,
    answers: api.answers,
  };
}

/** A refusal of a deletion with what to do about it. Nothing is ever cancelled by itself. */
function advised(error: unknown): unknown {
  if (!(error instanceof OpenMeterError) || (error.status !== 400 && error.status !== 409)) {
    return error;
  }
  const next =
    "Nothing was cancelled. End its subscriptions and entitlements and finish its invoices in OpenMeter first, or keep the customer: pulumi state delete takes it out of the state alone, as does retainOnDelete";
  return new OpenMeterError("refused", `${error.message}. ${next}`, error.status);
}
