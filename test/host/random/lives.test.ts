/** Lives that random programs once did not live as the model says, and some that they rarely come to. */
import { startEmulator } from "openmeter-emulator";
import { afterAll, beforeAll, beforeEach, it } from "vitest";
import type { Fields } from "../../model/kinds";
import { both, clearServers, keyIn, type Servers } from "../../model/servers";
import type { Step, Trouble, Up } from "../../model/steps";
import { newTally, Trial } from "../../model/trial";
import { sample } from "../../sample";
import { StandIn } from "./stand-in";

let servers: Servers;
let stack: StandIn;
beforeAll(async () => {
  servers = { here: await startEmulator(), elsewhere: await startEmulator(), subjectHook: false };
  stack = new StandIn(servers);
});
beforeEach(() => {
  clearServers(servers);
  stack.clear();
});
afterAll(async () => {
  await stack.kill();
  await Promise.all(both(servers).map(([, server]) => server.close()));
});

const up = (more: Partial<Up> = {}): Step => ({ do: "up", refresh: false, order: "late", mend: false, ...more });
const hurtUp = (trouble: Trouble): Step => up({ trouble });
const declare = (name: string, key: string, fields: Fields = {}): Step => ({ do: "declare", name, key, fields });
const move = (key: string, to: string): Step => ({ do: "move", key, to });
const remove = (name: string): Step => ({ do: "remove", name });
const leave = (key: string): Step => ({ do: "leave", key });
const keep = (name: string): Step => ({ do: "option", name, option: "keepsUndeclared", on: true });
const elsewhere = (name: string, on = true): Step => ({ do: "option", name, option: "elsewhere", on });
const rename: Step = { do: "rename", from: "set-a", to: "set-b", alias: true };
const refusedDeletion: Trouble = { kind: "refused deletion", at: 0 };
const set = [declare("set-a", "a"), declare("set-a", "b", { displayName: "B" }), up()];
const pro = { metadata: { plan: "pro" } };
const crm = { metadata: { plan: "pro", crm: "x" } };

