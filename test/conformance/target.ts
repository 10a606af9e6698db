import { randomBytes } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/src/index";

/** Whether the suite runs on a server given by OPENMETER_URL; else on an emulator started for it. */
export const onRealServer = process.env.OPENMETER_URL !== undefined;

export const SUBJECTS = "/api/v1/subjects";

/** A subject as it came over the wire. Loose on purpose: its shape is what the suite checks. */
export interface WireSubject {
  readonly id: string;
  readonly key: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt?: string;
  readonly displayName?: string;
  readonly metadata: unknown;
  readonly stripeCustomerId?: string;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly text: string;
}

/** The server under test, and what this run made on it. All keys of a run carry its random prefix. */
export class Target {
  readonly prefix = `conformance-${randomBytes(6).toString("hex")}-`;
  readonly #base: URL;
  readonly #emulator: Emulator | undefined;
  readonly #madeIds = new Set<string>();
  #keys = 0;

  private constructor(url: string, emulator?: Emulator) {
    this.#base = new URL(url);
    this.#emulator = emulator;
  }

  /** The options are for the emulator; a real server is as it is. */
  static async open(options?: EmulatorOptions): Promise<Target> {
    const url = process.env.OPENMETER_URL;
    return url === undefined ? Target.openEmulator(options) : new Target(url);
  }

  /** An emulator, whatever the environment says. */
  static async openEmulator(options?: EmulatorOptions): Promise<Target> {
    const emulator = await startEmulator(options);
    return new Target(emulator.url, emulator);
  }

  /** Its address, as a client's configuration has it. */
  get url(): string {
    return this.#base.href.replace(/\/$/, "");
  }

  /** The token that it asks for. */
  get apiKey(): string | undefined {
    return this.#emulator === undefined ? (process.env.OPENMETER_API_KEY ?? process.env.OPENMETER_TOKEN) : undefined;
  }

  /** A key that nobody else has, ending as asked. */
  key(end = ""): string {
    this.#keys += 1;
    return `${this.prefix}${this.#keys}${end}`;
  }

  /** Sends a request as it is: no part of the path is normalised. */
  send(method: string, path: string, body?: string | Buffer, contentType = "application/json"): Promise<Reply> {
    const { protocol, hostname, port, pathname } = this.#base;
    const options: https.RequestOptions = {
      method,
      hostname,
      port,
      path: `${pathname.replace(/\/$/, "")}${path}`,
      headers: {
        ...(this.apiKey !== undefined && { authorization: `Bearer ${this.apiKey}` }),
        ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
        ...(body !== undefined && contentType !== "" && { "content-type": contentType }),
      },
    };
    return new Promise((resolve, reject) => {
      const request = (protocol === "https:" ? https : http).request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, contentType: response.headers["content-type"], text });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** Whether the server makes customers of subjects (`customer.enableSubjectHook`). */
  async hasSubjectHook(): Promise<boolean> {
    const key = this.key("probe");
    await this.upsertOne({ key });
    return (await this.send("GET", `/api/v1/customers/${encodeURIComponent(key)}`)).status === 200;
  }

  /** Takes note of records that were made past `upsert`, so that `close` deletes them too. */
  made(ids: Iterable<string>): void {
    for (const id of ids) {
      this.#madeIds.add(id);
    }
  }

  /** Upserts, whatever the answer. */
  post(items: unknown): Promise<Reply> {
    return this.send("POST", SUBJECTS, JSON.stringify(items));
  }

  /** Upserts what the server must accept. */
  async upsert(...items: object[]): Promise<WireSubject[]> {
    const subjects = parse<WireSubject[]>(expectStatus(await this.post(items), 200));
    this.made(subjects.map(({ id }) => id));
    return subjects;
  }

  /** Upserts one that the server must accept. */
  async upsertOne(item: object): Promise<WireSubject> {
    const [subject] = await this.upsert(item);
    if (subject === undefined) {
      throw new Error("an upsert of one item answered none");
    }
    return subject;
  }

  get(idOrKey: string): Promise<Reply> {
    return this.send("GET", pathOf(idOrKey));
  }

  delete(idOrKey: string): Promise<Reply> {
    return this.send("DELETE", pathOf(idOrKey));
  }

  /** Reads a subject that must be there. */
  async read(idOrKey: string): Promise<WireSubject> {
    return parse<WireSubject>(expectStatus(await this.get(idOrKey), 200));
  }

  /** The live subjects of this run, in the order of the list. */
  async listOwn(): Promise<WireSubject[]> {
    const all = parse<WireSubject[]>(expectStatus(await this.send("GET", SUBJECTS), 200));
    return all.filter(({ id, key }) => key.startsWith(this.prefix) || this.#madeIds.has(id));
  }

  /** Deletes what this run made, by id: again if something is left, for a key that equals an id draws the deletion to itself. */
  async close(): Promise<void> {
    try {
      for (let left = await this.listOwn(), round = 0; left.length > 0 && round < 3; round += 1) {
        for (const { id } of left) {
          await this.delete(id);
        }
        left = await this.listOwn();
      }
    } finally {
      await this.#emulator?.close();
    }
  }
}

/** The path of one subject, encoded as clients commonly do. */
function pathOf(idOrKey: string): string {
  return `${SUBJECTS}/${encodeURIComponent(idOrKey)}`;
}

/** The JSON of an answer, taken for what the caller says: it goes on to check it. */
export function parse<T>(reply: Reply): T {
  return JSON.parse(reply.text) as T;
}

function expectStatus(reply: Reply, status: number): Reply {
  if (reply.status !== status) {
    throw new Error(`expected ${status}, got ${reply.status}: ${reply.text.slice(0, 500)}`);
  }
  return reply;
}
