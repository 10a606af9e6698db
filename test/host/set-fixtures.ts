import type { RequestLog } from "openmeter-emulator";
import { expect } from "vitest";
import type { Operations, Properties } from "./operations";

type Members = Record<string, object>;

/** The inputs of a set as a program registers them. */
export function setInputs(members: Members, options: Properties = {}): Properties {
  return { subjects: JSON.stringify(members), __setName: "customers", ...options };
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

/** What the engine does for a new set. */
export async function createSet(set: Operations, inputs: Properties): Promise<Properties> {
  const checked = await set.check(inputs);
  expect(checked.failures).toEqual([]);
  return (await set.create(checked.inputs)).outputs;
}

/** What the engine asks of a set with a state, before it changes anything. Returns the checked inputs. */
export async function declareSet(set: Operations, outputs: Properties, inputs: Properties): Promise<Properties> {
  const { subjectIds: _ids, ...previous } = outputs;
  const checked = await set.check(inputs, previous);
  expect(checked.failures).toEqual([]);
  await set.diff(String(inputs.__setName), outputs, checked.inputs);
  return checked.inputs;
}
