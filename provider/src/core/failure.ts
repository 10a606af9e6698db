/** Operations that failed, in words: what happened, to which object, what was kept, what to do next. */
import { differencesIn, formatPath } from "../json";
import { OpenMeterError } from "../openmeter/errors";
import type { Declarer, State } from "./declaration";
import type { Mismatch } from "./plan";
import type { RecordId } from "./port";
import { firstFew, formatCount, namedKey, namedKeys } from "./words";

/** An operation that failed. */
export class Failure extends Error {
  override readonly name: string = "Failure";
}

/** An operation that was carried out, but not as declared, or only in part. What is stored belongs into the state. */
export class PartialFailure extends Failure {
  constructor(
    readonly state: State,
    readonly words: {
      /** What the engine shows, one by one. */
      readonly reasons: readonly string[];
      /** The whole message for where the state is too large to be handed over, so that it stays as it was. */
      readonly withoutState: string;
    },
  ) {
    super(words.reasons.join("; "));
  }
}

const pastTense = { create: "created", read: "read", update: "updated", delete: "deleted" } as const;
export type Operation = keyof typeof pastTense;

/** More objects than these are counted and not named. */
const maxNamed = 20;

/** What was not done, and why. */
export interface Unfinished {
  readonly refused: readonly { readonly key: string; readonly reason: string; readonly error?: OpenMeterError }[];
  readonly stoppedBy?: OpenMeterError | undefined;
  readonly done: number;
  readonly total: number;
}

export function isUnfinished({ refused, stoppedBy }: Unfinished): boolean {
  return refused.length > 0 || stoppedBy !== undefined;
}

/** An operation of which nothing was done. */
export function notDone(who: Declarer, operation: Operation, unfinished: Unfinished, next?: string): Failure {
  const cause = unfinished.refused[0]?.error ?? unfinished.stoppedBy;
  const happened = `${who.label} was not ${pastTense[operation]}: ${reasonsOf(who, unfinished).join("; ")}`;
  return new Failure(`${happened}. ${next ?? afterFailure(operation, cause)}`, { cause });
}

/** An operation of which a part was done, or not as declared. What was written is in the state. */
export function partlyDone(state: State, unfinished: Unfinished): PartialFailure {
  const reasons = reasonsOf(state, unfinished);
  if (!state.isSet) {
    const happened = `${state.label} was stored, but not as declared: ${reasons.join("; ")}`;
    const next = "Declare the stored value, or find out what changes it (a hook, another writer?), and run pulumi up";
    return new PartialFailure(state, {
      reasons: [`${happened}. It stays in the state as it is stored. ${next} again`],
      withoutState: `${happened}. It is too large for the engine to take from a failed operation, so the state stays as it was. ${next} --refresh`,
    });
  }
  const { done, total, refused } = unfinished;
  const happened = `${state.label}: ${formatCount(done)} of ${formatCount(total)} changes were made, ${formatCount(new Set(refused.map(({ key }) => key)).size)} refused`;
  const next = refused.length > 0 ? "correct the rest and run pulumi up again" : "run pulumi up again";
  const hint = `. For that run set onExisting: "adopt": what was created now exists already`;
  const adopt = state.options.onExisting === "fail" ? hint : "";
  return new PartialFailure(state, {
    // Not "what OpenMeter holds": the answer to a request that was carried out may have been lost.
    reasons: [
      `${happened}. The state holds all that is known to be stored; ${next}, which sends only the rest`,
      ...reasons,
    ],
    withoutState: `${happened}: ${reasons.join("; ")}. The set is too large for the engine to take from a failed operation, so the state stays as it was, without these changes: what was created now is not deleted by pulumi destroy before an up has succeeded. Correct what is wrong and run pulumi up --refresh, which continues from what is there${adopt}. Or divide the set`,
  });
}

/** Records that were not deleted: each by key and id, or the first few of those that a failure of the server has left. */
export function notDeleted(who: Declarer, left: ReadonlyMap<string, RecordId>, unfinished: Unfinished): Failure {
  const id = (key: string) => (who.secretKeys || !left.has(key) ? "" : ` (id ${left.get(key)})`);
  const refused = unfinished.refused.map((one) => ({ ...one, reason: one.reason + id(one.key) }));
  const named = firstFew([...left.keys()], 5, (key) => namedKey(key, who.secretKeys) + id(key));
  const next =
    unfinished.stoppedBy === undefined
      ? undefined
      : `Not deleted: ${named}. They stay in the state; run pulumi up again`;
  return notDone(who, "delete", { ...unfinished, refused }, who.isSet ? next : undefined);
}

/** The refusal to take over objects that exist. */
export function existAlready(who: Declarer, objects: readonly Differing[]): Failure {
  const { pronoun, verb, which } = existing(who, objects);
  return new Failure(
    `${who.label}${which} ${verb} in OpenMeter already, and onExisting is "fail"; nothing was sent. To take ${pronoun} over, set onExisting: "adopt" (or leave it out). If this resource was renamed, give it an alias of its old name. If an earlier run was interrupted while it created ${pronoun}, adopt ${pronoun} for one run`,
  );
}

/** The refusal to take over objects that are not as declared. */
export function existOtherwise(who: Declarer, differing: readonly Differing[], show: ShowText): Failure {
  const { verb, which } = existing(who, differing);
  return new Failure(
    `${who.label}${which} ${verb} in OpenMeter, but not as declared, and onExisting is "match"; nothing was sent: ${differencesInWords(who, differing, show)}. Declare what is there, or set onExisting: "adopt" to apply what the program declares`,
  );
}

