import type { IncomingHttpHeaders } from "node:http";
import type { ApiCall } from "./call";

/** One request to OpenMeter's API. */
export interface RequestRecord {
  readonly method: string;
  /** Path and query as they came, still encoded. */
  readonly path: string;
  /** The key of the subject or customer that the path addresses, by its key or by its id, as it was when the request came. */
  readonly key?: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; absent when there was none, or when it was not JSON. */
  readonly body?: unknown;
  /** Undefined while there is no answer, and for ever if the connection was cut. */
  status: number | undefined;
}

/** So many requests are kept, the oldest go first: an emulator left running must not fill the memory. */
const KEPT_REQUESTS = 100_000;

/** The requests to OpenMeter's API in order of arrival. The control API's are not among them. */
export class RequestLog {
  #records: RequestRecord[] = [];

  list(): readonly RequestRecord[] {
    return [...this.#records];
  }

  /** Counts by `"METHOD /path"`, exactly or by pattern: `count("POST /api/v1/subjects")`, `count(/^DELETE /)`. */
  count(line: string | RegExp): number {
    return this.#records.filter(({ method, path }) => {
      const actual = `${method} ${path}`;
      return typeof line === "string" ? actual === line : actual.search(line) >= 0;
    }).length;
  }

  clear(): void {
    this.#records = [];
  }

  /** Adds a request that has just arrived; its status is set when it is answered. */
  begin({ method, path, headers, body }: ApiCall, key: string | undefined): RequestRecord {
    const record: RequestRecord = {
      method,
      path,
      ...(key !== undefined && { key }),
      headers,
      ...(body.kind === "json" && { body: body.value }),
      status: undefined,
    };
    this.#records.push(record);
    if (this.#records.length > KEPT_REQUESTS) {
      this.#records.shift();
    }
    return record;
  }
}
