/** From what was written to what the state has to say: pure. */
import { jsonEqual } from "../../json";
import type { LiveSubject, SubjectUpsert } from "../../openmeter/subject";
import { printable } from "../../printable";
import { type Declaration, type OwnableField, type OwnedFields, ownableFields } from "../declaration";
import { describeMismatch } from "../failure";
import { type Mismatch, mismatches, ownedBy, pick, unseenDrift, withLive } from "../plan";
import type { SetDeclaration, SetOutputs } from "./declaration";
import { firstFew, namedKey } from "./named-keys";
import { memberOf, type SetWork } from "./plan";

/** More drifted subjects than these are counted and not named. */
const maxDriftNamed = 5;

/** What is remembered of a subject that was written: its id, and more only where it is not as the program has it. */
export interface Written {
  readonly id: string;
  readonly otherwise?: { readonly mismatches: readonly Mismatch[]; readonly stored: LiveSubject };
  /** Owned fields that the request was not about, and that somebody else has changed. */
  readonly drifted?: readonly OwnableField[];
}

/** Compares an answer with its request, and with all that is declared where the request is only about a part. */
export function written(request: SubjectUpsert, stored: LiveSubject, declared?: Declaration): Written {
  const wrong = mismatches(request, stored);
  const drifted = declared && unseenDrift(request, declared, stored).map(({ field }) => field);
  return {
    id: stored.id,
    ...(wrong.length > 0 && { otherwise: { mismatches: wrong, stored } }),
    ...(drifted !== undefined && drifted.length > 0 && { drifted }),
  };
}

/** Drift that an update has met and left alone, in words; `undefined` when there is none. No values, which may be secret. */
export function driftMessage(
  { name, secretKeys }: SetDeclaration,
  stored: ReadonlyMap<string, Written>,
): string | undefined {
  const found = [...stored].flatMap(([key, { drifted }]) =>
    drifted === undefined ? [] : [`${namedKey(key, secretKeys)} (${drifted.join(", ")})`],
  );
  if (found.length === 0) return undefined;
  const named = firstFew(found, maxDriftNamed, (one) => one);
  return `${printable(name)}: ${named} changed in OpenMeter; left alone, since this update is not about it. See and repair it with pulumi up --refresh`;
}

/** The subjects of a set that are not stored as they were sent, in words. */
export function storedOtherwise(
  now: SetDeclaration,
  stored: ReadonlyMap<string, Written>,
  showText?: (text: string) => string,
): { key: string; reason: string }[] {
  return [...stored].flatMap(([key, { otherwise }]) =>
    (otherwise?.mismatches ?? []).map((mismatch) => ({
      key,
      reason: describeMismatch(mismatch, memberOf(now, key).secretFields, showText),
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

/** What a refresh remembers of a subject: its id, and the owned fields as they are live. */
export interface Live {
  readonly id: string;
  readonly fields: OwnedFields;
}

/** The owned fields of a subject of a set as they are live: the very object of before when they are equal, to hold it once. */
export function memberAsLive(before: SetOutputs, live: LiveSubject): Live {
  const member = memberOf(before, live.key);
  const fields = pick(withLive(member, ownedBy(member), live), ownableFields);
  const known = before.subjects.get(live.key) ?? fields;
  return { id: live.id, fields: jsonEqual(known, fields) ? known : fields };
}

/** The state after a refresh: without the subjects that are gone, and `before` itself when nothing differs from it. */
export function outputsAsLive(before: SetOutputs, live: ReadonlyMap<string, Live>): SetOutputs {
  const isSame = [...before.subjects].every(([key, fields]) => {
    const found = live.get(key);
    return found !== undefined && found.fields === fields && found.id === before.ids.get(key);
  });
  if (isSame) return before;
  const subjects = new Map<string, OwnedFields>();
  const ids = new Map<string, string>();
  for (const key of before.subjects.keys()) {
    const found = live.get(key);
    if (found === undefined) continue;
    subjects.set(key, found.fields);
    ids.set(key, found.id);
  }
  return { ...before, subjects, ids };
}

function storedFields(
  now: SetDeclaration,
  key: string,
  { mismatches: wrong, stored }: NonNullable<Written["otherwise"]>,
): OwnedFields {
  const fields = wrong.map(({ field }) => field);
  return pick(withLive(memberOf(now, key), fields, stored), ownableFields);
}
