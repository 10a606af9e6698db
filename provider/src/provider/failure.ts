import { formatPath } from "../json";
import { OpenMeterError } from "../openmeter/errors";
import { cut, quote } from "../openmeter/text";
import { printable } from "../printable";
import type { SubjectOutputs } from "./declaration";
import type { Mismatch } from "./plan";

export type Operation = "create" | "read" | "update" | "delete";

/** An operation on a subject that failed. Its message says what happened, to which subject, what was kept, what to do next. */
export class SubjectFailure extends Error {
  override readonly name: string = "SubjectFailure";
}

/**
 * An operation that was applied, but not as declared, or only in part. The resource exists, and what is stored belongs into
 * the state.
 */
export class PartialFailure<Outputs> extends SubjectFailure {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Outputs,
    /** The whole message for where the outputs are too large to be handed over, so that the state stays as it was. */
    readonly unkept: string,
    /** What the engine shows; of the message it makes no use then. */
    readonly reasons: readonly string[] = [message],
  ) {
    super(message);
  }
}

/** An upsert that OpenMeter stored otherwise than it was sent. */
export function storedOtherwise(outputs: SubjectOutputs, reasons: readonly string[]): PartialFailure<SubjectOutputs> {
  const happened = `subject ${quote(outputs.key)} was stored, but not as declared: ${reasons.join("; ")}`;
  const next = "Declare the stored value, or find out what changes it (a hook, another writer?), and run pulumi up";
  return new PartialFailure(
    `${happened}. It stays in the state as it is stored. ${next} again`,
    outputs.key,
    outputs,
    `${happened}. It is too large for the engine to take from a failed operation, so the state stays as it was. ${next} --refresh`,
  );
}

const pastTense = { create: "created", read: "read", update: "updated", delete: "deleted" } as const;

/** Puts an error of the API client into the words of the operation that it ended. Other errors are bugs and stay as they are. */
export function describeFailure(
  operation: Operation,
  key: string,
  error: unknown,
  fields: readonly string[] = [],
): unknown {
  if (!(error instanceof OpenMeterError)) return error;
  const sent = fields.length > 0 ? ` (${fields.join(", ")})` : "";
  return new SubjectFailure(
    `subject ${quote(key)}${sent} was not ${pastTense[operation]}: ${error.message}. ${keptAndNext(operation, error)}`,
    { cause: error },
  );
}

/** The refusal to take over an existing subject. */
export function existsAlready(key: string): SubjectFailure {
  return new SubjectFailure(
    `subject ${quote(key)} exists in OpenMeter already, and onExisting is "fail"; it was left as it is. To take it over, set onExisting: "adopt" (or leave it out). If this resource was renamed, give it an alias of its old name. If an earlier run was interrupted while it created this subject, adopt it for one run`,
  );
}

/** The refusal to take over a subject that is not as declared. */
export function existsOtherwise(key: string, reasons: readonly string[]): SubjectFailure {
  return new SubjectFailure(
    `subject ${quote(key)} exists in OpenMeter, but not as declared, and onExisting is "match"; it was left as it is: ${reasons.join("; ")}. Declare what is there, or set onExisting: "adopt" to have it as the program says`,
  );
}

/** The answer to a look-up of a subject that is not there. */
export function notFound(key: string): SubjectFailure {
  return new SubjectFailure(
    `there is no subject ${quote(key)} in OpenMeter. Check the key and openmeter:baseUrl, or declare the subject with new Subject(…)`,
  );
}

/**
 * One mismatch in words. The value of a secret field stays out of it.
 *
 * @param showText how a text of the server may appear: without the secrets of other fields
 */
export function describeMismatch(
  { field, wanted, stored }: Mismatch,
  secretFields?: readonly string[],
  showText: (text: string) => string = (text) => cut(printable(text)),
): string {
  const show = (value: unknown): string => {
    if (value === undefined || value === null) return "nothing";
    return secretFields?.includes(field) ? "[secret]" : showText(JSON.stringify(value));
  };
  return `${formatPath([field])} is ${show(stored)} in OpenMeter and ${show(wanted)} in the program`;
}

function keptAndNext(operation: Operation, error: OpenMeterError): string {
  const { kind } = error;
  if (operation === "read") return afterFailedRead(error);
  if (operation === "delete") return "It stays in the state; run pulumi up again";
  if (kind === "contested") return "Find out what deletes it, and run pulumi up again";
  if (kind === "refused") return "Nothing of it was stored; correct it and run pulumi up again";
  // The state keeps what was there before, so only a refresh can tell an update that was applied after all.
  const again = operation === "update" ? "pulumi up --refresh" : "pulumi up again";
  return `Whether OpenMeter stored it is unknown; run ${again}: it continues from what is there`;
}

/**
 * What to do after a read that failed. A refresh goes before the program, with the configuration that the state has from the
 * last `up`: after a change of address or key it asks where it used to, and is refused.
 */
export function afterFailedRead({ kind, status }: OpenMeterError): string {
  const isElsewhere = kind !== "refused" || status === 401 || status === 403;
  const hint =
    ". If openmeter:baseUrl or openmeter:apiKey has changed since the last up: a refresh still uses the old one until you run pulumi up once without --refresh";
  return `The state stays as it is; run the command again${isElsewhere ? hint : ""}`;
}
