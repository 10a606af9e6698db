/** How the engine decides what to do with a resource, as in `step_generator.go`. */
import { elsewhere, noteSubject } from "../../../provider/src/resources/elsewhere";
import { type Declared, isSet, type Program } from "../../model/program";
import { inputsOf, type Properties, processIgnoreChanges, type ResourceState, stepOf } from "../../model/resource";
import type { AnnouncedStep } from "../../model/stack-under-trial";
import type { Operations } from "../operations";
import type { HostRun } from "./many-runs";

/** What the engine has decided to do with a resource that the program registers. */
export interface Plan {
  readonly op: "same" | "update" | "create" | "replace";
  readonly name: string;
  readonly declared: Declared;
  readonly old: ResourceState | undefined;
  readonly inputs: Properties;
}

/** What the engine asks of a resource that the program registers, and what it decides. */
export async function planned(
  run: HostRun,
  olds: readonly ResourceState[],
  name: string,
  program: Program,
): Promise<Plan> {
  const declared = program[name];
  if (declared === undefined) throw new Error(`the program has no ${name}`);
  const provider = providerOf(run, name);
  const told = isSet(name) ? { __elsewhere: await toldOfOthers(program, name) } : {};
  const check = (news: Properties, before?: Properties) => checked(provider, { ...news, ...told }, before);
  const old = find(olds, [name, ...(declared.options.aliases ?? [])]);
  const goal = inputsOf(name, declared.members);
  const plan = (op: Plan["op"], inputs: Properties): Plan => ({ op, name, declared, old, inputs });
  if (old === undefined) return plan("create", await check(goal));
  const inputs = await check(processIgnoreChanges(declared, goal, old.inputs), old.inputs);
  const { changes, replaces } = await provider.diff(old.id, old.outputs, inputs);
  if ((changes && replaces.length > 0) || old.pendingReplacement) {
    if (old.protect && declared.options.protect === true) throw new Error(`${name} is protected`);
    return plan("replace", await check(goal));
  }
  return plan(changes || old.initErrors ? "update" : "same", inputs);
}

/** What a program tells a set of its other resources. */
function toldOfOthers(program: Program, name: string): Promise<string | undefined> {
  const run = {};
  for (const [other, { members }] of Object.entries(program)) {
    if (other === name) continue;
    for (const [key, fields] of Object.entries(members)) noteSubject(run, key, { ...fields });
  }
  return elsewhere(run, undefined);
}

/** What may let go of a subject waits for what is registered within some time after it. Here it comes after all. */
export function waitsForOthers({ name, op, declared }: Plan): boolean {
  return isSet(name) || (op === "replace" && declared.options.deleteBeforeReplace === true);
}

/** What a preview shows of it. */
export function announced({ op, name, old, inputs }: Plan): AnnouncedStep[] {
  if (op === "same") return [];
  if (op === "update" && old !== undefined) return [stepOf(name, "update", old.inputs, inputs)];
  return [stepOf(name, op === "replace" ? "create-replacement" : "create", {}, inputs)];
}

/** The entry of the state after it was carried out. */
export function entry({ name, declared, inputs }: Plan, id: string, outputs: Properties): ResourceState {
  return {
    name,
    id,
    inputs,
    outputs,
    protect: declared.options.protect === true,
    retainOnDelete: declared.options.retainOnDelete === true,
    initErrors: false,
    delete: false,
    pendingReplacement: false,
  };
}

/** The provider of a resource, which its name tells. */
export function providerOf(run: HostRun, name: string): Operations {
  return isSet(name) ? run.sets : run.subjects;
}

function find(resources: readonly ResourceState[], names: readonly string[]): ResourceState | undefined {
  for (const name of names) {
    const found = resources.find((resource) => resource.name === name && !resource.delete);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function checked(provider: Operations, news: Properties, olds: Properties = {}): Promise<Properties> {
  const { inputs, failures } = await provider.check(news, olds);
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
  return inputs;
}
