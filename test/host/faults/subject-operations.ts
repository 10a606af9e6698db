/** The operations on one subject, as the fault table's columns have them. */
import { expect } from "vitest";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import { afterFailedRead, type Operation, type Outcome, stateAfter } from "./operation";
import type { Column, Ending } from "./row";

const before = { displayName: "Before", metadata: { plan: "free" } };
const declared = { displayName: "Declared", metadata: { plan: "pro" } };

const again = "run pulumi up again";
const unknown = "Whether OpenMeter stored it is unknown; run";
const continues = "it continues from what is there";
const findOut = `Find out what deletes it, and ${again}`;
const nothingStored = `Nothing of it was stored; correct it and ${again}`;

const create: Operation = async (host, _emulator, key) => ({
  keys: [key],
  after: { [key]: declared },
  act: async () => (await host.create({ key, ...declared })).outputs,
  expected: written(key, "created", `${unknown} pulumi up again: ${continues}`),
  again: (next, _ending, outcome) => declare(next, key, stateAfter(outcome, undefined)),
  againRequests: 1,
});

const update: Operation = async (host, _emulator, key) => {
  const { outputs } = await host.create({ key, ...before });
  return {
    keys: [key],
    after: { [key]: declared },
    act: () => host.update(key, outputs, { key, ...declared }),
    expected: written(key, "updated", `${unknown} pulumi up --refresh: ${continues}`),
    again: (next, _ending, outcome) => declare(next, key, stateAfter(outcome, outputs)),
    againRequests: 1,
  };
};

const remove: Operation = async (host, _emulator, key) => {
  const { outputs } = await host.create({ key, ...before });
  return {
    keys: [key],
    after: {},
    act: async () => {
      await host.delete(key, outputs);
      return {};
    },
    expected: (ending, says) => {
      if (ending === "done") return { outputs: {} };
      return { message: `subject "${key}" was not deleted: ${says}. It stays in the state; ${again}` };
    },
    again: async (next, ending) => {
      if (ending !== "done") await next.delete(key, outputs);
    },
    againRequests: 1,
  };
};

const refresh: Operation = async (host, emulator, key) => {
  const { outputs } = await host.create({ key, ...before });
  emulator.subjects.upsert({ key, ...declared });
  return {
    keys: [key],
    after: { [key]: declared },
    act: async () => {
      const { id, outputs: live } = await host.read(key, outputs);
      return id === "" ? {} : live;
    },
    expected: (ending, says) => {
      if (ending === "done") return { outputs: { key, ...declared } };
      if (ending === "gone") return { outputs: {} };
      return notRead(key, ending, says);
    },
    again: async (next, ending) => {
      if (ending === "gone") return declare(next, key, undefined);
      expect(await next.read(key, outputs)).toMatchObject({ id: key, outputs: declared });
    },
    againRequests: 1,
  };
};

const lookUp: Operation = async (host, _emulator, key) => {
  await host.create({ key, ...declared });
  return {
    keys: [key],
    after: { [key]: declared },
    act: async () => (await host.read(key)).outputs,
    expected: (ending, says) => {
      if (ending === "done") return { outputs: { key, ...declared } };
      return ending === "gone" ? noSubject(key) : notRead(key, ending, says);
    },
    again: async (next) => {
      expect((await next.read(key)).outputs).toMatchObject(declared);
    },
    againRequests: 1,
  };
};

export const subjectOperations: Partial<Record<Column, Operation>> = {
  create,
  update,
  delete: remove,
  refresh,
  "look-up": lookUp,
};

/** What the engine does for a declared subject: create, or diff and, if that shows something, update. */
async function declare(host: DynamicHost, key: string, state: Properties | undefined): Promise<void> {
  if (state === undefined) await host.create({ key, ...declared });
  else if ((await host.diff(key, state, { key, ...declared })).changes) {
    await host.update(key, state, { key, ...declared });
  }
}

function written(key: string, what: string, whenUnknown: string): (ending: Ending, says: string) => Outcome {
  return (ending, says) => {
    if (ending === "done") return { outputs: { key, ...declared } };
    const next = { refused: nothingStored, undone: findOut }[String(ending)] ?? whenUnknown;
    return { message: `subject "${key}" (displayName, metadata) was not ${what}: ${says}. ${next}` };
  };
}

function notRead(key: string, ending: Ending, says: string): Outcome {
  return { message: `subject "${key}" was not read: ${says}. ${afterFailedRead(ending)}` };
}

function noSubject(key: string): Outcome {
  return {
    message: `there is no subject "${key}" in OpenMeter. Check the key and openmeter:baseUrl, or declare the subject with new Subject(…)`,
  };
}
