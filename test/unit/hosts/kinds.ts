/** The kinds that the shared tests run on, each with a server of its own, and what may go wrong at it. */
import { expect } from "vitest";
import type { Kind } from "../../../provider/src/core/kind";
import type { Fields } from "../../../provider/src/core/port";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { startCustomers } from "./customer-server";
import type { Server } from "./server";
import { startSubjects } from "./subject-server";

/** A kind with the names that its fields have: a text, a map, and another text, which begins with `cus_`. */
export interface KindUnderTest {
  readonly kind: Kind;
  readonly text: string;
  readonly map: string;
  readonly ref: string;
  /** Whether the map holds any JSON, and not texts alone. */
  readonly holdsJson: boolean;
  /** Whether a resource may go on with another key. */
  readonly changesKey: boolean;
  /** What an object has to which nothing was given. */
  readonly bare: (key: string) => Fields;
  readonly start: () => Server;
}

export const subjects: KindUnderTest = {
  kind: subjectKind,
  text: "displayName",
  map: "metadata",
  ref: "stripeCustomerId",
  holdsJson: true,
  changesKey: true,
  bare: () => ({ metadata: {} }),
  start: startSubjects,
};

export const customers: KindUnderTest = {
  kind: customerKind,
  text: "name",
  map: "metadata",
  ref: "stripeCustomerId",
  holdsJson: false,
  changesKey: false,
  bare: (key) => ({ name: key }),
  start: () => startCustomers(),
};

/** The kinds of the shared tests, for `describe.each`. */
export const kinds = [
  ["a subject", subjects],
  ["a customer", customers],
] as const satisfies readonly (readonly [string, KindUnderTest])[];

/** What a failed operation threw. */
export async function failureOf<E extends Error = Error>(operation: Promise<unknown>): Promise<E> {
  const failure = await operation.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(Error);
  return failure as E; // as was just seen, but for its class, which the caller looks at
}
