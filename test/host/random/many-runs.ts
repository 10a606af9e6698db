import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { isCompanion, isSet } from "../../model/program";
import { DynamicHost } from "../dynamic-host";
import type { Operations } from "../operations";

const require = createRequire(__filename);

const runsOfOneProcess = 150;

/** What stands for the processes of the dynamic host in one run of the engine. */
export interface HostRun {
  /** The provider of a resource of this name: the stack's, or one of its own. */
  of(resource: { readonly name: string; readonly ownProvider: boolean }): Operations;
  /** All that the provider has written for the person at the terminal. */
  output(): Promise<string>;
}

/**
 * One process of the real dynamic host that serves many runs and all provider instances, each with the provider loaded anew,
 * since a process for each takes most of a second. Its clock runs fast, so that nobody waits.
 */
export class ManyRuns {
  #host: DynamicHost | undefined;
  #runs = 0;

  constructor(private readonly url: string) {}

  /** Where the engine of all runs listens: where something does, or others would take their facts for abandoned. */
  get engineAddress(): string {
    return new URL(this.url).host;
  }

  async begin(): Promise<HostRun> {
    const host = await this.#living();
    const run = ++this.#runs;
    const offset = host.output.length;
    return {
      of: ({ name, ownProvider }) => host.of(codeOf(`${run} ${ownProvider ? "own" : "stack"}`, exportOf(name))),
      output: async () => {
        const end = `end of run ${run}`;
        // What a process has written is in the pipe, but this process may hear of it later than of the answers.
        await host.of(`console.log("${end}"); exports.handler = () => ({})`).check({});
        while (!host.output.includes(end, offset)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
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
    if (this.#runs % runsOfOneProcess === 0) {
      await this.kill();
    }
    this.#host ??= await DynamicHost.start({
      config: { "openmeter:baseUrl": this.url, "openmeter:maxRetries": "2" },
      engineAddress: this.engineAddress,
      env: { TMPDIR: tmpdir(), NODE_OPTIONS: `--require ${JSON.stringify(require.resolve("./fast-clock.cjs"))}` },
    });
    return this.#host;
  }
}

function exportOf(name: string): string {
  if (isCompanion(name)) {
    return "subjectSetMembers";
  }
  return isSet(name) ? "subjectSet" : "subject";
}

/** The state's line of code, but with modules of the provider that no other provider instance has used. */
function codeOf(instance: string, provider: string): string {
  return `
    globalThis.instances ??= new Map();
    if (!globalThis.instances.has("${instance}")) {
      for (const file of Object.keys(require.cache)) if (/provider.dist/.test(file)) delete require.cache[file];
      globalThis.instances.set("${instance}", require("pulumi-openmeter/dynamic"));
    }
    exports.handler = globalThis.instances.get("${instance}").${provider};`;
}
