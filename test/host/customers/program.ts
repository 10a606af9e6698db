/** Programs of the customers' tests, and what the server then has. */
import type { Customer, InProcessEmulator } from "openmeter-emulator";
import { expect } from "vitest";
import type { Properties } from "../operations";
import type { Declared } from "./deployment";

/** A customer that declares these fields, and perhaps options. */
export function customer(key: string, fields: Properties = {}, marks: Properties = {}): Declared {
  return { type: "Customer", inputs: { key, ...fields }, marks };
}

/** A set of customers by key. */
export function customerSet(members: Readonly<Record<string, object>>, options: Properties = {}): Declared {
  return { type: "CustomerSet", inputs: { customers: JSON.stringify(members), ...options } };
}

/** A subject. */
export function subject(key: string, fields: Properties = {}): Declared {
  return { type: "Subject", inputs: { key, ...fields } };
}

/** A set of subjects by key. */
export function subjectSet(members: Readonly<Record<string, object>>, options: Properties = {}): Declared {
  return { type: "SubjectSet", inputs: { subjects: JSON.stringify(members), ...options } };
}

/** The live customer of this key as the server has it, without its times. */
export function live(
  { customers }: InProcessEmulator,
  key: string,
): Omit<Customer, "createdAt" | "updatedAt"> | undefined {
  const { createdAt: _created, updatedAt: _updated, ...rest } = customers.get(key) ?? {};
  return "id" in rest ? (rest as Customer) : undefined; // with an id it is one
}

/** The subject keys of a live customer. */
export function subjectKeysOf({ customers }: InProcessEmulator, key: string): readonly string[] {
  return customers.get(key)?.usageAttribution?.subjectKeys ?? [];
}

/** What a failed command says. */
export async function messageOf(command: Promise<unknown>): Promise<string> {
  const error = await command.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, "it should have failed").toBeInstanceOf(Error);
  return String(Reflect.get(Object(error), "message"));
}
