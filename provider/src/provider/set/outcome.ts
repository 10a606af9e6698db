/** From what was written to what the state has to say: pure. */
import type { LiveSubject, SubjectUpsert } from "../../openmeter/subject";
import type { OwnedFields } from "../declaration";
import { describeMismatch } from "../failure";
import { type Mismatch, mismatches, ownedBy, withLive } from "../plan";
import type { SetDeclaration, SetOutputs } from "./declaration";
import { memberOf, type SetWork } from "./plan";

/** What is remembered of a subject that was written: its id, and more only where it is not stored as asked. */
export interface Written {
  readonly id: string;
  readonly otherwise?: { readonly mismatches: readonly Mismatch[]; readonly stored: LiveSubject };
}

/** Compares an answer with its request. */
export function written(request: SubjectUpsert, stored: LiveSubject): Written {
  const wrong = mismatches(request, stored);
  return { id: stored.id, ...(wrong.length > 0 && { otherwise: { mismatches: wrong, stored } }) };
}

/** The subjects of a set that are not stored as they were sent, in words. */
export function storedOtherwise(
  now: SetDeclaration,
  stored: ReadonlyMap<string, Written>,
): { key: string; reason: string }[] {
  return [...stored].flatMap(([key, { otherwise }]) =>
    (otherwise?.mismatches ?? []).map((mismatch) => ({
      key,
      reason: describeMismatch(mismatch, memberOf(now, key).secretFields),
    })),
  );
}

/**
 * The state after a create or update: what is declared where it was written or had not to be, what is stored where that is
 * something else, and what was there before where it could not be written or deleted.
 *
 * @param remaining subjects that left the set and could not be deleted
 */
export function outputsAfter(
  before: SetOutputs,
  now: SetDeclaration,
  work: SetWork,
  stored: ReadonlyMap<string, Written>,
  remaining: readonly string[],
): SetOutputs {
  const subjects = new Map<string, OwnedFields>();
  const ids = new Map<string, string>();
  const put = (key: string, fields: OwnedFields | undefined, id: string | undefined): void => {
    if (fields !== undefined) subjects.set(key, fields);
    if (id !== undefined) ids.set(key, id);
  };
  const sent = new Set(work.upserts.map(({ key }) => key));
  for (const [key, declared] of now.subjects) {
    const result = stored.get(key);
    if (result === undefined) put(key, sent.has(key) ? before.subjects.get(key) : declared, before.ids.get(key));
    else put(key, result.otherwise === undefined ? declared : storedFields(now, key, result.otherwise), result.id);
  }
  for (const key of remaining) put(key, before.subjects.get(key), before.ids.get(key));
  return { ...now, subjects, ids };
}

/** The owned fields of a subject of a set as they are live. */
export function liveFields(before: SetOutputs, key: string, live: LiveSubject): OwnedFields {
  const member = memberOf(before, key);
  return onlyFields(withLive(member, ownedBy(member), live));
}

function storedFields(
  now: SetDeclaration,
  key: string,
  { mismatches: wrong, stored }: NonNullable<Written["otherwise"]>,
): OwnedFields {
  const fields = wrong.map(({ field }) => field);
  return onlyFields(withLive(memberOf(now, key), fields, stored));
}

function onlyFields({ displayName, metadata, stripeCustomerId }: OwnedFields): OwnedFields {
  return {
    ...(displayName !== undefined && { displayName }),
    ...(metadata !== undefined && { metadata }),
    ...(stripeCustomerId !== undefined && { stripeCustomerId }),
  };
}
