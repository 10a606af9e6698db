import type { Emulator } from "openmeter-emulator";
import type { Program } from "../../model/program";
import { heldResource, type ResourceState, stepOf } from "../../model/resource";
import type { AnnouncedStep, RunOutcome, StackUnderTrial } from "../../model/stack-under-trial";
import type { State } from "../../model/state";
import type { Order } from "../../model/steps";
import { OperationError } from "../operations";
import { type HostRun, ManyRuns } from "./many-runs";
import { announced, entry, type Plan, planned, providerOf, waitsForOthers } from "./plan";

/**
 * Stands in for Pulumi's engine with a state in memory: asks the real dynamic host what the engine would ask, in the same
 * order and with the same values. After `pkg/resource/deploy` of Pulumi 3.259: `step_generator.go` decides, `step.go` carries
 * out, `deployment_executor.go` has the order of refresh, registrations and deletions.
 */
export class StandIn implements StackUnderTrial {
  #resources: readonly ResourceState[] = [];
  #cancelled = false;
  readonly #runs: ManyRuns;

  constructor(readonly emulator: Emulator) {
    this.#runs = new ManyRuns(emulator.url);
  }

  async preview(
    program: Program,
    { refresh }: { refresh: boolean },
  ): Promise<RunOutcome & { readonly steps: readonly AnnouncedStep[] }> {
    const steps: AnnouncedStep[] = [];
    const outcome = await this.#run(async (run) => {
      const olds = refresh ? await this.#refresh(run) : this.#resources;
      const plans: Plan[] = [];
      for (const name of Object.keys(program)) plans.push(await planned(run, olds, name, program));
      steps.push(...plans.flatMap(announced));
      const seen = new Set(plans.map(({ old }) => old));
      const replaced = new Set(plans.filter(({ op }) => op === "replace").map(({ old }) => old));
      for (const old of olds) {
        if (seen.has(old) && !replaced.has(old)) continue;
        if (old.pendingReplacement && !old.delete) continue;
        steps.push(stepOf(old.name, replaced.has(old) || old.delete ? "delete-replaced" : "delete", old.inputs, {}));
        if (old.protect && !old.delete) throw new Error(`${old.name} is protected`);
      }
    });
    return { ...outcome, steps };
  }

  async up(program: Program, { refresh, order }: { refresh: boolean; order: Order }): Promise<RunOutcome> {
    return this.#run(async (run) => {
      if (refresh) this.#resources = await this.#refresh(run);
      const olds = this.#resources;
      const seen = new Set<ResourceState>();
      const waiting: (() => Promise<void>)[] = [];
      for (const name of Object.keys(program)) {
        const plan = await planned(run, olds, name, program);
        if (plan.old !== undefined) seen.add(plan.old);
        const carryOut = () => this.#carryOut(run, plan);
        if (order === "each at once" && !waitsForOthers(plan)) await carryOut();
        else waiting.push(carryOut);
      }
      await inOrder(order, waiting);
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

  /** Begins a stack anew. */
  forget(): void {
    this.#resources = [];
  }

  async kill(): Promise<void> {
    await this.#runs.kill();
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async #run(work: (run: HostRun) => Promise<void>): Promise<RunOutcome> {
    this.#cancelled = false;
    const run = await this.#runs.begin();
    try {
      await work(run);
      return { output: await run.output() };
    } catch (error) {
      const output = await run.output().catch(() => "");
      return { error: String(error), output };
    }
  }

  /** Reads all resources and compares, as a refresh does to show what it found. */
  async #refresh(run: HostRun): Promise<readonly ResourceState[]> {
    const read = async (old: ResourceState): Promise<ResourceState[]> => {
      if (old.pendingReplacement) return [old];
      const provider = providerOf(run, old.name);
      const { id, inputs = old.inputs, outputs } = await provider.read(old.id, old.outputs);
      if (id === "") return [];
      await provider.diff(id, outputs, old.inputs);
      return [{ ...old, id, inputs, outputs, initErrors: false }];
    };
    return (await Promise.all(this.#resources.map(read))).flat();
  }

  async #carryOut(run: HostRun, plan: Plan): Promise<void> {
    if (this.#cancelled) throw new Error("cancelled");
    const provider = providerOf(run, plan.name);
    const { op, name, old, inputs } = plan;
    if (op === "same" && old !== undefined) return this.#put(old, entry(plan, old.id, old.outputs));
    if (op === "update" && old !== undefined) {
      return this.#keeping(plan, old, async () =>
        entry(plan, old.id, await provider.update(old.id, old.outputs, inputs)),
      );
    }
    const create = async () => {
      const { id, outputs } = await provider.create(inputs);
      return entry(plan, id, outputs);
    };
    if (old === undefined || op === "create") return this.#keeping(plan, undefined, create);
    if (plan.declared.options.deleteBeforeReplace !== true) {
      return this.#keeping(plan, undefined, create, () => this.#put(old, { ...old, delete: true }));
    }
    const gone: ResourceState = { ...old, pendingReplacement: true };
    if (!old.pendingReplacement) {
      if (!old.retainOnDelete) await providerOf(run, name).delete(old.id, old.outputs);
      this.#put(old, gone);
    }
    return this.#keeping(plan, old.pendingReplacement ? old : gone, create);
  }

  /** Puts the result into the state, also that of an operation which failed in part. */
  async #keeping(
    plan: Plan,
    old: ResourceState | undefined,
    operation: () => Promise<ResourceState>,
    alsoDone: () => void = () => {},
  ): Promise<void> {
    try {
      this.#put(old, await operation());
      alsoDone();
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
      if (this.#cancelled) throw new Error("cancelled");
      const isDone = old.retainOnDelete || (old.pendingReplacement && !old.delete);
      if (!isDone) await providerOf(run, old.name).delete(old.id, old.outputs);
      this.#put(old, undefined);
    };
    await inOrder(order, leaving.filter((old) => !isProtected(old)).map(remove));
    const kept = leaving.find(isProtected);
    if (kept !== undefined) throw new Error(`${kept.name} is protected`);
  }

  #put(old: ResourceState | undefined, now: ResourceState | undefined): void {
    this.#resources = [...this.#resources.filter((resource) => resource !== old), ...(now === undefined ? [] : [now])];
  }
}

/** The engine's workers end what they have begun when another fails, and begin nothing more. */
async function inOrder(order: Order, work: readonly (() => Promise<void>)[]): Promise<void> {
  if (order !== "together") {
    for (const piece of order === "reversed" ? [...work].reverse() : work) await piece();
    return;
  }
  const outcomes = await Promise.allSettled(work.map((piece) => piece()));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
