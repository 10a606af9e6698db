/** Which subjects of an account a program is to declare, and what of them. Pure. */

import { checkObject } from "../core/check";
import type { Kind } from "../core/kind";
import type { Fields, LiveObject } from "../core/port";
import { jsonEqual, problemText } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import type { AdoptOptions } from "./options";

const kind: Kind = subjectKind;

/** A subject as a program will declare it. */
export interface AdoptedSubject {
  readonly key: string;
  readonly fields: Fields;
}

/** What of a subject no program can declare. */
export interface LeftOut {
  readonly key: string;
  /** Absent when the whole subject is left out. */
  readonly field?: string;
  readonly reason: string;
}

/** Whether a key is meant. A condition that is absent holds for all. */
export function isMeant(key: string, { prefix, match }: Partial<Pick<AdoptOptions, "prefix" | "match">>): boolean {
  return (prefix === undefined || key.startsWith(prefix)) && (match === undefined || match.test(key));
}

/**
 * The declarations of subjects, by key in sorted order. Fields without a value are not declared, so that they stay free for
 * others; nor is what this provider's check would refuse, which other writers may have stored.
 */
export function declarationsOf(
  subjects: readonly LiveObject[],
  fields: readonly string[],
): { readonly adopted: readonly AdoptedSubject[]; readonly leftOut: readonly LeftOut[] } {
  const adopted: AdoptedSubject[] = [];
  const leftOut: LeftOut[] = [];
  for (const live of [...subjects].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const { key } = live;
    const wanted = fields.flatMap((field) => {
      const value = live.fields[field];
      // Metadata is always there; empty, it is no value.
      const isEmpty = value === undefined || jsonEqual(value, kind.fields[field]?.empty);
      return isEmpty ? [] : [[field, value] as const];
    });
    const { problems } = checkObject(kind, { key, ...Object.fromEntries(wanted) });
    const ofKey = problems.find(({ path }) => path[0] === "key");
    if (ofKey !== undefined) {
      leftOut.push({ key, reason: problemText(ofKey) });
      continue;
    }
    for (const problem of problems) leftOut.push({ key, field: String(problem.path[0]), reason: problemText(problem) });
    const bad = new Set(problems.map(({ path }) => path[0]));
    adopted.push({ key, fields: Object.fromEntries(wanted.filter(([field]) => !bad.has(field))) });
  }
  return { adopted, leftOut };
}
