import { isPlainObject } from "../../../provider/src/json";
import { type Progress, upsertAll } from "../../../provider/src/openmeter/bulk";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";
import type { SubjectUpsert } from "../../../provider/src/openmeter/subject";
import type { SubjectsClient } from "../../../provider/src/openmeter/subjects-client";
import { clientAnsweredBy, json } from "./fake-transport";
import { applied, type StoredSubject } from "./subjects-in-memory";

/** What a server says instead of storing; `undefined` lets it store. May throw what a transport throws. */
export interface BulkRules {
  /** Judges a whole request, before anything of it is stored. */
  readonly chunk?: (keys: readonly string[], index: number) => Response | undefined;
  /** Judges item by item, with what came before already stored. */
  readonly item?: (key: string) => Response | undefined;
  /** Whether a request is held back, now that so many have arrived. */
  readonly held?: (index: number, arrived: number) => boolean;
  /** Whether somebody else deletes a subject before its upsert is answered. */
  readonly deleted?: (key: string) => boolean;
}

/** A server of many upserts, which remembers what came together. */
export class BulkServer {
  readonly stored = new Map<string, StoredSubject>();
  /** The keys of each request, in order of arrival. */
  readonly chunks: (readonly string[])[] = [];
  /** Whether each of them was to be divided rather than tried again. */
  readonly divisible: boolean[] = [];
  mostAtOnce = 0;
  #atOnce = 0;
  readonly client = clientAnsweredBy(({ body, bounds }, index) => {
    this.divisible.push(bounds.divisible ?? false);
    return this.#answer(body, index);
  }).client;

  constructor(private readonly rules: BulkRules = {}) {}

  get sizes(): number[] {
    return this.chunks.map(({ length }) => length);
  }

  async #answer(body: unknown, index: number): Promise<Response> {
    const items = Array.isArray(body) ? body.filter(isPlainObject) : [];
    const keys = items.map(({ key }) => String(key));
    this.chunks.push(keys);
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    // Others may arrive meanwhile.
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.rules.held?.(index, this.chunks.length));
    this.#atOnce -= 1;
    const refused = this.rules.chunk?.(keys, index);
    if (refused !== undefined) return refused;
    const answers: (StoredSubject & { readonly deletedAt?: string })[] = [];
    for (const [at, key] of keys.entries()) {
      const bad = this.rules.item?.(key);
      if (bad !== undefined) return bad;
      const record = applied(this.stored.get(key), items[at], `01J-${key}`);
      this.stored.set(key, record);
      answers.push(this.rules.deleted?.(key) ? { ...record, deletedAt: "2026-01-02T00:00:00Z" } : record);
    }
    return json(answers);
  }
}

/** So many subjects to write, with keys `s0`, `s1`, … */
export function subjects(count: number): SubjectUpsert[] {
  return Array.from({ length: count }, (_, index) => ({ key: `s${index}`, displayName: `Subject ${index}` }));
}

/** What the transport throws when a request takes too long. */
export function timeout(): never {
  throw new OpenMeterError("unavailable", "no answer within 30 s", undefined, true);
}

/** What the transport throws when nobody listens. */
export function connectionRefused(): never {
  throw new OpenMeterError("unavailable", "no answer: connect ECONNREFUSED");
}

/** What the transport throws when the server answers so, again and again. */
export function serverFailure(status: number): never {
  throw new OpenMeterError("unavailable", `OpenMeter answered ${status}`, status);
}

/** Writes subjects in bulk, and keeps the server's answers whole. */
export function writeAll(client: SubjectsClient, items: readonly SubjectUpsert[], progress?: Progress) {
  return upsertAll(client, items, (_request, stored) => stored, progress);
}
