import { Subject } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt } from "../sample";
import { given, withStack } from "./stack";

const a = { key: "a", displayName: "A", metadata: { of: "a" } };
const b = { key: "b", displayName: "B", metadata: { of: "b" } };
const kept = 'subject "a" is kept: the program still declares it';

describe("a subject that only changes hands is never deleted", () => {
  it("when its resource is renamed without an alias", async () => {
    await withStack(async (test) => {
      await given(test, { old: a });
      const { id } = test.emulator.subjects.get("a") ?? {};
      const { stdout } = await test.up({ new: a });
      expect(stdout).toContain(kept);
      expect(test.emulator.subjects.get("a")).toMatchObject({ id, ...a });
      expect(await test.stateNames()).toEqual(["new"]);
    });
  });

  longIt("and loses what the old resource declared and the new one does not", async () => {
    await withStack(async (test) => {
      await test.up({ old: a });
      test.emulator.subjects.upsert({ key: "a", stripeCustomerId: "cus_foreign" });
      await test.up({ new: { key: "a", metadata: a.metadata } });
      expect(test.emulator.subjects.get("a")).not.toHaveProperty("displayName");
      expect(test.emulator.subjects.get("a")).toMatchObject({ metadata: a.metadata, stripeCustomerId: "cus_foreign" });
    });
  });

  longIt("when two resources swap their keys", async () => {
    await withStack(async (test) => {
      await test.up({ one: a, two: b });
      const ids = test.emulator.subjects.list().map(({ id }) => id);
      await test.up({ one: b, two: a });
      expect(test.emulator.subjects.list().map(({ id }) => id)).toEqual(ids);
    });
  });

  it("when a replacement is forced", async () => {
    await withStack(async (test) => {
      await given(test, { a });
      const { id } = test.emulator.subjects.get("a") ?? {};
      await test.up({ a }, { replace: ["urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:Subject::a"] });
      expect(test.emulator.subjects.get("a")).toMatchObject({ id, ...a });
    });
  });

  longIt("when a run is cut between the create and the delete, and the next run only deletes", async () => {
    await withStack(async (test) => {
      await test.up({ old: a });
      const both = {
        holds: {},
        run: async () => {
          new Subject("old", a);
          new Subject("new", { ...a, key: "not yet" });
          return undefined;
        },
      };
      await test.up(both, { unsettledBecause: "a half-way state is made" });
      // The state of a run that was cut: both resources are in it, with the same key.
      const state = await test.stack.exportStack();
      const text = JSON.stringify(state.deployment).replaceAll("not yet", "a");
      const { id } = test.emulator.subjects.get("a") ?? {};
      await test.stack.importStack({ ...state, deployment: JSON.parse(text) });
      test.emulator.subjects.delete("not yet");
      test.emulator.requests.clear();
      await test.up({ new: a });
      expect(test.emulator.requests.list().map(({ method }) => method)).not.toContain("DELETE");
      expect(test.emulator.subjects.get("a")).toMatchObject({ id, ...a });
      expect(await test.stateNames()).toEqual(["new"]);
    });
  });

  it("but a destroy deletes it, also one that runs a program with more resources than the state has", async () => {
    await withStack(async (test) => {
      await given(test, { a });
      await test.stack.destroy();
      expect(test.emulator.subjects.list()).toEqual([]);
      await given(test, { a });
      test.stack.workspace.program = async () => {
        for (const [name, args] of Object.entries({ a, b })) new Subject(name, args);
        return undefined;
      };
      await test.stack.destroy({ runProgram: true });
      expect(test.emulator.subjects.list()).toEqual([]);
    });
  });
});

describe("two resources with one key", () => {
  it("are an error in preview that names both, whether the key is plain or an output", async () => {
    await withStack(async (test) => {
      // The program registers both at once: either may be the second.
      const both = /key "a" is declared by Subject "(two|one)" and by Subject "(?!\1)(one|two)"\. A key belongs to one/;
      expect(await test.failingPreview({ one: a, two: a })).toMatch(both);
      const withOutput = {
        holds: {},
        run: async () => {
          const one = new Subject("one", { key: Promise.resolve("a") });
          new Subject("two", { key: one.key });
          return undefined;
        },
      };
      expect(await test.failingPreview(withOutput)).toMatch(both);
      expect(test.emulator.requests.list()).toEqual([]);
    });
  });

  longIt("are none when they belong to different runs of one process", async () => {
    await withStack(async (first) => {
      await withStack(async (second) => {
        await Promise.all([first.up({ a }), second.up({ a })]);
      });
    });
  });
});
