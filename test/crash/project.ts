import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Emulator, startEmulator } from "openmeter-emulator";
import type { Engine } from "../../tools/engine";
import type { Program } from "./program";
import type { Story } from "./stories/story";
import type { Resource } from "./verdict";

const projectName = "crash";
const stackName = "crash";
/** The name of what is kept of a stack without resources, beside an empty server. */
const nothing = "nothing";

/** A command of the engine that runs. */
export interface Command {
  readonly pid: number;
  readonly finished: Promise<Finished>;
}

export interface Finished {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  /** What a person reads. */
  readonly text: string;
}

/**
 * A Pulumi project with its state in a folder, and the server's content beside it, so that both can be put back to where
 * they were.
 */
export class CrashProject {
  readonly #world: string;
  readonly #program: string;

  private constructor(
    private readonly engine: Engine,
    private readonly folder: string,
    private readonly kept: string,
  ) {
    this.#world = join(folder, "world");
    this.#program = join(folder, "program.json");
  }

  /** Writes a project into a folder and makes its stack. */
  static async create(engine: Engine, folder: string): Promise<CrashProject> {
    const project = new CrashProject(engine, join(folder, "first"), join(folder, "kept"));
    await mkdir(join(project.#world, "state"), { recursive: true });
    const main = dirname(require.resolve("./program/index.js"));
    const settings = { name: projectName, main, runtime: { name: "nodejs", options: { typescript: false } } };
    // JSON is YAML.
    await writeFile(join(project.folder, "Pulumi.yaml"), JSON.stringify(settings));
    await project.succeed(["stack", "init", stackName]);
    await project.keep(nothing);
    return project;
  }

  /** The same project in another folder, to work there at the same time. What either keeps, both can restore. */
  async another(name: string): Promise<CrashProject> {
    const other = new CrashProject(this.engine, join(this.folder, "..", name), this.kept);
    await cp(this.folder, other.folder, { recursive: true });
    return other;
  }

  /** Starts the server of a story with what it held the last time. */
  startServer({ subjectHook = false }: Pick<Story, "subjectHook">): Promise<Emulator> {
    return startEmulator({ stateFile: join(this.#world, "server.json"), stripe: true, subjectHook });
  }

  /** Keeps state and server as they are under a name. */
  async keep(name: string): Promise<void> {
    await cp(this.#world, join(this.kept, name), { recursive: true });
  }

  /** Puts state and server back to where they were when that name was kept; without a name, to the beginning. */
  async restore(name = nothing): Promise<void> {
    await rm(this.#world, { recursive: true, force: true });
    await cp(join(this.kept, name), this.#world, { recursive: true });
  }

  /** Says what the program declares from now on. */
  async declare(program: Program): Promise<void> {
    await writeFile(this.#program, JSON.stringify(program));
  }

  start(args: readonly string[], serverUrl = ""): Command {
    const env = this.engine.env(process.env);
    const child = spawn(this.engine.pulumi, [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...env,
        // Language hosts that are built from Go modules do not hear of the project's setting.
        NODE_OPTIONS: [env.NODE_OPTIONS ?? "", `--require ${JSON.stringify(plainJavaScript)}`].join(" "),
        PULUMI_HOME: join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${join(this.#world, "state")}`,
        PULUMI_STACK: stackName,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        CRASH_PROGRAM: this.#program,
        // A server named in the surroundings is not to be met by tests.
        OPENMETER_URL: serverUrl,
        OPENMETER_API_KEY: "",
        OPENMETER_TOKEN: "",
      },
    });
    if (child.pid === undefined) throw new Error(`${this.engine.pulumi} could not be started`);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    // Not "close": what an engine that was killed leaves behind may hold the pipes.
    const finished = once(child, "exit").then(([code]): Finished => ({ code, text }));
    return { pid: child.pid, finished };
  }

  /** Runs a command that has to succeed. */
  async succeed(args: readonly string[], serverUrl?: string): Promise<string> {
    const { code, text } = await this.start(args, serverUrl).finished;
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${text}`);
    return text;
  }

  /** Whether the state tells of operations that were begun and not ended. */
  async hasPendingOperations(): Promise<boolean> {
    const { pending_operations: pending = [] } = await this.#latest();
    return pending.length > 0;
  }

  /** The resources in the state. */
  async resources(): Promise<readonly Resource[]> {
    return (await this.#latest()).resources ?? [];
  }

  async #latest(): Promise<{ pending_operations?: readonly unknown[]; resources?: readonly Resource[] }> {
    return JSON.parse(await readFile(this.#stateFile, "utf8")).checkpoint.latest ?? {};
  }

  /**
   * Deletes the attributes beside the state, which the engine can do without. It writes the state itself in one piece, and
   * those not: a kill between creating and filling that file makes each command end with "failed to load checkpoint: EOF".
   */
  async repairBackend(): Promise<void> {
    await rm(`${this.#stateFile}.attrs`, { force: true });
  }

  get #stateFile(): string {
    return join(this.#world, "state", ".pulumi", "stacks", projectName, `${stackName}.json`);
  }
}

const plainJavaScript = require.resolve("../../tools/bench/plain-javascript.js");
