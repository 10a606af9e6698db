import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Engine } from "../engine";
import { type Finished, runTimed } from "./child";
import { providersFolder } from "./competitors";

const project = "bench";
const stack = "bench";

/** A Pulumi project around a competitor's program, with state and stack in a folder of its own. */
export class PulumiProject {
  readonly #memoryFolder: string;

  constructor(
    private readonly engine: Engine,
    private readonly folder: string,
    private readonly program: string,
    private readonly baseUrl: string,
    private readonly signal: AbortSignal,
  ) {
    this.#memoryFolder = join(folder, "memory");
  }

  /** Writes the project and makes its stack. */
  async create(): Promise<void> {
    await mkdir(join(this.folder, "state"), { recursive: true });
    const settings = {
      name: project,
      main: dirname(this.program),
      // The programs are plain JavaScript, so that the time of a compiler does not blur the picture.
      runtime: { name: "nodejs", options: { typescript: false } },
    };
    // JSON is YAML.
    await writeFile(join(this.folder, "Pulumi.yaml"), JSON.stringify(settings));
    await this.run(["stack", "init", stack], {});
  }

  /** Runs one command of the engine. */
  async run(args: readonly string[], variables: NodeJS.ProcessEnv): Promise<Finished> {
    await rm(this.#memoryFolder, { recursive: true, force: true });
    await mkdir(this.#memoryFolder);
    return runTimed(this.engine.pulumi, [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: { ...this.#environment(), ...variables },
      signal: this.signal,
    });
  }

  /** Peak memory in the last command: of the largest process that hosted a provider, or of all of them together. */
  async peakMemory(of: "largest" | "all"): Promise<number | undefined> {
    const files = await readdir(this.#memoryFolder);
    const peaks = await Promise.all(files.map((file) => readFile(join(this.#memoryFolder, file), "utf8")));
    if (peaks.length === 0) return undefined;
    return of === "largest" ? Math.max(...peaks.map(Number)) : peaks.reduce((total, peak) => total + Number(peak), 0);
  }

  /** The stack as it lies in the backend's file. */
  state(): Promise<string> {
    return readFile(join(this.folder, "state", ".pulumi", "stacks", project, `${stack}.json`), "utf8");
  }

  #environment(): NodeJS.ProcessEnv {
    const env = this.engine.env(process.env);
    const preloaded = [require.resolve("./plain-javascript.js"), require.resolve("./memory-probe.js")];
    const options = preloaded.map((file) => `--require ${JSON.stringify(file)}`);
    return {
      ...env,
      NODE_OPTIONS: [env.NODE_OPTIONS ?? "", ...options].join(" "),
      NODE_PATH: providersFolder,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this measurement",
      BENCH_MEMORY_FOLDER: this.#memoryFolder,
      ...serverEnvironment(this.baseUrl),
    };
  }
}

/** The server for all competitors, whatever the surroundings name. */
export function serverEnvironment(baseUrl: string): NodeJS.ProcessEnv {
  return { OPENMETER_URL: baseUrl, OPENMETER_API_KEY: "", OPENMETER_TOKEN: "" };
}
