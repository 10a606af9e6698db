/** The operations on a set of subjects, as the fault table's columns have them. */
import { expect } from "vitest";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import { afterFailedRead, type Operation, type Outcome, stateAfter } from "./operation";
import type { Column, Ending } from "./row";

const before = { displayName: "Before", metadata: { plan: "free" } };
const declared = { displayName: "Declared", metadata: { plan: "pro" } };

const create: Operation = async (host, _emulator, name) => {
  const keys = keysOf(name, 3);
  return {
    keys,
    after: all(keys, declared),
    act: async () => (await host.set.create(set(name, keys, declared))).outputs,
    expected: (ending, says) => {
      if (ending === "fails") return notDone(name, "created", `stopped after 0 of 3: ${says}`);
      return partly(name, keys, {}, ending, says);
    },
    again: (next, _ending, outcome) => declare(next, name, keys, stateAfter(outcome, undefined)),
    againRequests: 1,
  };
};

const update: Operation = async (host, _emulator, name) => {
  const keys = keysOf(name, 3);
  const { outputs } = await host.set.create(set(name, keys, before));
  return {
    keys,
    after: all(keys, declared),
    act: () => host.set.update(name, outputs, set(name, keys, declared)),
    expected: (ending, says) => partly(name, keys, all(keys, before), ending, says),
    again: (next, _ending, outcome) => declare(next, name, keys, stateAfter(outcome, outputs)),
    againRequests: 1,
  };
};

const remove: Operation = async (host, _emulator, name) => {
  const keys = keysOf(name, 3);
  const first = keys.slice(0, 1);
  const { outputs } = await host.set.create(set(name, keys, before));
  return {
    keys,
    after: {},
    act: async () => {
      await host.set.delete(name, outputs);
      return {};
    },
    first: { match: { key: `${name} a` }, after: all(first, before) },
    expected: (ending, says, stays) => {
      if (ending === "done") return { outputs: {} };
      if (ending === "refused") return notDone(name, "deleted", eachOf(stays ? keys : first, says).join("; "));
      return notDone(name, "deleted", `stopped after ${ending === "part" ? 2 : 0} of 3: ${says}`);
    },
    again: async (next, ending) => {
      if (ending !== "done") await next.set.delete(name, outputs);
    },
    againRequests: 3,
  };
};

/** From 16 subjects on, a list is asked for instead of each subject. */
const refreshBy =
  (count: number, requests: number): Operation =>
  async (host, emulator, name) => {
    const keys = keysOf(name, count);
    const { outputs } = await host.set.create(set(name, keys, before));
    emulator.subjects.upsert(...keys.map((key) => ({ key, ...declared })));
    return {
      keys,
      after: all(keys, declared),
      act: async () => (await host.set.read(name, outputs)).outputs,
      ...(count === requests && { first: { match: { key: `${name} a` }, after: all(keys, declared) } }),
      expected: (ending, says, stays) => {
        if (ending === "done") return { outputs: set(name, keys, declared) };
        if (ending === "gone") return { outputs: set(name, stays ? [] : keys.slice(1), declared) };
        return { message: `set "${name}" was not read: ${says}. ${afterFailedRead(ending)}` };
      },
      again: async (next, ending, outcome) => {
        if (ending === "gone") return declare(next, name, keys, stateAfter(outcome, outputs));
        expect((await next.set.read(name, outputs)).outputs).toMatchObject(set(name, keys, declared));
      },
      againRequests: requests,
    };
  };

export const setOperations: Partial<Record<Column, Operation>> = {
  "set: create": create,
  "set: update": update,
  "set: delete": remove,
  "set: list": refreshBy(16, 1),
  "set: reads": refreshBy(3, 3),
};

function keysOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${String.fromCharCode(97 + index)}`);
}

function all(keys: readonly string[], fields: object): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, fields]));
}

function set(name: string, keys: readonly string[], fields: object): Properties {
  return { subjects: JSON.stringify(all(keys, fields)), __setName: name };
}

/** What the engine does for a declared set: create, or diff and, if that shows something, update. */
async function declare(
  host: DynamicHost,
  name: string,
  keys: readonly string[],
  state: Properties | undefined,
): Promise<void> {
  const inputs = set(name, keys, declared);
  if (state === undefined) await host.set.create(inputs);
  else if ((await host.set.diff(name, state, inputs)).changes) await host.set.update(name, state, inputs);
}

function notDone(name: string, what: string, reasons: string): Outcome {
  return {
    message: `set "${name}" was not ${what}: ${reasons}. Run the command again: it continues from what is there`,
  };
}

/** The outcome of a write that leaves a state whatever happens. */
function partly(name: string, keys: readonly string[], held: object, ending: Ending, says: string): Outcome {
  if (ending === "done") return { outputs: set(name, keys, declared) };
  const refused = ending === "refused" ? eachOf(keys, says) : [];
  const next = refused.length > 0 ? "correct the rest and run pulumi up again" : "run pulumi up again";
  const headline = `set "${name}": 0 of 3 changes were made, ${refused.length} refused. The state holds all that is known to be stored; ${next}, which sends only the rest`;
  const reasons = [headline, ...(refused.length > 0 ? refused : [`stopped after 0 of 3: ${says}`])];
  return {
    message: reasons.join("; "),
    partial: { reasons, outputs: { subjects: JSON.stringify(held), __setName: name, __partial: true } },
  };
}

function eachOf(keys: readonly string[], says: string): string[] {
  return keys.map((key) => `"${key}": ${says}`);
}
