import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import type { Account } from "../../../provider/src/run/facts";
import { kindOf } from "../../model/kinds";
import { isCompanion, isSet, type ProviderName } from "../../model/program";
import type { Servers } from "../../model/servers";
import { DynamicHost } from "../dynamic-host";
import type { Operations } from "../operations";

const require = createRequire(__filename);

const runsOfOneProcess = 150;

/** What stands for the processes of the dynamic host in one run of the engine. */
export interface HostRun {
  /** What provides a resource of this name. */
  of(resource: { readonly name: string; readonly provider: ProviderName }): Operations;
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

  constructor(private readonly servers: Servers) {}

  /** The account that the program notes for a provider: that of the stack's configuration, it need not know. */
  accountOf(provider: ProviderName): Account | undefined {
    return provider === "stack" ? undefined : { baseUrl: this.#urlOf(provider), apiKey: apiKeyOf[provider] };
  }

  #urlOf(provider: ProviderName): string {
    return this.servers[provider === "elsewhere" ? "elsewhere" : "here"].url;
  }

  /** The configuration of the stack, or the inputs of a `Provider`. */
  #configOf(provider: ProviderName): object {
    const urn = `urn:pulumi:test::subjects::pulumi:providers:pulumi-nodejs::${provider}`;
    return {
      "openmeter:baseUrl": this.#urlOf(provider),
      "openmeter:maxRetries": "2",
      ...(provider !== "stack" && { "openmeter:apiKey": apiKeyOf[provider], __openmeter: { urn } }),
    };
  }

  /** Where the engine of all runs listens: where something does, or others would take their facts for abandoned. */
  get engineAddress(): string {
    return new URL(this.servers.here.url).host;
  }

  async begin(): Promise<HostRun> {
    const host = await this.#living();
    const run = ++this.#runs;
    const offset = host.output.length;
    return {
      of: ({ name, provider }) =>
        host.of(codeOf(`${run} ${provider}`, exportOf(name), JSON.stringify(this.#configOf(provider)))),
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
      engineAddress: this.engineAddress,
      env: { TMPDIR: tmpdir(), NODE_OPTIONS: `--require ${JSON.stringify(require.resolve("./fast-clock.cjs"))}` },
    });
    return this.#host;
  }
}

/** Of the `Provider`s. Without one, the stack's configuration opens the account of `own` in another way, so that nobody can tell that it is the same. */
const apiKeyOf = { own: "key-of-own", elsewhere: "key-of-elsewhere" };

function exportOf(name: string): string {
  const kind = kindOf(name).name;
  return isCompanion(name) ? `${kind}SetMembers` : isSet(name) ? `${kind}Set` : kind;
}

/** The state's line of code, but with modules of the provider that no other provider instance has used, and with its configuration. */
function codeOf(instance: string, provider: string, config: string): string {
  return `
    globalThis.instances ??= new Map();
    if (!globalThis.instances.has("${instance}")) {
      for (const file of Object.keys(require.cache)) if (/provider.dist/.test(file)) delete require.cache[file];
      globalThis.instances.set("${instance}", require("pulumi-openmeter/dynamic"));
    }
    exports.handler = () => {
      const provider = globalThis.instances.get("${instance}").${provider}();
      const configure = ({ config }) => provider.configure({ config: new config.constructor(${config}, config.projectName) });
      return { ...provider, configure };
    };`;
}
