import { describe, expect, it } from "vitest";
import { calls, subjectInputs, urnOf } from "./set-fixtures";
import { withHost } from "./with-host";

const acme = { key: "acme", displayName: "Acme" };
const old = subjectInputs(acme, { name: "old" });
const renamed = subjectInputs(acme, { name: "new" });

describe("a delete on the dynamic host", () => {
  it("keeps a subject that this run has created under another name", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(old);
      const run = await another();
      const { inputs } = await run.check(renamed);
      await run.create(inputs);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toMatchObject(acme);
      await expect
        .poll(() => run.output, { timeout: 30_000 })
        .toContain('subject "acme" is kept: the program still declares it');
    });
  });

  it("keeps a subject that this run only declares, as after a run that was cut", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(old);
      const { outputs: created } = await host.create(renamed);
      const run = await another();
      const { inputs } = await run.check(renamed, renamed);
      expect(await run.diff("acme", created, inputs)).toEqual({ changes: false, replaces: [] });
      emulator.requests.clear();
      await run.delete("acme", outputs);
      expect(calls(emulator.requests)).toEqual([]);
      expect(emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  it("keeps it in a forced replacement, of which the engine asks no diff", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(old);
      const run = await another();
      await run.check(old, old);
      const { inputs } = await run.check(old);
      await run.create(inputs);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toMatchObject({ ...acme, id: outputs.subjectId });
    });
  });

  it("clears what the old resource owned and the new one does not, and nothing else", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create({ ...old, metadata: { plan: "pro" } });
      emulator.subjects.upsert({ key: "acme", stripeCustomerId: "cus_foreign" });
      const run = await another();
      const { inputs } = await run.check(subjectInputs({ key: "acme", metadata: { plan: "pro" } }, { name: "new" }));
      await run.create(inputs);
      await run.delete("acme", outputs);
      const live = emulator.subjects.get("acme");
      expect(live).toMatchObject({ metadata: { plan: "pro" }, stripeCustomerId: "cus_foreign" });
      expect(live).not.toHaveProperty("displayName");
    });
  });

  it("deletes in a run of its own, whatever other runs declare", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(old);
      await host.check(renamed);
      await (await another()).delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toBeUndefined();
    });
  });
});

describe("a delete on the dynamic host, in a run of several processes", () => {
  it("keeps a subject that another process of the run was asked about", async () => {
    await withHost(async ({ host, emulator, beginRun }) => {
      const { outputs } = await host.create(old);
      const run = await beginRun();
      const [oldProvider, newProvider] = await Promise.all([run.process(), run.process()]);
      const { inputs } = await newProvider.check(renamed);
      await newProvider.create(inputs);
      await oldProvider.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toMatchObject({ ...acme, id: outputs.subjectId });
    });
  });

  it("deletes one whose key is declared in another account, or by another run", async () => {
    await withHost(async ({ host, emulator, beginRun }) => {
      const { outputs } = await host.create(old);
      const [run, otherRun] = [await beginRun(), await beginRun()];
      const elsewhere = await run.process({ config: { "openmeter:baseUrl": "http://127.0.0.1:1" } });
      for (const declaring of [elsewhere, await otherRun.process()]) {
        const { inputs } = await declaring.check(renamed, renamed);
        await declaring.diff("acme", { ...renamed, subjectId: "01" }, inputs);
      }
      await (await run.process()).delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toBeUndefined();
    });
  });

  it("keeps a subject that the program has constructed and nobody was asked about, as with --target", async () => {
    await withHost(async ({ host, emulator, beginRun }) => {
      const { outputs } = await host.create(old);
      const { facts, process } = await beginRun();
      facts.noteConstructed("subject", ["acme"], [urnOf("Subject", "new")]);
      const run = await process();
      emulator.requests.clear();
      await run.delete("acme", outputs);
      expect(calls(emulator.requests)).toEqual([]);
    });
  });

  it("deletes in a destroy that runs the program, which checks and constructs the resource itself", async () => {
    await withHost(async ({ host, emulator, beginRun }) => {
      const { outputs } = await host.create(old);
      const { facts, process } = await beginRun();
      facts.noteConstructed("subject", ["acme"], [urnOf("Subject", "new"), urnOf("Subject", "old")]);
      const run = await process();
      await run.check(renamed, old);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toBeUndefined();
    });
  });
});

describe('a create with onExisting: "fail" on the dynamic host', () => {
  it("knows a subject of this stack by a diff that comes only after it, as in a swap of keys", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const a = subjectInputs({ key: "a", onExisting: "fail" }, { name: "one" });
      const b = subjectInputs({ key: "b", onExisting: "fail" }, { name: "two" });
      const swapped = {
        one: subjectInputs({ key: "b", onExisting: "fail" }, { name: "one" }),
        two: subjectInputs({ key: "a", onExisting: "fail" }, { name: "two" }),
      };
      await host.create(a);
      const { outputs } = await host.create(b);
      const run = await another();
      await run.check(swapped.one, a);
      const creating = run.create(swapped.one);
      await run.check(swapped.two, b);
      await run.diff("b", outputs, swapped.two);
      expect((await creating).outputs.subjectId).toBe(emulator.subjects.get("b")?.id);
    });
  });
});

describe("two resources with one key on the dynamic host", () => {
  it("are a failure of the second one's check that names both, single or in sets", async () => {
    await withHost(async ({ host }) => {
      expect((await host.check(subjectInputs(acme, { name: "one" }))).failures).toEqual([]);
      expect((await host.check(subjectInputs(acme, { name: "one" }))).failures).toEqual([]);
      expect((await host.check(subjectInputs(acme, { name: "two" }))).failures).toEqual([
        {
          property: "key",
          reason: expect.stringContaining('key "acme" is declared by Subject "two" and by Subject "one". '),
        },
      ]);
    });
  });
});
