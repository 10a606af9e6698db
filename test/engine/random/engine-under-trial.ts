import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { Subject, SubjectSet } from "pulumi-openmeter";
import { isSet, keyOf, type Program } from "../../model/program";
import { heldResource, type Properties, stepOf } from "../../model/resource";
import type { AnnouncedStep, RunOutcome, StackUnderTrial } from "../../model/stack-under-trial";
import type { State } from "../../model/state";
import type { TestStack } from "../stack";

const ownType = /:Subject(Set)?$/;

/** The real engine, by the Automation API. */
export class EngineUnderTrial implements StackUnderTrial {
  readonly emulator: TestStack["emulator"];
  #running = new AbortController();

  constructor(private readonly test: TestStack) {
    this.emulator = test.emulator;
  }

  async preview(
    program: Program,
    { refresh }: { refresh: boolean },
  ): Promise<RunOutcome & { readonly steps: readonly AnnouncedStep[] }> {
    const events: EngineEvent[] = [];
    const preview = () =>
      this.test.stack.preview({ refresh, program: asProgram(program), onEvent: (event) => events.push(event) });
    const outcome = await this.#outcome(preview);
    return { ...outcome, steps: events.flatMap(announcedStep) };
  }

  /** The order is the engine's own. */
  async up(program: Program, { refresh }: { refresh: boolean }): Promise<RunOutcome> {
    this.#running = new AbortController();
    const { signal } = this.#running;
    return this.#outcome(() => this.test.stack.up({ refresh, signal, program: asProgram(program) }));
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
      .map(({ urn, id, inputs, outputs, ...flags }) =>
        heldResource({
          name: nameOf(urn),
          id,
          inputs: withoutCode(inputs),
          outputs: withoutCode(outputs),
          protect: flags.protect === true,
          retainOnDelete: flags.retainOnDelete === true,
          initErrors: (flags.initErrors ?? []).length > 0,
          delete: flags.delete === true,
          pendingReplacement: flags.pendingReplacement === true,
        }),
      );
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
    for (const { pid } of hosts) process.kill(pid, "SIGKILL");
  }

  cancel(): void {
    this.#running.abort();
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
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly initErrors?: readonly string[];
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
}

function asProgram(program: Program): () => Promise<void> {
  return async () => {
    for (const [name, { members, options }] of Object.entries(program)) {
      const { aliases = [], ignoreChanges = [], ...switches } = options;
      const resourceOptions = {
        ...switches,
        ignoreChanges: [...ignoreChanges],
        aliases: aliases.map((alias) => ({ name: alias })),
      };
      if (isSet(name)) {
        const subjects = Object.entries(members).map(([key, fields]) => ({ key, ...fields }));
        new SubjectSet(name, { subjects }, resourceOptions);
      } else {
        const key = keyOf(members);
        new Subject(name, { key, ...members[key] }, resourceOptions);
      }
    }
  };
}

/** What an event announces: for a replacement, all of the new and all of the old. */
function announcedStep(event: EngineEvent): AnnouncedStep[] {
  const metadata = event.resourcePreEvent?.metadata;
  if (metadata === undefined || !ownType.test(metadata.type)) return [];
  if (["same", "refresh", "read", "replace"].includes(metadata.op)) return [];
  const from: Properties = metadata.op.startsWith("create") ? {} : withoutCode(metadata.old?.inputs ?? {});
  const to: Properties = metadata.op.startsWith("delete") ? {} : withoutCode(metadata.new?.inputs ?? {});
  return [stepOf(nameOf(metadata.urn), metadata.op, from, to)];
}

function withoutCode({ __provider: _code, ...rest }: Properties): Properties {
  return rest;
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
