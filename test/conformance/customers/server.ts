import type { EmulatorOptions } from "../../../emulator/src/index";
import { parse, type Reply, Target } from "../target";

export const CUSTOMERS = "/api/v1/customers";

/** A customer as it came over the wire. Loose on purpose: its shape is what the suite checks. */
export interface WireCustomer {
  readonly id: string;
  readonly key?: string;
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt?: string;
  readonly metadata?: unknown;
  readonly annotations?: unknown;
  readonly billingAddress?: unknown;
  readonly usageAttribution?: { readonly subjectKeys: readonly string[] };
}

export interface WirePage {
  readonly items: readonly WireCustomer[];
  readonly page: number;
  readonly pageSize: number;
  readonly totalCount: number;
}

/** The customers of the server under test. */
export class Server {
  readonly target: Target;

  private constructor(target: Target) {
    this.target = target;
  }

  /** The options are for the emulator; a real server is as it is. */
  static async open(options?: EmulatorOptions): Promise<Server> {
    return new Server(await Target.open(options));
  }

  /** A key that nobody else has, ending as asked. */
  key(end = ""): string {
    return this.target.key(end);
  }

  post(body: object): Promise<Reply> {
    return this.target.send("POST", CUSTOMERS, JSON.stringify(body));
  }

  /** Creates what the server must accept. */
  async create(body: object): Promise<WireCustomer> {
    return expected(await this.post(body), 201);
  }

  put(idOrKey: string, body: object): Promise<Reply> {
    return this.target.send("PUT", pathOf(idOrKey), JSON.stringify(body));
  }

  /** Replaces with what the server must accept. */
  async replace(idOrKey: string, body: object): Promise<WireCustomer> {
    return expected(await this.put(idOrKey, body), 200);
  }

  get(idOrKey: string): Promise<Reply> {
    return this.target.send("GET", pathOf(idOrKey));
  }

  /** Reads a customer that must be there. */
  async read(idOrKey: string): Promise<WireCustomer> {
    return expected(await this.get(idOrKey), 200);
  }

  delete(idOrKey: string): Promise<Reply> {
    return this.target.send("DELETE", pathOf(idOrKey));
  }

  /** One page of the list, which must be there. */
  async list(query: Readonly<Record<string, string | number | boolean>>): Promise<WirePage> {
    const text = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      text.set(name, String(value));
    }
    return expected(await this.target.send("GET", `${CUSTOMERS}?${text}`), 200);
  }

  /** Deletes what this run made: customers first, for a subject may be the last that a customer has. */
  async close(): Promise<void> {
    for (const filter of ["key", "subject"]) {
      const query = { [filter]: this.target.prefix, pageSize: 1000, orderBy: "id" };
      for (let left = await this.list(query), before = Number.POSITIVE_INFINITY; left.totalCount < before; ) {
        for (const { id } of left.items) {
          await this.delete(id);
        }
        before = left.totalCount;
        left = await this.list(query);
      }
    }
    await this.target.close();
  }
}

/** The path of one customer, encoded as clients commonly do. */
export function pathOf(idOrKey: string): string {
  return `${CUSTOMERS}/${encodeURIComponent(idOrKey)}`;
}

function expected<Body>(reply: Reply, status: number): Body {
  if (reply.status !== status) {
    throw new Error(`expected ${status}, got ${reply.status}: ${reply.text.slice(0, 500)}`);
  }
  return parse<Body>(reply);
}
