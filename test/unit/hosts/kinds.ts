/** The kinds that the shared tests run on, each with a server of its own, and what may go wrong at it. */
import { createEmulator, type SubjectUpsert } from "openmeter-emulator";
import { expect } from "vitest";
import type { Kind } from "../../../provider/src/core/kind";
import type { Fields } from "../../../provider/src/core/port";
import type { Surroundings } from "../../../provider/src/core/surroundings";
import type { JsonValue } from "../../../provider/src/json";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { Redactor } from "../../../provider/src/openmeter/redact/redactor";
import { connectedTo, FakeClock } from "../connection";
import { tenantKind } from "../second-kind/fields";
import { tenantsPort } from "../second-kind/port";
import { refusal, TenantServer } from "../second-kind/server";

/** Something that goes wrong with one request, or with some. */
export interface Trouble {
  readonly on: "read" | "write" | "delete";
  readonly key?: string;
  readonly skip?: number;
  /** Default: for ever. */
  readonly times?: number;
  /** What it answers. */
  readonly status?: number;
  readonly detail?: string;
  /** What happens before it is carried out. */
  readonly before?: () => void;
  /** What is stored in place of what was sent, of the object with this key. */
  readonly stores?: Fields;
  /** Lists lack the object with this key. */
  readonly isUnlisted?: true;
}

/** A server of one kind, seen from behind. */
export interface Server {
  readonly clock: FakeClock;
  readonly connect: Surroundings["connect"];
  readonly put: (key: string, fields: Readonly<Record<string, JsonValue | null>>) => void;
  readonly remove: (key: string) => void;
  readonly keys: () => string[];
  readonly id: (key: string) => string | undefined;
  readonly fields: (key: string) => Fields | undefined;
  readonly trouble: (trouble: Trouble) => void;
  readonly cure: () => void;
  /** What was asked since the last time: `read`, `write a`, `delete a`. Objects written or deleted at once are told one by one. */
  readonly requests: () => string[];
}

/** A kind with the names that its fields have: a text, a map, and another text, which begins with `cus_`. */
export interface KindUnderTest {
  readonly kind: Kind;
  readonly text: string;
  readonly map: string;
  readonly ref: string;
  readonly start: () => Server;
}

export const subjects: KindUnderTest = {
  kind: subjectKind,
  text: "displayName",
  map: "metadata",
  ref: "stripeCustomerId",
  start: () => {
    const emulator = createEmulator();
    const clock = new FakeClock();
    const store = emulator.subjects;
    const keyOf = (path: string) => {
      const target = decodeURIComponent(path.split("/").at(-1) ?? "");
      return store.getById(target)?.key ?? target;
    };
    return {
      clock,
      connect: () => {
        const { subjects: port, ...connection } = connectedTo(emulator, { clock });
        return { port, ...connection };
      },
      put: (key, fields) => void store.upsert({ key, ...fields } as SubjectUpsert),
      remove: (key) => void store.delete(key),
      keys: () => store.list().map(({ key }) => key),
      id: (key) => store.get(key)?.id,
      fields: (key) => {
        const { id: _id, key: _key, createdAt: _c, updatedAt: _u, ...fields } = store.get(key) ?? {};
        return store.get(key) && fields;
      },
      trouble: ({ on, key, skip, times = Number.POSITIVE_INFINITY, status, detail, before, stores, isUnlisted }) => {
        const method = { read: "GET", write: "POST", delete: "DELETE" }[on];
        const struck = {
          match: { method, ...(key !== undefined && isUnlisted === undefined && { key }) },
          times,
          ...(skip !== undefined && { skip }),
        };
        const altered = isUnlisted ? () => [] : (one: object) => ({ ...one, ...stores });
        const change = (answer: unknown) =>
          Array.isArray(answer) ? answer.flatMap((one) => (one.key === key ? altered(one) : one)) : answer;
        if (status !== undefined) {
          const body = { title: "trouble", status, detail };
          emulator.faults.add({
            kind: "status",
            status,
            body,
            ...struck,
            ...(before !== undefined && { onStrike: before }),
          });
        } else if (before !== undefined) {
          emulator.faults.add({ kind: "call", before, ...struck });
        } else {
          emulator.faults.add({ kind: "alter", change, ...struck });
        }
      },
      cure: () => emulator.faults.clear(),
      requests: () => {
        const requests = emulator.requests.list().flatMap(({ method, path, body }) => {
          const written = Array.isArray(body) ? body.map(({ key }) => `write ${key}`) : ["read"];
          return method === "DELETE" ? [`delete ${keyOf(path)}`] : written;
        });
        emulator.requests.clear();
        return requests;
      },
    };
  },
};

export const tenants: KindUnderTest = {
  kind: tenantKind,
  text: "name",
  map: "labels",
  ref: "stripe",
  start: () => startTenants(new TenantServer()),
};

/** The server of tenants in the same terms. */
export function startTenants(server: TenantServer): Server {
  const redactor = new Redactor();
  let troubles: (Trouble & { skip: number; times: number })[] = [];
  const words = { GET: "read", POST: "write", PUT: "write", DELETE: "delete" } as const;
  server.strike = ({ method, route }, key) => {
    const what = route !== undefined && method !== "GET" ? "write" : words[method];
    const found = troubles.find((one) => {
      if (one.on !== what || (one.key ?? key) !== key) {
        return false;
      }
      one.skip -= 1;
      one.times -= one.skip < 0 ? 1 : 0;
      return one.skip < 0 && one.times >= 0;
    });
    found?.before?.();
    if (found?.status !== undefined) {
      throw refusal(found.status, redactor.show(found.detail ?? ""));
    }
    return found?.stores;
  };
  const port = tenantsPort(server);
  return {
    clock: new FakeClock(),
    connect: () => ({ port, redactor, addressName: "openmeter:baseUrl", waiting: () => undefined }),
    put: (key, fields) => server.put(key, fields),
    remove: (key) => server.delete(key),
    keys: () => server.all().map(({ key }) => key),
    id: (key) => server.get(key)?.id,
    fields: (key) => server.get(key)?.fields,
    trouble: (trouble) => void troubles.push({ skip: 0, times: Number.POSITIVE_INFINITY, ...trouble }),
    cure: () => {
      troubles = [];
    },
    requests: () => {
      return server.requests.splice(0).map(({ method, target }) => {
        const what = words[method];
        return what === "read" ? what : `${what} ${server.keyOf(target)}`;
      });
    },
  };
}

/** The kinds of the shared tests, for `describe.each`. */
export const kinds = [
  ["a subject", subjects],
  ["a tenant", tenants],
] as const satisfies readonly (readonly [string, KindUnderTest])[];

/** What a failed operation threw. */
export async function failureOf<E extends Error = Error>(operation: Promise<unknown>): Promise<E> {
  const failure = await operation.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Error);
  return failure as E; // as was just seen, but for its class, which the caller looks at
}
