import { mkdir } from "node:fs/promises";
import { type Emulator, startEmulator } from "openmeter-emulator";
import type { Engine } from "../engine";
import { runTimed } from "./child";
import { type Competitor, CUSTOMER, CUSTOMER_SET, SCRIPT_EACH } from "./competitors";
import { PulumiProject, serverEnvironment } from "./project";
import { RequestTally } from "./requests";
import type { Kind, Measurement, Operation, Scenario } from "./sample";
import { stateFacts } from "./state";

/** What a contender needs to take part. */
export interface Surroundings {
  readonly engine: Engine;
  /** A folder of its own. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** A competitor in one scenario, with a server of its own, so that nobody's lists hold somebody else's subjects. */
export class Contender {
  private constructor(
    readonly competitor: Competitor,
    private readonly scenario: Scenario,
    private readonly emulator: Emulator,
    private readonly tally: RequestTally,
    private readonly command: Command,
  ) {}

  static async enter(competitor: Competitor, scenario: Scenario, surroundings: Surroundings): Promise<Contender> {
    const tally = new RequestTally();
    const emulator = await startEmulator({ latencyMs: scenario.latencyMs, log: tally.log });
    try {
      const command = await commandOf(competitor, emulator.url, surroundings);
      return new Contender(competitor, scenario, emulator, tally, command);
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }

  /** Carries out an operation, and makes sure that the server holds afterwards what it has to. */
  async measure(operation: Operation): Promise<Measurement> {
    this.#startAnew(operation);
    const { ms, ...rest } = await this.command(operation, {
      BENCH_SUBJECTS: String(this.scenario.size),
      BENCH_CHANGED: hasChanged(operation) ? "1" : "0",
    });
    this.#assertDone(operation);
    return { ms, ...rest, requests: this.tally.take() };
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  #startAnew(operation: Operation): void {
    this.tally.take();
    // It keeps the bodies, which at large sizes fill the memory.
    this.emulator.requests.clear();
    // Scripts leave their subjects behind; and records that are only marked as deleted add up.
    if (operation === "create") {
      this.emulator.subjects.clear();
      this.emulator.customers.clear();
    }
  }

  #assertDone(operation: Operation): void {
    if (!this.competitor.writes) return;
    const { name } = this.competitor;
    const what = name === CUSTOMER || name === CUSTOMER_SET || name === SCRIPT_EACH ? "customers" : "subjects";
    const { size } = this.emulator[what];
    const wanted = operation === "destroy" ? 0 : this.scenario.size;
    if (size !== wanted) throw new Error(`the server holds ${size} ${what} afterwards, not ${wanted}`);
  }
}

/** The program has one changed subject from the change on. */
function hasChanged(operation: Operation): boolean {
  return operation !== "create" && operation !== "no-op";
}

type Command = (operation: Operation, variables: NodeJS.ProcessEnv) => Promise<Omit<Measurement, "requests">>;

async function commandOf(
  { kind, program, scriptArguments }: Competitor,
  baseUrl: string,
  { engine, folder, signal }: Surroundings,
): Promise<Command> {
  await mkdir(folder, { recursive: true });
  if (scriptArguments !== undefined) {
    return async (_operation, variables) => {
      const env = { ...process.env, ...serverEnvironment(baseUrl), ...variables };
      const { ms, stdout } = await runTimed(process.execPath, [program, ...scriptArguments], {
        cwd: folder,
        env,
        signal,
      });
      return { ms, upsertMs: Number(stdout) };
    };
  }
  const project = new PulumiProject(engine, folder, program, baseUrl, signal);
  await project.create();
  return (operation, variables) => measureProject(project, operation, variables, kind);
}

/** What must find nothing to do fails when it does, so that nothing else than what is named is measured. */
const commands: Readonly<Record<Operation, readonly string[]>> = {
  create: ["up", "--yes", "--skip-preview"],
  "no-op": ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  "one change": ["up", "--yes", "--skip-preview"],
  "preview with refresh": ["preview", "--refresh", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

async function measureProject(
  project: PulumiProject,
  operation: Operation,
  variables: NodeJS.ProcessEnv,
  kind: Kind,
): Promise<Omit<Measurement, "requests">> {
  const { ms } = await project.run(commands[operation], variables);
  const peakMemoryBytes = await project.peakMemory(kind === "accounts" ? "all" : "largest");
  return { ms, ...stateFacts(await project.state()), ...(peakMemoryBytes !== undefined && { peakMemoryBytes }) };
}
