import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Engine } from "../engine";
import type { Server } from "./server";

/** The story's Pulumi project: the program of examples/quickstart, with state and configuration in a folder of its own. */
export class PulumiProject {
  readonly #env: NodeJS.ProcessEnv;
  #running: ChildProcess | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly folder: string,
    private readonly server: Server,
  ) {
    this.#env = {
      ...engine.env(process.env),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "quickstart",
      OPENMETER_URL: server.url,
      ...(server.apiKey !== undefined && { OPENMETER_API_KEY: server.apiKey }),
    };
  }

  /** Writes the project and makes its stack. */
  async create(): Promise<void> {
    const program = resolve(__dirname, "../../examples/quickstart");
    await mkdir(join(this.folder, "state"));
    const project = { name: "openmeter-quickstart", runtime: "nodejs", main: program };
    // JSON is YAML.
    await writeFile(join(this.folder, "Pulumi.yaml"), JSON.stringify(project));
    await this.run(["stack", "init", "quickstart"]);
    await this.run(["config", "set", "keyPrefix", this.server.keyPrefix]);
  }

  /** Runs the engine with its output shown. Rejects when it fails. */
  run(args: readonly string[]): Promise<void> {
    return new Promise((done, fail) => {
      const child = spawn(this.engine.pulumi, [...args, "--cwd", this.folder, "--non-interactive"], {
        env: this.#env,
        stdio: ["ignore", "inherit", "inherit"],
      });
      this.#running = child;
      child.once("error", fail);
      child.once("exit", (code, signal) => {
        this.#running = undefined;
        if (code === 0) done();
        else fail(new Error(`pulumi ${args[0]} ended with ${signal ?? `exit code ${code}`}`));
      });
    });
  }

  /** Asks the running engine to end, as Ctrl-C does. */
  interrupt(): void {
    this.#running?.kill("SIGINT");
  }
}
