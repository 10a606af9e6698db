/** Operations that failed, in words: what happened, to which object, what was kept, what to do next. */
import { concernsAll, OpenMeterError } from "../openmeter/errors";
import { advice, keptAfter, nextAfter, type Operation, pastTense } from "./advice";
import type { Declarer, State } from "./declaration";
import { type Differing, differencesInWords, type ShowText } from "./differences";
import type { RecordId } from "./port";
import { firstFew, formatCount, namedKey, namedKeys } from "./words";

/** A failure that others may share, so that its message need not be repeated whole. */
interface Shared {
  /** Equal for failures of one cause. */
  readonly cause: string;
  /** Who failed, where the cause does not say enough. */
  readonly label?: string;
  /** The message where it has been told whole of another one. */
  readonly inBrief: (first: string) => string;
}

/** An operation that failed. */
export class Failure extends Error {
  constructor(
    message: string,
    { cause, shared }: { readonly cause?: unknown; readonly shared?: Shared | undefined } = {},
  ) {
    super(message, { cause });
    this.shared = shared;
  }

  readonly shared: Shared | undefined;
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

/** What the message of a failed operation says besides. */
interface More {
  /** What was sent of a single object: ` (displayName, metadata)`. */
  readonly sent?: string;
  /** Which objects of a set it is about, if not all: `subjects that left it`. */
  readonly which?: string | undefined;
  /** What was kept and what to do next, where that does not follow from operation and error. */
  readonly kept?: string | undefined;
  readonly next?: string;
  /** How objects are named. */
  readonly nameOf?: (key: string) => string;
}

/** An operation of which nothing was done. */
export function notDone(who: Declarer, operation: Operation, unfinished: Unfinished, more: More = {}): Failure {
  const cause = (unfinished.refused[0]?.error ?? unfinished.stoppedBy) as OpenMeterError; // else something would have been done
  const { sent = "", which, kept = keptAfter(operation, cause), next = nextAfter(operation, cause) } = more;
  const reasons = reasonsOf(who, unfinished, more.nameOf).join("; ");
  const happened = (what: string) =>
    `${what}${which === undefined ? " was" : `: ${which} were`} not ${pastTense[operation]}`;
  const message = `${happened(who.label + sent)}: ${reasons}. ${advice(kept, next)}`;
  const inBrief = (first: string): string => {
    return `${happened(who.label)}, for the same reason as ${first}: ${cause.brief}${kept === "" ? "" : `. ${kept}`}`;
  };
  const common = sharedCause(who, unfinished);
  const shared = common === undefined ? undefined : { cause: `${operation} ${common}`, label: who.label, inBrief };
  return new Failure(message, { cause, shared });
}

/**
 * By what two failures are known to have one cause: what keeps all requests from success, in its few words, or all that was said of
 * a single object. `undefined` where it is not told briefly.
 */
function sharedCause({ isSet }: Declarer, { refused, stoppedBy }: Unfinished): string | undefined {
  if (refused.length === 0 && stoppedBy !== undefined && concernsAll(stoppedBy)) {
    return stoppedBy.brief;
  }
  const cause = isSet ? undefined : (refused[0]?.error ?? stoppedBy);
  return cause?.kind === "unavailable" ? cause.said : undefined;
}

/** An operation of which a part was done, or not as declared. What was written is in the state. */
export function partlyDone(state: State, unfinished: Unfinished): PartialFailure {
  const reasons = reasonsOf(state, unfinished);
  if (!state.isSet) {
    const happened = `${state.label} was stored, but not as declared: ${reasons.join("; ")}`;
    const isRefused = unfinished.stoppedBy !== undefined || unfinished.refused.some(({ error }) => error !== undefined);
    const next = isRefused
      ? "Correct this, and run pulumi up"
      : "Declare the stored value, or find out what changes it (a hook? another writer?), and run pulumi up";
    return new PartialFailure(state, {
      reasons: [`${happened}. The state has the stored value. ${next} again`],
      withoutState: `${happened}. It is too large for the engine to accept from a failed operation, so the state stays as it was. ${next} --refresh`,
    });
  }
  const { done, total, refused } = unfinished;
  const failed = new Set(refused.map(({ key }) => key)).size;
  const made = `${formatCount(done)} of ${formatCount(total)} changes were made`;
  const happened = `${state.label}: ${made}${failed > 0 ? `, ${formatCount(failed)} failed` : ""}`;
  const next = refused.length > 0 ? "correct the rest and run pulumi up again" : "run pulumi up again";
  const hint = `. For that run, set onExisting: "adopt", because what this run created exists already`;
  const adopt = state.options.onExisting === "fail" ? hint : "";
  return new PartialFailure(state, {
    // Not "what OpenMeter holds": the answer to a request that was carried out may have been lost.
    reasons: [
      `${happened}. The state holds everything that is known to be stored; ${next}, which sends only the rest`,
      ...reasons,
    ],
    withoutState: `${happened}: ${reasons.join("; ")}. The set is too large for the engine to accept from a failed operation, so the state stays as it was, without these changes: pulumi destroy does not delete what this run created until an up has succeeded. Correct what is wrong and run pulumi up --refresh, which continues from what is there${adopt}. Or split the set`,
  });
}

/** Records that were not deleted: each by key and id, or the first few of those that a failure of the server has left. */
export function notDeleted(
  who: Declarer,
  operation: "delete" | "destroy",
  { ids, which }: { readonly ids: ReadonlyMap<string, RecordId>; readonly which?: string | undefined },
  unfinished: Unfinished,
): Failure {
  const nameOf = (key: string) => {
    const id = who.secretKeys ? undefined : ids.get(key);
    return namedKey(key, who.secretKeys) + (id === undefined ? "" : ` (id ${id})`);
  };
  const { stoppedBy } = unfinished;
  const named = who.isSet && stoppedBy !== undefined ? `Not deleted: ${firstFew([...ids.keys()], 5, nameOf)}. ` : "";
  const kept = named === "" && which === undefined ? undefined : `${named}They stay in the state`;
  return notDone(who, operation, unfinished, { which, kept, nameOf });
}

/** The refusal to take over objects that exist. */
export function existAlready(who: Declarer, objects: readonly Differing[]): Failure {
  const it = objects.length > 1 ? "them" : "it";
  return notTakenOver(who, objects, {
    happened: ` already, and onExisting is "fail"; nothing was sent`,
    next: `To take ${it} over, set onExisting: "adopt" (or leave it out). If this resource was renamed, give it an alias with its old name. If an earlier run was interrupted while creating ${it}, or if this is a forced replacement (--replace, taint), use "adopt" for one run`,
  });
}

/** The refusal to take over objects that are not as declared. */
export function existOtherwise(who: Declarer, differing: readonly Differing[], show: ShowText): Failure {
  return notTakenOver(who, differing, {
    happened: `, but not as declared, and onExisting is "match"; nothing was sent: ${differencesInWords(who, differing, show)}`,
    next: `Declare what is there, or set onExisting: "adopt" to apply what the program declares`,
  });
}

/** Told whole once for each `onExisting`, whose advice is `next`. */
function notTakenOver(
  { label, isSet, secretKeys }: Declarer,
  objects: readonly Differing[],
  { happened, next }: { readonly happened: string; readonly next: string },
): Failure {
  const keys = objects.map(({ key }) => key);
  const which = isSet ? `: ${namedKeys(keys, maxNamed, secretKeys)}` : "";
  const verb = keys.length > 1 ? "exist" : "exists";
  const all = `${label}${which} ${verb} in OpenMeter${happened}`;
  const inBrief = (first: string) => `${all}. For what to do, see ${first}`;
  return new Failure(`${all}. ${next}`, { shared: { cause: next, label, inBrief } });
}

/** The answer to a look-up of an object that is not there. */
export function notFound(kind: string, key: string, addressName: string): Failure {
  const next = `Check the key and ${addressName}, or declare the ${kind}`;
  return new Failure(`there is no ${kind} ${namedKey(key, false)} in OpenMeter. ${next}`);
}

/** Why objects were not done. What several have in common is said once. */
function reasonsOf(
  { isSet, secretKeys }: Declarer,
  { refused, stoppedBy, done, total }: Unfinished,
  nameOf = (key: string) => namedKey(key, secretKeys),
): string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { key, reason } of refused) {
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(key));
  }
  const named = [...byReason].slice(0, maxNamed).map(([reason, keys]) => {
    const which = secretKeys && keys.size > 1 ? namedKeys([...keys], 0, true) : firstFew([...keys], maxNamed, nameOf);
    return isSet ? `${which}: ${reason}` : reason;
  });
  const rest = [...byReason].slice(maxNamed).reduce((count, [, keys]) => count + keys.size, 0);
  if (rest > 0) {
    named.push(`${formatCount(rest)} more failed`);
  }
  if (stoppedBy !== undefined) {
    const where = isSet && total > 0 ? `stopped after ${formatCount(done)} of ${formatCount(total)}: ` : "";
    named.push(where + stoppedBy.message);
  }
  return named;
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
    const isOwn = operation === "read" || operation === "look";
    throw notDone(
      who,
      operation,
      unfinished,
      isOwn ? {} : { kept: "Nothing was changed", next: "run pulumi up again" },
    );
  }
}
