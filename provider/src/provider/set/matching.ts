/** What `onExisting: "match"` makes of a set: which subjects are there as declared, so that nothing is sent for them. Pure. */
import type { LiveSubject } from "../../openmeter/subject";
import type { OwnableField } from "../declaration";
import { creation, mismatches } from "../plan";
import type { SetDeclaration, Subjects } from "./declaration";
import { firstFew, formatCount, namedKey } from "./named-keys";
import { memberOf } from "./plan";

/** A subject that is there: its record, and the declared fields that differ from it. */
export interface Compared {
  readonly id: string;
  readonly fields: readonly OwnableField[];
}

/** Subjects that are new to a set, by what OpenMeter has of them. */
export interface Matching {
  /** There as declared, with the record's id. */
  readonly matched: ReadonlyMap<string, string>;
  /** There, but not as declared. */
  readonly differing: readonly (Compared & { readonly key: string })[];
  readonly missing: readonly string[];
}

/** Compares a subject of a set with what is there. */
export function compared(now: SetDeclaration, live: LiveSubject): Compared {
  const fields = mismatches(creation(memberOf(now, live.key)), live).map(({ field }) => field);
  return { id: live.id, fields };
}

/** Sorts subjects that are new to a set by what was found of them. */
export function matchingOf(created: readonly string[], existing: ReadonlyMap<string, Compared>): Matching {
  const matched = new Map<string, string>();
  const differing: (Compared & { key: string })[] = [];
  const missing: string[] = [];
  for (const key of created) {
    const found = existing.get(key);
    if (found === undefined) missing.push(key);
    else if (found.fields.length === 0) matched.set(key, found.id);
    else differing.push({ key, ...found });
  }
  return { matched, differing, missing };
}

/** The keys of a set that were not in it before. */
export function newKeys(subjects: Subjects, before: ReadonlySet<string> | undefined): string[] {
  return [...subjects.keys()].filter((key) => before?.has(key) !== true);
}

/** More subjects than these are counted and not named. */
const maxNamed = 5;

/**
 * What a create or update is going to do, for the preview: `4,999 to take over as they are (nothing is sent), 1 to create of
 * 5,000: +"customer-7"`. No values, which may be secret.
 */
export function foreseen({ matched, differing, missing }: Matching, size: number, secretKeys = false): string {
  const done = [
    ...(matched.size > 0 ? [`${formatCount(matched.size)} to take over as they are (nothing is sent)`] : []),
    ...(missing.length > 0 ? [`${formatCount(missing.length)} to create`] : []),
  ].join(", ");
  const created =
    missing.length > 0 && !secretKeys ? `: ${firstFew(missing, maxNamed, (key) => `+${namedKey(key)}`)}` : "";
  const refused = `${formatCount(differing.length)} not as declared in OpenMeter, which onExisting "match" refuses, unless a resource of this stack has them: ${differingInWords(differing, secretKeys)}`;
  return [
    ...(done === "" ? [] : [`${done} of ${formatCount(size)}${created}`]),
    ...(differing.length > 0 ? [refused] : []),
  ].join("; ");
}

/** The subjects that keep a set from being taken over, in words. */
export function differingInWords(differing: Matching["differing"], secretKeys = false): string {
  return firstFew(differing, maxNamed, ({ key, fields }) => `${namedKey(key, secretKeys)} (${fields.join(", ")})`);
}
