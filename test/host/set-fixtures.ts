import type { RequestLog } from "openmeter-emulator";
import { expect } from "vitest";
import type { DynamicHost } from "./dynamic-host";
import type { Operations, Properties } from "./operations";

type Members = Record<string, object>;

/** What the classes tell the provider beside the inputs, and the name of the resource. */
interface Marked {
  readonly name?: string;
  readonly secrets?: string[];
  readonly secretKeys?: true;
}

/** The URN of a resource of the tests' program. */
export function urnOf(type: "Subject" | "SubjectSet", name: string): string {
  return `urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:${type}::${name}`;
}

/** The inputs of a `Subject` as a program registers them. By itself the resource has the name of the key. */
export function subjectInputs(fields: Properties, { name = String(fields.key), ...marks }: Marked = {}): Properties {
  return { ...fields, __openmeter: { urn: urnOf("Subject", name), ...marks } };
}

/** The inputs of a set as a program registers them. */
export function setInputs(
  members: Members,
  options: Properties = {},
  { name = "customers", ...marks }: Marked = {},
): Properties {
  return { subjects: JSON.stringify(members), ...options, __openmeter: { urn: urnOf("SubjectSet", name), ...marks } };
}

/** So many subjects by key, `c0`, `c1`, … */
export function customers(count: number): Members {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `c${index}`,
      { displayName: `Customer ${index}`, metadata: { plan: "pro", n: index } },
    ]),
  );
}

/** An output that is JSON, read. */
export function parsed(text: unknown): Record<string, unknown> {
  return JSON.parse(String(text));
}

/** The requests in short: `POST 500` with the number of its items, `GET /api/v1/subjects`. */
export function calls(requests: RequestLog): string[] {
  return requests
    .list()
    .map(({ method, path, body }) => (Array.isArray(body) ? `${method} ${body.length}` : `${method} ${path}`));
}

/** How the engine is told of a secret. */
export function secret(value: unknown): { value: unknown } {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value } as { value: unknown };
}

/** What the engine does for a new set, or any other new resource. */
export async function createSet(operations: Operations, inputs: Properties): Promise<Properties> {
  const checked = await operations.check(inputs);
  expect(checked.failures).toEqual([]);
  return (await operations.create(checked.inputs)).outputs;
}

/** What the engine asks of a set with a state, before it changes anything. Returns the checked inputs. */
export async function declareSet(set: Operations, outputs: Properties, inputs: Properties): Promise<Properties> {
  const { subjectIds: _ids, ...previous } = outputs;
  const checked = await set.check(inputs, previous);
  expect(checked.failures).toEqual([]);
  await set.diff("customers", outputs, checked.inputs);
  return checked.inputs;
}

/** What the state has of a set and of its companion. */
export interface SetState {
  readonly outputs: Properties;
  readonly members: Properties;
}

/** What the engine does for a new set with its companion. */
export async function createWithMembers(host: DynamicHost, inputs: Properties): Promise<SetState> {
  const outputs = await createSet(host.set, inputs);
  return { outputs, members: await createSet(host.members, membersInputs(outputs)) };
}

/** What the engine does, in its order, for a set whose inputs have changed, up to its delete phase. */
export async function updateWithMembers(
  host: DynamicHost,
  before: SetState,
  inputs: Properties,
): Promise<{ readonly state: SetState; readonly deletePhase: () => Promise<void> }> {
  const outputs = await host.set.update(
    "customers",
    before.outputs,
    await declareSet(host.set, before.outputs, inputs),
  );
  return followUp(host.members, before, outputs);
}

/** What the engine does for the companion of a set that has been updated: a replacement is deleted in the delete phase. */
export async function followUp(
  members: Operations,
  before: SetState,
  outputs: Properties,
): Promise<{ readonly state: SetState; readonly deletePhase: () => Promise<void> }> {
  const { inputs, failures } = await members.check(membersInputs(outputs), before.members);
  expect(failures).toEqual([]);
  const { changes, replaces } = await members.diff("customers", before.members, inputs);
  if (replaces.length > 0) {
    const state = { outputs, members: await createSet(members, membersInputs(outputs)) };
    return { state, deletePhase: () => members.delete("customers", before.members) };
  }
  const after = changes ? await members.update("customers", before.members, inputs) : before.members;
  return { state: { outputs, members: after }, deletePhase: async () => {} };
}

/** The inputs of a set's companion as a program registers them. */
export function membersInputs({ subjectIds, __openmeter: marks }: Properties): Properties {
  return { subjectIds, __openmeter: marks };
}
