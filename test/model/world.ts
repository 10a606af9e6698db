/**
 * What a run of Pulumi has to make of the server: the rules of ownership, adoption and hand-over, for each key by itself; what
 * goes from one object to another is in attribution.ts. Nothing here knows requests, plans or batches; that the provider's many
 * ways lead here is what the random tests try.
 */
import { isDeepStrictEqual } from "node:util";
import type { JsonObject, JsonValue } from "openmeter-emulator";
import type { Claims, DeclaredKey } from "./claims";
import { type Fields, filled, kindOf, type ModelKind } from "./kinds";
import { isCompanion, isSet } from "./program";
import { bareKey } from "./servers";
import type { HeldResource, State } from "./state";

/** A live object. */
export interface Live {
  readonly id: string;
  /** Its fields; those that have an empty value have it. Also some that no program of the model declares. */
  readonly fields: Fields;
  /** The whole record, as the server has it. */
  readonly whole: unknown;
  /** Whether a subscription keeps it from being deleted, and its subject keys as they are. */
  readonly isSubscribed: boolean;
}

export type Server = ReadonlyMap<string, Live>;

/** Stands for the id of a record that the run creates. */
export const newId = "new";

/** Fields by name, `null` to clear. */
type Changes = Record<string, JsonValue | null>;

/** What a run does to one key. */
export interface Effect {
  /** Fields that are sent; the object is created if there is none. */
  readonly write?: Readonly<Changes>;
  readonly remove: boolean;
}

/** The rules. */
export function effectOn({ kind, declared, leaving, isAttributed }: Claims, live: Live | undefined): Effect {
  if (declared === undefined) {
    // A record is deleted by whom it belongs to; one that others created since under the same key stays.
    return { remove: live !== undefined && !isAttributed && leaving.some(({ id }) => id === live.id) };
  }
  const own = ownWrite(kind, declared, live);
  // Handed over: the new owner's word counts, and what only the old owner declared is cleared.
  const cleared = new Set(
    leaving.flatMap(({ fields }) =>
      kind.fields.filter((name) => fields[name] !== undefined && declared.fields[name] === undefined),
    ),
  );
  const isGone = own === undefined && live === undefined;
  if (isGone || (own === undefined && cleared.size === 0)) {
    return { remove: false };
  }
  const write: Changes = { ...own };
  for (const name of cleared) {
    const there = own?.[name] ?? live?.fields[name];
    write[name] = isObject(there)
      ? leaving.reduce((left, { fields }) => merged(objectOf(fields[name]), {}, left), there)
      : null;
  }
  return { remove: false, write };
}

/** What the resource that declares an object sends of its own. */
function ownWrite(
  kind: ModelKind,
  { fields, before, options, beginsToKeep }: DeclaredKey,
  live: Live | undefined,
): Changes | undefined {
  const whole: Changes = { ...fields };
  if (options.keepsUndeclared && fields.metadata !== undefined) {
    whole.metadata = { ...objectOf(live?.fields.metadata), ...objectOf(fields.metadata) };
  }
  if (before === undefined) {
    return whole;
  }
  const changed = changedFields(kind, before.fields, fields);
  if (Object.keys(changed).length === 0) {
    return undefined;
  }
  const isOther = before.id !== live?.id;
  // Read first, and so known to be gone, or to be another record.
  if (isOther && kind.isWhole) {
    return whole;
  }
  if (live === undefined && ("metadata" in changed || options.keepsUndeclared)) {
    return whole;
  }
  for (const name of Object.keys(changed)) {
    const there = live?.fields[name];
    if (!isObject(there)) {
      continue;
    }
    const now = objectOf(fields[name]);
    const keeps = options.keepsUndeclared === true && name === "metadata";
    // What begins to be declared is owned whole, as on adoption.
    const known = objectOf(before.fields[name] ?? (keeps ? {} : there));
    const base = Object.entries(known).filter(([entry]) => !(beginsToKeep && keeps) || Object.hasOwn(now, entry));
    changed[name] = merged(Object.fromEntries(base), now, there);
  }
  return isOther ? { ...changed, ...whole } : changed;
}

/** The three-way merge: what has changed from `base` to `now`, over what is live. */
function merged(base: JsonObject, now: JsonObject, live: JsonObject): JsonObject {
  const result = { ...live };
  for (const name of Object.keys({ ...base, ...now })) {
    const [from, to, there] = [own(base, name), own(now, name), own(live, name)];
    if (isDeepStrictEqual(from, to)) {
      continue;
    }
    if (to === undefined) {
      delete result[name];
    } else {
      result[name] = isObject(from) && isObject(to) && isObject(there) ? merged(from, to, there) : to;
    }
  }
  return result;
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isObject(value: JsonValue | null | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(value: JsonValue | null | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The object after an effect. */
export function applied({ key, kind }: Claims, { write, remove }: Effect, live: Live | undefined): Live | undefined {
  if (remove) {
    return undefined;
  }
  if (write === undefined) {
    return live;
  }
  const { id, isSubscribed = false, whole } = live ?? { id: newId };
  const standard = kind.standard(bareKey(key));
  const after: Record<string, JsonValue> = { ...standard, ...filled(kind, live?.fields ?? {}) };
  for (const [field, value] of Object.entries(write)) {
    const now = value ?? standard[field] ?? kind.empty[field];
    if (now !== undefined) {
      after[field] = now;
    } else {
      delete after[field];
    }
  }
  return { id, fields: after, isSubscribed, whole };
}

/** What a refresh makes of the state: the owned fields as they are live, and nothing of objects that are gone. */
export function refreshed(state: State, server: Server): HeldResource[] {
  return state.flatMap((held) => {
    if (isCompanion(held.name)) {
      return [held];
    }
    const members = [...held.members].flatMap(([key, { fields }]) => {
      const live = server.get(key);
      return live === undefined ? [] : [[key, { id: live.id, fields: ownedOf(held, fields, live) }] as const];
    });
    if (members.length === 0 && !isSet(held.name)) {
      return [];
    }
    return [{ ...held, members: new Map(members), inputs: members[0]?.[1].fields ?? {} }];
  });
}

function ownedOf({ name, keepsUndeclared }: HeldResource, owned: Fields, live: Live): Fields {
  const fields: Record<string, JsonValue> = {};
  for (const field of kindOf(name).fields) {
    const value = live.fields[field];
    if (owned[field] !== undefined && value !== undefined) {
      fields[field] = value;
    }
  }
  if (keepsUndeclared && owned.metadata !== undefined) {
    const declared = objectOf(owned.metadata);
    const entries = Object.entries(objectOf(live.fields.metadata)).filter(([name]) => Object.hasOwn(declared, name));
    fields.metadata = Object.fromEntries(entries);
  }
  return fields;
}

/** The fields that differ, each with its new value, or `null`. */
export function changedFields(kind: ModelKind, before: Fields, now: Fields): Changes {
  const names = kind.fields.filter((name) => !isDeepStrictEqual(before[name], now[name]));
  return Object.fromEntries(names.map((name) => [name, now[name] ?? null]));
}
