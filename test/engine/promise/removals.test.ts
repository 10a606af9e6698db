import { ComponentResource, type CustomResourceOptions, rootStackResource } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../../sample";
import { given, type Program, type TestStack, withStack } from "../stack";
import { declares, deletedDuring, keeping, keysUpTo, set, subject, urn, writesOf } from "./scene";

const s = (...keys: string[]): Program => declares(() => set("s", keys));

class Component extends ComponentResource {
  constructor(kind: string, name: string, options?: CustomResourceOptions) {
    super(`test:index:${kind}`, name, {}, options);
  }
}

describe("what is removed from a set", () => {
  it("is deleted once, after all else that the run does, and the preview counts it", async () => {
    await withStack(async (test) => {
      const after = declares(() => subject("last", "last", { dependsOn: set("s", ["k2", "k3"]) }));
      await given(test, s("k1", "k2"));
      const { text, steps } = await test.preview(after);
      expect(text).toContain('set "s": 1 to create, 1 to remove of 2: -"k1", +"k3"');
      expect(steps.map(({ name, op }) => `${op} ${name}`)).toEqual(["update s", "create last"]);
      test.emulator.requests.clear();
      await keeping(test, ["k2"], () => test.up(after));
      expect(writesOf(test)).toEqual([
        ["POST", "k3"],
        ["POST", "last"],
        ["DELETE", "k1"],
      ]);
    });
  });

  longIt("is deleted by id, once, though a run failed half-way and was repaired", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      test.emulator.faults.add({ kind: "status", status: 400, match: { method: "POST", key: "k4" }, times: 2 });
      const deleted = await deletedDuring(test, () =>
        keeping(test, ["k2"], async () => {
          expect(await test.failingUp(s("k2", "k3", "k4"))).toMatch(/"k4".*400/s);
          test.emulator.faults.clear();
          await test.up(s("k2", "k3", "k4"));
        }),
      );
      expect(deleted).toEqual(["k1"]);
    });
  });

  longIt("counts against maxDeletions in the preview", async () => {
    await withStack(async (test) => {
      const all = keysUpTo(40);
      await given(test, s(...all));
      const message = await keeping(test, all, () => test.failingPreview(s("k1")));
      expect(message).toMatch(/39 of 40.*maxDeletions/s);
      await keeping(test, all, () => test.failingUp(s("k1")));
      await keeping(test, all, () => test.up(s(...all)));
    });
  });

  it("stays in OpenMeter when the set has retainOnDelete", async () => {
    await withStack(async (test) => {
      const retaining = (...keys: string[]) => declares(() => set("s", keys, { retainOnDelete: true }));
      await given(test, retaining("k1", "k2"));
      const steps = () => keeping(test, ["k1", "k2"], () => given(test, retaining("k2")));
      expect(await deletedDuring(test, steps)).toEqual([]);
      expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.stack.destroy()))).toEqual([]);
    });
  });

  it.each(
    sample<[string, (...keys: string[]) => unknown]>([
      ["the set is protected", (...keys) => set("s", keys, { protect: true })],
      [
        "its component is protected",
        (...keys) => set("s", keys, { parent: new Component("Shop", "c", { protect: true }) }),
      ],
    ]),
  )("is deleted though %s", async (_, declare) => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => declare("k1", "k2")),
      );
      const removal = declares(() => declare("k2"));
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(removal)))).toEqual(["k1"]);
    });
  });
});

