/** What no run may do, however it ends: lose or touch what the program does not declare, or delete what it does. */
import { expect } from "vitest";
import { holdersOf, isByProduct, serverAfter } from "./attribution";
import { type Claims, claimsOf } from "./claims";
import { type Fields, texts } from "./kinds";
import { attributedTo, type Program } from "./program";
import { keyBeside, kindOfKey, placeOf } from "./servers";
import type { State } from "./state";
import { applied, effectOn, type Live, refreshed, type Server } from "./world";

/** How a run went. */
interface Went {
  /** Whether it began with a refresh. */
  readonly refresh: boolean;
  readonly subjectHook: boolean;
  /** A key that others wrote during it. */
  readonly touched?: string | undefined;
}

/** @param before the server and the state before the run */
export function expectUnharmed(
  program: Program,
  before: { readonly server: Server; readonly state: State },
  after: Server,
  { refresh, subjectHook, touched }: Went,
): void {
  const claims = claimsOf(before.state, program);
  // A record that others have made anew under the same key is taken for the resource's own by a refresh.
  const refreshedClaims = refresh ? claimsOf(refreshed(before.state, before.server), program) : claims;
  const all = [claims, refreshedClaims];
  const related = touched === undefined ? new Set() : relatedTo(touched, before.server, after);
  /** Of a customer, what OpenMeter changes by itself. */
  const shown = (key: string, live: Live | undefined): unknown =>
    subjectHook && placeOf(key).kind === "customer" ? live?.id : live;
  for (const [key, live] of before.server) {
    if (related.has(key)) {
      continue;
    }
    const claim = claims.get(key);
    const now = after.get(key);
    if (claim === undefined) {
      expect(shown(key, now), `${key}, which no resource declares`).toEqual(shown(key, live));
    } else if (claim.declared !== undefined) {
      expectDeclaredUnharmed(key, all, program, { live, now, before: before.server, subjectHook });
    } else if (claim.isAttributed) {
      expect(now, `${key}, whose usage a customer has`).toEqual(live);
    } else if (now !== undefined) {
      expect(shown(key, now), `${key}, which is only to be deleted`).toEqual(shown(key, live));
    } else {
      expect(idsOf(claim, refreshedClaims.get(key)), `the deleted record of ${key}`).toContain(live.id);
    }
  }
  const isExpected = (key: string) => all.some((one) => one.has(key) || isByProduct(key, after, one, subjectHook));
  const strangers = [...after.keys()].filter((key) => !related.has(key) && !before.server.has(key) && !isExpected(key));
  expect(strangers, "objects that nobody declared").toEqual([]);
}

function idsOf(...claims: (Claims | undefined)[]): string[] {
  return claims.flatMap((claim) => claim?.leaving.map(({ id }) => id) ?? []);
}

interface Observed {
  readonly live: Live;
  readonly now: Live | undefined;
  readonly before: Server;
  readonly subjectHook: boolean;
}

function expectDeclaredUnharmed(
  key: string,
  all: readonly ReadonlyMap<string, Claims>[],
  program: Program,
  { live, now, before, subjectHook }: Observed,
): void {
  expect(now?.id, `the record of ${key}, which is declared`).toBe(live.id);
  const claims = all.flatMap((one) => one.get(key) ?? []);
  // Carried out in whole, up to the deletions, or not at all.
  const outcomes = claims.flatMap((claim) =>
    [claim, { ...claim, leaving: [] }].map((one) => applied(one, effectOn(one, live), live)),
  );
  const asked = claims.map(({ declared }) => program[declared?.resource ?? ""]?.members[key] ?? {});
  const isOthers = (field: string) =>
    subjectHook && placeOf(key).kind === "customer" && ["name", "metadata"].includes(field);
  for (const field of new Set([...kindOfKey(key).fields, ...Object.keys(live.fields)])) {
    if (field === "subjectKeys") {
      const wanted = [live, ...outcomes, ...all.map((one) => serverAfter(one, before, subjectHook).get(key))];
      expectSubjectKeys(key, wanted, now?.fields);
    } else if (!isOthers(field)) {
      const values = asked.map((fields) => fields[field]).filter((value) => value !== undefined);
      // A country is cleared by two requests, the first of which clears the whole address.
      const between = field === "billingAddress" ? [{}] : [];
      const allowed = [live.fields[field], ...outcomes.map((outcome) => outcome?.fields[field]), ...values, ...between];
      expect(allowed, `${field} of ${key}`).toContainEqual(now?.fields[field]);
    }
  }
}

/** One subject key after the other changes hands: each has to be one that some outcome has, and one that all have has to be there. */
function expectSubjectKeys(key: string, outcomes: readonly (Live | undefined)[], now: Fields | undefined): void {
  const lists = outcomes.map((one) => texts(one?.fields.subjectKeys));
  const there = texts(now?.subjectKeys);
  const lasting = lists[0]?.filter((one) => lists.every((list) => list.includes(one))) ?? [];
  expect(there, `subject keys of ${key}`).toEqual(expect.arrayContaining(lasting));
  expect(lists.flat(), `subject keys of ${key}`).toEqual(expect.arrayContaining([...there]));
}

/** What a change of one key by others may change beside it: subjects of a customer, and customers of a subject. */
function relatedTo(key: string, ...servers: readonly Server[]): ReadonlySet<string> {
  const subjects =
    placeOf(key).kind === "subject" ? [key] : servers.flatMap((one) => attributedTo(key, one.get(key)?.fields));
  const customers = subjects.flatMap((subject) => [
    keyBeside(subject, "customer"),
    ...servers.flatMap((server) => holdersOf(server, subject)),
  ]);
  return new Set([key, ...subjects, ...customers]);
}
