import type { Emulator, FaultMatch, RequestRecord } from "openmeter-emulator";

/** The moments of a request at which a crash makes a difference to the server. Of one that reads, they are the same. */
const moments = ["before", "after"] as const;

/**
 * Who is killed: the process that hosts the provider; the engine alone, whose plugins then are without it; the engine with all
 * that it has started, as a CI runner does.
 */
export const victims = ["provider", "engine", "everything"] as const;

/** What requests are sent to, as a person reads it. */
const routes = {
  subjects: /^\/api\/v1\/subjects$/,
  subject: /^\/api\/v1\/subjects\/[^/]+$/,
  customers: /^\/api\/v1\/customers$/,
  customer: /^\/api\/v1\/customers\/[^/]+$/,
  "Stripe link of customer": /^\/api\/v1\/customers\/[^/]+\/stripe$/,
  "apps of customer": /^\/api\/v1\/customers\/[^/]+\/apps$/,
  "app of customer": /^\/api\/v1\/customers\/[^/]+\/apps\/[^/]+$/,
} as const;

type Route = keyof typeof routes;

/** A request of a step, named so that it is found again in another run, whatever the order then. */
export interface RequestName {
  readonly method: string;
  readonly route: Route;
  /** The key of the subject or customer; of an upsert of many, the first one's. `undefined` for a list. */
  readonly key: string | undefined;
  readonly items: number;
  /** How many such requests come before it. */
  readonly nth: number;
}

/** A point at which a run is cut: before the server applies a request, or after that and before it answers. */
export interface Boundary {
  /** The name of the story and of the step. */
  readonly step: string;
  readonly request: RequestName;
  readonly moment: (typeof moments)[number];
  readonly victim: (typeof victims)[number];
}

/** All boundaries of a step that has sent these requests. */
export function boundariesOf(step: string, requests: readonly RequestName[]): Boundary[] {
  return requests.flatMap((request) =>
    moments
      .filter((moment) => request.method !== "GET" || moment === "before")
      .flatMap((moment) => victims.map((victim) => ({ step, request, moment, victim }))),
  );
}

/** Names the requests that a server has got. */
export function nameRequests({ requests }: Pick<Emulator, "requests">): RequestName[] {
  const seen = new Map<string, number>();
  return requests.list().map((record) => {
    const { method } = record;
    const route = routeOf(record);
    const keys = record.key === undefined ? keysIn(record.body) : [record.key];
    const [key] = keys;
    const which = `${method} ${route} ${key}`;
    const nth = seen.get(which) ?? 0;
    seen.set(which, nth + 1);
    return { method, route, key, items: keys.length, nth };
  });
}

/** The requests among which it is the nth. */
export function matchOf({ method, route, key }: RequestName): FaultMatch {
  return { method, path: routes[route], ...(key !== undefined && { key }) };
}

/** `customers: change: PUT customer taker (#2), provider killed before it is applied`. */
export function boundaryName({ step, request, moment, victim }: Boundary): string {
  const { method, route, key, items, nth } = request;
  const many = items > 1 ? ` (${items})` : "";
  const which = nth > 0 ? ` (#${nth + 1})` : "";
  return `${step}: ${method} ${route}${key === undefined ? "" : ` ${key}`}${many}${which}, ${victim} killed ${moment} it is applied`;
}

function routeOf({ path }: RequestRecord): Route {
  const [plain = ""] = path.split("?");
  const found = (Object.keys(routes) as Route[]).find((route) => routes[route].test(plain)); // its keys
  if (found === undefined) {
    throw new Error(`${path} is no route that the sweep knows`);
  }
  return found;
}

/** The keys of what is created. */
function keysIn(body: unknown): string[] {
  const created: readonly unknown[] = Array.isArray(body) ? body : [body];
  return created.flatMap((one) => (typeof one === "object" && one !== null && "key" in one ? [String(one.key)] : []));
}
