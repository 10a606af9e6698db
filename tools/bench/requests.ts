import type { RequestCounts } from "./sample";

/** Counts the emulator's requests by operation. Its own log keeps whole bodies, and not more than some of them. */
export class RequestTally {
  #counts: Record<string, number> = {};

  /** To be called with each line that the emulator logs: `POST /api/v1/subjects 200 1.5 ms, 10 subjects`. */
  readonly log = (line: string): void => {
    const operation = operationOf(line);
    this.#counts[operation] = (this.#counts[operation] ?? 0) + 1;
  };

  /** The counts since the last call. */
  take(): RequestCounts {
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }
}

/** The API's operation behind a line of the emulator's log; failed ones stand apart, with their status. */
export function operationOf(line: string): string {
  const [method = "", path = "", status = ""] = line.split(" ");
  const ofOne = !["/api/v1/subjects", "/api/v1/customers"].includes(path.split("?", 1)[0] ?? "");
  const name = method === "GET" ? (ofOne ? "GET one" : "GET list") : method;
  return status.startsWith("2") ? name : `${name} (${status})`;
}

/** All requests of an operation. */
export function total(counts: RequestCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
