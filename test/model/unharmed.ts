/** What no run may do, however it ends: lose or touch what the program does not declare, or delete what it does. */
import { expect } from "vitest";
import { type Claims, claimsOf } from "./claims";
import { fieldNames, type Program } from "./program";
import type { State } from "./state";
import { applied, effectOn, type Live, refreshed, type Server } from "./world";

/**
 * @param before the server and the state before the run
 * @param options whether the run began with a refresh, and a key that others wrote during it
 */
export function expectUnharmed(
  program: Program,
  before: { readonly server: Server; readonly state: State },
  after: Server,
  { refresh, touched }: { readonly refresh: boolean; readonly touched?: string | undefined },
): void {
  const claims = claimsOf(before.state, program);
  // A record that others have made anew under the same key is taken for the resource's own by a refresh.
  const refreshedClaims = refresh ? claimsOf(refreshed(before.state, before.server), program) : claims;
  for (const [key, live] of before.server) {
    if (key === touched) {
      continue;
    }
    const claim = claims.get(key);
    const now = after.get(key);
    if (claim === undefined) {
      expect(now, `${key}, which no resource declares`).toEqual(live);
    } else if (claim.declared !== undefined) {
      expectDeclaredUnharmed(key, [claim, refreshedClaims.get(key) ?? claim], program, { live, now });
    } else if (now !== undefined) {
      expect(now, `${key}, which is only to be deleted`).toEqual(live);
    } else {
      expect(idsOf(claim, refreshedClaims.get(key)), `the deleted record of ${key}`).toContain(live.id);
    }
  }
  const strangers = [...after.keys()].filter((key) => key !== touched && !before.server.has(key) && !claims.has(key));
  expect(strangers, "subjects that nobody declared").toEqual([]);
}

function idsOf(...claims: (Claims | undefined)[]): string[] {
  return claims.flatMap((claim) => claim?.leaving.map(({ id }) => id) ?? []);
}

function expectDeclaredUnharmed(
  key: string,
  claims: readonly Claims[],
  program: Program,
  { live, now }: { readonly live: Live; readonly now: Live | undefined },
): void {
  expect(now?.id, `the record of ${key}, which is declared`).toBe(live.id);
  // Carried out in whole, up to the deletions, or not at all.
  const outcomes = claims.flatMap((claim) =>
    [claim, { ...claim, leaving: [] }].map((one) => applied(effectOn(one, live), live)),
  );
  const asked = claims.flatMap(({ declared }) => program[declared?.resource ?? ""]?.members[key] ?? []);
  for (const field of fieldNames) {
    const values = asked.map((fields) => fields[field]).filter((value) => value !== undefined);
    const allowed = [live[field], ...outcomes.map((outcome) => outcome?.[field]), ...values];
    expect(allowed, `${field} of ${key}`).toContainEqual(now?.[field]);
  }
}
