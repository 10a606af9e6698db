import type { Refusal } from "../../openmeter/bulk";
import type { OpenMeterError } from "../../openmeter/errors";
import { quote } from "../../openmeter/text";
import { PartialFailure, SubjectFailure } from "../failure";
import type { SetDeclaration, SetOutputs } from "./declaration";
import { differingInWords, type Matching } from "./matching";
import { formatCount, namedKey, namedKeys } from "./named-keys";

/** More subjects than these are counted and not named in a message. */
const maxNamed = 20;

/** What of a set was not done, and why. */
export interface Undone {
  readonly refused: readonly { readonly key: string; readonly reason: string }[];
  readonly stoppedBy: OpenMeterError | undefined;
  readonly done: number;
  readonly total: number;
}

/** The reasons of a failed set, one for each subject that was refused. */
export function reasonsOf({ refused, stoppedBy, done, total }: Undone, secretKeys = false): string[] {
  const named = refused.slice(0, maxNamed).map(({ key, reason }) => `${namedKey(key, secretKeys)}: ${reason}`);
  if (refused.length > maxNamed) named.push(`${formatCount(refused.length - maxNamed)} more were refused`);
  if (stoppedBy !== undefined) {
    named.push(`stopped after ${formatCount(done)} of ${formatCount(total)}: ${stoppedBy.message}`);
  }
  return named;
}

/** A set of which a part could not be written. What was written belongs into the state. */
export function partlyDone(name: string, outputs: SetOutputs, undone: Undone): PartialFailure<SetOutputs> {
  const next = undone.refused.length > 0 ? "correct the rest and run pulumi up again" : "run pulumi up again";
  const done = `set ${quote(name)}: ${formatCount(undone.done)} of ${formatCount(undone.total)} changes were made, ${formatCount(undone.refused.length)} refused`;
  const named = reasonsOf(undone, outputs.secretKeys);
  // Not "what OpenMeter holds": the answer to a request that was carried out may have been lost.
  const reasons = [
    `${done}. The state holds all that is known to be stored; ${next}, which sends only the rest`,
    ...named,
  ];
  return new PartialFailure(
    reasons.join("; "),
    name,
    outputs,
    `${done}: ${named.join("; ")}. ${unkept(outputs)}`,
    reasons,
  );
}

/** What becomes of a set that is too large for the engine to take from a failed operation. */
function unkept({ onExisting }: SetOutputs): string {
  const adopt =
    onExisting === "fail" ? `. For that run set onExisting: "adopt": what was created now exists already` : "";
  return `The set is too large for the engine to take from a failed operation, so the state stays as it was, without these changes: a subject created now is not deleted by pulumi destroy before an up has succeeded. Correct what is wrong and run pulumi up --refresh, which continues from what is there${adopt}. Or divide the set`;
}

/** A set of which nothing could be written. */
export function notDone({ name, secretKeys }: SetDeclaration, what: string, undone: Undone): SubjectFailure {
  return new SubjectFailure(
    `set ${quote(name)} was not ${what}: ${reasonsOf(undone, secretKeys).join("; ")}. Run the command again: it continues from what is there`,
  );
}

/** The refusal to take over existing subjects. */
export function membersExist({ name, secretKeys }: SetDeclaration, keys: readonly string[]): SubjectFailure {
  const named =
    secretKeys === true
      ? `${formatCount(keys.length)} of its subjects (their keys are secret)`
      : namedKeys(keys, maxNamed);
  return new SubjectFailure(
    `set ${quote(name)}: ${named} exist in OpenMeter already, and onExisting is "fail"; nothing was sent. To take them over, set onExisting: "adopt" (or leave it out). If an earlier run was interrupted while it created the set, adopt them for one run`,
  );
}

/** The refusal to take over subjects that are not as declared. */
export function membersDiffer({ name, secretKeys }: SetDeclaration, differing: Matching["differing"]): SubjectFailure {
  return new SubjectFailure(
    `set ${quote(name)}: OpenMeter has ${formatCount(differing.length)} of its subjects otherwise than declared, and onExisting is "match"; nothing was sent: ${differingInWords(differing, secretKeys)}. Declare what is there, or set onExisting: "adopt" to have them as the program says`,
  );
}

/** Refusals of the API in words. */
export function inWords(refused: readonly Refusal[]): { key: string; reason: string }[] {
  return refused.map(({ key, error }) => ({ key, reason: error.message }));
}
