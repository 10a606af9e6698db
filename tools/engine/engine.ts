import path from "node:path";
import { type MadeFrom, programFile } from "./location";

/** A Pulumi CLI that is ready to run TypeScript programs with dynamic resources. */
export interface Engine {
  /** As `pulumi version` says it, without the `v`. */
  readonly version: string;
  /** Found on `PATH`, installed by Pulumi's own installer, or built from Go modules. */
  readonly source: "path" | MadeFrom;
  /** The folder of the binary. For an engine of our making, its parent is a `root` for `PulumiCommand.get`. */
  readonly binDir: string;
  /** The absolute path of the binary. */
  readonly pulumi: string;
  /** The environment for child processes: this engine and its plugins on `PATH`, update checks off. */
  env(base?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
}

/** The engine in `binDir`. */
export function engineAt(
  binDir: string,
  version: string,
  source: Engine["source"],
  platform: NodeJS.Platform = process.platform,
): Engine {
  return {
    version,
    source,
    binDir,
    pulumi: path.join(binDir, programFile("pulumi", platform)),
    env: (base = process.env) => childEnvironment(base, binDir, source, platform),
  };
}

function childEnvironment(
  base: NodeJS.ProcessEnv,
  binDir: string,
  source: Engine["source"],
  platform: NodeJS.Platform,
): NodeJS.ProcessEnv {
  // Windows spells it Path, and a copy of its environment is case-sensitive.
  const key = Object.keys(base).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const delimiter = platform === "win32" ? ";" : ":";
  const entries = (base[key] ?? "").split(delimiter).filter((entry) => entry !== "");
  return { ...base, [key]: withEngine(entries, binDir, source).join(delimiter), PULUMI_SKIP_UPDATE_CHECK: "true" };
}

/**
 * An engine of our making goes first: plugins of another installation, earlier on `PATH`, would be used instead of its own.
 * The folder of an engine found on `PATH` may hold anything, another `node` for one, so it keeps its place.
 */
function withEngine(entries: readonly string[], binDir: string, source: Engine["source"]): readonly string[] {
  if (source !== "path") return [binDir, ...entries.filter((entry) => entry !== binDir)];
  return entries.includes(binDir) ? entries : [...entries, binDir];
}
