import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { CustomResource } from "@pulumi/pulumi";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Emulator } from "openmeter-emulator";
import { Customer, CustomerSet, Provider, Subject, SubjectSet } from "pulumi-openmeter";
import { kindOf } from "../../model/kinds";
import {
  companionOf,
  isSet,
  keyOf,
  namesOf,
  type Program,
  type ProviderName,
  providerNames,
  providerOf,
} from "../../model/program";
import { heldResource, type Properties, stepOf, urnOf } from "../../model/resource";
import { bareKey, type Servers } from "../../model/servers";
import type { AnnouncedStep, RunOutcome, StackUnderTrial, UpOptions } from "../../model/stack-under-trial";
import type { State } from "../../model/state";
import { registered } from "../promise/scene";
import type { TestStack } from "../stack";

const ownType = /openmeter:(Subject|Customer)(Set(Members)?)?$/;

/** The real engine, by the Automation API. */
export class EngineUnderTrial implements StackUnderTrial {
  readonly servers: Servers;
  #running = new AbortController();

  constructor(
    private readonly test: TestStack,
    elsewhere: Emulator,
    subjectHook: boolean,
  ) {
    this.servers = { here: test.emulator, elsewhere, subjectHook };
  }

  async preview(
    program: Program,
    { refresh }: { refresh: boolean },
  ): Promise<RunOutcome & { readonly steps: readonly AnnouncedStep[] }> {
    const events: EngineEvent[] = [];
    const preview = () =>
      this.test.stack.preview({ refresh, program: this.#code(program), onEvent: (event) => events.push(event) });
    const outcome = await this.#outcome(preview);
    return { ...outcome, steps: events.flatMap(announcedStep) };
  }

  /** Of the order, what a program decides; the rest is the engine's own. */
  async up(program: Program, { refresh, replace = [], ...options }: UpOptions): Promise<RunOutcome> {
    this.#running = new AbortController();
    const { signal } = this.#running;
    return this.#outcome(() =>
      this.test.stack.up({ refresh, signal, replace: replace.map(urnOf), program: this.#code(program, options) }),
    );
  }

  async destroy(): Promise<RunOutcome> {
    return this.#outcome(() => this.test.stack.destroy());
  }

  async state(): Promise<State> {
    // From the file: an export takes the engine a second, and there are no secrets in it.
    const { checkpoint }: StateFile = JSON.parse(await this.test.stateText());
    const resources = checkpoint.latest?.resources ?? [];
    return resources
      .filter(({ type }) => ownType.test(type))
      .map(({ urn, provider, id, inputs, outputs, ...flags }) =>
        heldResource({
          name: nameOf(urn),
          id,
          inputs: withoutCode(inputs),
          outputs: withoutCode(outputs),
          protect: flags.protect === true,
          retainOnDelete: flags.retainOnDelete === true,
          provider: nameOfProvider(provider),
          initErrors: (flags.initErrors ?? []).length > 0,
          delete: flags.delete === true,
        }),
      );
  }

  async forget(name: string): Promise<void> {
    if ((await this.state()).some((held) => held.name === name)) {
      await this.test.cli("state", "delete", urnOf(name), "--yes");
    }
  }

  /** Kills the dynamic host, which is a child of the `pulumi` that this process has started. */
  async kill(): Promise<void> {
    const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="]);
    const processes = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, args = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      args,
    }));
    const engines = processes.filter(({ parent }) => parent === process.pid).map(({ pid }) => pid);
    const hosts = processes.filter(({ parent, args }) => engines.includes(parent) && args.includes("dynamic-provider"));
    for (const { pid } of hosts) {
      process.kill(pid, "SIGKILL");
    }
  }

  cancel(): void {
    this.#running.abort();
  }

