/**
 * Plays the engine on the operations of the hosts: previews, updates, refreshes and destroys of a small stack, in the order in
 * which the engine asks. Each command is served by a process of its own.
 */
import { type Marks, marksProperty } from "../../../provider/src/contract";
import { PartialFailure } from "../../../provider/src/core/failure";
import type { Report } from "../../../provider/src/core/surroundings";
import { unknown } from "../../../provider/src/core/unknown";
import { membersResource } from "../../../provider/src/hosts/members";
import { objectResource } from "../../../provider/src/hosts/objects";
import {
  type CheckFailure,
  once,
  type Properties,
  type ResourceOperations,
  Secret,
} from "../../../provider/src/hosts/resource";
import { Session } from "../../../provider/src/hosts/session";
import { setForm } from "../../../provider/src/hosts/set";
import { singleForm } from "../../../provider/src/hosts/single";
import { encodeByKey } from "../../../provider/src/json";
import type { KindUnderTest } from "./kinds";
import type { Server } from "./server";

type Type = "single" | "set" | "members";

/** One process of the provider, with what it has told. */
export type Process = Readonly<Record<Type, ResourceOperations>> & {
  readonly set: Required<ResourceOperations>;
  readonly reports: string[];
  /** The same with what each is about. */
  readonly messages: ({ readonly line: string } & Parameters<Report>[1])[];
  readonly session: Session;
};

/**
 * Starts a process of the provider at a server.
 *
 * @param provider the name of the `Provider` that configures it; by default the stack's configuration does
 */
export function startProcess(
  { kind }: KindUnderTest,
  server: Server,
  engineAddress = "unit.test:1",
  provider?: { readonly name: string; readonly apiKey?: string; readonly baseUrl?: string },
): Process {
  const reports: string[] = [];
  const messages: Process["messages"] = [];
  const report: Report = (line, about) => {
    // The engine would show it as one of the whole stack.
    if (about?.urn === undefined && about?.level !== "status") {
      throw new Error(`not about any resource: ${line}`);
    }
    reports.push(line);
    messages.push({ line, ...about });
  };
  const { clock } = server;
  const connect = once(server.connect);
  const session = new Session({ engineAddress, environment: {}, report, clock });
  const { name, apiKey, baseUrl = "http://127.0.0.1:1" } = provider ?? {};
  session.configure({
    "openmeter:baseUrl": baseUrl,
    ...(apiKey !== undefined && { "openmeter:apiKey": apiKey }),
    ...(name !== undefined && { [marksProperty]: { urn: `urn:pulumi:test::unit::pulumi:providers:x::${name}` } }),
  });
  const around = { ...session.surroundings(kind, ({ subjects }) => subjects), connect };
  return {
    reports,
    messages,
    session,
    single: objectResource(around, session, singleForm(kind)),
    set: objectResource(around, session, setForm(kind)),
    members: membersResource(around, session),
  };
}

/** A resource as a program declares it; a set brings its companion along. */
export interface Declared {
  readonly type: Exclude<Type, "members">;
  readonly inputs: Properties;
  readonly marks?: Partial<Marks>;
}

/** One object. */
export function one(key: unknown, inputs: Properties = {}, marks: Partial<Marks> = {}): Declared {
  return { type: "single", inputs: { key, ...inputs }, marks };
}

/** Many objects, by key. */
export function many(
  { kind }: KindUnderTest,
  objects: Readonly<Record<string, Properties>> | typeof unknown,
  inputs: Properties = {},
  marks: Partial<Marks> = {},
): Declared {
  const text = objects === unknown ? unknown : encodeByKey(Object.entries(objects));
  return { type: "set", inputs: { [kind.names.objects]: text, ...inputs }, marks };
}

export type Program = Readonly<Record<string, Declared>>;

interface Entry {
  readonly type: Type;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The engine updates what a partial failure has left, whatever diff says. */
  readonly failed?: boolean;
}

/** A check that refused its inputs, in the program's words. */
export class Refused extends Error {
  constructor(readonly failures: readonly CheckFailure[]) {
    super(failures.map(({ reason }) => reason).join("\n"));
  }
}

