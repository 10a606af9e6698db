import { isPlainObject } from "../../../provider/src/json";
import { clientAnsweredBy, json, notFound, type SentRequest } from "./fake-transport";

/** A record of the simulated server. */
export interface StoredSubject {
  readonly id: string;
  readonly key: string;
  readonly metadata: unknown;
  readonly displayName?: unknown;
  readonly stripeCustomerId?: unknown;
}

const fields = ["displayName", "metadata", "stripeCustomerId"];

/** One item of an upsert on one record, as OpenMeter applies it: absent is kept, `null` clears, metadata is replaced whole. */
export function applied(before: StoredSubject | undefined, item: unknown, newId: string): StoredSubject {
  if (!isPlainObject(item) || typeof item.key !== "string") throw new Error("an upsert item needs a key");
  const sent = Object.entries(item).filter(([name]) => fields.includes(name));
  const merged: Record<string, unknown> = { ...before, ...Object.fromEntries(sent) };
  const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  return { metadata: {}, ...Object.fromEntries(kept), id: before?.id ?? newId, key: item.key };
}

/** OpenMeter's subjects, without a network. Answers by the rules that were measured on the real server. */
export class SubjectsInMemory {
  readonly records: StoredSubject[] = [];
  /** Records ever made: an id is never given twice. */
  #made = 0;
  readonly #client = clientAnsweredBy((request) => this.#answer(request));
  readonly client = this.#client.client;
  readonly sent = this.#client.sent;
  /** Answers that are given instead, once each, before the rules apply again. */
  readonly instead: Response[] = [];
  /** Answers that are given instead whenever a request is such a one; may throw as the transport does. */
  rule: (request: SentRequest) => Response | undefined = () => undefined;
  /** Changes what is stored on its way in, as a hook of the server would. */
  hook: (stored: StoredSubject) => StoredSubject = (stored) => stored;

  /** Puts a record there without a request. */
  seed(item: Readonly<Record<string, unknown>>): StoredSubject {
    return this.#upsert(item);
  }

  find(key: string): StoredSubject | undefined {
    return this.records.find((record) => record.key === key);
  }

  /** The requests in short: `POST /api/v1/subjects`. */
  calls(): string[] {
    return this.sent.map(({ method, path }) => `${method} ${path}`);
  }

  #answer(request: SentRequest): Response {
    const { method, path, body } = request;
    const planned = this.instead.shift() ?? this.rule(request);
    if (planned !== undefined) return planned;
    if (method === "POST") return json(Array.isArray(body) ? body.map((item) => this.#upsert(item)) : body);
    const segment = path.slice("/api/v1/subjects/".length);
    if (method === "GET" && segment === "") return json(this.records);
    const wanted = decodeURIComponent(segment);
    const at = this.records.findIndex(({ id, key }) => key === wanted || id === wanted);
    if (at === -1) return notFound();
    if (method === "GET") return json(this.records[at]);
    this.records.splice(at, 1);
    return new Response(null, { status: 204 });
  }

  #upsert(item: unknown): StoredSubject {
    const key = isPlainObject(item) ? item.key : undefined;
    const at = this.records.findIndex((record) => record.key === key);
    const stored = this.hook(applied(this.records[at], item, `01J${String(this.#made).padStart(23, "0")}`));
    if (at === -1) {
      this.#made += 1;
      this.records.push(stored);
    } else this.records[at] = stored;
    return stored;
  }
}
