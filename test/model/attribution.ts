/** What goes from one object to another: subject keys from customer to customer, and what the server does by itself. */
import { isDeepStrictEqual } from "node:util";
import { type Claims, unclaimed } from "./claims";
import { type Fields, texts } from "./kinds";
import { attributedTo } from "./program";
import { bareKey, keyBeside, placeOf } from "./servers";
import { applied, effectOn, type Live, type Server } from "./world";

type AllClaims = ReadonlyMap<string, Claims>;

/** What is claimed of a key. */
export function claimOf(claims: AllClaims, key: string): Claims {
  return claims.get(key) ?? unclaimed(key);
}

/** The server after a run. Where OpenMeter makes customers of subjects, without what it makes and changes by itself. */
export function serverAfter(claims: AllClaims, server: Server, subjectHook: boolean): Map<string, Live> {
  const after = new Map(server);
  for (const [key, claim] of claims) {
    put(after, key, applied(claim, effectOn(claim, server.get(key)), server.get(key)));
  }
  for (const [key, claim] of claims) {
    for (const subject of needed(claim, server.get(key))) {
      for (const holder of holdersOf(after, subject)) {
        if (holder !== key) {
          takeAway(after, holder, subject);
        }
      }
    }
  }
  for (const [key, { kind, declared, leaving, isAttributed }] of subjectHook ? claims : []) {
    const isDeleted = kind.name === "subject" && declared === undefined && leaving.length > 0 && !isAttributed;
    const owner = keyBeside(key, "customer");
    const [holder] = after.has(owner) ? [owner] : holdersOf(after, key);
    if (isDeleted && holder !== undefined) {
      takeAway(after, holder, key);
    }
  }
  return after;
}

/** The keys of subjects whose usage no other customer may have, for what is written of one. */
export function needed(claim: Claims, live: Live | undefined): readonly string[] {
  const { write } = effectOn(claim, live);
  if (write === undefined || claim.kind.name !== "customer") {
    return [];
  }
  // What changes nothing is not sent.
  const isSent = !isDeepStrictEqual(applied(claim, { write, remove: false }, live)?.fields, live?.fields);
  return isSent ? attributedTo(claim.key, { subjectKeys: texts(write.subjectKeys) }) : [];
}

/** The customers that have a subject among their subject keys. */
export function holdersOf(server: Server, subject: string): string[] {
  return [...server].flatMap(([key, { fields }]) =>
    isSameAccount(key, subject) && texts(fields.subjectKeys).includes(bareKey(subject)) ? [key] : [],
  );
}

/** Customers that OpenMeter writes by itself in a run, since their subjects are written or deleted: it may change names and metadata. */
export function blurredBy(claims: AllClaims, ...servers: readonly Server[]): ReadonlySet<string> {
  const written = [...claims].flatMap(([key, claim]) =>
    claim.kind.name === "subject" &&
    (claim.declared === undefined || effectOn(claim, servers[0]?.get(key)).write !== undefined)
      ? [key]
      : [],
  );
  const customers = written.flatMap((subject) => [
    keyBeside(subject, "customer"),
    ...servers.flatMap((server) => holdersOf(server, subject)),
  ]);
  return new Set(customers);
}

/** Whether the server has made an object by itself: a subject of which a customer gets the usage, or a customer of a subject. */
export function isByProduct(key: string, after: Server, claims: AllClaims, subjectHook: boolean): boolean {
  const live = after.get(key);
  if (placeOf(key).kind === "subject") {
    return holdersOf(after, key).length > 0 && isDeepStrictEqual(withoutNote(live?.fields), { metadata: {} });
  }
  const subject = keyBeside(key, "subject");
  return subjectHook && effectOn(claimOf(claims, subject), undefined).write !== undefined && !claims.has(key);
}

/** Fields without the note by which OpenMeter marks a subject that it has made for a customer. */
export function withoutNote(fields: Fields = {}): Fields {
  const { metadata } = fields;
  if (typeof metadata !== "object" || metadata === null || !("createdBy" in metadata)) {
    return fields;
  }
  const { createdBy: _by, customerId: _id, ...rest } = metadata as Fields; // an object that is no array, since it has the note
  return { ...fields, metadata: rest };
}

function put(server: Map<string, Live>, key: string, live: Live | undefined): void {
  if (live === undefined) {
    server.delete(key);
  } else {
    server.set(key, live);
  }
}

function takeAway(server: Map<string, Live>, holder: string, subject: string): void {
  const live = server.get(holder);
  if (live !== undefined) {
    const subjectKeys = texts(live.fields.subjectKeys).filter((one) => one !== bareKey(subject));
    server.set(holder, { ...live, fields: { ...live.fields, subjectKeys } });
  }
}

function isSameAccount(one: string, other: string): boolean {
  return placeOf(one).isElsewhere === placeOf(other).isElsewhere;
}
