/** Where objects differ from what is declared, in words. Values of secret fields stay out of them. */
import { differencesIn, formatPath } from "../json";
import type { Declarer } from "./declaration";
import type { Mismatch } from "./plan";
import { firstFew, namedKey } from "./words";

/** More entries of a map than these are left out. */
const maxEntries = 20;

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
  const it = drifted.length === 1 ? "it" : "them";
  return `${who.label}: ${changes}. Left unchanged: this update does not touch ${it}. Run pulumi up --refresh to repair ${it} (fields in ignoreChanges stay as they are)`;
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
  return entries.slice(0, maxEntries).map(({ path, left, right }) => {
    return { path: formatPath(path), wanted: inMessage(left), stored: inMessage(right) };
  });
}
