import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";

/** Gives each test of a file a folder of its own for temporary files, where runs note what they declare. Returns how to get to it. */
export function ownFolder(): () => string {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-openmeter-unit-"));
    for (const name of ["TMPDIR", "TEMP", "TMP"]) {
      vi.stubEnv(name, folder);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => folder;
}
