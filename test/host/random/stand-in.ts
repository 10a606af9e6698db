import { claimsOf, toldOf } from "../../../provider/src/core/claims";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { RunFacts } from "../../../provider/src/run/facts";
import { kindOf } from "../../model/kinds";
import {
  companionOf,
  type Declared,
  declaredCompanion,
  isSet,
  namesOf,
  type Program,
  providerOf,
} from "../../model/program";
import {
  companionInputs,
  heldResource,
  inputsOf,
  type Properties,
  type ResourceState,
  stepOf,
  urnOf,
} from "../../model/resource";
import { bareKey, type Servers } from "../../model/servers";
import type { AnnouncedStep, RunOutcome, StackUnderTrial, UpOptions } from "../../model/stack-under-trial";
import type { State } from "../../model/state";
import type { Order } from "../../model/steps";
import { unknownValue } from "../dynamic-host";
import { OperationError } from "../operations";
import { type HostRun, ManyRuns } from "./many-runs";
import { announced, deletedInOrder, entry, type Plan, planned, type Registration } from "./plan";

/**
 * Stands in for Pulumi's engine with a state in memory: asks the real dynamic host what the engine would ask, in the same
 * order and with the same values. After `pkg/resource/deploy` of Pulumi 3.259: `step_generator.go` decides, `step.go` carries
 * out, `deployment_executor.go` has the order of refresh, registrations and deletions.
 */
export class StandIn implements StackUnderTrial {
  #resources: readonly ResourceState[] = [];
  #cancelled = false;
  readonly #runs: ManyRuns;

  constructor(readonly servers: Servers) {
    this.#runs = new ManyRuns(servers);
  }

