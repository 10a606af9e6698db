/** What a preview says of a set in one line. Pure. No values, which may be secret; the engine's own diff shows them. */
import type { Declarer } from "./declaration";
import { type Differing, differencesInWords, type ShowText } from "./failure";
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
  const total = counted({ "to create": created.length, "to update": changed.size, "to remove": removed.length }, size);
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

/** What `onExisting: "match"` finds of objects that are to be created. */
export interface Matching {
  /** How many are there as declared. */
  readonly matched: number;
  readonly differing: readonly Differing[];
  readonly missing: readonly string[];
}

/** What a create with `onExisting: "match"` is going to do: `4,999 to take over as they are (nothing is sent), 1 to create of 5,000`. */
export function foreseen(who: Declarer, matching: Matching, size: number, show: ShowText): string {
  const { matched, differing, missing } = matching;
  const unless = 'which onExisting "match" refuses, unless a resource of this stack has';
  if (!who.isSet) {
    if (differing.length > 0) {
      return `is not as declared in OpenMeter, ${unless} it: ${differencesInWords(who, differing, show)}`;
    }
    return matched > 0 ? "is to be taken over as it is, with nothing sent" : "is not in OpenMeter, and to be created";
  }
  const isNamed = missing.length > 0 && !who.secretKeys;
  const total = counted({ "to take over as they are (nothing is sent)": matched, "to create": missing.length }, size);
  const created = isNamed ? `: ${firstFew(missing, 5, (key) => `+${namedKey(key, false)}`)}` : "";
  const said = total === undefined ? [] : [total + created];
  if (differing.length > 0) {
    const differences = differencesInWords(who, differing, show);
    said.push(`${formatCount(differing.length)} not as declared in OpenMeter, ${unless} them: ${differences}`);
  }
  return said.join("; ");
}

/** `1 to create, 2 to remove of 10,000`; `undefined` when all counts are 0. */
function counted(counts: Readonly<Record<string, number>>, size: number): string | undefined {
  const said = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${formatCount(count)} ${what}`] : []));
  return said.length === 0 ? undefined : `${said.join(", ")} of ${formatCount(size)}`;
}
