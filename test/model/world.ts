/**
 * What a run of Pulumi has to make of the server: the rules of ownership, adoption and hand-over, for each key by itself.
 * Nothing here knows requests, plans or batches; that the provider's many ways lead here is what the random tests try.
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "openmeter-emulator";
import { type FieldName, type Fields, fieldNames, isSet, keyOf, type Program } from "./program";
import { type Held, type HeldResource, heldBy, type State, withoutIgnored } from "./state";

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

/** What a program and a state say of one key: who declares it, and who lets go of it. */
export interface Claims {
  readonly declared?: {
    readonly resource: string;
    readonly fields: Fields;
    /** What the same resource holds already; absent where the resource comes to own the subject in this run. */
    readonly before?: Held;
  };
  readonly leaving: readonly Held[];
}

/** What a run does to one key. */
export interface Effect {
  /** Fields that are sent, `null` to clear; the subject is created if there is none. */
  readonly write?: Readonly<Partial<Record<FieldName, Fields[FieldName] | null>>>;
  /** Whether the subject was re-created by others since, so that all that is declared is written. */
  readonly anew: boolean;
  readonly remove: boolean;
}

/** Sorts keys into those that are declared and those that are let go of. `retainOnDelete` lets go without a trace. */
export function claimsOf(state: State, program: Program): Map<string, Claims> {
  const claims = new Map<string, { declared?: NonNullable<Claims["declared"]>; leaving: Held[] }>();
  const at = (key: string) => {
    const found = claims.get(key) ?? { leaving: [] };
    claims.set(key, found);
    return found;
  };
  const continued = new Set<HeldResource>();
  for (const [name, declared] of Object.entries(program)) {
    const held = heldBy(state, name, declared);
    if (held !== undefined) continued.add(held);
    for (const [key, fields] of Object.entries(withoutIgnored(declared, held).members)) {
      const before = held?.pending === undefined ? held?.members.get(key) : undefined;
      at(key).declared = { resource: name, fields, ...(before !== undefined && { before }) };
    }
    if (held === undefined || (held.pending === "creation" && declared.options.deleteBeforeReplace === true)) continue;
    const isReplaced = !isSet(name) && !held.members.has(keyOf(declared.members));
    if (isReplaced && held.retainOnDelete) continue;
    for (const [key, member] of held.members) if (!(key in declared.members)) at(key).leaving.push(member);
  }
  for (const held of state) {
    if (continued.has(held) || held.retainOnDelete || held.pending === "creation") continue;
    for (const [key, member] of held.members) at(key).leaving.push(member);
  }
  return claims;
}

/** The rules. */
export function effectOn({ declared, leaving }: Claims, live: Live | undefined): Effect {
  if (declared === undefined) {
    // A record is deleted by whom it belongs to; one that others created since under the same key stays.
    return { anew: false, remove: live !== undefined && leaving.some(({ id }) => id === live.id) };
  }
  const { fields, before } = declared;
  // Adopted or created: all that is declared. Owned already: what changed, and null for what is no longer declared.
  const sent = before === undefined ? declaredFields(fields) : changedFields(before.fields, fields);
  const writes = before === undefined || Object.keys(sent).length > 0;
  const anew = before !== undefined && writes && before.id !== live?.id;
  // Handed over: the new owner's word counts, and what only the old owner declared is cleared.
  const cleared = leaving.flatMap((held) =>
    fieldNames.filter((name) => held.fields[name] !== undefined && fields[name] === undefined),
  );
  const write = {
    ...sent,
    ...(anew && declaredFields(fields)),
    ...Object.fromEntries(cleared.map((name) => [name, null])),
  };
  return { anew, remove: false, ...((writes || cleared.length > 0) && { write }) };
}

/** The subject after an effect. */
export function applied({ write, remove }: Effect, live: Live | undefined): Live | undefined {
  if (remove) return undefined;
  if (write === undefined) return live;
  const { id, ...fields } = live ?? { id: newId, metadata: {} };
  const after: Record<string, unknown> = { ...fields };
  for (const [field, value] of Object.entries(write)) {
    if (value !== null) after[field] = value;
    else if (field === "metadata") after.metadata = {};
    else delete after[field];
  }
  return { id, metadata: {}, ...after };
}

/** The server after a run. */
export function serverAfter(claims: ReadonlyMap<string, Claims>, server: Server): Map<string, Live> {
  const after = new Map(server);
  for (const [key, claim] of claims) {
    const live = applied(effectOn(claim, server.get(key)), server.get(key));
    if (live === undefined) after.delete(key);
    else after.set(key, live);
  }
  return after;
}

/** What a refresh makes of the state: the owned fields as they are live, and nothing of subjects that are gone. */
export function refreshed(state: State, server: Server): HeldResource[] {
  return state.flatMap((held) => {
    if (held.pending === "creation") return [held];
    const members = [...held.members].flatMap(([key, { fields }]) => {
      const live = server.get(key);
      return live === undefined ? [] : [[key, { id: live.id, fields: ownedOf(fields, live) }] as const];
    });
    if (members.length === 0 && !isSet(held.name)) return [];
    return [{ ...held, members: new Map(members) }];
  });
}

function ownedOf(owned: Fields, live: Live): Fields {
  const kept = fieldNames.filter((name) => owned[name] !== undefined && live[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, live[name]]));
}

function declaredFields(fields: Fields): Fields {
  return Object.fromEntries(
    fieldNames.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

/** The fields that differ, each with its new value, or `null`. */
export function changedFields(before: Fields, now: Fields): Partial<Record<FieldName, Fields[FieldName] | null>> {
  const changed = fieldNames.filter((name) => !isDeepStrictEqual(before[name], now[name]));
  return Object.fromEntries(changed.map((name) => [name, now[name] ?? null]));
}
