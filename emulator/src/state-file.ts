import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { JsonObject, Subject } from "./subject";

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
      metadata: z.custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
      stripeCustomerId: z.string().exactOptional(),
      updatedAt: z.string(),
    }),
  ),
});

/** Reads the subjects of a state file; a missing file holds none. Throws with the path when it is not a state file. */
export function loadState(path: string): Subject[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return [];
    }
    throw error;
  }
  try {
    return stateSchema.parse(JSON.parse(text)).subjects;
  } catch (cause) {
    throw new Error(`${path} is not a state file of the emulator: move it away to start empty.`, { cause });
  }
}

/** Writes all subjects beside the file and renames, so that a crash leaves the old state or the new one, never half. */
export function saveState(path: string, subjects: readonly Subject[]): void {
  const half = `${path}.${process.pid}.tmp`;
  writeFileSync(half, JSON.stringify({ version: 1, subjects }));
  renameSync(half, path);
}
