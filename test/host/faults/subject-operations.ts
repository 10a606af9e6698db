/** The operations on one subject, as the fault table's columns have them. */
import { expect } from "vitest";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import { subjectInputs } from "../set-fixtures";
import {
  before,
  declared,
  notDeleted,
  notFound,
  notRead,
  notReadBefore,
  notWritten,
  type Operation,
  type Outcome,
  type Situation,
  stateAfter,
} from "./operation";
import type { Column } from "./row";

const create: Operation = async (_earlier, _emulator, key) => ({
  keys: [key],
  after: { [key]: declared },
  act: async (host) => (await host.create(subjectInputs({ key, ...declared }))).outputs,
  expected: (ending, says) => {
    if (ending === "done") return { outputs: subjectInputs({ key, ...declared }) };
    return notWritten(`subject "${key}" (displayName, metadata)`, "created", ending, says);
  },
  again: (next, _ending, outcome) => declare(next, key, stateAfter(outcome, undefined)),
  againRequests: 1,
});

/** An update of metadata reads the subject, then writes it. */
const update =
  (method: "GET" | "POST"): Operation =>
  async (earlier, _emulator, key): Promise<Situation> => {
    const { outputs } = await earlier.create(subjectInputs({ key, ...before }));
    const label = `subject "${key}"`;
    return {
      keys: [key],
      after: { [key]: declared },
      method,
      act: (host) => host.update(key, outputs, subjectInputs({ key, ...declared })),
      expected: (ending, says) => {
        if (ending === "done") return { outputs: subjectInputs({ key, ...declared }) };
        return method === "GET"
          ? notReadBefore(label, says)
          : notWritten(`${label} (displayName, metadata)`, "updated", ending, says);
      },
      again: (next, _ending, outcome) => declare(next, key, stateAfter(outcome, outputs)),
      againRequests: 2,
    };
  };

const remove: Operation = async (earlier, _emulator, key) => {
  const { outputs } = await earlier.create(subjectInputs({ key, ...before }));
  return {
    keys: [key],
    after: {},
    act: async (host) => {
      await host.delete(key, outputs);
      return {};
    },
    expected: (ending, says) => (ending === "done" ? { outputs: {} } : notDeleted(`subject "${key}"`, says)),
    again: async (next, ending) => {
      if (ending !== "done") await next.delete(key, outputs);
    },
    againRequests: 1,
  };
};

const refresh: Operation = async (earlier, emulator, key) => {
  const { outputs } = await earlier.create(subjectInputs({ key, ...before }));
  emulator.subjects.upsert({ key, ...declared });
  return {
    keys: [key],
    after: { [key]: declared },
    act: async (host) => {
      const { id, outputs: live } = await host.read(key, outputs);
      return id === "" ? {} : live;
    },
    expected: (ending, says) => {
      if (ending === "done") return { outputs: subjectInputs({ key, ...declared }) };
      return ending === "gone" ? { outputs: {} } : notRead(`subject "${key}"`, ending, says);
    },
    again: async (next, ending) => {
      if (ending === "gone") return declare(next, key, undefined);
      expect(await next.read(key, outputs)).toMatchObject({ id: key, outputs: declared });
    },
    againRequests: 1,
  };
};

const lookUp: Operation = async (earlier, _emulator, key) => {
  await earlier.create(subjectInputs({ key, ...declared }));
  return {
    keys: [key],
    after: { [key]: declared },
    act: async (host) => (await host.read(key)).outputs,
    expected: (ending, says) => {
      if (ending === "done") return { outputs: { key, ...declared } };
      return ending === "gone" ? noSubject(key) : notFound(`subject "${key}"`, says);
    },
    again: async (next) => {
      expect((await next.read(key)).outputs).toMatchObject(declared);
    },
    againRequests: 1,
  };
};

export const subjectOperations = {
  create,
  update: update("POST"),
  "update: read": update("GET"),
  delete: remove,
  refresh,
  "look-up": lookUp,
} satisfies Partial<Record<Column, Operation>>;

/** What the engine does for a declared subject: create, or diff and, if that shows something, update. */
async function declare(host: DynamicHost, key: string, state: Properties | undefined): Promise<void> {
  const inputs = subjectInputs({ key, ...declared });
  if (state === undefined) await host.create(inputs);
  else if ((await host.diff(key, state, inputs)).changes) await host.update(key, state, inputs);
}

function noSubject(key: string): Outcome {
  return {
    message: `there is no subject "${key}" in OpenMeter. Check the key and openmeter:baseUrl, or declare the subject`,
  };
}
