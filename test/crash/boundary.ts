import type { Emulator, RequestRecord } from "openmeter-emulator";

/** The requests of one step, and the two moments of each at which a crash makes a difference to the server. */
export const moments = ["before", "after"] as const;

/**
 * Who is killed: the process that hosts the provider; the engine alone, whose plugins then are without it; the engine with all
 * that it has started, as a CI runner does.
 */
export const victims = ["provider", "engine", "everything"] as const;

/** A request of a step, named so that it is found again in another run, whatever the order then. */
export interface RequestName {
  readonly method: string;
  /** The subject's key; of an upsert of many, the first one's. `undefined` for the list of all. */
  readonly key: string | undefined;
  readonly items: number;
  /** How many such requests come before it. */
  readonly nth: number;
}

/** A point at which a run is cut: before the server applies a request, or after that and before it answers. */
export interface Boundary {
  readonly step: string;
  readonly request: RequestName;
  readonly moment: (typeof moments)[number];
  readonly victim: (typeof victims)[number];
}

/** All boundaries of a step that has sent these requests. */
export function boundariesOf(step: string, requests: readonly RequestName[]): Boundary[] {
  return requests.flatMap((request) =>
    moments.flatMap((moment) => victims.map((victim) => ({ step, request, moment, victim }))),
  );
}

/** Names the requests that a server has got. */
export function nameRequests({ requests, subjects }: Pick<Emulator, "requests" | "subjects">): RequestName[] {
  const seen = new Map<string, number>();
  return requests.list().map((record) => {
    const { method } = record;
    const keys = keysOf(record, (id) => subjects.getById(id)?.key);
    const [key] = keys;
    const nth = seen.get(`${method} ${key}`) ?? 0;
    seen.set(`${method} ${key}`, nth + 1);
    return { method, key, items: keys.length, nth };
  });
}

/** `change: POST customer-500 (500 subjects), provider killed before it is applied`. */
export function boundaryName({ step, request, moment, victim }: Boundary): string {
  const { method, key, items, nth } = request;
  const many = items > 1 ? ` (${items} subjects)` : "";
  const which = nth > 0 ? ` (#${nth + 1})` : "";
  return `${step}: ${method} ${key ?? "all"}${many}${which}, ${victim} killed ${moment} it is applied`;
}

function keysOf({ path, body }: RequestRecord, keyOfId: (id: string) => string | undefined): string[] {
  if (Array.isArray(body)) return body.map(({ key }) => String(key));
  const [, addressed] = /\/subjects\/([^/?]+)/.exec(path) ?? [];
  if (addressed === undefined) return [];
  const idOrKey = decodeURIComponent(addressed);
  return [keyOfId(idOrKey) ?? idOrKey];
}
