import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Emulator, type EmulatorOptions, startEmulator } from "openmeter-emulator";
import { inject } from "vitest";
import { installInto, manifestOf } from "../engine/packed-package";

const execute = promisify(execFile);
const examples = resolve(__dirname, "../../examples");

/** An example as a user has it: its folder copied to another place, with what its package.json names installed. */
export interface CopiedExample {
  readonly folder: string;
  readonly emulator: Emulator;
  /** The environment of a terminal in which the user works: engine, backend, server. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command in the folder and answers with what it printed; rejects when it fails. */
  run(...command: [string, ...string[]]): Promise<string>;
  /** Runs `pulumi` without asking questions. */
  pulumi(...args: string[]): Promise<string>;
  /** Runs `pulumi` and answers with what it printed; rejects unless it fails. */
  failingPulumi(...args: string[]): Promise<string>;
  /** The stack's outputs, by name. */
  outputs(): Promise<unknown>;
}

/**
 * Copies an example, makes its stack `dev`, and runs a test on it with an emulator of its own. All of it is gone afterwards.
 *
 * @param env what the README has the user set, in addition to OPENMETER_URL
 * @param server what the emulator is started with
 */
export async function withExample(
  name: string,
  test: (example: CopiedExample) => Promise<void>,
  { env = {}, server = {} }: { readonly env?: NodeJS.ProcessEnv; readonly server?: EmulatorOptions } = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `openmeter-${name}-`));
  const emulator = await startEmulator(server);
  try {
    await copyAndInstall(join(examples, name), folder);
    const example = exampleIn(folder, emulator, { ...terminalIn(folder, emulator.url), ...env });
    await mkdir(join(folder, ".state"));
    await example.pulumi("stack", "init", "dev");
    await test(example);
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files that a user copies are all but those that `npm install` and `pulumi config` make. */
function isCopied(path: string): boolean {
  return basename(path) !== "node_modules" && !/^Pulumi\..+\.yaml$/.test(basename(path));
}

/** Installs a copy of a folder of the workspace. */
export async function copyAndInstall(member: string, folder: string): Promise<void> {
  await cp(member, folder, { recursive: true, filter: isCopied });
  const { dependencies, devDependencies } = await manifestOf(folder);
  await installInto(folder, inject("packedProvider"), Object.keys({ ...dependencies, ...devDependencies }), member);
}

function terminalIn(folder: string, url: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    PULUMI_HOME: join(folder, ".pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(folder, ".state")}`,
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Checking types takes longer than all else; types.test.ts does it once for each example.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    OPENMETER_URL: url,
    npm_config_update_notifier: "false",
    NO_COLOR: "1",
  };
}

function exampleIn(folder: string, emulator: Emulator, env: NodeJS.ProcessEnv): CopiedExample {
  const pulumi = (...args: string[]) => runIn(folder, env, "pulumi", ...args, "--non-interactive");
  const failingPulumi = async (...args: string[]): Promise<string> => {
    const printed = await pulumi(...args).catch((error: unknown) => error);
    if (printed instanceof CommandFailed) return printed.message;
    throw new Error(`pulumi ${args.join(" ")} should have failed, and printed: ${printed}`);
  };
  const outputs = async (): Promise<unknown> => JSON.parse(await pulumi("stack", "output", "--json"));
  return { folder, emulator, env, run: (...command) => runIn(folder, env, ...command), pulumi, failingPulumi, outputs };
}

/** Runs a command and answers with what it printed; rejects with that when it fails. */
export async function runIn(
  folder: string,
  env: NodeJS.ProcessEnv,
  ...[command, ...args]: [string, ...string[]]
): Promise<string> {
  try {
    const { stdout, stderr } = await execute(command, args, { cwd: folder, env });
    return `${stdout}${stderr}`;
  } catch (error) {
    throw new CommandFailed(error);
  }
}

/** A command ended with an error; the message is all that it printed. */
class CommandFailed extends Error {
  constructor(cause: unknown) {
    // What execFile rejects with; without outputs when the command could not be started.
    const { message, stdout = "", stderr = "" } = cause as { message: string; stdout?: string; stderr?: string };
    super(`${message}\n${stdout}${stderr}`);
  }
}
