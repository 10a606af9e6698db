import { access, constants, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { type Engine, engineAt } from "./engine";
import { type Machine, programFile } from "./location";
import { DYNAMIC_HOST } from "./shim";
import { isAtLeast, MINIMUM_PULUMI, pulumiVersion } from "./version";

/** The Node.js language host, which the engine starts to run a TypeScript program. */
export const LANGUAGE_HOST = "pulumi-language-nodejs";

/** Asks a `pulumi` binary for its version: the output of `pulumi version`. */
export type AskVersion = (binary: string) => Promise<string>;

/** The engine that the machine has on `PATH`, or the reason why that is none to use. */
export async function findInstalled(machine: Machine, ask: AskVersion): Promise<Engine | string> {
  const folders = pathFolders(machine);
  const pulumi = await firstProgram(folders, [programFile("pulumi", machine.platform)]);
  if (pulumi === undefined) return "there is none";

  const output = await ask(pulumi);
  const version = pulumiVersion(output);
  if (version === null) return `${pulumi} says its version is "${output.trim()}"`;
  if (!isAtLeast(version, MINIMUM_PULUMI)) return `${pulumi} is ${version}, older than ${MINIMUM_PULUMI}`;

  // A package manager may link only the CLI itself into a folder on PATH; the engine looks beside the real file, too.
  const around = [path.dirname(pulumi), path.dirname(await realpath(pulumi)), ...folders];
  const missing = await missingPlugins(around, machine.platform);
  if (missing.length > 0) return `${pulumi} lacks ${missing.join(" and ")}, beside it or on PATH`;
  return engineAt(path.dirname(pulumi), version.version, "path", machine.platform);
}

/** Which of the programs that the engine needs for TypeScript programs with dynamic resources are in none of the folders. */
export async function missingPlugins(
  folders: readonly string[],
  platform: NodeJS.Platform,
): Promise<readonly string[]> {
  const extensions = platform === "win32" ? [".exe", ".cmd"] : [""];
  const missing: string[] = [];
  for (const name of [LANGUAGE_HOST, DYNAMIC_HOST]) {
    const files = extensions.map((extension) => `${name}${extension}`);
    if ((await firstProgram(folders, files)) === undefined) missing.push(name);
  }
  return missing;
}

function pathFolders({ env, platform }: Machine): readonly string[] {
  const [, value = ""] = Object.entries(env).find(([name]) => name.toUpperCase() === "PATH") ?? [];
  return value.split(platform === "win32" ? ";" : ":").filter((folder) => path.isAbsolute(folder));
}

async function firstProgram(folders: readonly string[], files: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const file of files) {
      const candidate = path.join(folder, file);
      if (await isProgram(candidate)) return candidate;
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
