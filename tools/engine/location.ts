import path from "node:path";
import { ENGINE_VERSION } from "./version";

/** The machine an engine is for, as Node names it: `process.platform`, `process.arch`, its environment and home folder. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

/** What engines of this project's making come from: the official download, or a build from Go modules. */
export type MadeFrom = "official" | "go";

/**
 * The folder that keeps engines for every checkout of this user: `PULUMI_OPENMETER_ENGINE_DIR`, or `pulumi-openmeter` in
 * the cache folder of the operating system.
 */
export function engineCache(machine: Machine): string {
  const { env, home, platform } = machine;
  const { resolve } = pathsOf(platform);
  if (env.PULUMI_OPENMETER_ENGINE_DIR) return resolve(env.PULUMI_OPENMETER_ENGINE_DIR);
  return resolve(systemCache(env, home, platform), "pulumi-openmeter");
}

function systemCache(env: NodeJS.ProcessEnv, home: string, platform: NodeJS.Platform): string {
  const { join, isAbsolute } = pathsOf(platform);
  if (platform === "win32") return env.LOCALAPPDATA || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  // The XDG specification has relative paths ignored.
  const xdg = env.XDG_CACHE_HOME;
  return xdg && isAbsolute(xdg) ? xdg : join(home, ".cache");
}

function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === "win32" ? path.win32 : path.posix;
}

/** The name of a finished engine's folder in the cache; its programs are in `bin` under it. */
export function engineFolder(machine: Machine, from: MadeFrom): string {
  const name = `engine-v${ENGINE_VERSION}-${machine.platform}-${machine.arch}`;
  return from === "go" ? `${name}-go` : name;
}

/** The file name of a native program: Windows wants `.exe`. */
export function programFile(name: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `${name}.exe` : name;
}
