import { cp, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Subject, SubjectSet } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../../sample";
import { given, type TestStack, withStack } from "../stack";
import { declares, deletedDuring, keeping, registered, set, subject, urn } from "./scene";

/** Makes the resource that takes `k1` from the set `s`, in the run in which `s` gives it up. */
type Taker = (s: SubjectSet) => unknown;

const takers: Record<string, Taker> = {
  "a subject that the program makes after the update of the giving set": async (s) => {
    await registered(s);
    subject("t", "k1");
  },
  "a set of which one key is an output of a resource that is created after the update of the giving set": (s) => {
    const slow = subject("slow", "slow", { dependsOn: s });
    set("t", [slow.subjectId.apply(() => "k1"), "k3"]);
  },
  "a subject that gets its key from a transform": (s) =>
    subject("t", "other", {
      dependsOn: s,
      transforms: [async ({ props, opts }) => ({ props: { ...props, key: "k1" }, opts })],
    }),
  "a subject": (s) => subject("t", "k1", { dependsOn: [s] }),
  "a set that holds an output somewhere": (s) => {
    const host = subject("host", "host");
    new SubjectSet(
      "t",
      { subjects: [{ key: "k1" }, { key: "k3", metadata: { on: host.subjectId } }] },
      { dependsOn: s },
    );
  },
  "a set that holds a promise somewhere": (s) =>
    new SubjectSet(
      "t",
      { subjects: [{ key: "k1" }, { key: "k3", displayName: Promise.resolve("Three") }] },
      { dependsOn: s },
    ),
  "a set that the program makes after the update of the giving set": async (s) => {
    await registered(s);
    set("t", ["k1"]);
  },
  "a set whose list is a promise that takes longer than the update of the giving set": (s) =>
    new SubjectSet("t", { subjects: registered(s).then(() => [{ key: "k1" }]) }),
  "a subject whose key is an output of a resource that is created after the update of the giving set": (s) => {
    const slow = subject("slow", "slow", { dependsOn: s });
    subject(
      "t",
      slow.subjectId.apply(() => "k1"),
    );
  },
  "a subject that gets its key from a transformation": (s) =>
    subject("t", "other", {
      dependsOn: s,
      transformations: [({ props, opts }) => ({ props: { ...props, key: "k1" }, opts })],
    }),
  "a set of 60,000 that depends on the giving set": (s) =>
    set("t", ["k1", ...Array.from({ length: 60_000 }, (_, index) => `some-customer-${index}`)], { dependsOn: s }),
};

describe("a subject that a set gives to another resource is never deleted", () => {
  it.each(sample(Object.entries(takers), 3))("when the other is %s", async (_, take) => {
    await withStack(async (test) => {
      await given(
        test,
        declares(() => set("s", ["k1", "k2"])),
      );
      const moved = declares(async () => {
        await take(set("s", ["k2"]));
      });
      const deleted = await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(moved)));
      expect(deleted).toEqual([]);
    });
  });

  longIt("and is deleted once when what has taken it leaves the program later", async () => {
    await withStack(async (test) => {
      const withTaker = declares(async () => {
        const s = set("s", ["k2"]);
        await registered(s);
        set("t", ["k1"]);
      });
      await given(
        test,
        declares(() => set("s", ["k1", "k2"])),
      );
      await given(test, withTaker);
      const alone = declares(() => set("s", ["k2"]));
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(alone)))).toEqual(["k1"]);
    });
  });
});

describe("two copies of the package in one program", () => {
  it("know of each other's subjects when one takes a subject from the other", async () => {
    await withStack(async (test) => {
      const copy = await secondCopy(test);
      await given(
        test,
        declares(() => set("s", ["k1", "k2"])),
      );
      const moved = declares(() => {
        const s = set("s", ["k2"]);
        new copy.SubjectSet("t", { subjects: [{ key: "k1" }] }, { dependsOn: s });
      });
      await keeping(test, ["k1", "k2"], () => test.up(moved));
    });
  });

  longIt("know of each other's subjects when the taker is excluded from the run", async () => {
    await withStack(async (test) => {
      const copy = await secondCopy(test);
      await given(
        test,
        declares(() => subject("old", "k1")),
      );
      const renamed = declares(() => {
        subject("new", "k1");
        new copy.Subject("of the copy", { key: "k3" });
      });
      const exclude = [urn("Subject", "new")];
      await keeping(test, ["k1"], () => test.up(renamed, { exclude, unsettledBecause: "one resource is excluded" }));
      await keeping(test, ["k1", "k3"], () => test.up(renamed));
    });
  });

  it("find a key that both declare", async () => {
    await withStack(async (test) => {
      const copy = await secondCopy(test);
      const twice = declares(() => {
        subject("one", "k1");
        new copy.Subject("two", { key: "k1" });
      });
      expect(await test.failingPreview(twice)).toMatch(/"k1".*"(one|two)"/s);
    });
  });
});

/** Installs the package once more and loads it from there. */
async function secondCopy({ folder }: TestStack): Promise<{ Subject: typeof Subject; SubjectSet: typeof SubjectSet }> {
  const provider = resolve(__dirname, "../../../provider");
  const installed = join(folder, "vendor", "pulumi-openmeter");
  await mkdir(installed, { recursive: true });
  for (const name of ["package.json", "dist"]) {
    await cp(join(provider, name), join(installed, name), { recursive: true });
  }
  // Its dependencies are found in the project's node_modules.
  const loaded = createRequire(join(installed, "package.json"))("./dist/index.js");
  expect(loaded.Subject, "the class of the copy").not.toBe(Subject);
  return loaded;
}