  async preview(
    program: Program,
    { refresh }: { refresh: boolean },
  ): Promise<RunOutcome & { readonly steps: readonly AnnouncedStep[] }> {
    const steps: AnnouncedStep[] = [];
    const outcome = await this.#run(async (run) => {
      const olds = refresh ? await this.#refresh(run) : this.#resources;
      const plans: Plan[] = [];
      for (const [name, declared] of Object.entries(program)) {
        const plan = await planned(run, olds, registered(name, declared));
        plans.push(plan);
        if (isSet(name)) {
          // What the engine does not carry out has no outputs yet.
          const ids = plan.op === "same" ? plan.old?.outputs[kindOf(name).ids] : unknownValue;
          plans.push(await planned(run, olds, companion(name, declared, ids)));
        }
      }
      steps.push(...plans.flatMap(announced));
      const seen = new Set(plans.map(({ old }) => old));
      const replaced = new Set(plans.filter(({ op }) => op === "replace").map(({ old }) => old));
      for (const old of olds) {
        if (seen.has(old) && !replaced.has(old)) {
          continue;
        }
        const op = replaced.has(old) || old.delete ? "delete-replaced" : "delete";
        steps.push(stepOf({ ...old, op }, old.inputs, {}));
        if (old.protect && !old.delete) {
          throw new Error(`${old.name} is protected`);
        }
      }
    });
    return { ...outcome, steps };
  }

  async up(program: Program, { refresh, order, replace, throwsAfter }: UpOptions): Promise<RunOutcome> {
    return this.#run(async (run, facts) => {
      if (refresh) {
        this.#resources = await this.#refresh(run);
      }
      const olds = this.#resources;
      const seen = new Set<ResourceState>();
      const plan = async (registration: Registration): Promise<Plan> => {
        const made = await planned(run, olds, registration, replace);
        if (made.old !== undefined) {
          seen.add(made.old);
        }
        return made;
      };
      const carryOut = async (made: Plan): Promise<void> => {
        const outputs = await this.#carryOut(run, made);
        if (isSet(made.name)) {
          const ids = outputs[kindOf(made.name).ids];
          await this.#carryOut(run, await plan(companion(made.name, made.declared, ids)));
        }
      };
      const names = namesOf(program, order.endsWith("reversed")).slice(0, throwsAfter);
      const register = async (name: string): Promise<() => Promise<void>> => {
        const made = await plan(registered(name, declaredBy(program, name)));
        return () => carryOut(made);
      };
      if (order.startsWith("late")) {
        for (const name of names) {
          this.#noteConstructed(facts, name, declaredBy(program, name));
          await (await register(name))();
        }
      } else {
        for (const name of names) {
          this.#noteConstructed(facts, name, declaredBy(program, name));
        }
        const waiting: (() => Promise<void>)[] = [];
        for (const name of names) {
          waiting.push(await register(name));
        }
        await inOrder(order, waiting);
      }
      if (throwsAfter !== undefined && throwsAfter < Object.keys(program).length) {
        throw new Error("the program has failed");
      }
      await this.#deleteWhatIsGone(
        run,
        order,
        olds.filter((old) => !seen.has(old)),
      );
    });
  }

  /** `pulumi destroy`, which runs no program and so checks nothing. */
  async destroy(): Promise<RunOutcome> {
    return this.#run((run) => this.#deleteWhatIsGone(run, "together", this.#resources));
  }

  async state(): Promise<State> {
    return this.#resources.map(heldResource);
  }

  async forget(name: string): Promise<void> {
    this.#resources = this.#resources.filter((resource) => resource.name !== name);
  }

  /** What the classes note when they are constructed. */
  #noteConstructed(facts: RunFacts, name: string, { members, options }: Declared): void {
    const urns = [name, ...(options.aliases ?? [])].map(urnOf);
    const account = this.#runs.accountOf(providerOf(options));
    const kind = kindOf(name).name === "customer" ? customerKind : subjectKind;
    const objects = Object.entries(members).map(([key, fields]) => [bareKey(key), fields] as const);
    for (const [space, keys] of Object.entries({ ...claimsOf(kind, objects), ...toldOf(kind, objects) })) {
      facts.noteConstructed(account, space, keys, urns);
    }
  }

  /** Begins a stack anew. */
  clear(): void {
    this.#resources = [];
  }

  async kill(): Promise<void> {
    await this.#runs.kill();
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async #run(work: (run: HostRun, facts: RunFacts) => Promise<void>): Promise<RunOutcome> {
    this.#cancelled = false;
    const run = await this.#runs.begin();
    try {
      await work(run, RunFacts.begin(this.#runs.engineAddress));
      return { output: await run.output() };
    } catch (error) {
      const output = await run.output().catch(() => "");
      return { error: messageOf(error), output };
    }
  }

  /** Reads all resources and compares, as a refresh does to show what it found. */
  async #refresh(run: HostRun): Promise<readonly ResourceState[]> {
    const read = async (old: ResourceState): Promise<ResourceState[]> => {
      const provider = run.of(old);
      const { id, inputs = old.inputs, outputs } = await provider.read(old.id, old.outputs);
      if (id === "") {
        return [];
      }
      await provider.diff(id, outputs, old.inputs);
      return [{ ...old, id, inputs, outputs, initErrors: false }];
    };
    return (await Promise.all(this.#resources.map(read))).flat();
  }

  /** @returns the outputs */
  async #carryOut(run: HostRun, plan: Plan): Promise<Properties> {
    if (this.#cancelled) {
      throw new Error("cancelled");
    }
    const { op, name, declared, old, inputs } = plan;
    const provider = run.of({ name, provider: providerOf(declared.options) });
    if (op === "same" && old !== undefined) {
      this.#put(old, entry(plan, old.id, old.outputs));
      return old.outputs;
    }
    if (op === "update" && old !== undefined) {
      return this.#keeping(plan, old, async () =>
        entry(plan, old.id, await provider.update(old.id, old.outputs, inputs)),
      );
    }
    const create = async () => {
      const { id, outputs } = await provider.create(inputs);
      return entry(plan, id, outputs);
    };
    return this.#keeping(plan, undefined, create, () => {
      if (old !== undefined) {
        this.#put(old, { ...old, delete: true });
      }
    });
  }

  /** Puts the result into the state, also that of an operation which failed in part. */
  async #keeping(
    plan: Plan,
    old: ResourceState | undefined,
    operation: () => Promise<ResourceState>,
    alsoDone: () => void = () => {},
  ): Promise<Properties> {
    try {
      const now = await operation();
      this.#put(old, now);
      alsoDone();
      return now.outputs;
    } catch (error) {
      if (error instanceof OperationError && error.partial !== undefined) {
        const { id, properties } = error.partial;
        this.#put(old, { ...entry(plan, id, properties), initErrors: true });
        alsoDone();
      }
      throw error;
    }
  }

  /** Deletes what replacements have left over and what the program did not register. */
  async #deleteWhatIsGone(run: HostRun, order: Order, unseen: readonly ResourceState[]): Promise<void> {
    const isProtected = (old: ResourceState) => old.protect && !old.delete;
    const leaving = this.#resources.filter((old) => old.delete || unseen.includes(old));
    const remove = (old: ResourceState) => async () => {
      if (this.#cancelled) {
        throw new Error("cancelled");
      }
      if (!old.retainOnDelete) {
        await run.of(old).delete(old.id, old.outputs);
      }
      this.#put(old, undefined);
    };
    for (const together of deletedInOrder(leaving.filter((old) => !isProtected(old)))) {
      await inOrder(order, together.map(remove));
    }
    const kept = leaving.find(isProtected);
    if (kept !== undefined) {
      throw new Error(`${kept.name} is protected`);
    }
  }

  #put(old: ResourceState | undefined, now: ResourceState | undefined): void {
    this.#resources = [...this.#resources.filter((resource) => resource !== old), ...(now === undefined ? [] : [now])];
  }
}

function declaredBy(program: Program, name: string): Declared {
  const declared = program[name];
  if (declared === undefined) {
    throw new Error(`the program has no ${name}`);
  }
  return declared;
}

function registered(name: string, declared: Declared): Registration {
  return { name, declared, inputs: inputsOf(name, declared) };
}

function companion(set: string, declared: Declared, ids: unknown): Registration {
  return { name: companionOf(set), declared: declaredCompanion(declared), inputs: companionInputs(set, ids) };
}

/** What a person reads of a failure. */
function messageOf(error: unknown): string {
  const reasons = error instanceof OperationError ? (error.partial?.reasons ?? []) : [];
  return [String(error), ...reasons].join("\n");
}

/** The engine's workers end what they have begun when another fails, and begin nothing more. */
async function inOrder(order: Order, work: readonly (() => Promise<void>)[]): Promise<void> {
  if (order !== "together") {
    for (const piece of work) {
      await piece();
    }
    return;
  }
  const outcomes = await Promise.allSettled(work.map((piece) => piece()));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    throw failed.reason;
  }
}
