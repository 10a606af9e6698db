/** What a run that has succeeded leaves at the server and in the state. */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Claims } from "./claims";
import { companionOf, declaredCompanion, isCompanion, isSet, type Program } from "./program";
import { type HeldResource, heldBy, isMoved, type State } from "./state";
import { effectOn, type Live, newId, type Server, serverAfter } from "./world";

/** The server after a run that has succeeded. */
export function expectServer(claims: ReadonlyMap<string, Claims>, before: Server, after: Server): void {
  const expected = serverAfter(claims, before);
  expect([...after.keys()].sort(), "the keys at the server").toEqual([...expected.keys()].sort());
  for (const [key, wanted] of expected) {
    const live = after.get(key);
    const old = before.get(key);
    const isUntouched =
      isDeepStrictEqual(wanted, old) && effectOn(claims.get(key) ?? { leaving: [] }, old).write === undefined;
    if (isUntouched) {
      expect(live, `${key}, which nothing was to happen to`).toEqual(old);
    } else {
      expect(owned(live), `${key} at the server`).toEqual(owned(wanted));
    }
    if (wanted.id !== newId) {
      expect(live?.id, `the record of ${key}`).toBe(wanted.id);
    } else {
      expect([...before.values()].map(({ id }) => id)).not.toContain(live?.id);
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
 * Each set has a companion with the ids of its subjects. One that was not in the state before has those that have just left
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
    expect(idsOf(companions[0]), `what the companion of ${name} holds`).toEqual({ ...taken, ...ids });
    return Object.keys(taken).filter((key) => !(key in ids));
  });
  expect(state.filter(({ name }) => isCompanion(name)).length, "companions").toBe(
    Object.keys(program).filter(isSet).length,
  );
  return later.length > 0;
}

function owned(live: Live | undefined): unknown {
  return live && { displayName: live.displayName, metadata: live.metadata, stripeCustomerId: live.stripeCustomerId };
}
