import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { CustomersState } from "./customers/customers";
import type { StripeState } from "./customers/stripe";
import { isJsonObject, type JsonObject, type Subject } from "./subject";

/** What a state file holds. */
export interface State {
  readonly subjects: readonly Subject[];
  /** Absent in files of before the emulator knew customers. */
  readonly customers?: CustomersState;
  readonly stripe?: StripeState;
}

const customersSchema = z.custom<CustomersState>(
  (value) =>
    isJsonObject(value) && ["customers", "subjectKeys", "obligations"].every((name) => Array.isArray(value[name])),
);

const stripeSchema = z.custom<StripeState>((value) => isJsonObject(value) && Array.isArray(value.links));

const stateSchema = z.object({
  version: z.literal(1),
  subjects: z.array(
    z.object({
      createdAt: z.string(),
      deletedAt: z.string().exactOptional(),
      displayName: z.string().exactOptional(),
      id: z.string(),
      key: z.string(),
      // Not z.record: it would drop a metadata name like __proto__.
      metadata: z.custom<JsonObject>(isJsonObject),
      stripeCustomerId: z.string().exactOptional(),
      updatedAt: z.string(),
    }),
  ),
  customers: customersSchema.exactOptional(),
  stripe: stripeSchema.exactOptional(),
});

/** Reads a state file; a missing one holds nothing. Throws with the path when it is not a state file. */
export function loadState(path: string): State {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return { subjects: [] };
    }
    throw error;
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is not a state file of the emulator: move it away to start empty.`, { cause });
  }
}

/** Writes everything beside the file and renames, so that a crash leaves the old state or the new one, never half. */
export function saveState(path: string, state: State): void {
  const half = `${path}.${process.pid}.tmp`;
  writeFileSync(half, JSON.stringify({ version: 1, ...state }));
  renameSync(half, path);
}
