import { addressedKey } from "./addressed-key";
import type { ApiCall } from "./call";
import type { Customers } from "./customers/customers";
import type { Fault, FaultMatch } from "./fault";
import type { SubjectStore } from "./store";
import { isJsonObject } from "./subject";

interface Armed {
  readonly fault: Fault;
  skip: number;
  times: number;
}

/** The faults waiting for their requests, in the order they were added. */
export class Faults {
  #armed: Armed[] = [];
  readonly #subjects: SubjectStore;
  readonly #customers: Customers;

  constructor(subjects: SubjectStore, customers: Customers) {
    this.#subjects = subjects;
    this.#customers = customers;
  }

  add(...faults: Fault[]): void {
    this.#armed.push(...faults.map((fault) => ({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 })));
  }

  clear(): void {
    this.#armed = [];
  }

  /** The faults still to come, with what is left of `skip` and `times`. */
  pending(): readonly Fault[] {
    return this.#armed.map(({ fault, skip, times }) => ({ ...fault, skip, times }));
  }

  /**
   * Takes the fault that strikes this call: the first that matches and has nothing left to skip. One call is struck by one
   * fault at most; it uses up a skip of the matching faults before that one, and nothing of those after.
   */
  take(call: ApiCall): Fault | undefined {
    for (const armed of this.#armed) {
      if (!this.#matches(armed.fault.match ?? {}, call)) {
        continue;
      }
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.times -= 1;
      if (armed.times <= 0) {
        this.#armed = this.#armed.filter((other) => other !== armed);
      }
      armed.fault.onStrike?.();
      return armed.fault;
    }
    return undefined;
  }

  #matches({ method, path, key, items }: FaultMatch, call: ApiCall): boolean {
    return (
      (method === undefined || [method].flat().some((one) => one.toUpperCase() === call.method)) &&
      (path === undefined || pathMatches(path, call.path)) &&
      (key === undefined || this.#concerns(key, call)) &&
      (items === undefined || itemsMatch(items, call))
    );
  }

  #concerns(key: string, call: ApiCall): boolean {
    const addressed = addressedKey(call.target, { subjects: this.#subjects, customers: this.#customers });
    if (addressed !== undefined) {
      return addressed === key;
    }
    if (call.target.kind === "customers") {
      return call.body.kind === "json" && isJsonObject(call.body.value) && call.body.value.key === key;
    }
    return keysOf(call)?.includes(key) === true;
  }
}

function itemsMatch(items: (keys: readonly string[]) => boolean, call: ApiCall): boolean {
  const keys = keysOf(call);
  return keys !== undefined && items(keys);
}

/** The keys of an upsert's items. */
function keysOf({ target, body }: ApiCall): string[] | undefined {
  const items = target.kind === "collection" && body.kind === "json" ? body.value : undefined;
  return Array.isArray(items) ? items.map((item) => (isJsonObject(item) ? String(item.key) : "")) : undefined;
}

function pathMatches(wanted: string | RegExp, url: string): boolean {
  const raw = url.split("?", 1)[0] ?? "";
  return [raw, decodeOnce(raw)].some((path) =>
    typeof wanted === "string" ? path === wanted : path.search(wanted) >= 0,
  );
}

function decodeOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
