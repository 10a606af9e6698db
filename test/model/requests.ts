/** What the requests of a run wrote, key by key, and what the model says they have to write. */
import type { RequestRecord } from "openmeter-emulator";
import { canonicalJson } from "../../provider/src/json";
import type { Claims } from "./claims";
import { effectOn, type Server } from "./world";

/** Words such as `a: write {"displayName":"Acme"}` and `delete 01K…`. Sorted. */
export type Writes = readonly string[];

export function writesIn(requests: readonly RequestRecord[]): Writes {
  const bodies = new Map<string, Record<string, unknown>>();
  const words: string[] = [];
  for (const { method, path, body } of requests) {
    if (method === "DELETE") {
      words.push(`delete ${path.split("/").pop()}`);
    }
    for (const { key, ...fields } of method === "POST" && Array.isArray(body) ? body : []) {
      bodies.set(key, { ...bodies.get(key), ...fields });
    }
  }
  return [...words, ...[...bodies].map(([key, body]) => writeOf(key, body))].sort();
}

/** Of a record that is gone already or belongs to others by now, the deletion is asked for all the same: it goes by id. */
export function writesOf(claims: ReadonlyMap<string, Claims>, server: Server): Writes {
  const ids = [...claims.values()].flatMap(({ declared, leaving }) =>
    declared === undefined ? leaving.map(({ id }) => id) : [],
  );
  const writes = [...claims].flatMap(([key, claim]) => {
    const { write } = effectOn(claim, server.get(key));
    return write === undefined ? [] : [writeOf(key, write)];
  });
  return [...new Set(ids)]
    .map((id) => `delete ${id}`)
    .concat(writes)
    .sort();
}

function writeOf(key: string, body: Readonly<Record<string, unknown>>): string {
  return `${key}: write ${canonicalJson(body)}`;
}