/** The answer to a look-up of an object that is not there. */
export function notFound(kind: string, key: string): Failure {
  const next = `Check the key and openmeter:baseUrl, or declare the ${kind}`;
  return new Failure(`there is no ${kind} ${namedKey(key, false)} in OpenMeter. ${next}`);
}

/** An object that is not as declared, with the fields that differ. */
export interface Differing {
  readonly key: string;
  readonly fields: readonly Mismatch[];
}

/** How a text of the server may appear in a message. */
export type ShowText = (text: string) => string;

/** Where objects differ from what is declared: for a single one with the values, for several by the names of fields. */
export function differencesInWords(who: Declarer, differing: readonly Differing[], show: ShowText): string {
  if (!who.isSet) {
    return differing.flatMap(({ fields }) => fields.map((one) => describeMismatch(who, one, show))).join("; ");
  }
  return firstFew(differing, 5, ({ key, fields }) => {
    return `${namedKey(key, who.secretKeys)} (${fields.map(({ field }) => field).join(", ")})`;
  });
}

/** One mismatch in words, entry by entry of a map. The value of a secret field stays out of it. */
export function describeMismatch(who: Declarer, mismatch: Mismatch, show: ShowText): string {
  return entriesOf(who, mismatch, show)
    .map(({ path, wanted, stored }) => `${path} is ${stored} in OpenMeter and ${wanted} in the program`)
    .join("; ");
}

/** Drift that an update has met, in words. What it was is the state's: the program may say something else and ignore it. */
export function driftInWords(who: Declarer, drifted: readonly Differing[], show: ShowText): string {
  const changes = who.isSet
    ? `${differencesInWords(who, drifted, show)} changed in OpenMeter since the last run`
    : drifted
        .flatMap(({ fields }) => fields.flatMap((mismatch) => entriesOf(who, mismatch, show)))
        .map(({ path, wanted, stored }) => `${path} changed in OpenMeter from ${wanted} to ${stored}`)
        .join("; ");
  return `${who.label}: ${changes}. Left unchanged: this update does not touch it. pulumi up --refresh repairs it, unless the program ignores changes of it`;
}

/** Where a mismatch lies, with its values as they may be shown. */
function entriesOf({ secretFields }: Declarer, { field, wanted, stored }: Mismatch, show: ShowText) {
  const isSecret = secretFields.includes(field);
  const inMessage = (value: unknown): string => {
    if (value === undefined || value === null) {
      return "nothing";
    }
    return isSecret ? "[secret]" : show(JSON.stringify(value));
  };
  const entries = isSecret ? [{ path: [field], left: wanted, right: stored }] : differencesIn([field], wanted, stored);
  return entries.slice(0, maxNamed).map(({ path, left, right }) => {
    return { path: formatPath(path), wanted: inMessage(left), stored: inMessage(right) };
  });
}

function reasonsOf({ isSet, secretKeys }: Declarer, { refused, stoppedBy, done, total }: Unfinished): string[] {
  const named = refused
    .slice(0, maxNamed)
    .map(({ key, reason }) => (isSet ? `${namedKey(key, secretKeys)}: ${reason}` : reason));
  if (refused.length > maxNamed) {
    named.push(`${formatCount(refused.length - maxNamed)} more were refused`);
  }
  if (stoppedBy !== undefined) {
    const where = isSet && total > 0 ? `stopped after ${formatCount(done)} of ${formatCount(total)}: ` : "";
    named.push(where + stoppedBy.message);
  }
  return named;
}

function existing({ isSet, secretKeys }: Declarer, objects: readonly Differing[]) {
  const keys = objects.map(({ key }) => key);
  const which = isSet ? `: ${namedKeys(keys, maxNamed, secretKeys)}` : "";
  return { which, pronoun: isSet ? "them" : "it", verb: isSet ? "exist" : "exists" };
}

function afterFailure(operation: Operation, error: OpenMeterError | undefined): string {
  if (operation === "read") {
    return error === undefined ? "The state stays as it is" : afterFailedRead(error);
  }
  if (operation === "delete") {
    return "It stays in the state; run pulumi up again";
  }
  if (error?.kind === "contested") {
    return "Find out what deletes it, and run pulumi up again";
  }
  if (error?.kind === "refused") {
    return "Nothing of it was stored; correct it and run pulumi up again";
  }
  // The state keeps what was there before, so only a refresh can tell an update that was applied after all.
  const again = operation === "update" ? "pulumi up --refresh" : "pulumi up again";
  return `Whether OpenMeter stored it is unknown; run ${again}: it continues from what is there`;
}

/**
 * What to do after a read that failed. A refresh goes before the program, with the configuration that the state has from the
 * last `up`: after a change of address or key it asks where it used to, and is refused.
 */
function afterFailedRead({ kind, status }: OpenMeterError): string {
  const mayBeElsewhere = kind !== "refused" || status === 401 || status === 403;
  const hint =
    ". If openmeter:baseUrl or openmeter:apiKey has changed since the last up: a refresh still uses the old one until you run pulumi up once without --refresh";
  return `The state stays as it is; run the command again${mayBeElsewhere ? hint : ""}`;
}

/** Puts errors of a read into the words of the operation that they ended. Other errors are bugs and stay as they are. */
export async function readInWords<T>(who: Declarer, operation: Operation, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OpenMeterError)) {
      throw error;
    }
    const unfinished = { refused: [], stoppedBy: error, done: 0, total: 0 };
    const next = "Nothing was sent, and the state stays as it is; run pulumi up again";
    throw notDone(who, operation, unfinished, operation === "read" ? undefined : next);
  }
}
