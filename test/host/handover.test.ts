import { describe, expect, it } from "vitest";
import { unknownValue } from "./dynamic-host";
import { withHost } from "./with-host";

const declared = { key: "acme", displayName: "Acme" };

describe("a delete on the dynamic host", () => {
  it("keeps a subject that this run has created under another name", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(declared);
      const run = await another();
      await run.check(declared);
      await run.create(declared);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toMatchObject(declared);
      await expect
        .poll(() => run.output, { timeout: 30_000 })
        .toContain('subject "acme" is kept: another resource of this program declares it');
    });
  });

  it("keeps a subject that this run only declares, as after a run that was cut", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(declared);
      const run = await another();
      const { inputs } = await run.check(declared, declared);
      await run.diff("acme", outputs, inputs);
      emulator.requests.clear();
      await run.delete("acme", outputs);
      expect(emulator.requests.list()).toEqual([]);
      expect(emulator.subjects.get("acme")).toMatchObject(declared);
    });
  });

  it("keeps it before a forced replacement that deletes first, of which the engine asks no diff", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(declared);
      const run = await another();
      await run.check(declared);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toMatchObject(declared);
    });
  });

  it("keeps it in a replacement that deletes first, though the new owner is declared only after", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(declared);
      const run = await another();
      const { inputs } = await run.check({ key: "other" }, declared);
      await run.diff("acme", outputs, inputs);
      const deleting = run.delete("acme", outputs);
      await run.check(declared);
      await deleting;
      expect(emulator.subjects.get("acme")).toMatchObject({ id: outputs.subjectId, ...declared });
    });
  });

  it("clears what the old resource owned and the new one does not, and nothing else", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create({ ...declared, metadata: { plan: "pro" } });
      emulator.subjects.upsert({ key: "acme", stripeCustomerId: "cus_foreign" });
      const run = await another();
      await run.check({ key: "acme", metadata: unknownValue });
      await run.delete("acme", outputs);
      const live = emulator.subjects.get("acme");
      expect(live).toMatchObject({ metadata: { plan: "pro" }, stripeCustomerId: "cus_foreign" });
      expect(live).not.toHaveProperty("displayName");
    });
  });

  it("deletes in a destroy that runs the program, which checks but neither diffs nor creates", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(declared);
      const run = await another();
      await run.check(declared, declared);
      await run.delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toBeUndefined();
    });
  });

  it("deletes in a run of its own, whatever other runs declare", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs } = await host.create(declared);
      await host.check(declared);
      await (await another()).delete("acme", outputs);
      expect(emulator.subjects.get("acme")).toBeUndefined();
    });
  });
});

describe('a create with onExisting: "fail" on the dynamic host', () => {
  it("knows a subject of this stack by a diff that comes only after it, as in a swap of keys", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const a = { key: "a", onExisting: "fail" };
      const b = { key: "b", onExisting: "fail" };
      await host.create(a);
      const { outputs } = await host.create(b);
      const run = await another();
      await run.check(b, a);
      const creating = run.create(b);
      await run.check(a, b);
      await run.diff("b", outputs, a);
      expect((await creating).outputs.subjectId).toBe(emulator.subjects.get("b")?.id);
    });
  });
});
