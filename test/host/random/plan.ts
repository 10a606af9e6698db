/** How the engine decides what to do with a resource, as in `step_generator.go`. */
import { type Declared, isSet, providerOf } from "../../model/program";
import { type Properties, processIgnoreChanges, type ResourceState, stepOf } from "../../model/resource";
import type { AnnouncedStep } from "../../model/stack-under-trial";
import type { Operations } from "../operations";
import type { HostRun } from "./many-runs";

/** What a program registers. */
export interface Registration {
  readonly name: string;
  readonly declared: Declared;
  readonly inputs: Properties;
}

/** What the engine has decided to do with a resource that the program registers. */
export interface Plan {
  readonly op: "same" | "update" | "create" | "replace";
  readonly name: string;
  readonly declared: Declared;
  readonly old: ResourceState | undefined;
  readonly inputs: Properties;
}

/**
 * What the engine asks of a resource that the program registers, and what it decides.
 *
 * @param replace names of resources that are replaced anyway: of these it asks no diff
 */
export async function planned(
  run: HostRun,
  olds: readonly ResourceState[],
  { name, declared, inputs: goal }: Registration,
  replace: readonly string[] = [],
): Promise<Plan> {
  const provider = run.of({ name, provider: providerOf(declared.options) });
  const old = find(olds, [name, ...(declared.options.aliases ?? [])]);
  const plan = (op: Plan["op"], inputs: Properties): Plan => ({ op, name, declared, old, inputs });
  if (old === undefined) {
    return plan("create", await checked(provider, goal));
  }
  const inputs = await checked(provider, processIgnoreChanges(declared, goal, old.inputs), old.inputs);
  const { changes, replaces } = replace.includes(name)
    ? { changes: true, replaces: [name] }
    : await provider.diff(old.id, old.outputs, inputs);
  if (changes && replaces.length > 0) {
    if (old.protect && declared.options.protect === true) {
      throw new Error(`${name} is protected`);
    }
    return plan("replace", await checked(provider, goal));
  }
  return plan(changes || old.initErrors ? "update" : "same", inputs);
}

/** What a preview shows of it. */
export function announced({ op, name, declared, old, inputs }: Plan): AnnouncedStep[] {
  if (op === "same") {
    return [];
  }
  const provider = providerOf(declared.options);
  if (op === "update" && old !== undefined) {
    return [stepOf({ name, op, provider }, old.inputs, inputs)];
  }
  return [stepOf({ name, op: op === "replace" ? "create-replacement" : "create", provider }, {}, inputs)];
}

/** The entry of the state after it was carried out. */
export function entry({ name, declared, inputs }: Plan, id: string, outputs: Properties): ResourceState {
  const { protect = false, retainOnDelete = false } = declared.options;
  const provider = providerOf(declared.options);
  return { name, id, inputs, outputs, protect, retainOnDelete, provider, initErrors: false, delete: false };
}

/** The resources that are deleted at the end, those that depend on others first: a companion depends on its set. */
export function deletedInOrder(leaving: readonly ResourceState[]): (readonly ResourceState[])[] {
  return [leaving.filter(({ name }) => !isSet(name)), leaving.filter(({ name }) => isSet(name))];
}

function find(resources: readonly ResourceState[], names: readonly string[]): ResourceState | undefined {
  for (const name of names) {
    const found = resources.find((resource) => resource.name === name && !resource.delete);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

async function checked(provider: Operations, news: Properties, olds: Properties = {}): Promise<Properties> {
  const { inputs, failures } = await provider.check(news, olds);
  if (failures.length > 0) {
    throw new Error(failures.map(({ reason }) => reason).join("; "));
  }
  return inputs;
}
