import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = resolve(__dirname, "../..");
const execute = promisify(execFile);

let bin: string;
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "engine-on-path-"));
});
afterEach(() => rm(bin, { recursive: true, force: true }));

/** Runs the program where `bin` is all that is on PATH, and no engine can be made. */
function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { PATH: bin, PULUMI_OPENMETER_ENGINE_DIR: join(bin, "pulumi", "no-folder") };
  const command = ["--import", "tsx", join(root, "tools/engine/main.ts"), ...args];
  return execute(process.execPath, command, { cwd: root, env });
}

describe.skipIf(process.platform === "win32")("the program that gets an engine", () => {
  it("prints with --print-path nothing but the folder of the engine's programs", async () => {
    for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"]) {
      await writeFile(join(bin, name), "#!/bin/sh\necho v3.259.0\n", { mode: 0o755 });
    }
    expect(await run("--print-path")).toEqual({ stdout: `${bin}\n`, stderr: "" });
  });

  it("prints with --print-path nothing to a shell's PATH when there is no engine", async () => {
    await writeFile(join(bin, "pulumi"), "");
    await expect(run("--print-path")).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("no-folder"),
    });
  });
});
