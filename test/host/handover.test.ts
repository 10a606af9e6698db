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
      facts.noteConstructed(undefined, "subject", ["acme"], [urnOf("Subject", "new")]);
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
      facts.noteConstructed(undefined, "subject", ["acme"], [urnOf("Subject", "new"), urnOf("Subject", "old")]);
      const run = await process();
      await run.check(renamed, old);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toBeUndefined();
    });
  });
});
