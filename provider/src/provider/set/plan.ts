/** What decides about a set: pure, and for each subject by the same functions as for a single one. */
import type { SubjectId, SubjectUpsert } from "../../openmeter/subject";
import { type Declaration, unknown } from "../declaration";
import { creation, handOver, update } from "../plan";
import type { Run } from "../run";
import type { SetDeclaration, SetOutputs, Subjects } from "./declaration";
import type { PreviewedSet } from "./inputs";
import { formatCount, namedKey } from "./named-keys";

/** What an update of a set has to do. */
export interface SetWork {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  /** Upserts of created and updated subjects. */
  readonly upserts: readonly SubjectUpsert[];
  /** Keys that are not in the set any more. */
  readonly removed: readonly string[];
}

/** Compares a set with the one before; `subjects` before are as they are live, as far as a refresh has shown. */
export function workOf(before: Subjects, now: Subjects): SetWork {
  const created: string[] = [];
  const updated: string[] = [];
  const upserts: SubjectUpsert[] = [];
  for (const [key, fields] of now) {
    const previous = before.get(key);
    const request = previous === undefined ? creation({ key, ...fields }) : update(previous, { key, ...fields });
    if (request === undefined) continue;
    upserts.push(request);
    (previous === undefined ? created : updated).push(key);
  }
  return { created, updated, upserts, removed: [...before.keys()].filter((key) => !now.has(key)) };
}

/**
 * Whether the engine has something to do: for subjects, or for options that the state keeps.
 *
 * @param work what the update has to do, `undefined` while the subjects are unknown
 */
export function setDiffers(before: SetOutputs, now: PreviewedSet, work: SetWork | undefined): boolean {
  if (work === undefined) return true;
  const { upserts, removed } = work;
  const options = before.onExisting !== now.onExisting || before.maxDeletions !== now.maxDeletions;
  const secrecy = before.secret !== now.secret || before.secretKeys !== now.secretKeys;
  return upserts.length > 0 || removed.length > 0 || options || secrecy;
}

/** What an update would have to do, as far as a preview can know. */
export function workOfPreview(before: SetOutputs, now: PreviewedSet): SetWork | undefined {
  return now.subjects === unknown ? undefined : workOf(before.subjects, now.subjects);
}

/** More subjects than these are counted and not named in a summary. */
const maxNamed = 10;

/**
 * `1 to update, 1 to delete of 10,000: -"customer-7", ~"customer-9" (displayName)`; `undefined` when there is nothing to say.
 * No values, which may be secret; the engine's own diff shows them. No keys where they are secret.
 *
 * @param isKept whether a subject that leaves the set is kept, since another resource of the program declares it
 */
export function summaryOf(
  work: SetWork,
  size: number,
  isKept: (key: string) => boolean,
  secretKeys = false,
): string | undefined {
  const { created, updated, upserts } = work;
  const deleted: string[] = [];
  const kept: string[] = [];
  for (const key of work.removed) (isKept(key) ? kept : deleted).push(key);
  const parts = [
    [created.length, "to create"],
    [updated.length, "to update"],
    [kept.length, "to hand over"],
    [deleted.length, "to delete"],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  if (said.length === 0) return undefined;
  const counts = `${said.join(", ")} of ${formatCount(size)}`;
  if (secretKeys) return counts;
  const fieldsOf = new Map(upserts.map(({ key, ...fields }) => [key, Object.keys(fields).join(", ")]));
  // Stryker disable next-line MethodExpression: each list is cut only to save time, since all of them together are cut below
  const some = (keys: readonly string[]) => keys.slice(0, maxNamed);
  const names = [
    ...some(deleted).map((key) => `-${namedKey(key)}`),
    ...some(kept).map((key) => `>${namedKey(key)}`),
    ...some(updated).map((key) => `~${namedKey(key)} (${fieldsOf.get(key)})`),
    ...some(created).map((key) => `+${namedKey(key)}`),
  ].slice(0, maxNamed);
  const more = created.length + updated.length + work.removed.length - names.length;
  const rest = more > 0 ? ` and ${formatCount(more)} more` : "";
  return `${counts}: ${names.join(", ")}${rest}`;
}

/** What becomes of subjects that leave: kept by another resource of the run, with fields to clear, or to be deleted. */
export interface Leaving {
  readonly kept: readonly string[];
  readonly clear: readonly SubjectUpsert[];
  readonly remove: ReadonlyMap<string, SubjectId>;
}

/** Decides for each key that leaves a set whether it is deleted or changes hands. */
export function leaving(keys: readonly string[], before: SetOutputs, run: Pick<Run, "successor">): Leaving {
  const kept: string[] = [];
  const clear: SubjectUpsert[] = [];
  const remove = new Map<string, SubjectId>();
  for (const key of keys) {
    const successor = run.successor(key);
    if (successor !== undefined) {
      kept.push(key);
      const request = handOver({ key, ...before.subjects.get(key) }, successor);
      if (request !== undefined) clear.push(request);
      continue;
    }
    const id = before.ids.get(key);
    // The ids of the state were read from answers of the server, where ids come from.
    if (id !== undefined) remove.set(key, id as SubjectId);
  }
  return { kept, clear, remove };
}

/** One subject of a set as the declaration that a single `Subject` would make. */
export function memberOf({ subjects, onExisting, secret }: SetDeclaration, key: string): Declaration {
  return {
    key,
    ...subjects.get(key),
    ...(onExisting !== undefined && { onExisting }),
    ...(secret && { secretFields: ["displayName", "metadata", "stripeCustomerId"] }),
  };
}