it.each<[string, Step[]]>(
  sample<[string, Step[]]>(
    [
      [
        "adopts a subject that has all that is declared, and more",
        [{ do: "foreign write", key: "a", fields: crm }, declare("one", "a", pro), keep("one"), up()],
      ],
      [
        "changes a subject that others have made anew, with entries of their own",
        [
          declare("set-a", "a", { ...pro, displayName: "A" }),
          keep("set-a"),
          up(),
          { do: "foreign re-creation", key: "a", fields: crm },
          { do: "set field", key: "a", field: "displayName", value: "B" },
          up(),
        ],
      ],
      [
        "begins to leave undeclared entries alone after a refresh has shown some",
        [
          declare("one", "a", pro),
          up(),
          { do: "foreign entry", key: "a", name: "crm", value: "x" },
          keep("one"),
          up({ refresh: true }),
        ],
      ],
      [
        "begins to declare metadata where others have written some",
        [
          declare("one", "a", { displayName: "A" }),
          up(),
          { do: "foreign entry", key: "a", name: "crm", value: "x" },
          { do: "set field", key: "a", field: "metadata", value: { plan: "pro" } },
          up({ refresh: true }),
        ],
      ],
      [
        "removes a subject that a refresh has found made anew",
        [...set, { do: "foreign re-creation", key: "a", fields: {} }, leave("a"), up({ refresh: true })],
      ],
      ["renames a set, and removes a subject later", [...set, rename, up(), leave("a"), up()]],
      [
        "renames a set whose removal was refused, is refused again, and deletes in the end",
        [...set, leave("a"), hurtUp(refusedDeletion), rename, hurtUp(refusedDeletion), up()],
      ],
      [
        "removes one subject, is refused, and removes another",
        [...set, leave("a"), hurtUp(refusedDeletion), declare("set-a", "é ?"), leave("b"), up()],
      ],
      [
        "removes a set that has a removal pending",
        [...set, leave("a"), hurtUp(refusedDeletion), remove("set-a"), declare("one", "c/d"), up()],
      ],
      [
        "moves a set to another process while it gives away one subject and removes another",
        [
          ...set,
          { do: "option", name: "set-a", option: "ownProvider", on: true },
          leave("a"),
          move("b", "set-b"),
          up(),
        ],
      ],
      [
        "gives a subject to a set of another process, and takes it back",
        [
          ...set,
          declare("set-b", "c/d"),
          { do: "option", name: "set-b", option: "ownProvider", on: true },
          up(),
          move("a", "set-b"),
          up(),
          move("a", "set-a"),
          up(),
        ],
      ],
      [
        "is cut between a set and its companion, and goes on in another process",
        [
          ...set,
          declare("set-a", "c/d"),
          leave("a"),
          hurtUp({ kind: "cancel", at: 0 }),
          { do: "option", name: "set-a", option: "ownProvider", on: true },
          up(),
        ],
      ],
      [
        "replaces a renamed set, or its companion, while a subject leaves it",
        [
          ...set,
          rename,
          up(),
          leave("a"),
          hurtUp({ kind: "replace", name: "set-b" }),
          up(),
          declare("set-b", "a"),
          up(),
          leave("a"),
          hurtUp({ kind: "replace", name: "set-b/members" }),
          up(),
        ],
      ],
      [
        "moves a set to another account, which leaves one of its subjects to a resource in the old one",
        [...set, elsewhere("set-a"), move("b", "one"), up()],
      ],
      [
        "moves a set to another account and back, while a subject leaves it and another one comes",
        [...set, elsewhere("set-a"), leave("a"), declare("set-a", "c/d"), up(), elsewhere("set-a", false), up()],
      ],
      [
        "moves a set to another account whose removal was refused, and which has that subject again",
        [...set, leave("a"), hurtUp(refusedDeletion), elsewhere("set-a"), declare("set-a", "a"), up(), up()],
      ],
      [
        "moves a set to another account whose companion has one left to delete, and which has that subject again",
        [
          ...set,
          leave("a"),
          hurtUp({ kind: "replace", name: "set-a/members" }),
          elsewhere("set-a"),
          declare("set-a", "a"),
          up(),
          up(),
        ],
      ],
      [
        "is cut in a move to another account, and moves back",
        [...set, elsewhere("set-a"), hurtUp({ kind: "cancel", at: 1 }), elsewhere("set-a", false), up()],
      ],
      [
        "is refused the deletion in a move to another account, and moves back",
        [...set, elsewhere("set-a"), hurtUp(refusedDeletion), elsewhere("set-a", false), up()],
      ],
      [
        "renames a subject without an alias while it moves to another account, where others have its key",
        [
          declare("one", "a", pro),
          up(),
          { do: "foreign write", key: keyIn({ isElsewhere: true, kind: "subject" }, "a"), fields: crm },
          { do: "rename", from: "one", to: "two", alias: false },
          elsewhere("two"),
          up(),
        ],
      ],
      [
        "moves a set to another process after others have made its subject anew",
        [
          declare("set-a", "a"),
          up(),
          { do: "foreign re-creation", key: "a", fields: {} },
          { do: "option", name: "set-a", option: "ownProvider", on: true },
        ],
      ],
      [
        "stops declaring metadata as it begins to leave undeclared entries alone",
        [
          declare("one", "a", { ...pro, displayName: "A" }),
          up(),
          { do: "foreign entry", key: "a", name: "crm", value: "x" },
          { do: "drop field", key: "a", field: "metadata" },
          keep("one"),
          up({ refresh: true }),
        ],
      ],
      [
        "moves a set whose companion was cut out of the state",
        [...set, { do: "forget", name: "set-a/members" }, leave("a"), elsewhere("set-a"), up(), up()],
      ],
      [
        "loses its companion, and removes a subject",
        [...set, { do: "forget", name: "set-a/members" }, leave("a"), up(), up()],
      ],
    ],
    12,
  ),
)("%s", { timeout: 120_000 }, async (_, steps) => {
  await new Trial(stack, newTally()).live(steps);
});
