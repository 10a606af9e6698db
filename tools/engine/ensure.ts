import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { run } from "./child";
import { type Engine, engineAt } from "./engine";
import { goBuild } from "./go-build";
import { type AskVersion, findInstalled, missingPlugins } from "./installed";
import { interruptible } from "./interruption";
import { engineCache, engineFolder, type Machine, type MadeFrom } from "./location";
import { exclusively } from "./lock";
import { officialDownload } from "./official";
import type { Voice } from "./progress";
import { clearLeftovers, publish, type Staging } from "./staging";
import { type Attempt, EngineUnavailableError } from "./unavailable";
import { ENGINE_VERSION, pulumiVersion } from "./version";
import type { Way } from "./way";

/** How `ensureEngine` goes about it; the second half are its edges, for tests. */
export interface EnsureOptions {
  /** Hears what happens, line by line; by default nobody does. */
  readonly say?: (line: string) => void;
  /** On a terminal: shows a line in place of the one shown before, and none for "". */
  readonly show?: (line: string) => void;
  /** Where engines are kept; by default a folder in the user's cache, the same for every checkout. */
  readonly cacheDir?: string;

  readonly machine?: Machine;
  readonly ways?: readonly Way[];
  readonly askVersion?: AskVersion;
  readonly pollMs?: number;
}

/** What the steps below share: the options, each with its value. */
interface Search {
  readonly voice: Voice;
  readonly machine: Machine;
  readonly cacheDir: string;
  readonly ways: readonly Way[];
  readonly ask: AskVersion;
  readonly pollMs: number | undefined;
}

/**
 * A Pulumi engine for demo and tests: the one on `PATH`, or one kept from before, or the official download, or a build
 * from Go modules. Processes that need one at the same time make it once.
 *
 * @throws EngineUnavailableError when none of these can be had
 */
export async function ensureEngine(options: EnsureOptions = {}): Promise<Engine> {
  const search = searchBy(options);
  const installed = await findInstalled(search.machine, search.ask).catch(reasonOf);
  if (typeof installed !== "string") return installed;

  const attempts: Attempt[] = [{ way: "pulumi on PATH", reason: installed }];
  return (await findKept(search)) ?? (await makeExclusively(search, attempts));
}

function searchBy(options: EnsureOptions): Search {
  const { platform, arch, env } = process;
  const machine = options.machine ?? { platform, arch, env, home: homedir() };
  return {
    voice: { say: options.say ?? (() => {}), show: options.show },
    machine,
    cacheDir: options.cacheDir ?? engineCache(machine),
    ways: options.ways ?? [officialDownload, goBuild],
    ask: options.askVersion ?? askVersion,
    pollMs: options.pollMs,
  };
}

const VERSION_ANSWERS_MS = 30_000;

function askVersion(binary: string): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return run(binary, ["version"], { env, timeoutMs: VERSION_ANSWERS_MS });
}

/** An engine that an earlier run made, of either kind. */
async function findKept(search: Search): Promise<Engine | undefined> {
  const kinds: readonly MadeFrom[] = ["official", "go"];
  for (const from of kinds) {
    const root = path.join(search.cacheDir, engineFolder(search.machine, from));
    const engine = await finishedEngine(search, root, from).catch(() => undefined);
    if (engine) return engine;
  }
  return undefined;
}

async function makeExclusively(search: Search, attempts: Attempt[]): Promise<Engine> {
  const { cacheDir, voice, pollMs } = search;
  try {
    await mkdir(cacheDir, { recursive: true });
  } catch (error) {
    throw new EngineUnavailableError([...attempts, { way: `folder ${cacheDir}`, reason: reasonOf(error) }]);
  }
  return interruptible((signal) => {
    const onWait = () => voice.say("Another process is making the engine; waiting for it.");
    const lock = { signal, onWait, ...(pollMs === undefined ? {} : { pollMs }) };
    return exclusively(cacheDir, lock, async (held) => {
      // The process that was waited for, if any, has made it.
      return (await findKept(search)) ?? (await makeByFirstWay(search, attempts, held));
    });
  });
}

async function makeByFirstWay(search: Search, attempts: Attempt[], signal: AbortSignal): Promise<Engine> {
  const { cacheDir, machine, voice } = search;
  await clearLeftovers(cacheDir);
  for (const way of search.ways) {
    try {
      const folder = engineFolder(machine, way.from);
      await publish(cacheDir, folder, async (staging: Staging) => {
        await way.make({ ...staging, platform: machine.platform, voice, signal });
        await finishedEngine(search, staging.root, way.from);
        signal.throwIfAborted();
      });
      return engineAt(path.join(cacheDir, folder, "bin"), ENGINE_VERSION, way.from, machine.platform);
    } catch (error) {
      signal.throwIfAborted();
      attempts.push({ way: way.title, reason: reasonOf(error) });
      voice.say(`No ${way.title}: ${reasonOf(error)}`);
    }
  }
  throw new EngineUnavailableError(attempts);
}

/** The engine under `root`; throws unless it is complete and answers as the version that it has to be. */
async function finishedEngine(search: Search, root: string, from: MadeFrom): Promise<Engine> {
  const { platform } = search.machine;
  const engine = engineAt(path.join(root, "bin"), ENGINE_VERSION, from, platform);
  const output = await search.ask(engine.pulumi);
  if (pulumiVersion(output)?.version !== ENGINE_VERSION) {
    throw new Error(`it says that its version is "${output.trim()}"`);
  }
  const missing = await missingPlugins([engine.binDir], platform);
  if (missing.length > 0) throw new Error(`it came without ${missing.join(" and ")}`);
  return engine;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
