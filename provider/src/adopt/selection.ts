/** Which subjects of an account a program is to declare, and what of them. Pure. */

import { checkObject } from "../core/check";
import type { Kind } from "../core/kind";
import type { Fields, LiveObject } from "../core/port";
import { jsonEqual, type Problem, problemText } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import { quoted } from "../printable";
import type { AdoptOptions } from "./options";

const kind: Kind = subjectKind;

/** A subject as a program will declare it. */
export interface AdoptedSubject {
  readonly key: string;
  readonly fields: Fields;
}

/** Whether a key is meant. */
export function isMeant(key: string, { prefix, match }: Pick<AdoptOptions, "prefix" | "match">): boolean {
  return key.startsWith(prefix) && match.test(key);
}

/**
 * The declarations of subjects, by key in sorted order. Fields without a value are not declared, so that they stay free for
 * others; nor is what this provider's check would refuse, which other writers may have stored.
 *
 * @returns declarations, and in words what is left out of them
 */
export function declarationsOf(
  subjects: readonly LiveObject[],
  fields: readonly string[],
): { readonly adopted: readonly AdoptedSubject[]; readonly leftOut: readonly string[] } {
  const adopted: AdoptedSubject[] = [];
  const leftOut: string[] = [];
  const leaveOut = (key: string, what: unknown, problem: Problem): void => {
    leftOut.push(`${quoted(key)}: ${what} is left out, since a program can't declare it: ${problemText(problem)}`);
  };
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
      leaveOut(key, "the subject", ofKey);
      continue;
    }
    for (const problem of problems) leaveOut(key, problem.path[0], problem);
    const bad = new Set(problems.map(({ path }) => path[0]));
    adopted.push({ key, fields: Object.fromEntries(wanted.filter(([field]) => !bad.has(field))) });
  }
  return { adopted, leftOut };
}