export interface Outcome {
  /** What was or would be done: `+ set s`, `~ single a`, `- members s`; a replacement is `+-`. */
  readonly steps: readonly string[];
  readonly reports: readonly string[];
  readonly process: Process;
  /** The inputs that the checks returned, which a preview shows: `set s`. */
  readonly checked: ReadonlyMap<string, Properties>;
}

interface Command {
  /** Names of resources that are replaced without being asked, as by `--replace`. */
  readonly replace?: readonly string[];
  /** Names of resources that this run leaves out, as by `--exclude`. */
  readonly exclude?: readonly string[];
  /** Where the processes of the run find each other. */
  readonly engineAddress?: string;
  /** What happens between the program and the delete phase. */
  readonly beforeDeletes?: () => void;
}

export class Stack {
  readonly state = new Map<string, Entry>();
  /** What has been replaced, and is not deleted yet. */
  readonly pending: [string, Entry][] = [];

  constructor(
    readonly under: KindUnderTest,
    readonly server: Server = under.start(),
  ) {}

  outputs(name: string): Properties {
    const entry = this.state.get(urnOf("single", name)) ?? this.state.get(urnOf("set", name));
    return entry?.outputs ?? {};
  }

  preview(program: Program): Promise<Outcome> {
    return this.#run(program, {}, true);
  }

  up(program: Program, command: Command = {}): Promise<Outcome> {
    return this.#run(program, command, false);
  }

  async refresh(): Promise<Omit<Outcome, "checked">> {
    const process = this.#start({});
    const steps: string[] = [];
    for (const [urn, entry] of this.state) {
      const { type, id, outputs } = entry;
      const live = await process[type].read(id, outputs);
      if (live === undefined) {
        this.state.delete(urn);
        steps.push(`- ${shortOf(urn)}`);
        continue;
      }
      const { inputs = entry.inputs } = live;
      this.state.set(urn, { type, id: live.id, inputs: bare(inputs), outputs: bare(live.outputs) });
      await process[type].diff(id, bare(live.outputs), entry.inputs);
      if (JSON.stringify(bare(inputs)) !== JSON.stringify(entry.inputs)) {
        steps.push(`~ ${shortOf(urn)}`);
      }
    }
    return { steps, reports: process.reports, process };
  }

  async destroy(): Promise<Omit<Outcome, "checked">> {
    const process = this.#start({});
    const steps: string[] = [];
    await this.#deletes(process, [...this.state.keys()], steps);
    return { steps, reports: process.reports, process };
  }

