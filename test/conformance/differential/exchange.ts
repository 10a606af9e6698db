/**
 * Requests as templates that mean the same on two servers, and answers with what differs by nature taken out.
 *
 * In a template `<P>` stands for the scenario's own prefix of keys, `<ID0>` for the first id that the server gave out in the
 * scenario (`<ID1>` for the second, …), and in a body `<xFF>` for a byte.
 */
import type { Reply, Target } from "../target";

/** A request to be sent to both servers. */
export interface RequestTemplate {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

/** An answer in the form in which two servers can be compared. */
export interface ComparableReply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** No server gives out this one. */
const NOBODYS_ID = "00000000000000000000000000";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/;

/** One scenario on one server: knows the ids that it gave out. */
export class Side {
  readonly #target: Target;
  readonly #prefix: string;
  readonly #ids: string[] = [];

  constructor(target: Target, prefix: string) {
    this.#target = target;
    this.#prefix = prefix;
  }

  async exchange({ method, path, body, contentType }: RequestTemplate): Promise<ComparableReply> {
    // An id that is not there yet must not become a key: it would outlive the scenario.
    const bytes = body === undefined ? undefined : toBytes(this.#fill(body, `${this.#prefix}nobody`));
    return this.#comparable(await this.#target.send(method, this.#fill(path, NOBODYS_ID), bytes, contentType));
  }

  /** The scenario's live subjects and customers as the lists show them. */
  async listed(): Promise<unknown> {
    const { text } = await this.#target.send("GET", "/api/v1/subjects");
    const own = (JSON.parse(text) as { key: string }[]).filter(({ key }) => key.startsWith(this.#prefix));
    const customers: unknown[] = [];
    // One after the other, for the ids are numbered as they are shown.
    for (const filter of ["key", "subject"]) {
      const query = `${filter}=${encodeURIComponent(this.#prefix)}&orderBy=id&pageSize=1000`;
      customers.push(await this.exchange({ method: "GET", path: `/api/v1/customers?${query}` }));
    }
    return [this.#neutral(own), customers];
  }

  /** Leaves nothing behind of what answers have shown. Customers first: a subject may be the last that a customer has. */
  async clear(): Promise<void> {
    for (const id of this.#ids) {
      await this.#target.send("DELETE", `/api/v1/customers/${id}`);
    }
    for (const id of this.#ids) {
      await this.#target.delete(id);
    }
  }

  #fill(template: string, missing: string): string {
    return template
      .replaceAll("<P>", this.#prefix)
      .replace(/<ID(\d)>/g, (_, index: string) => this.#ids[Number(index)] ?? missing);
  }

  #comparable({ status, contentType, text }: Reply): ComparableReply {
    if (text === "" || contentType === undefined || !/^application\/(problem\+)?json$/.test(contentType)) {
      return { status, contentType, body: text };
    }
    return { status, contentType, body: this.#neutral(JSON.parse(text)) };
  }

  #neutral(value: unknown, name = ""): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.#neutral(item));
    }
    if (typeof value === "object" && value !== null) {
      this.#learn(value);
      const neutral = Object.entries(value).map(([key, member]) => [
        key,
        // What the user stored is compared as it is, in its order. (As text, where -0 is 0: the server answers a creation with
        // the one and every read with the other.)
        key === "metadata" ? this.#withoutIds(JSON.stringify(member)) : this.#neutral(member, key),
      ]);
      return Object.fromEntries(neutral);
    }
    return typeof value === "string" ? this.#neutralText(value, name) : value;
  }

  /** Ids are known in the order in which answers show them, which is the same on both servers. */
  #learn(value: object): void {
    if ("id" in value && typeof value.id === "string" && !this.#ids.includes(value.id)) {
      this.#ids.push(value.id);
    }
  }

  #neutralText(value: string, name: string): string {
    if (/At$/.test(name) && TIME.test(value)) {
      return "<TIME>";
    }
    if (name === "instance") {
      return value.slice(0, "urn:request:".length);
    }
    const known = this.#withoutIds(value);
    if (name === "subjectId" && known === value) {
      return "<UNKNOWN>";
    }
    return name === "detail" ? withoutServersWords(known) : known;
  }

  /** Known ids by their number; those that only a hook has written, as one. */
  #withoutIds(text: string): string {
    return this.#ids
      .reduce((known, id, index) => known.replaceAll(id, `<ID${index}>`), text)
      .replace(/("customerId":)"[0-9A-Z]{26}"/, '$1"<UNKNOWN>"');
  }
}

/**
 * Cuts from a detail the namespace, and what is the JSON parser's or the schema printer's own wording: the words differ with
 * the version of the server's libraries, too.
 */
function withoutServersWords(detail: string): string {
  return (
    detail
      .replace(/(doesn't match schema)[^:]*(: .*?)(\n.*)?$/s, "$1$2")
      // Of fields whose schema is put together of others, the server prints the schema after the finding.
      .replace(/^(Error at .*?|value is not one of .*?)\nSchema:.*$/s, "$1")
      .replace(/namespace=\S+/, "namespace=<NAMESPACE>")
      // A customer that is not created after all has had an id; no answer has shown that of one that a hook has made.
      .replace(/(customer\.id=|of another customer: |profile for customer )(?!<ID)\S+/, "$1<UNKNOWN>")
      .replace(/(ParseFloat: parsing )"[^"]*"/, "$1<NUMBER>")
      .replace(/(failed to decode request body|decode json): .*$/s, "$1")
  );
}

function toBytes(text: string): Buffer {
  const parts = text.split(/<x([0-9A-F]{2})>/);
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 1 ? "hex" : "utf8")));
}
