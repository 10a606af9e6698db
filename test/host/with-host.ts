import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator } from "openmeter-emulator";
import { vi } from "vitest";
import { RunFacts } from "../../provider/src/run/facts";
import { DynamicHost, type HostOptions } from "./dynamic-host";

/** What a test on the dynamic host has at hand. */
export interface HostTest {
  readonly host: DynamicHost;
  readonly emulator: Emulator;
  /** Another run of the engine: another process of the host on the same server. */
  another(options?: HostOptions): Promise<DynamicHost>;
  /** A run whose program has begun its facts, and that may have several processes. */
  beginRun(): Promise<RunTest>;
}

/** One run of the engine. */
export interface RunTest {
  /** What the program notes. */
  readonly facts: RunFacts;
  /** A process of this run, as the engine starts one for each provider instance. */
  process(options?: HostOptions): Promise<DynamicHost>;
}

export interface WithHostOptions extends HostOptions {
  readonly emulator?: EmulatorOptions;
}

/** Runs a test with an emulator and a dynamic host of its own, and ends both whatever happens. */
export async function withHost(
  test: (context: HostTest) => Promise<void>,
  options: WithHostOptions = {},
): Promise<void> {
  const { emulator: emulatorOptions, ...hostOptions } = options;
  const emulator = await startEmulator(emulatorOptions);
  const hosts: DynamicHost[] = [];
  const folders: string[] = [];
  const another = async (more: HostOptions = {}): Promise<DynamicHost> => {
    const config = {
      "openmeter:baseUrl": emulator.url,
      "openmeter:maxRetries": "2",
      ...hostOptions.config,
      ...more.config,
    };
    const host = await DynamicHost.start({ ...hostOptions, ...more, config });
    hosts.push(host);
    return host;
  };
  const beginRun = async (): Promise<RunTest> => {
    const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-run-"));
    folders.push(folder);
    const engineAddress = `127.0.0.1:${folders.length + 1}`;
    return {
      facts: beginIn(folder, engineAddress),
      process: (more = {}) => another({ ...more, engineAddress, env: { ...more.env, ...temporary(folder) } }),
    };
  };
  try {
    await test({ host: await another(), emulator, another, beginRun });
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
    await emulator.close();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** Begins facts in a folder of its own, and not where real runs on this machine have theirs. */
function beginIn(folder: string, engineAddress: string): RunFacts {
  for (const [name, value] of Object.entries(temporary(folder))) {
    vi.stubEnv(name, value);
  }
  try {
    return RunFacts.begin(engineAddress);
  } finally {
    vi.unstubAllEnvs();
  }
}

/** The variables that name a folder for temporary files, of any system. */
function temporary(folder: string) {
  return { TMPDIR: folder, TEMP: folder, TMP: folder };
}
