/**
 * What a run of Pulumi has to make of the server: the rules of ownership, adoption and hand-over, for each key by itself.
 * Nothing here knows requests, plans or batches; that the provider's many ways lead here is what the random tests try.
 */
import { isDeepStrictEqual } from "node:util";
import type { JsonObject, JsonValue } from "openmeter-emulator";
import type { Claims, DeclaredKey } from "./claims";
import { type FieldName, type Fields, fieldNames, isCompanion, isSet } from "./program";
import type { HeldResource, State } from "./state";

/** A live subject. */
export interface Live {
  readonly id: string;
  readonly displayName?: string;
  readonly metadata: JsonObject;
  readonly stripeCustomerId?: string;
}

export type Server = ReadonlyMap<string, Live>;

/** Stands for the id of a record that the run creates. */
export const newId = "new";

/** Fields by name, `null` to clear. */
type Changes = { [Name in FieldName]?: Fields[Name] | null };

/** What a run does to one key. */
export interface Effect {
  /** Fields that are sent; the subject is created if there is none. */
  readonly write?: Readonly<Changes>;
  readonly remove: boolean;
}

/** The rules. */
export function effectOn({ declared, leaving }: Claims, live: Live | undefined): Effect {
  if (declared === undefined) {
    // A record is deleted by whom it belongs to; one that others created since under the same key stays.
    return { remove: live !== undefined && leaving.some(({ id }) => id === live.id) };
  }
  const own = ownWrite(declared, live);
  // Handed over: the new owner's word counts, and what only the old owner declared is cleared.
  const cleared = leaving.flatMap(({ fields }) =>
    fieldNames.filter((name) => fields[name] !== undefined && declared.fields[name] === undefined),
  );
  const isGone = own === undefined && live === undefined && cleared.includes("metadata");
  if (isGone || (own === undefined && cleared.length === 0)) {
    return { remove: false };
  }
  const write: Changes = { ...own };
  for (const name of cleared) {
    write[name] = null;
  }
  if (cleared.includes("metadata")) {
    const there = own?.metadata ?? live?.metadata ?? {};
    write.metadata = leaving.reduce((left, { fields }) => merged(fields.metadata ?? {}, {}, left), there);
  }
  return { remove: false, write };
}

/** What the resource that declares a subject sends of its own. */
function ownWrite({ fields, before, options, beginsToKeep }: DeclaredKey, live: Live | undefined): Changes | undefined {
  const whole = declaredFields(fields);
  if (options.keepsUndeclared && fields.metadata !== undefined) {
    Object.assign(whole, { metadata: { ...live?.metadata, ...fields.metadata } });
  }
  if (before === undefined) {
    return whole;
  }
  const changed = changedFields(before.fields, fields);
  if (Object.keys(changed).length === 0) {
    return undefined;
  }
  // Read first, and so known to be gone.
  if (live === undefined && ("metadata" in changed || options.keepsUndeclared)) {
    return whole;
  }
  if ("metadata" in changed && live !== undefined) {
    const now = fields.metadata ?? {};
    // What begins to be declared is owned whole, as on adoption.
    const known = before.fields.metadata ?? (options.keepsUndeclared ? {} : live.metadata);
    const base = Object.entries(known).filter(([name]) => !beginsToKeep || Object.hasOwn(now, name));
    changed.metadata = merged(Object.fromEntries(base), now, live.metadata);
  }
  return before.id === live?.id ? changed : { ...changed, ...whole };
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

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The subject after an effect. */
export function applied({ write, remove }: Effect, live: Live | undefined): Live | undefined {
  if (remove) {
    return undefined;
  }
  if (write === undefined) {
    return live;
  }
  const { id, ...fields } = live ?? { id: newId, metadata: {} };
  const after: Record<string, unknown> = { ...fields };
  for (const [field, value] of Object.entries(write)) {
    if (value !== null) {
      after[field] = value;
    } else if (field === "metadata") {
      after.metadata = {};
    } else {
      delete after[field];
    }
  }
  return { id, metadata: {}, ...after };
}

/** The server after a run. */
export function serverAfter(claims: ReadonlyMap<string, Claims>, server: Server): Map<string, Live> {
  const after = new Map(server);
  for (const [key, claim] of claims) {
    const live = applied(effectOn(claim, server.get(key)), server.get(key));
    if (live === undefined) {
      after.delete(key);
    } else {
      after.set(key, live);
    }
  }
  return after;
}

/** What a refresh makes of the state: the owned fields as they are live, and nothing of subjects that are gone. */
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

function ownedOf({ keepsUndeclared }: HeldResource, owned: Fields, live: Live): Fields {
  const kept = fieldNames.filter((name) => owned[name] !== undefined && live[name] !== undefined);
  const fields: Fields = Object.fromEntries(kept.map((name) => [name, live[name]]));
  if (!keepsUndeclared || owned.metadata === undefined) {
    return fields;
  }
  const entries = Object.entries(live.metadata).filter(([name]) => Object.hasOwn(owned.metadata ?? {}, name));
  return { ...fields, metadata: Object.fromEntries(entries) };
}

function declaredFields(fields: Fields): Fields {
  return Object.fromEntries(
    fieldNames.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

/** The fields that differ, each with its new value, or `null`. */
export function changedFields(before: Fields, now: Fields): Changes {
  const changed = fieldNames.filter((name) => !isDeepStrictEqual(before[name], now[name]));
  return Object.fromEntries(changed.map((name) => [name, now[name] ?? null])) as Changes; // each value under its name
}
