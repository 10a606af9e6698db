/** What a preview says in one line. Pure. No values, which may be secret; the engine's own diff shows them. */
import type { Declarer } from "./declaration";
import { type Differing, differencesInWords, type ShowText } from "./differences";
import type { Work } from "./plan";
import { firstFew, formatCount, namedKey } from "./words";

/** More objects than these are counted and not named. */
const maxNamed = 10;

/**
 * `1 to update, 1 to remove of 10,000: -"customer-7", ~"customer-9" (displayName)`; `undefined` when there is nothing to say.
 * What is removed is deleted at the end of the run, unless another resource declares it.
 *
 * @param size how many objects the set is going to have
 */
export function summaryOf({ created, changed, removed }: Work, size: number, secretKeys: boolean): string | undefined {
  const counts = { "to create": created.length, "to update": changed.size, "to remove": removed.length };
  // An empty set has not lost more than it had.
  const total = counted(counts, Math.max(size, size + removed.length - created.length));
  if (secretKeys || total === undefined) {
    return total;
  }
  const names = [
    ...removed.map((key) => ["-", key, ""] as const),
    ...[...changed].map(([key, fields]) => ["~", key, ` (${fields.join(", ")})`] as const),
    ...created.map((key) => ["+", key, ""] as const),
  ];
  return `${total}: ${firstFew(names, maxNamed, ([sign, key, fields]) => `${sign}${namedKey(key, false)}${fields}`)}`;
}

/** `1 to remove, left over from an earlier run: -"customer-7"`: what a set has lost in a run that failed before it could delete it. */
export function leftOverOf(keys: readonly string[], secretKeys: boolean): string {
  const said = `${formatCount(keys.length)} to remove, left over from an earlier run`;
  return secretKeys ? said : `${said}: ${firstFew(keys, maxNamed, (key) => `-${namedKey(key, false)}`)}`;
}

/** What is there of objects that are to be created. */
export interface Existing {
  /** How many are there as declared. */
  readonly matched: number;
  readonly differing: readonly Differing[];
  readonly missing: readonly string[];
}

/** What a preview says of a create: what is going to be done, and why it is going to fail. */
export interface Foreseen {
  readonly said?: string;
  readonly warning?: string;
}

function willFail(count: number): string {
  return `pulumi up will fail, unless another resource of this stack manages ${count === 1 ? "it" : "them"}`;
}

/** What a create with `onExisting: "match"` is going to do: `4,999 to take over as they are (nothing is sent), 1 to create of 5,000`. */
export function foreseenMatch(who: Declarer, existing: Existing, size: number, show: ShowText): Foreseen {
  const { matched, differing, missing } = existing;
  const differences = differencesInWords(who, differing, show);
  if (!who.isSet) {
    const said =
      matched > 0 ? "will be taken over as it is; nothing is sent" : "is not in OpenMeter and will be created";
    return differing.length === 0
      ? { said }
      : { warning: `differs from what is declared, which onExisting "match" refuses: ${differences}. ${willFail(1)}` };
  }
  const isNamed = missing.length > 0 && !who.secretKeys;
  const total = counted({ "to take over as they are (nothing is sent)": matched, "to create": missing.length }, size);
  const created = isNamed ? `: ${firstFew(missing, 5, (key) => `+${namedKey(key, false)}`)}` : "";
  return {
    ...(total !== undefined && { said: total + created }),
    ...(differing.length > 0 && {
      warning: `${differingCount(differing.length)} from what is declared, which onExisting "match" refuses: ${differences}. ${willFail(differing.length)}`,
    }),
  };
}

/** Why a create with `onExisting: "fail"` is going to fail: these objects are there. */
export function foreseenFail(who: Declarer, found: readonly string[]): Foreseen {
  if (found.length === 0) {
    return {};
  }
  const refuses = 'in OpenMeter already, which onExisting "fail" refuses';
  if (!who.isSet) {
    return { warning: `exists ${refuses}. ${willFail(1)}` };
  }
  const which = who.secretKeys ? "" : `: ${firstFew(found, 5, (key) => namedKey(key, false))}`;
  return {
    warning: `${formatCount(found.length)} ${found.length === 1 ? "exists" : "exist"} ${refuses}${which}. ${willFail(found.length)}`,
  };
}

function differingCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "differs" : "differ"}`;
}

/** `1 to create, 2 to remove of 10,000`; `undefined` when all counts are 0. */
function counted(counts: Readonly<Record<string, number>>, size: number): string | undefined {
  const said = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${formatCount(count)} ${what}`] : []));
  return said.length === 0 ? undefined : `${said.join(", ")} of ${formatCount(size)}`;
}
