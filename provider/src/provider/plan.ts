/**
 * What decides: pure functions from the declaration before, the declaration now and the live subject to differences,
 * requests and outputs. Nothing here touches network, clock or engine.
 */
import { jsonEqual, type PathSegment } from "../json";
import type { LiveSubject, SubjectUpsert } from "../openmeter/subject";
import {
  type Declaration,
  type OwnableField,
  type OwnedFields,
  ownableFields,
  type PreviewedDeclaration,
} from "./declaration";

/** One property that an update would change. */
export interface Difference {
  readonly path: readonly PathSegment[];
  /** `replace` stands for a change that needs another subject. */
  readonly kind: "add" | "update" | "delete" | "replace";
}

/**
 * The differences between a declaration as last seen and as it is now. An unknown value counts as changed.
 */
export function differences(before: Declaration, now: PreviewedDeclaration): Difference[] {
  const found: Difference[] = [];
  if (before.key !== now.key) found.push({ path: ["key"], kind: "replace" });
  for (const field of [...ownableFields, "onExisting", "secretFields"] as const) {
    if (jsonEqual(before[field], now[field])) continue;
    if (before[field] === undefined) found.push({ path: [field], kind: "add" });
    else found.push({ path: [field], kind: now[field] === undefined ? "delete" : "update" });
  }
  return found;
}

/** The upsert that creates a subject, or adopts the one that exists: all that is declared, nothing else. */
export function creation(now: Declaration): SubjectUpsert {
  return { key: now.key, ...pick(now, ownableFields) };
}

/**
 * The upsert that brings a subject from one declaration to the next: fields that changed, and `null` for fields that are no
 * longer declared. Unchanged fields are left out, so that one which Pulumi was told to ignore keeps its live value.
 *
 * @returns `undefined` when the server has nothing to do
 */
export function update(before: OwnedFields, now: Declaration): SubjectUpsert | undefined {
  const changed = ownableFields.filter((field) => !jsonEqual(before[field], now[field]));
  if (changed.length === 0) return undefined;
  return { key: now.key, ...Object.fromEntries(changed.map((field) => [field, now[field] ?? null])) };
}

/**
 * The upsert that clears what one resource owned and the resource that takes the same subject over does not declare.
 *
 * @returns `undefined` when the new owner declares all of it
 */
export function handOver(before: Declaration, successor: PreviewedDeclaration): SubjectUpsert | undefined {
  const dropped = ownableFields.filter((field) => before[field] !== undefined && successor[field] === undefined);
  if (dropped.length === 0) return undefined;
  return { key: before.key, ...Object.fromEntries(dropped.map((field) => [field, null])) };
}

/** A field that OpenMeter stored otherwise than it was sent. */
export interface Mismatch {
  readonly field: OwnableField;
  readonly wanted: unknown;
  readonly stored: unknown;
}

/** Compares an upsert with what the server says it stored. Fields that were not sent don't count. */
export function mismatches(sent: SubjectUpsert, stored: LiveSubject): Mismatch[] {
  return ownableFields.flatMap((field) => {
    const wanted = sent[field];
    if (wanted === undefined || jsonEqual(wanted ?? cleared(field), stored[field])) return [];
    return [{ field, wanted, stored: stored[field] }];
  });
}

/** Owned fields that the answer to an update shows changed by somebody else, though the update did not concern them. */
export function unseenDrift(sent: SubjectUpsert, now: Declaration, stored: LiveSubject): Mismatch[] {
  return ownableFields.flatMap((field) =>
    sent[field] !== undefined || now[field] === undefined || jsonEqual(now[field], stored[field])
      ? []
      : [{ field, wanted: now[field], stored: stored[field] }],
  );
}

/**
 * The declaration with the given fields as they are live. A field without a live value is absent, which the next diff shows
 * as a field to add.
 */
export function withLive(declaration: Declaration, fields: readonly OwnableField[], live: LiveSubject): Declaration {
  const { key, onExisting, secretFields } = declaration;
  const kept = ownableFields.filter((field) => !fields.includes(field));
  return {
    key,
    ...pick(declaration, kept),
    ...pick(live, fields),
    ...(onExisting !== undefined && { onExisting }),
    ...(secretFields !== undefined && { secretFields }),
  };
}

/** The fields that a declaration owns. */
export function ownedBy(declaration: OwnedFields): OwnableField[] {
  return ownableFields.filter((field) => declaration[field] !== undefined);
}

/** All fields of a live subject that have a value, as if all were owned. */
export function allFields(live: LiveSubject): Declaration {
  return { key: live.key, ...pick(live, ownableFields) };
}

/** Those of the chosen fields that are declared, or have a live value. */
export function pick(from: OwnedFields, chosen: readonly OwnableField[]): OwnedFields {
  return Object.fromEntries(chosen.filter((field) => from[field] !== undefined).map((field) => [field, from[field]]));
}

/** How a cleared field reads back: metadata is always there. */
function cleared(field: OwnableField): unknown {
  return field === "metadata" ? {} : undefined;
}
