/** Which objects of an account a program is to declare, and what of them. Pure. */
import { checkObject } from "../core/check";
import { claimedKeys } from "../core/claims";
import type { Kind } from "../core/kind";
import type { Fields, LiveObject } from "../core/port";
import { jsonEqual, type Problem, problemText } from "../json";
import { quoted } from "../printable";
import type { AdoptOptions } from "./options";

/** An object as a program will declare it. */
export interface Adopted {
  readonly key: string;
  readonly fields: Fields;
}

/** What a program declares, and in words what is left out of it. */
export interface Declarations {
  readonly adopted: readonly Adopted[];
  readonly leftOut: readonly string[];
}

/** Whether a key is meant. */
export function isMeant(key: string, { prefix, match }: Pick<AdoptOptions, "prefix" | "match">): boolean {
  return key.startsWith(prefix) && match.test(key);
}

/** Objects in the order in which they are declared and listed. */
export function byKey<T extends { readonly key: string }>(objects: readonly T[]): T[] {
  return [...objects].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * The declarations of objects, by key in sorted order. Fields without a value are not declared, so that they stay free for
 * others; nor is what this provider's check would refuse, which other writers may have stored.
 */
export function declarationsOf(kind: Kind, objects: readonly LiveObject[], fields: readonly string[]): Declarations {
  const adopted: Adopted[] = [];
  const leftOut: string[] = [];
  const leaveOut = (key: string, what: unknown, problem: Problem): void => {
    leftOut.push(`${quoted(key)}: ${what} is left out, since a program can't declare it: ${problemText(problem)}`);
  };
  for (const live of byKey(objects)) {
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
      leaveOut(key, `the ${kind.name}`, ofKey);
      continue;
    }
    for (const problem of problems) leaveOut(key, problem.path[0], problem);
    const bad = new Set(problems.map(({ path }) => path[0]));
    adopted.push({ key, fields: Object.fromEntries(wanted.filter(([field]) => !bad.has(field))) });
  }
  const { adopted: agreeing, leftOut: disputed } = withoutDisputes(kind, adopted);
  return { adopted: agreeing, leftOut: [...leftOut, ...disputed] };
}

/**
 * Declares no key of another kind that is attributed to two objects. OpenMeter lets a customer name the key of another one as
 * a subject key, and a program is refused for it. An object's own key counts first.
 */
function withoutDisputes(kind: Kind, all: readonly Adopted[]): Declarations {
  const { attribution } = kind;
  if (attribution === undefined) {
    return { adopted: all, leftOut: [] };
  }
  const { field } = attribution;
  const owners = new Map(all.map(({ key }) => [key, key]));
  const leftOut: string[] = [];
  const adopted = all.map(({ key, fields }): Adopted => {
    const attributed = claimedKeys(kind, key, fields).filter(({ space }) => space !== kind.name);
    const taken = attributed.find((one) => (owners.get(one.key) ?? key) !== key);
    if (taken === undefined) {
      for (const one of attributed) owners.set(one.key, key);
      return { key, fields };
    }
    const { [field]: _disputed, ...rest } = fields;
    const why = `${quoted(taken.key)} belongs to ${kind.name} ${quoted(owners.get(taken.key))}, too`;
    leftOut.push(`${quoted(key)}: ${field} is left out, since a program can't declare it: ${why}`);
    return { key, fields: rest };
  });
  return { adopted, leftOut };
}