describe("the subjects of a set", () => {
  it.each(
    sample<[string, (test: TestStack) => Promise<unknown>]>(
      [
        ["the set leaves the program", (test) => test.up(declares(() => undefined))],
        ["the stack is destroyed", (test) => test.stack.destroy()],
        [
          "the stack is destroyed with its program",
          (test) => {
            test.stack.workspace.program = s("k1", "k2").run;
            return test.stack.destroy({ runProgram: true });
          },
        ],
      ],
      2,
    ),
  )("are each deleted once when %s", async (_, end) => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      expect(await deletedDuring(test, () => end(test))).toEqual(["k1", "k2"]);
      expect(await test.stateNames()).toEqual([]);
    });
  });

  longIt("are deleted by the ids that they have now when others have deleted and re-created them", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      test.emulator.subjects.delete("k1");
      test.emulator.subjects.upsert({ key: "k1" });
      await test.up(s("k1", "k2"), { refresh: true });
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(s("k2"))))).toEqual(["k1"]);
      expect(test.emulator.subjects.get("k1")).toBeUndefined();
    });
  });

  it("are deleted without what another resource has taken when the set leaves the program", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      const taken = declares(() => subject("t", "k1"));
      expect(await deletedDuring(test, () => keeping(test, ["k1"], () => test.up(taken)))).toEqual(["k2"]);
    });
  });

  longIt(
    "are kept when the resource that deletes for the set is destroyed alone, and removals work again after it",
    async () => {
      await withStack(async (test) => {
        const both = ["k1", "k2"];
        await given(test, s(...both));
        const destroy = () => test.stack.destroy({ target: [urn("SubjectSetMembers", "s")] });
        expect(await deletedDuring(test, () => keeping(test, both, destroy))).toEqual([]);
        await keeping(test, both, () => test.up(s(...both)));
        expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(s("k2"))))).toEqual(["k1"]);
      });
    },
  );

  it.each(sample(["a member removed in the same run", "the set as it was"]))(
    "are known again when the resource that deletes for the set was cut from the state, with %s",
    async (next) => {
      await withStack(async (test) => {
        await given(test, s("k1", "k2"));
        await test.cli("state", "delete", urn("SubjectSetMembers", "s"), "--yes");
        if (next === "the set as it was") {
          expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(s("k1", "k2"))))).toEqual(
            [],
          );
        }
        const removal = async () => {
          // The engine asks no diff of a resource that it does not know: the deletion may wait for the next run.
          await given(test, s("k2"));
          await test.up(s("k2"));
        };
        expect(await deletedDuring(test, () => keeping(test, ["k2"], removal))).toEqual(["k1"]);
      });
    },
  );
});

describe("a set that is renamed with an alias while a member is removed", () => {
  it.each(
    sample<[string, NonNullable<CustomResourceOptions["aliases"]>]>([
      ["the old name", [{ name: "s" }]],
      ["the old URN", [urn("SubjectSet", "s")]],
    ]),
  )("is updated and not made anew, with %s", async (_, aliases) => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      const renamed = declares(() => set("renamed", ["k2"], { aliases }));
      const { steps, companions } = await test.preview(renamed);
      expect(steps.map(({ op }) => op)).toEqual(["update"]);
      expect(companions.map(({ op }) => op)).not.toContain("create");
      expect(companions.map(({ op }) => op)).not.toContain("delete");
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(renamed)))).toEqual(["k1"]);
    });
  });

  longIt("is updated and not made anew when it moves into a component", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      const moved = declares(() => {
        set("s", ["k2"], { parent: new Component("Shop", "shop"), aliases: [{ parent: rootStackResource }] });
      });
      expect((await test.preview(moved)).steps.map(({ op }) => op)).toEqual(["update"]);
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(moved)))).toEqual(["k1"]);
    });
  });
});

describe("two sets of one name in different components", () => {
  it("delete what is their own", async () => {
    await withStack(async (test) => {
      const shops = (one: string[], two: string[]) =>
        declares(() => {
          set("s", one, { parent: new Component("Shop", "c") });
          set("s", two, { parent: new Component("Depot", "c") });
        });
      await given(test, shops(["k1", "k2"], ["k3", "k4"]));
      const removal = () => keeping(test, ["k2", "k3", "k4"], () => given(test, shops(["k2"], ["k3", "k4"])));
      expect(await deletedDuring(test, removal)).toEqual(["k1"]);
      const swap = () => keeping(test, ["k2", "k3", "k4"], () => given(test, shops(["k3", "k4"], ["k2"])));
      expect(await deletedDuring(test, swap)).toEqual([]);
      const alone = declares(() => set("s", ["k3", "k4"], { parent: new Component("Shop", "c") }));
      expect(await deletedDuring(test, () => keeping(test, ["k3", "k4"], () => test.up(alone)))).toEqual(["k2"]);
    });
  });
});

describe("a subject whose key is the id of another record", () => {
  longIt.each<[string, (key: string) => unknown]>([
    ["a subject", (key) => subject("b", key)],
    ["a set", (key) => set("b", [key])],
  ])("is kept when the other is deleted: %s", async (_, declare) => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => subject("a", "k1")),
      );
      const id = test.emulator.subjects.get("k1")?.id ?? "absent";
      const both = declares(() => {
        subject("a", "k1");
        declare(id);
      });
      await given(test, both);
      await keeping(test, [id], () => test.up(declares(() => declare(id))));
      expect(test.emulator.subjects.get("k1")).toBeUndefined();
    });
  });

  longIt("is kept when the other is removed from its set", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      const id = test.emulator.subjects.get("k1")?.id ?? "absent";
      await given(test, s("k1", "k2", id));
      await keeping(test, ["k2", id], () => test.up(s("k2", id)));
      expect(test.emulator.subjects.get("k1")).toBeUndefined();
    });
  });
});
