import { createEmulator, type Fault, type InProcessEmulator } from "openmeter-emulator";
import type { Write } from "../../../../provider/src/core/port";
import type { Configuration } from "../../../../provider/src/openmeter/configuration";
import { connectedTo, FakeClock } from "../../connection";
import { writeOf } from "../asked";

export const always = Number.POSITIVE_INFINITY;

/** The subjects of an emulator, read and written through a connection. */
export function started(settings: Partial<Configuration> = {}) {
  const emulator = createEmulator();
  const clock = new FakeClock();
  return { emulator, clock, ...connectedTo(emulator, { clock, configuration: settings }) };
}

/** Keys `k0`, `k1`, … */
export function keys(count: number, prefix = "k"): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** So many subjects to write, with keys `k0`, `k1`, … */
export function writes(count: number): Write[] {
  return keys(count).map((key) => writeOf(key, { displayName: `Subject ${key}` }));
}

/** Puts subjects there without a request. */
export function seed(emulator: InProcessEmulator, all: readonly string[]): void {
  for (let start = 0; start < all.length; start += 50_000) {
    const items = all.slice(start, start + 50_000).map((key) => ({ key, displayName: `Customer ${key}` }));
    emulator.subjects.upsert(...items);
  }
}

/** The requests so far: `GET /api/v1/subjects`. */
export function lines({ requests }: InProcessEmulator): string[] {
  return requests.list().map(({ method, path }) => `${method} ${path}`);
}

/** An answer given instead of the emulator's own. */
export function answered(status: number, body: string | object, contentType = "application/json"): Fault {
  return { kind: "status", status, contentType, body: typeof body === "string" ? body : JSON.stringify(body) };
}

/** An error answer as OpenMeter writes it. */
export function problem(status: number, detail: string): Fault {
  return answered(status, { type: "about:blank", title: "Error", status, detail }, "application/problem+json");
}
