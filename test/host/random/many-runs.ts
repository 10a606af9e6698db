import { createRequire } from "node:module";
import { DynamicHost } from "../dynamic-host";
import type { Operations } from "../operations";

const require = createRequire(__filename);

const runsOfOneProcess = 150;

/** What stands for one process of the dynamic host: one run of the engine. */
export interface HostRun {
  readonly subjects: Operations;
  readonly sets: Operations;
  /** All that the provider has written for the person at the terminal. */
  output(): Promise<string>;
}

/**
 * One process of the real dynamic host that serves many runs, each with the provider loaded anew, since a process for each
 * takes most of a second. Its clock runs fast, so that nobody waits.
 */
export class ManyRuns {
  #host: DynamicHost | undefined;
  #runs = 0;

  constructor(private readonly url: string) {}

  async begin(): Promise<HostRun> {
    const host = await this.#living();
    const run = ++this.#runs;
    const offset = host.output.length;
    return {
      subjects: host.of(codeOf(run, "subject")),
      sets: host.of(codeOf(run, "subjectSet")),
      output: async () => {
        const end = `end of run ${run}`;
        // What a process has written is in the pipe, but this process may hear of it later than of the answers.
        await host.of(`console.log("${end}"); exports.handler = () => ({})`).check({});
        while (!host.output.includes(end, offset)) await new Promise((resolve) => setTimeout(resolve, 1));
        return host.output.slice(offset, host.output.indexOf(end, offset));
      },
    };
  }

  /** Kills the process. The next run begins in another one. */
  async kill(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    await host?.stop();
  }

  async #living(): Promise<DynamicHost> {
    // Nothing of the runs before is freed in it.
    if (this.#runs % runsOfOneProcess === 0) await this.kill();
    this.#host ??= await DynamicHost.start({
      config: { "openmeter:baseUrl": this.url, "openmeter:maxRetries": "2" },
      env: { NODE_OPTIONS: `--require ${JSON.stringify(require.resolve("./fast-clock.cjs"))}` },
    });
    return this.#host;
  }
}

/** The state's line of code, but with modules of the provider that no other run has used. */
function codeOf(run: number, provider: "subject" | "subjectSet"): string {
  return `
    globalThis.runs ??= new Map();
    if (!globalThis.runs.has(${run})) {
      for (const file of Object.keys(require.cache)) if (/provider.dist/.test(file)) delete require.cache[file];
      globalThis.runs.set(${run}, require("pulumi-openmeter/dynamic"));
    }
    exports.handler = globalThis.runs.get(${run}).${provider};`;
}