  #start({ engineAddress }: Command): Process {
    return startProcess(this.under, this.server, engineAddress);
  }

  async #run(program: Program, command: Command, isPreview: boolean): Promise<Outcome> {
    const process = this.#start(command);
    const steps: string[] = [];
    const checked = new Map<string, Properties>();
    const declared = new Set<string>();
    for (const [name, { type, inputs, marks }] of Object.entries(program)) {
      if (command.exclude?.includes(name)) {
        declared.add(urnOf(type, name)).add(urnOf("members", name));
        continue;
      }
      const forced = command.replace?.includes(name) === true;
      const urn = urnOf(type, name);
      declared.add(urn);
      const step = { urn, type, forced, news: { ...inputs, [marksProperty]: { ...marks, urn } } };
      const outputs = await this.#step(process, step, { steps, checked }, isPreview);
      if (type === "set") {
        const ofMembers = urnOf("members", name);
        declared.add(ofMembers);
        const { ids } = this.under.kind.names;
        const news = { [ids]: outputs?.[ids] ?? unknown, [marksProperty]: { ...marks, urn } };
        await this.#step(process, { urn: ofMembers, type: "members", forced, news }, { steps, checked }, isPreview);
      }
    }
    const gone = [...this.state.keys()].filter((urn) => !declared.has(urn));
    if (isPreview) {
      steps.push(...gone.map((urn) => `- ${shortOf(urn)}`));
    } else {
      command.beforeDeletes?.();
      await this.#deletes(process, gone, steps);
    }
    return { steps, reports: process.reports, process, checked };
  }

  /** Brings one resource to its inputs. Returns its outputs, as far as a preview knows them. */
  async #step(
    process: Process,
    { urn, type, forced, news }: { urn: string; type: Type; forced: boolean; news: Properties },
    { steps, checked: allChecked }: { steps: string[]; checked: Map<string, Properties> },
    isPreview: boolean,
  ): Promise<Properties | undefined> {
    const old = this.state.get(urn);
    const operations = process[type];
    const checked = await operations.check(forced ? {} : (old?.inputs ?? {}), news);
    if (checked.failures.length > 0) {
      throw new Refused(checked.failures);
    }
    // The engine takes secrets out of what it hands over.
    const inputs = bare(checked.inputs);
    allChecked.set(shortOf(urn), inputs);
    const { changes, replaces } =
      old === undefined || forced
        ? { changes: true, replaces: old === undefined ? [] : ["forced"] }
        : await operations.diff(old.id, old.outputs, inputs);
    if (old !== undefined && !changes && old.failed !== true) {
      this.state.set(urn, { ...old, inputs });
      return old.outputs;
    }
    const isNew = old === undefined || replaces.length > 0;
    steps.push(`${isNew ? (old === undefined ? "+" : "+-") : "~"} ${shortOf(urn)}`);
    if (isPreview) {
      return undefined;
    }
    try {
      const { id, outputs } = isNew
        ? await operations.create(inputs)
        : { id: old.id, outputs: await operations.update(old.id, old.outputs, inputs) };
      if (isNew && old !== undefined) {
        this.pending.push([urn, old]);
      }
      this.state.set(urn, { type, id, inputs, outputs: bare(outputs) });
      return bare(outputs);
    } catch (error) {
      if (error instanceof PartialFailure && operations.partial !== undefined) {
        const { id, forms } = operations.partial({ state: error.state, inputs });
        if (isNew && old !== undefined) {
          this.pending.push([urn, old]);
        }
        this.state.set(urn, { type, id, inputs, outputs: bare(forms[0]?.() ?? {}), failed: true });
      }
      throw error;
    }
  }

  /** What was replaced first, then what is declared no more, each in the opposite order of its making. */
  async #deletes(process: Process, gone: readonly string[], steps: string[]): Promise<void> {
    for (const entry of [...this.pending].reverse()) {
      const [urn, { type, id, outputs }] = entry;
      await process[type].delete(id, outputs);
      this.pending.splice(this.pending.indexOf(entry), 1);
      steps.push(`- ${shortOf(urn)}`);
    }
    for (const urn of [...gone].reverse()) {
      const { type, id, outputs } = this.state.get(urn) as Entry; // `gone` names entries of the state
      await process[type].delete(id, outputs);
      this.state.delete(urn);
      steps.push(`- ${shortOf(urn)}`);
    }
  }
}

/** A stack without resources, at a server of its own. */
export function start(under: KindUnderTest): { readonly stack: Stack; readonly server: Server } {
  const stack = new Stack(under);
  return { stack, server: stack.server };
}

/** The same after a first `up` of a program. */
export async function deployed(under: KindUnderTest, program: Program): Promise<ReturnType<typeof start>> {
  const started = start(under);
  await started.stack.up(program);
  return started;
}

/** The URN of a resource of the tests. */
export function urnOf(type: Type, name: string): string {
  return `urn:pulumi:test::unit::pulumi-nodejs:dynamic/openmeter:${type}::${name}`;
}

function shortOf(urn: string): string {
  const [, , type, name] = urn.split("::");
  return `${type?.split(":").at(-1)} ${name}`;
}

/** Properties as the host hands them back: secrets come unwrapped. */
function bare(properties: Properties): Properties {
  const unwrap = (value: unknown): unknown => {
    if (value instanceof Secret) {
      return unwrap(value.value);
    }
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unwrap(member)]))
      : value;
  };
  return unwrap(properties) as Properties; // an object stays one
}
