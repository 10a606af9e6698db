/** Servers as the shared tests see them, of whatever kind their objects are. */
import type { FaultOptions, InProcessEmulator } from "openmeter-emulator";
import type { Fields } from "../../../provider/src/core/port";
import type { Surroundings } from "../../../provider/src/core/surroundings";
import type { JsonValue } from "../../../provider/src/json";
import type { FakeClock } from "../connection";

/** Something that goes wrong with one request, or with some. */
export interface Trouble {
  readonly on: "read" | "write" | "delete";
  readonly key?: string;
  readonly skip?: number;
  /** Default: for ever. */
  readonly times?: number;
  /** What it answers. */
  readonly status?: number;
  readonly detail?: string;
  /** What happens before it is carried out. */
  readonly before?: () => void;
  /** What is stored in place of what was sent, of the object with this key. */
  readonly stores?: Fields;
  /** Lists lack the object with this key. */
  readonly isUnlisted?: true;
}

/** A server of one kind, seen from behind. */
export interface Server {
  readonly clock: FakeClock;
  readonly connect: Surroundings["connect"];
  readonly put: (key: string, fields: Readonly<Record<string, JsonValue | null>>) => void;
  readonly remove: (key: string) => void;
  readonly keys: () => string[];
  readonly id: (key: string) => string | undefined;
  readonly fields: (key: string) => Fields | undefined;
  readonly trouble: (trouble: Trouble) => void;
  readonly cure: () => void;
  /** What was asked since the last time: `read`, `write a`, `delete a`. Objects written or deleted at once are told one by one. */
  readonly requests: () => string[];
}

/** Lets trouble strike these requests, and change an answer by its objects. */
export function strike(
  { faults }: InProcessEmulator,
  { key, skip, times = Number.POSITIVE_INFINITY, status, detail, before, stores, isUnlisted }: Trouble,
  match: NonNullable<FaultOptions["match"]>,
  eachObject: (answer: unknown, change: (one: { readonly key?: unknown }) => readonly object[]) => unknown,
): void {
  const struck = {
    match: { ...match, ...(key !== undefined && isUnlisted === undefined && { key }) },
    times,
    ...(skip !== undefined && { skip }),
  };
  if (status !== undefined) {
    const body = { title: "trouble", status, detail };
    faults.add({ kind: "status", status, body, ...struck, ...(before !== undefined && { onStrike: before }) });
  } else if (before !== undefined) {
    faults.add({ kind: "call", before, ...struck });
  } else {
    const altered = (one: { readonly key?: unknown }) => (isUnlisted ? [] : [{ ...one, ...stores }]);
    const change = (answer: unknown) => eachObject(answer, (one) => (one.key === key ? altered(one) : [one]));
    faults.add({ kind: "alter", change, ...struck });
  }
}
