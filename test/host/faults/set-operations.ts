/** The operations on a set of subjects, as the fault table's columns have them. */
import { expect } from "vitest";
import type { DynamicHost } from "../dynamic-host";
import type { Properties } from "../operations";
import { createWithMembers, declareSet, followUp, setInputs, updateWithMembers } from "../set-fixtures";
import {
  before,
  declared,
  notDeleted,
  notRead,
  notReadBefore,
  notWritten,
  type Operation,
  type Outcome,
  type Situation,
  setSize,
  stateAfter,
} from "./operation";
import type { Column, Ending } from "./row";

const create: Operation = async (_earlier, _emulator, name) => {
  const keys = keysOf(name, setSize);
  return {
    keys,
    after: all(keys, declared),
    act: async (host) => (await host.set.create(set(name, keys, declared))).outputs,
    expected: (ending, says) => {
      if (ending === "done") return { outputs: set(name, keys, declared) };
      return notWritten(`set "${name}"`, "created", ending, reasonsOf(keys, ending, says).join("; "));
    },
    again: (next, _ending, outcome) => declare(next, name, keys, stateAfter(outcome, undefined)),
    againRequests: 1,
  };
};

/** An update of metadata reads the subjects, then writes them. */
const update =
  (method: "GET" | "POST"): Operation =>
  async (earlier, _emulator, name): Promise<Situation> => {
    const keys = keysOf(name, setSize);
    const { outputs } = await earlier.set.create(set(name, keys, before));
    return {
      keys,
      after: all(keys, declared),
      method,
      ...(method === "GET" && { first: { match: { method, key: `${name} a` }, after: all(keys, declared) } }),
      act: (host) => host.set.update(name, outputs, set(name, keys, declared)),
      expected: (ending, says) => {
        if (ending === "done") return { outputs: set(name, keys, declared) };
        if (method === "GET") return notReadBefore(`set "${name}"`, says);
        return noneOf(name, set(name, keys, before), reasonsOf(keys, ending, says));
      },
      again: (next, _ending, outcome) => declare(next, name, keys, stateAfter(outcome, outputs)),
      againRequests: 4,
    };
  };

/** Three subjects leave a set of four: its companion deletes them. */
const removal: Operation = async (earlier, _emulator, name) => {
  const keys = keysOf(name, setSize);
  const staying = all([`${name} stays`], before);
  const full = setInputs({ ...all(keys, before), ...staying }, {}, { name });
  const rest = setInputs(staying, {}, { name });
  const state = await createWithMembers(earlier, full);
  let after = state;
  return {
    ...removing(name, keys, staying),
    act: async (host) => {
      const updated = await updateWithMembers(host, state, rest);
      after = updated.state;
      await updated.deletePhase();
      return { subjects: after.outputs.subjects };
    },
    expected: (ending, says, stays) => {
      if (ending === "done") return { outputs: { subjects: JSON.stringify(staying) } };
      const reasons = deletionReasons(keys, ending, says, stays);
      return notDeleted(`set "${name}": subjects that left it`, reasons, "were");
    },
    again: async (next, ending) => {
      await declareSet(next.set, after.outputs, rest);
      await followUp(next.members, after, after.outputs);
      // After a failure the engine has the old companion as one that is still to be deleted.
      if (ending !== "done") await next.members.delete(name, state.members);
    },
    againRequests: 3,
  };
};

const remove: Operation = async (earlier, _emulator, name) => {
  const keys = keysOf(name, setSize);
  const { outputs } = await earlier.set.create(set(name, keys, before));
  return {
    ...removing(name, keys, {}),
    act: async (host) => {
      await host.set.delete(name, outputs);
      return {};
    },
    expected: (ending, says, stays) => {
      if (ending === "done") return { outputs: {} };
      return notDeleted(`set "${name}"`, deletionReasons(keys, ending, says, stays));
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
  async (earlier, emulator, name) => {
    const keys = keysOf(name, count);
    const { outputs } = await earlier.set.create(set(name, keys, before));
    emulator.subjects.upsert(...keys.map((key) => ({ key, ...declared })));
    return {
      keys,
      after: all(keys, declared),
      act: async (host) => (await host.set.read(name, outputs)).outputs,
      ...(count === requests && { first: { match: { key: `${name} a` }, after: all(keys, declared) } }),
      expected: (ending, says, stays) => {
        if (ending === "done") return { outputs: set(name, keys, declared) };
        if (ending === "gone") return { outputs: set(name, stays ? [] : keys.slice(1), declared) };
        return notRead(`set "${name}"`, ending, says);
      },
      again: async (next, ending, outcome) => {
        if (ending === "gone") return declare(next, name, keys, stateAfter(outcome, outputs));
        expect((await next.set.read(name, outputs)).outputs).toMatchObject(set(name, keys, declared));
      },
      againRequests: requests,
    };
  };

export const setOperations = {
  "set: create": create,
  "set: update": update("POST"),
  "set: update: read": update("GET"),
  "set: removal": removal,
  "set: delete": remove,
  "set: refresh": refreshBy(16, 1),
  "set: reads": refreshBy(setSize, setSize),
} satisfies Partial<Record<Column, Operation>>;

function keysOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${String.fromCharCode(97 + index)}`);
}

function all(keys: readonly string[], fields: object): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, fields]));
}

function set(name: string, keys: readonly string[], fields: object): Properties {
  return setInputs(all(keys, fields), {}, { name });
}

/** What all deletions of three subjects have in common. */
function removing(name: string, keys: readonly string[], staying: Record<string, object>) {
  return {
    keys: [...keys, ...Object.keys(staying)],
    after: staying,
    first: { match: { key: `${name} a` }, after: { ...all(keys.slice(0, 1), before), ...staying } },
  };
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

/** An update of which nothing was stored. It leaves a state all the same. */
function noneOf(name: string, state: Properties, failures: readonly string[]): Outcome {
  const refused = failures.some((reason) => reason.startsWith("stopped")) ? 0 : setSize;
  const next = refused > 0 ? "correct the rest and run pulumi up again" : "run pulumi up again";
  const headline = `set "${name}": 0 of 3 changes were made${refused > 0 ? `, ${refused} failed` : ""}. The state holds everything that is known to be stored; ${next}, which sends only the rest`;
  const reasons = [headline, ...failures];
  const marks = { ...Object(state.__openmeter), partial: true };
  return { message: reasons.join("; "), partial: { reasons, outputs: { ...state, __openmeter: marks } } };
}

/** Each subject with its reason, or that all were stopped. */
function reasonsOf(keys: readonly string[], ending: Ending, says: string, done = 0): string[] {
  if (["fails", "stopped", "unsent", "unreached"].includes(ending)) {
    return [`stopped after ${done} of 3: ${says}`];
  }
  return says.includes("{each}")
    ? keys.map((key) => `"${key}": ${says.replace("{each}", key)}`)
    : [`${keys.map((key) => `"${key}"`).join(", ")}: ${says}`];
}

function deletionReasons(keys: readonly string[], ending: Ending, says: string, stays: boolean): string {
  const refused = stays ? keys : keys.slice(0, 1);
  return reasonsOf(refused, ending === "part" ? "fails" : ending, says, ending === "part" ? 2 : 0).join("; ");
}
