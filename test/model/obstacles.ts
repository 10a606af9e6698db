/** What a run cannot do before a person has made room for it at the server, and what that person then does. */
import { isDeepStrictEqual } from "node:util";
import { claimOf, holdersOf, needed, serverAfter } from "./attribution";
import { attributedBy, type Claims } from "./claims";
import { texts } from "./kinds";
import { ownersOf, type Program, providerOf } from "./program";
import { bareKey, keyBeside, liveAt, placeOf, type Servers, serverOf } from "./servers";
import type { State } from "./state";
import type { Order } from "./steps";
import { effectOn, type Server } from "./world";

/** Why a run may fail. */
export interface Obstacle {
  readonly key: string;
  /** What the run then has to say. */
  readonly said: RegExp;
  /** Whether it fails in any case. */
  readonly isCertain: boolean;
}

export interface RunAhead {
  readonly claims: ReadonlyMap<string, Claims>;
  readonly server: Server;
  readonly subjectHook: boolean;
  readonly order: Order;
  /** Whether a request may have to be sent again: then nobody can tell whether OpenMeter has made something of the first try. */
  readonly isTroubled: boolean;
}

export function obstaclesTo(run: RunAhead): Obstacle[] {
  return [...subscriptions(run), ...takenKeys(run), ...twoCustomers(run)];
}

/** A subscription keeps its customer, and the customer's subject keys. */
function subscriptions({ claims, server, subjectHook }: RunAhead): Obstacle[] {
  const after = serverAfter(claims, server, subjectHook);
  return [...server].flatMap(([key, { id, fields, isSubscribed }]) => {
    const then = after.get(key);
    const keeps =
      then?.id === id && isDeepStrictEqual(new Set(texts(then.fields.subjectKeys)), new Set(texts(fields.subjectKeys)));
    return isSubscribed && !keeps ? [{ key, said: /active subscription/, isCertain: true }] : [];
  });
}

/** A subject key belongs to one customer. One that has not been seen to give it up keeps it. */
function takenKeys({ claims, server, subjectHook, order, isTroubled }: RunAhead): Obstacle[] {
  return [...claims.values()].flatMap((claim) => {
    const { key, declared } = claim;
    const isSeen = (other: Claims | undefined) =>
      other?.declared !== undefined &&
      declared !== undefined &&
      !order.startsWith("late") &&
      providerOf(other.declared.options) === providerOf(declared.options);
    const isInTheWay = (subject: string): boolean => {
      const owner = keyBeside(subject, "customer");
      const isAdded = server.has(key) && !holdersOf(server, subject).includes(key);
      // OpenMeter does not check this, so that an update asks.
      if (isAdded && owner !== key && server.has(owner)) {
        return true;
      }
      const holders = holdersOf(server, subject).filter((holder) => holder !== key);
      const isMade = subjectHook && effectOn(claimOf(claims, subject), server.get(subject)).write !== undefined;
      const isKept = holders.some((holder) => {
        const owned = claims.get(holder)?.declared;
        return (
          !isSeen(claims.get(holder)) || (owned?.fields.subjectKeys ?? owned?.before?.fields.subjectKeys) === undefined
        );
      });
      // The customer that OpenMeter makes of a subject gives way if the same process has just made the subject.
      const isInTime = !isTroubled && !server.has(subject) && isSeen(claims.get(subject));
      // Where one customer gives the key up and another takes it, the subject may be written in between.
      return isKept || (isMade && !holdersOf(server, subject).includes(key) && !isInTime);
    };
    return needed(claim, server.get(key)).some(isInTheWay)
      ? [{ key, said: /is attributed to customer|overlaps with subject/, isCertain: false }]
      : [];
  });
}

/**
 * Of a subject that two customers get the usage of, OpenMeter cannot tell whose it is, and takes no write. They may come to be
 * two in the run.
 */
function twoCustomers({ claims, server, subjectHook }: RunAhead): Obstacle[] {
  const stages = [server, serverAfter(claims, server, subjectHook)];
  return [...claims].flatMap(([key, claim]) => {
    const { write, remove } = effectOn(claim, server.get(key));
    const isWritten = claim.kind.name === "subject" && (write !== undefined || remove);
    return subjectHook && isWritten && isOfTwo(key, ...stages)
      ? [{ key, said: /overlaps with subject/, isCertain: false }]
      : [];
  });
}

function isOfTwo(subject: string, ...stages: readonly Server[]): boolean {
  const owner = keyBeside(subject, "customer");
  return (
    stages.some((server) => server.has(owner)) &&
    stages.some((server) => holdersOf(server, subject).some((holder) => holder !== owner))
  );
}

/**
 * Does what the messages say: ends subscriptions, takes subject keys away from whoever has those of the program, and deletes a
 * customer whose own key is one of them.
 */
export function makeRoom(servers: Servers, program: Program, state: State): void {
  const server = liveAt(servers);
  const known = new Set(state.flatMap(({ members }) => [...members.keys()]));
  for (const [key, { isSubscribed }] of server) {
    if (isSubscribed) {
      serverOf(servers, key).customers.settle(bareKey(key));
    }
  }
  const subjects = [...ownersOf(program).keys(), ...known].filter(
    (key) => placeOf(key).kind === "subject" && isOfTwo(key, server),
  );
  const owners = subjects.map((subject) => [subject, keyBeside(subject, "customer")] as const);
  for (const [subject, customer] of new Map([...owners, ...attributedBy(program)])) {
    const { customers } = serverOf(servers, subject);
    const owner = keyBeside(subject, "customer");
    const inTheWay = [...holdersOf(server, subject), owner];
    for (const holder of inTheWay.filter((one) => one !== customer)) {
      const live = customers.get(bareKey(holder));
      if (live !== undefined && known.has(holder) && holder !== owner) {
        const subjectKeys = live.usageAttribution?.subjectKeys.filter((one) => one !== bareKey(subject)) ?? [];
        customers.put(live.id, { ...live, usageAttribution: { subjectKeys } });
      } else if (live !== undefined) {
        customers.remove(live.id);
      }
    }
  }
}
