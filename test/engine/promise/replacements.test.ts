import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { UpOptions } from "@pulumi/pulumi/automation";
import { Subject, SubjectSet } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../../sample";
import { given, type TestStack, withStack } from "../stack";
import { declares, deletedDuring, keeping, keysUpTo, set, subject, urn, writesOf } from "./scene";

const early = { deleteBeforeReplace: true };

describe("a key that moves between resources with deleteBeforeReplace keeps its subject", () => {
  it.each(
    sample<[string, (a: Subject) => unknown]>([
      ["a set", (a) => set("b", ["k1"], { dependsOn: a })],
      ["another subject", (a) => subject("b", "k1", { dependsOn: a })],
    ]),
  )("when %s that depends on the old resource takes it", async (_, take) => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => subject("a", "k1", early)),
      );
      const rekeyed = declares(() => take(subject("a", "k9", early)));
      expect(await deletedDuring(test, () => keeping(test, ["k1"], () => test.up(rekeyed)))).toEqual([]);
    });
  });

  longIt("when two resources swap their keys", async () => {
    await withStack(async (test) => {
      const keys = (a: string, b: string) =>
        declares(() => subject("b", b, { ...early, dependsOn: subject("a", a, early) }));
      await given(test, keys("k1", "k2"));
      const swapped = keys("k2", "k1");
      expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(swapped)))).toEqual([]);
    });
  });

  it("because the classes switch it off, with a warning that names the resource", async () => {
    await withStack(async (test) => {
      const keys = (key: string) =>
        declares(() => {
          subject("a", key, early);
          set("s", ["k3"], early);
        });
      await given(test, keys("k1"));
      test.emulator.requests.clear();
      const { stdout, stderr } = await test.stack.up({ program: keys("k2").run });
      expect(stdout + stderr).toMatch(/"a".*deleteBeforeReplace|deleteBeforeReplace.*"a"/);
      expect(writesOf(test)).toEqual([
        ["POST", "k2"],
        ["DELETE", "k1"],
      ]);
    });
  });
});

/** A resource whose declaration depends on `d`, of which neither key nor id is known while `d` is being replaced. */
const dependents: Record<string, (d: Subject) => unknown> = {
  "the key of a subject": (d) =>
    subject(
      "t",
      d.key.apply(() => "k1"),
    ),
  "the metadata of a subject": (d) => new Subject("t", { key: "k1", metadata: { on: d.key } }),
  "nothing of a subject that depends on it": (d) => subject("t", "k1", { dependsOn: d }),
  "one key of a set": (d) => set("t", [d.key.apply(() => "k1"), "k2"]),
  "the whole list of a set": (d) => new SubjectSet("t", { subjects: d.key.apply(() => [{ key: "k1" }]) }),
  "the metadata of a member": (d) => new SubjectSet("t", { subjects: [{ key: "k1", metadata: { on: d.key } }] }),
  "nothing of a set that depends on it": (d) => set("t", ["k1"], { dependsOn: d }),
};

/** Its class would switch `deleteBeforeReplace` off; this comes after the class, as a policy or a stack's transformation does. */
const forced: CustomResourceOptions = {
  transformations: [({ props, opts }) => ({ props, opts: { ...opts, deleteBeforeReplace: true } })],
};

describe("a resource that is deleted before its replacement deletes no subject of those that depend on it", () => {
  it.each(sample(Object.entries(dependents)))("when it determines %s", async (_, depend) => {
    await withStack(async (test) => {
      const on = (key: string) => declares(() => depend(subject("d", key, forced)));
      await given(test, on("d1"));
      const deleted = await deletedDuring(test, () =>
        keeping(test, ["k1"], async () => {
          await given(test, on("d2"));
          expect(writesOf(test)[0], "the first write of the run").toEqual(["DELETE", "d1"]);
          await test.up(on("d2"));
        }),
      );
      expect(deleted).toEqual(["d1"]);
    });
  });

  longIt("when a set that it determines gives a subject to another resource in the same run", async () => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => set("s", [subject("d", "d1", forced).key.apply(() => "k1"), "k2"])),
      );
      const moved = declares(() => {
        const s = set("s", [subject("d", "d2", forced).key.apply(() => "k2")]);
        subject("t", "k1", { dependsOn: s });
      });
      expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(moved)))).toEqual(["d1"]);
    });
  });
});

/** What makes the engine replace the set `s` without asking the provider for a diff: a preparation, and options of the run. */
const forcings: Record<string, { prepare(test: TestStack): Promise<unknown>; readonly options: UpOptions }> = {
  "--replace": { prepare: async () => undefined, options: { replace: [urn("SubjectSet", "s")] } },
  "a taint": { prepare: (test) => test.cli("state", "taint", urn("SubjectSet", "s"), "--yes"), options: {} },
};

describe("a set that is replaced by force while its export is cut", () => {
  const all = keysUpTo(40);
  const of = (keys: string[], args = {}) => declares(() => set("s", keys, {}, args));

  it.each(sample(Object.entries(forcings)))(
    "deletes nothing and names the number, with %s",
    async (_, { prepare, options }) => {
      await withStack(async (test) => {
        await given(test, of(all));
        await prepare(test);
        const message = await keeping(test, all, () => test.failingUp(of(["k1"]), options));
        expect(message).toMatch(/39 of 40.*maxDeletions/s);
        // The whole export again: nothing is lost, and nothing of the refused run remains.
        expect(await deletedDuring(test, () => keeping(test, all, () => test.up(of(all))))).toEqual([]);
      });
    },
  );

  longIt.each(Object.entries(forcings))(
    "deletes as many as maxDeletions allows, with %s",
    async (_, { prepare, options }) => {
      await withStack(async (test) => {
        const allowed = { maxDeletions: 39 };
        await given(test, of(all, allowed));
        await prepare(test);
        const cut = of(["k1"], allowed);
        const deleted = await deletedDuring(test, () =>
          keeping(test, ["k1"], async () => {
            await test.stack.up({ program: cut.run, ...options });
            // What the engine did not ask a diff of may be deleted by the next run.
            await test.up(cut);
          }),
        );
        expect(deleted).toEqual(all.slice(1).sort());
      });
    },
  );

  longIt("is left with what it keeps when the set is renamed without an alias", async () => {
    await withStack(async (test) => {
      await given(test, of(all));
      const renamed = declares(() => set("renamed", ["k1"]));
      const deleted = await deletedDuring(test, () => keeping(test, ["k1"], () => test.up(renamed)));
      expect(deleted).toEqual(all.slice(1).sort());
    });
  });

  it.each(sample(Object.entries(forcings)))(
    "keeps what another resource takes, with %s",
    async (_, { prepare, options }) => {
      await withStack(async (test) => {
        await given(test, of(["k1", "k2"]));
        await prepare(test);
        const moved = declares(() => subject("t", "k1", { dependsOn: set("s", ["k2"]) }));
        const deleted = await deletedDuring(test, () =>
          keeping(test, ["k1", "k2"], async () => {
            await test.stack.up({ program: moved.run, ...options });
            await test.up(moved);
          }),
        );
        expect(deleted).toEqual([]);
      });
    },
  );
});
