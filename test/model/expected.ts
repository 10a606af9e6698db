/** What a run that has succeeded leaves at the server and in the state. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { blurredBy, claimOf, holdersOf, isByProduct, serverAfter, withoutNote } from "./attribution";
import type { Claims } from "./claims";
import { type Fields, texts } from "./kinds";
import { companionOf, declaredCompanion, isCompanion, isSet, type Program } from "./program";
import { bareKey, keyBeside } from "./servers";
import { type HeldResource, heldBy, isMoved, type State } from "./state";
import { effectOn, type Live, newId, type Server } from "./world";

/** The server after a run that has succeeded. */
export function expectServer(
  claims: ReadonlyMap<string, Claims>,
  before: Server,
  after: Server,
  subjectHook: boolean,
): void {
  const expected = serverAfter(claims, before, subjectHook);
  const byProducts = [...after.keys()].filter(
    (key) => !expected.has(key) && isByProduct(key, after, claims, subjectHook),
  );
  const keys = [...after.keys()].filter((key) => !byProducts.includes(key));
  expect(keys.sort(), "the keys at the server").toEqual([...expected.keys()].sort());
  const blurred = subjectHook ? blurredBy(claims, before, after) : new Set();
  for (const [key, wanted] of expected) {
    const [live, old] = [after.get(key), before.get(key)];
    const isUntouched = isDeepStrictEqual(wanted, old) && effectOn(claimOf(claims, key), old).write === undefined;
    if (isUntouched && !blurred.has(key)) {
      expect(live, `${key}, which nothing was to happen to`).toEqual(old);
    } else {
      const shown = (one: Live | undefined) => {
        if (one === undefined || !blurred.has(key)) {
          return one && withoutNote(one.fields);
        }
        const isCounted = old !== undefined || claimOf(claims, key).declared?.fields.subjectKeys !== undefined;
        return withoutHooks(one.fields, isCounted ? undefined : bareKey(key));
      };
      expect(shown(live), `${key} at the server`).toEqual(shown(wanted));
    }
    if (wanted.id !== newId) {
      expect(live?.id, `the record of ${key}`).toBe(wanted.id);
    } else {
      expect([...before.values()].map(({ id }) => id)).not.toContain(live?.id);
    }
  }
}

/** Each subject key that a customer of the program declares is among the subject keys of that customer, and of no other one. */
export function expectAttribution(program: Program, server: Server): void {
  for (const { members } of Object.values(program)) {
    for (const [key, { subjectKeys }] of Object.entries(members)) {
      for (const subject of texts(subjectKeys).map((one) => keyBeside(key, "subject", one))) {
        expect(holdersOf(server, subject), `who has subject key ${subject}`).toEqual([key]);
      }
    }
  }
}

/** Who holds what in the state after it. */
export function expectState(
  claims: ReadonlyMap<string, Claims>,
  program: Program,
  before: Server,
  after: { readonly server: Server; readonly state: State },
): void {
  const state = after.state.filter(({ name }) => !isCompanion(name));
  expect(state.map(({ name }) => name).sort(), "resources of the state").toEqual(Object.keys(program).sort());
  const held = new Map(
    state.flatMap(({ name, members }) => [...members].map(([key, one]) => [key, { name, ...one }] as const)),
  );
  const declared = [...claims].flatMap(([key, claim]) =>
    claim.declared === undefined ? [] : [[key, claim, claim.declared] as const],
  );
  expect([...held.keys()].sort(), "keys of the state").toEqual(declared.map(([key]) => key).sort());
  for (const [key, claim, { resource, fields, before: holding }] of declared) {
    const isOwnWrite =
      holding === undefined || Object.keys(effectOn({ ...claim, leaving: [] }, before.get(key)).write ?? {}).length > 0;
    const id = isOwnWrite ? after.server.get(key)?.id : holding.id;
    expect(held.get(key), `${key} in the state`).toEqual({ name: resource, id, fields });
  }
}

/**
 * Each set has a companion with the ids of its objects. One that was not in the state before has those that have just left
 * the set too: they are deleted in the next run.
 *
 * @returns whether there are such
 */
export function expectCompanions(program: Program, before: State, state: State): boolean {
  const idsOf = (held: HeldResource | undefined) =>
    Object.fromEntries([...(held?.members ?? [])].map(([key, { id }]) => [key, id]));
  const later = Object.entries(program).flatMap(([name, declared]) => {
    if (!isSet(name)) {
      return [];
    }
    const companions = state.filter((held) => held.name === companionOf(name));
    expect(companions.length, `companions of ${name}`).toBe(1);
    const isNew = heldBy(before, companionOf(name), declaredCompanion(declared)) === undefined;
    const old = heldBy(before, name, declared);
    const taken = isNew && old !== undefined && !isMoved(old, declared) ? idsOf(old) : {};
    const ids = idsOf(state.find((held) => held.name === name));
    const has = idsOf(companions[0]);
    // A run that has failed leaves ids in the set of what has left it.
    const all = { ...taken, ...ids };
    const wanted = isNew && old?.isUnsettled ? expect.objectContaining(all) : all;
    expect(has, `what the companion of ${name} holds`).toEqual(wanted);
    return Object.keys(has).filter((key) => !(key in ids));
  });
  expect(state.filter(({ name }) => isCompanion(name)).length, "companions").toBe(
    Object.keys(program).filter(isSet).length,
  );
  return later.length > 0;
}

/**
 * Fields of a customer that OpenMeter changes by itself: name and metadata are not compared.
 *
 * @param ownKey of a new customer that owns no subject keys: it has this one if OpenMeter has made it for a subject
 */
function withoutHooks(
  { name: _name, metadata: _metadata, subjectKeys, ...rest }: Fields,
  ownKey: string | undefined,
): Fields {
  return { ...rest, subjectKeys: texts(subjectKeys).filter((one) => one !== ownKey) };
}
