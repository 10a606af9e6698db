import { inParallel } from "../../../provider/src/openmeter/bulk";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";
import { SubjectReader } from "../../../provider/src/openmeter/reader";
import { SubjectsClient } from "../../../provider/src/openmeter/subjects-client";
import type { Bounds } from "../../../provider/src/openmeter/transport";
import { FakeClock } from "./fake-clock";
import { configuration, notFound, text } from "./fake-transport";

/** An account that is read: its list is as large as it would be, and is refused to those who want less. */
export class ListingServer {
  /** How often a list was asked for, with the most bytes that were wanted. */
  readonly listsAsked: number[] = [];
  /** Whether each list was to be given up rather than tried again. */
  readonly listsDivisible: boolean[] = [];
  readonly singles: string[] = [];
  /** What is answered instead of a list, or thrown as the transport does. */
  instead: (() => Response) | undefined;
  /** What is answered instead of a single read. */
  insteadOfSingle: (key: string) => Response | undefined = () => undefined;
  /** Holds lists back until it resolves. */
  held: Promise<void> = Promise.resolve();
  readonly keys: Set<string>;
  readonly clock = new FakeClock();
  readonly reader: SubjectReader;

  constructor(keys: Iterable<string>) {
    this.keys = new Set(keys);
    const client = new SubjectsClient(configuration, async ({ url }, bounds) => {
      const path = url.slice(`${configuration.baseUrl}/api/v1/subjects`.length);
      await new Promise((resolve) => setImmediate(resolve));
      return path === "" ? this.#list(bounds) : this.#single(path);
    });
    this.reader = new SubjectReader(client, this.clock);
  }

  get requests(): number {
    return this.listsAsked.length + this.singles.length;
  }

  get bytesAsked(): number {
    return this.listsAsked.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Asks for each key by itself, so many at a time, as the engine's refresh does. */
  async getEach(keys: readonly string[], atOnce: number): Promise<Map<string, string | undefined>> {
    const found = new Map<string, string | undefined>();
    const rest = keys.values();
    await inParallel(
      atOnce,
      () => rest.next().value,
      async (key) => {
        found.set(key, (await this.reader.get(key))?.key);
      },
    );
    return found;
  }

  async #list({ maxBodyBytes = Number.POSITIVE_INFINITY, divisible = false }: Bounds = {}): Promise<Response> {
    this.listsAsked.push(maxBodyBytes);
    this.listsDivisible.push(divisible);
    const body = `[${[...this.keys].map(record).join(",")}]`;
    await this.held;
    if (this.instead !== undefined) return this.instead();
    if (body.length > maxBodyBytes) throw new OpenMeterError("oversized", "the answer is too large");
    return text(body, 200, "application/json");
  }

  #single(path: string): Response {
    const key = decodeURIComponent(path.slice(1));
    this.singles.push(key);
    const instead = this.insteadOfSingle(key);
    if (instead !== undefined) return instead;
    return this.keys.has(key) ? text(record(key), 200, "application/json") : notFound();
  }
}

/** Keys `k0`, `k1`, … */
export function keys(count: number, prefix = "k"): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** One subject as the server writes it: some 300 bytes. */
function record(key: string): string {
  const times = '"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"';
  return `{${times},"id":"01J-${key}","key":"${key}","displayName":"Customer ${key}","metadata":{"plan":"enterprise","note":"${"x".repeat(90)}"}}`;
}
