/** Keys and subject keys that cannot be had: what a 409 says, and in words what to do about it. Pure. */
import type { LiveObject, RecordId } from "../../core/port";
import { quoted } from "../../printable";
import { OpenMeterError } from "../errors";
import type { CustomerBody } from "./body";

/** A conflict about subject keys, before it is known who has them. */
export class TakenSubjectKeys extends OpenMeterError {
  constructor(
    error: OpenMeterError,
    /** The key of the customer that was written. */
    readonly key: string,
    readonly added: readonly string[],
    /** The customer that was written, if it is there already. */
    readonly id: RecordId | undefined,
  ) {
    super("refused", error.message, error.status);
  }
}

/** @param redact takes what is secret out of a text */
export function heldBy({ id, key }: LiveObject, subjectKey: string, redact: (text: string) => string): OpenMeterError {
  const [named, holder] = [subjectKey, key].map((text) => redact(quoted(text)));
  const next =
    key === subjectKey
      ? "That is the customer's own key, which is free once the customer is deleted: remove it in a pulumi up of its own where a program declares it, or else delete it in OpenMeter, and declare the subject key here afterwards"
      : "A subject key belongs to one customer: take it away there in a pulumi up of its own, and declare it here afterwards";
  return new OpenMeterError("refused", `subject key ${named} is attributed to customer ${holder} (id ${id}). ${next}`);
}

export function burnt({ message, added }: TakenSubjectKeys): OpenMeterError {
  return new OpenMeterError(
    "refused",
    `${message}. No customer has ${added.length === 1 ? "it" : "them"} any more: a customer that was deleted while it was written keeps its subject keys for ever, and no call of OpenMeter frees them. Use another subject key, or ask whoever runs OpenMeter`,
  );
}

/** Whether the same write may succeed at once: others have made the subject, or deleted the customer, at this moment. */
export function isMomentary({ status, message }: OpenMeterError): boolean {
  return (
    (status === 409 && message.includes("subject with key already exists")) ||
    (status === 412 && message.includes("customer is deleted"))
  );
}

/** A refused write, by what was taken, the subject keys that it added or its key, or with what to do about it. */
export function inConflict(
  error: OpenMeterError,
  body: CustomerBody,
  { added, id }: { readonly added: readonly string[]; readonly id?: RecordId },
): OpenMeterError {
  if (error.status === 400 && error.message.includes("cannot change subject keys")) {
    const next = "Declare the subject keys that it has as long as it has a subscription, in any order";
    return new OpenMeterError("refused", `${error.message}. ${next}`, error.status);
  }
  if (error.status !== 409) {
    return error;
  }
  const key = String(body.key);
  if (error.message.includes("overlaps with subject of another customer")) {
    return new TakenSubjectKeys(error, key, [key], id);
  }
  return error.message.includes("one or multiple subject keys of")
    ? new TakenSubjectKeys(error, key, added, id)
    : error;
}