  /** The program as code. */
  #code(
    program: Program,
    { order = "together", throwsAfter }: Partial<Pick<UpOptions, "order" | "throwsAfter">> = {},
  ): () => Promise<void> {
    return async () => {
      const { here, elsewhere } = this.servers;
      const providers = {
        // By another key than the stack's configuration, so that nobody can tell that it is the same account.
        own: new Provider("own", { baseUrl: here.url, apiKey: "key-of-own", maxRetries: 1 }),
        elsewhere: new Provider("elsewhere", { baseUrl: elsewhere.url, maxRetries: 1 }),
        stack: undefined,
      };
      for (const name of namesOf(program, order.endsWith("reversed")).slice(0, throwsAfter)) {
        const made = construct(program, name, providers);
        if (order.startsWith("late")) {
          await registered(made);
        }
      }
      if (throwsAfter !== undefined && throwsAfter < Object.keys(program).length) {
        throw new Error("the program has failed");
      }
    };
  }

  async #outcome(operation: () => Promise<{ readonly stdout: string; readonly stderr: string }>): Promise<RunOutcome> {
    try {
      const { stdout, stderr } = await operation();
      return { output: `${stdout}\n${stderr}` };
    } catch (error) {
      return { error: String(error), output: "" };
    }
  }
}

interface StateFile {
  readonly checkpoint: { readonly latest?: { readonly resources?: readonly StoredResource[] } };
}

interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly provider?: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly initErrors?: readonly string[];
  readonly delete?: boolean;
}

function construct(
  program: Program,
  name: string,
  providers: Readonly<Record<ProviderName, Provider | undefined>>,
): CustomResource {
  const { members = {}, options = {} } = program[name] ?? {};
  const {
    aliases = [],
    ignoreChanges = [],
    keepsUndeclared,
    ownProvider: _own,
    elsewhere: _elsewhere,
    ...switches
  } = options;
  const provider = providers[providerOf(options)];
  const resourceOptions = {
    ...switches,
    ...(provider !== undefined && { provider }),
    ignoreChanges: [...ignoreChanges],
    aliases: aliases.map((alias) => ({ name: alias })),
  };
  const keeping = keepsUndeclared ? ({ undeclaredMetadata: "keep" } as const) : {};
  const isSubject = kindOf(name).name === "subject";
  if (isSet(name)) {
    const all = Object.entries(members).map(([key, fields]) => ({ key: bareKey(key), ...fields }));
    return isSubject
      ? new SubjectSet(name, { subjects: all, ...keeping }, resourceOptions)
      : new CustomerSet(name, { customers: all, ...keeping }, resourceOptions);
  }
  const key = keyOf(members);
  const args = { key: bareKey(key), ...members[key], ...keeping };
  return isSubject ? new Subject(name, args, resourceOptions) : new Customer(name, args, resourceOptions);
}

/** What an event announces: for a replacement, all of the new and all of the old. */
function announcedStep(event: EngineEvent): AnnouncedStep[] {
  const metadata = event.resourcePreEvent?.metadata;
  const silent = ["same", "refresh", "read", "replace"];
  if (metadata === undefined || !ownType.test(metadata.type) || silent.includes(metadata.op)) {
    return [];
  }
  const from: Properties = metadata.op.startsWith("create") ? {} : withoutCode(metadata.old?.inputs ?? {});
  const to: Properties = metadata.op.startsWith("delete") ? {} : withoutCode(metadata.new?.inputs ?? {});
  const provider = nameOfProvider(metadata.provider);
  return [stepOf({ name: nameOf(metadata.urn), op: metadata.op, provider }, from, to)];
}

function withoutCode({ __provider: _code, ...rest }: Properties): Properties {
  return rest;
}

/** The model's name of a provider, of a reference to it. */
function nameOfProvider(reference = ""): ProviderName {
  return providerNames.find((name) => reference.includes(`::${name}::`)) ?? "stack";
}

/** The model's name of a resource. */
function nameOf(urn: string): string {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return urn.includes("SetMembers::") ? companionOf(name) : name;
}
