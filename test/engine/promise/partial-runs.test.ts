import { Subject, type SubjectSet } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../../sample";
import { given, type Program, withStack } from "../stack";
import { declares, deletedDuring, keeping, set, subject, urn } from "./scene";

/** A subject `k1` under its old name, and under its new one. */
const renames: Record<string, { readonly old: Program; readonly new: Program; readonly urns: [string, string] }> = {
  "a subject": {
    old: declares(() => subject("old", "k1")),
    new: declares(() => subject("new", "k1")),
    urns: [urn("Subject", "old"), urn("Subject", "new")],
  },
  "a set": {
    old: declares(() => set("old", ["k1"])),
    new: declares(() => set("new", ["k1"])),
    urns: [urn("SubjectSet", "old"), urn("SubjectSet", "new")],
  },
  "a set that becomes a subject": {
    old: declares(() => set("old", ["k1"])),
    new: declares(() => subject("new", "k1")),
    urns: [urn("SubjectSet", "old"), urn("Subject", "new")],
  },
  "a subject that becomes a set": {
    old: declares(() => subject("old", "k1")),
    new: declares(() => set("new", ["k1"])),
    urns: [urn("Subject", "old"), urn("SubjectSet", "new")],
  },
};

describe("a rename of which a run carries out one half keeps the subject", () => {
  it.each(sample(Object.entries(renames)))("when the new name is excluded: %s", async (_, { old, urns, ...after }) => {
    await withStack(async (test) => {
      await given(test, old);
      const half = { exclude: [urns[1]], excludeDependents: true };
      const deleted = await deletedDuring(test, () =>
        keeping(test, ["k1"], async () => {
          await test.up(after.new, { ...half, unsettledBecause: "the new resource is excluded" });
          await test.up(after.new);
        }),
      );
      expect(deleted).toEqual([]);
    });
  });

  longIt.each(Object.entries(renames))("when only the old name is targeted: %s", async (_, { old, urns, ...after }) => {
    await withStack(async (test) => {
      await given(test, old);
      const half = { target: [urns[0]], targetDependents: true };
      const deleted = await deletedDuring(test, () =>
        keeping(test, ["k1"], async () => {
          await test.up(after.new, { ...half, unsettledBecause: "the new resource is not targeted" });
          await test.up(after.new);
        }),
      );
      expect(deleted).toEqual([]);
    });
  });
});

describe("a removal of which a run carries out one half", () => {
  it.each(sample(["SubjectSet", "SubjectSetMembers"] as const))(
    "is done by the next run when only %s is targeted",
    async (type) => {
      await withStack(async (test) => {
        const of = (...keys: string[]) => declares(() => set("s", keys));
        await given(test, of("k1", "k2"));
        const half = { target: [urn(type, "s")], unsettledBecause: "the other half is not targeted" };
        const targeted = () => keeping(test, ["k1", "k2"], () => test.up(of("k2"), half));
        expect(await deletedDuring(test, targeted)).toEqual([]);
        expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(of("k2"))))).toEqual(["k1"]);
      });
    },
  );
});

/** Takers of `k1` that fail, by why, while `customer` is `"x"`, or while the server refuses the key `bad`. */
const failing: Record<string, (s: SubjectSet, customer: string) => unknown> = {
  "OpenMeter refuses another subject of the taking set": (s) => set("t", ["k1", "bad"], { dependsOn: s }),
  "the arguments of the taker are refused": (s, stripeCustomerId) =>
    new Subject("t", { key: "k1", stripeCustomerId }, { dependsOn: s }),
  "the taker depends on a resource that fails": (s) =>
    subject("t", "k1", { dependsOn: subject("f", "bad", { dependsOn: s }) }),
};

describe("a run that goes on after errors keeps a subject that changes hands", () => {
  it.each(sample(Object.entries(failing)))("when %s", async (_, take) => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => set("s", ["k1", "k2"])),
      );
      const moved = (customer: string) => declares(() => take(set("s", ["k2"]), customer));
      test.emulator.faults.add({ kind: "status", status: 400, match: { method: "POST", key: "bad" }, times: 3 });
      const deleted = await deletedDuring(test, () =>
        keeping(test, ["k1", "k2"], async () => {
          await test.failingUp(moved("x"), { continueOnError: true });
          test.emulator.faults.clear();
          await test.up(moved("cus_1"));
        }),
      );
      expect(deleted).toEqual([]);
    });
  });
});

describe("a protected set keeps its subjects", () => {
  const others = () => {
    set("q", ["k3"]);
    subject("x", "k4");
  };
  const all = declares(() => {
    set("p", ["k1", "k2"], { protect: true });
    others();
  });

  it("when a destroy of the whole stack is refused", async () => {
    await withStack(async (test) => {
      await given(test, all);
      await keeping(test, ["k1", "k2"], () => expect(test.stack.destroy()).rejects.toThrow(/protect/));
      await keeping(test, ["k1", "k2"], () => test.up(all));
    });
  });

  it("when a destroy leaves out what is protected, and all else is deleted", async () => {
    await withStack(async (test) => {
      await given(test, all);
      const destroy = () => test.stack.destroy({ excludeProtected: true });
      expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], destroy))).toEqual(["k3", "k4"]);
      expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(all)))).toEqual([]);
    });
  });

  longIt.each<[string, Program]>([
    ["and the others stay", declares(others)],
    ["with all others", declares(() => undefined)],
  ])("when it leaves the program %s", async (_, without) => {
    await withStack(async (test) => {
      await given(test, all);
      const message = await keeping(test, ["k1", "k2"], () => test.failingUp(without));
      expect(message).toMatch(/protect/);
      await keeping(test, ["k1", "k2"], () => test.up(all));
    });
  });
});
