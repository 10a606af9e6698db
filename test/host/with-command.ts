/** The command of the package, run as its users run it, on an emulator. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "openmeter-emulator";

/** The entry point of the command. */
export const command = resolve(__dirname, "../../provider/bin/pulumi-openmeter.js");

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

interface CommandTest {
  readonly emulator: Emulator;
  readonly folder: string;
  readonly run: (...args: string[]) => Promise<Ended>;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a test of the command on an emulator and in a folder of its own. */
export async function withCommand(
  test: (context: CommandTest) => Promise<void>,
  options: EmulatorOptions = {},
  more: NodeJS.ProcessEnv = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-adopt-"));
  const emulator = await startEmulator(options);
  const env = { PATH: process.env.PATH, OPENMETER_URL: emulator.url, ...more };
  const run = (...args: string[]): Promise<Ended> =>
    new Promise((done) => {
      execFile(process.execPath, [command, ...args], { cwd: folder, env, maxBuffer: 1e9 }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : error.code, stdout, stderr }),
      );
    });
  try {
    await test({ emulator, folder, run, env });
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}
