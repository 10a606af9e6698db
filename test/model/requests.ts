/** What the requests of a run wrote, key by key, and what the model says they have to write. */
import { isDeepStrictEqual } from "node:util";
import { canonicalJson } from "../../provider/src/json";
import { claimOf, serverAfter, withoutNote } from "./attribution";
import type { Claims } from "./claims";
import type { Fields } from "./kinds";
import { both, keyIn, kindOfKey, type Servers } from "./servers";
import { effectOn, type Server } from "./world";

/** Words such as `a: write {"displayName":"Acme"}`, `customer|a: write` and `delete 01K…`. Sorted, each once. */
export type Writes = readonly string[];

/** A request that wrote, with the keys of the model. */
export type Sent =
  | { readonly do: "delete"; readonly id: string }
  | { readonly do: "write"; readonly key: string; readonly fields: Fields };

/** All writes that the servers have carried out. */
export function sentTo(servers: Servers): Sent[] {
  return both(servers).flatMap(([isElsewhere, { requests }]) =>
    requests.list().flatMap(({ method, path, body, status = 0 }): Sent[] => {
      if (method === "DELETE") {
        return [{ do: "delete", id: String(path.split("/").pop()) }];
      }
      if (method === "GET" || status >= 300) {
        return [];
      }
      const kind = path.includes("/customers") ? "customer" : "subject";
      const items: { readonly key: string }[] = Array.isArray(body) ? body : [body];
      return items.map(({ key, ...fields }) => ({ do: "write", key: keyIn({ isElsewhere, kind }, key), fields }));
    }),
  );
}

/**
 * @param isCompared whether what is written of a key can be told
 * @param ids of the records that there were before
 */
export function writesIn(
  sent: readonly Sent[],
  isCompared: (key: string) => boolean,
  ids: ReadonlySet<string>,
): Writes {
  const bodies = new Map<string, Fields>();
  const words: string[] = [];
  for (const one of sent) {
    if (one.do === "write" && isCompared(one.key)) {
      bodies.set(one.key, { ...bodies.get(one.key), ...one.fields });
    } else if (one.do === "delete" && ids.has(one.id)) {
      words.push(`delete ${one.id}`);
    }
  }
  return sorted([...words, ...[...bodies].map(([key, body]) => writeOf(key, body))]);
}

/** Of a record that is gone already or belongs to others by now, the deletion is asked for all the same: it goes by id. */
export function writesOf(
  claims: ReadonlyMap<string, Claims>,
  server: Server,
  isCompared: (key: string) => boolean,
): Writes {
  const ids = [...claims.values()].flatMap(({ declared, leaving, isAttributed }) =>
    declared === undefined && !isAttributed ? leaving.map(({ id }) => id) : [],
  );
  const writes = [...serverAfter(claims, server, false)].flatMap(([key, then]) => {
    const [now, { write }] = [server.get(key), effectOn(claimOf(claims, key), server.get(key))];
    const isWritten = kindOfKey(key).isWhole
      ? then.id !== now?.id || !isDeepStrictEqual(then.fields, now.fields)
      : write !== undefined;
    return isWritten && isCompared(key) ? [writeOf(key, write ?? {})] : [];
  });
  return sorted([...ids.map((id) => `delete ${id}`), ...writes]);
}

/** Of an object that is sent whole, the server shows what was in the request. */
function writeOf(key: string, body: Readonly<Record<string, unknown>>): string {
  return kindOfKey(key).isWhole ? `${key}: write` : `${key}: write ${canonicalJson(withoutNote(body as Fields))}`; // sent as JSON
}

function sorted(words: readonly string[]): Writes {
  return [...new Set(words)].sort();
}
