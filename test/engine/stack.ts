import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import {
  type EngineEvent,
  LocalWorkspace,
  type OutputMap,
  type PreviewOptions,
  PulumiCommand,
  type Stack,
  type UpOptions,
  type UpResult,
} from "@pulumi/pulumi/automation";
import { type Emulator, type EmulatorOptions, startEmulator } from "openmeter-emulator";
import { Subject, type SubjectArgs } from "pulumi-openmeter";
import { expect } from "vitest";

/** A program as data: resources by name. Most tests need no more, and the harness can hold the server against it. */
export type Declarations = Readonly<Record<string, SubjectArgs & { readonly options?: CustomResourceOptions }>>;

/** A program as code, with what the server must hold after its `up` (fields by key). */
export interface Program {
  readonly run: () => Promise<Record<string, unknown> | undefined>;
  readonly holds: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One step that a preview announces: the resource, what is to happen, and which of its inputs differ how. */
export interface PlannedStep {
  readonly name: string;
  readonly op: string;
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

export interface Preview {
  /** Without steps that change nothing, and without the stack itself. */
  readonly steps: readonly PlannedStep[];
  /** The same of the resources that delete for sets (`SubjectSetMembers` and its like). */
  readonly companions: readonly PlannedStep[];
  /** The same of the `Provider`s. */
  readonly providers: readonly PlannedStep[];
  /** What a person reads, with `--diff`. */
  readonly text: string;
}

/** What a command has printed; for the stack's outputs there is `outputs()`. */
type Printed = Pick<UpResult, "stdout" | "stderr">;

/** A stack of its own, in folders of its own, on the real engine and an emulator of its own. */
export interface TestStack {
  readonly emulator: Emulator;
  readonly stack: Stack;
  readonly folder: string;
  /**
   * `pulumi up`. After a success the harness holds the server against the program and checks that a preview with refresh is
   * empty, unless the test says why that cannot be.
   */
  up(program: Declarations | Program, options?: UpOptions & { readonly unsettledBecause?: string }): Promise<Printed>;
  /** `pulumi up` that must fail; returns what a person reads. */
  failingUp(program: Declarations | Program, options?: UpOptions): Promise<string>;
  preview(program: Declarations | Program, options?: PreviewOptions): Promise<Preview>;
  failingPreview(program: Declarations | Program): Promise<string>;
  /** A command that the Automation API does not have, such as `state taint`; returns what it prints. */
  cli(...args: string[]): Promise<string>;
  /** The stack's outputs. */
  outputs(): Promise<OutputMap>;
  /** Names of the subjects, customers and sets in the state. */
  stateNames(): Promise<string[]>;
  /** The state as it lies in the backend's file. */
  stateText(): Promise<string>;
}

const ownType = /:(Subject|Customer)(Set)?$/;
const companionType = /:(Subject|Customer)SetMembers$/;
const providerType = /^pulumi:providers:pulumi-nodejs$/;
/** Providers that the engine makes by itself. */
const byDefault = /^default/;
const projectName = "subjects";
const stackName = "test";

/** The engine that the set-up has put on PATH. */
const command = PulumiCommand.get();

/** Runs a test with a stack of its own and clears all of it away, whatever happens. */
export async function withStack(
  test: (stack: TestStack) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  const { stack, close } = await openStack(options);
  try {
    await test(stack);
  } finally {
    await close();
  }
}

/** Brings a stack to where a test begins, without looking at it: `up` costs a preview more. */
export async function given(test: TestStack, program: Declarations | Program): Promise<void> {
  await test.stack.up({ program: asProgram(program).run });
}

/** A stack of its own, for several tests. `close` clears all of it away. */
export async function openStack(
  options: EmulatorOptions = {},
): Promise<{ readonly stack: TestStack; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-test-"));
  const emulator = await startEmulator(options);
  const close = async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await link(folder, ["pulumi-openmeter", "@pulumi/pulumi"]);
    return { stack: new EngineStack(folder, emulator, await createStack(folder, emulator.url)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Puts packages where the engine looks for them, from the project's folder upwards. No more than a program needs: to find plugins,
 * the language host reads every package that it finds there, for half a minute if that is all of the repository's.
 */
async function link(folder: string, packages: readonly string[]): Promise<void> {
  for (const name of packages) {
    const place = join(folder, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(resolve(__dirname, "../../node_modules", name), place, "junction");
  }
}

async function createStack(folder: string, baseUrl: string): Promise<Stack> {
  const stack = await LocalWorkspace.createStack(
    { projectName, stackName, program: async () => undefined },
    {
      workDir: folder,
      pulumiHome: join(folder, "home"),
      projectSettings: { name: projectName, runtime: "nodejs", backend: { url: `file://${folder}` } },
      pulumiCommand: await command,
      secretsProvider: "passphrase",
      stackSettings: {
        [stackName]: { config: { "openmeter:baseUrl": baseUrl, "openmeter:maxRetries": "1" } },
      },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // A server named in the surroundings is not to be met by tests.
        OPENMETER_URL: "",
        OPENMETER_API_KEY: "",
        OPENMETER_TOKEN: "",
      },
    },
  );
  // After each command the Automation API asks for outputs and history: a process each, which no test looks at.
  stack.outputs = async () => ({});
  stack.info = async () => undefined;
  return stack;
}

class EngineStack implements TestStack {
  constructor(
    readonly folder: string,
    readonly emulator: Emulator,
    readonly stack: Stack,
  ) {}

  async up(program: Declarations | Program, options: UpOptions & { unsettledBecause?: string } = {}): Promise<Printed> {
    const { unsettledBecause, ...upOptions } = options;
    const { run, holds } = asProgram(program);
    const result = await this.stack.up({ ...upOptions, program: run });
    if (unsettledBecause === undefined) {
      for (const [key, fields] of Object.entries(holds)) {
        expect(this.emulator.subjects.get(key), `the server's subject ${key}`).toMatchObject(fields);
      }
      const { steps, companions, providers } = await this.preview(program, { refresh: true });
      expect([...steps, ...companions, ...providers], "a preview with refresh right after an up").toEqual([]);
    }
    return result;
  }

  async failingUp(program: Declarations | Program, options: UpOptions = {}): Promise<string> {
    return messageOf(this.stack.up({ ...options, program: asProgram(program).run }));
  }

  async preview(program: Declarations | Program, options: PreviewOptions = {}): Promise<Preview> {
    const events: EngineEvent[] = [];
    // With --diff the engine writes messages to the standard error.
    const { stdout, stderr } = await this.stack.preview({
      diff: true,
      ...options,
      program: asProgram(program).run,
      onEvent: (event) => events.push(event),
    });
    return {
      text: `${stdout}\n${stderr}`,
      steps: events.flatMap((event) => plannedStep(event, ownType)),
      companions: events.flatMap((event) => plannedStep(event, companionType)),
      providers: events
        .flatMap((event) => plannedStep(event, providerType))
        .filter(({ name }) => !byDefault.test(name)),
    };
  }

  async failingPreview(program: Declarations | Program): Promise<string> {
    return messageOf(this.stack.preview({ program: asProgram(program).run }));
  }

  cli(...args: string[]): Promise<string> {
    const { pulumiCommand, pulumiHome: PULUMI_HOME, envVars, workDir: cwd } = this.stack.workspace;
    const env = { ...process.env, PULUMI_HOME, ...envVars };
    return new Promise((done, failed) => {
      execFile(
        pulumiCommand.command,
        [...args, "--stack", stackName, "--non-interactive"],
        { cwd, env },
        (error, stdout, stderr) =>
          error === null ? done(stdout) : failed(new Error(`pulumi ${args.join(" ")}: ${stdout}\n${stderr}`)),
      );
    });
  }

  outputs(): Promise<OutputMap> {
    return this.stack.workspace.stackOutputs(stackName);
  }

  async stateNames(): Promise<string[]> {
    const { deployment } = await this.stack.exportStack();
    const resources: { urn: string; type: string }[] = deployment.resources ?? [];
    return resources.filter(({ type }) => ownType.test(type)).map(({ urn }) => nameOf(urn));
  }

  async stateText(): Promise<string> {
    return readFile(join(this.folder, ".pulumi", "stacks", projectName, `${stackName}.json`), "utf8");
  }
}

function asProgram(program: Declarations | Program): Program {
  if (isProgram(program)) return program;
  const holds = Object.values(program).map(
    ({ options: _options, onExisting: _, undeclaredMetadata: __, key, ...fields }) => [key, fields],
  );
  return {
    run: async () => {
      for (const [name, { options, ...args }] of Object.entries(program)) new Subject(name, args, options);
      return undefined;
    },
    holds: Object.fromEntries(holds),
  };
}

function isProgram(program: Declarations | Program): program is Program {
  return typeof program.run === "function";
}

/** The step of an event, if it is one of these types that a person reads as a change. */
function plannedStep(event: EngineEvent, types: RegExp): PlannedStep[] {
  const metadata = event.resourcePreEvent?.metadata;
  if (metadata === undefined || !types.test(metadata.type) || ["same", "refresh", "read"].includes(metadata.op)) {
    return [];
  }
  const from: Record<string, unknown> = metadata.old?.inputs ?? {};
  const to: Record<string, unknown> = metadata.new?.inputs ?? {};
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter((name) => !name.startsWith("__"));
  const changed = names.filter((name) => JSON.stringify(from[name]) !== JSON.stringify(to[name]));
  return [
    {
      name: nameOf(metadata.urn),
      op: metadata.op,
      changes: Object.fromEntries(changed.map((name) => [name, { from: from[name], to: to[name] }])),
    },
  ];
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

async function messageOf(operation: Promise<unknown>): Promise<string> {
  const outcome = await operation.then(
    () => "",
    (error: unknown) => String(error),
  );
  expect(outcome, "the operation should have failed").not.toBe("");
  return outcome;
}
