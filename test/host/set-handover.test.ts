import { describe, expect, it } from "vitest";
import {
  createSet,
  createWithMembers,
  customers,
  parsed,
  type SetState,
  setInputs,
  subjectInputs,
  updateWithMembers,
} from "./set-fixtures";
import { withHost } from "./with-host";

const acme = { displayName: "Acme", metadata: { plan: "pro" } };
const single = subjectInputs({ key: "acme", ...acme });

describe("a subject that changes hands on the dynamic host", () => {
  it("stays after a run that was cut before it deleted the Subject, when the set that took it is unchanged", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs: subject } = await host.create(single);
      const set = await createSet(host.set, setInputs({ ...customers(2), acme }));
      const run = await another();
      // The same text as in the state, which is not checked again.
      const { subjectIds: _ids, ...before } = set;
      const { inputs, failures } = await run.set.check(before, before);
      expect(failures).toEqual([]);
      expect(await run.set.diff("customers", set, inputs)).toEqual({ changes: false, replaces: [] });
      await run.delete("acme", subject);
      expect(emulator.subjects.get("acme")).toMatchObject({ id: subject.subjectId, ...acme });
    });
  });

  it.each(["before", "after"])("moves from a set to a Subject that is made %s the set's update", async (when) => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createWithMembers(host, setInputs({ ...customers(2), acme }));
      const { id } = emulator.subjects.get("acme") ?? {};
      const run = await another();
      const take = async () => {
        const { inputs } = await run.check(subjectInputs({ key: "acme", displayName: "Acme" }));
        return run.create(inputs);
      };
      const early = when === "before" ? await take() : undefined;
      const { state, deletePhase } = await updateWithMembers(run, before, setInputs(customers(2)));
      const { outputs } = early ?? (await take());
      await deletePhase();
      expect(outputs.subjectId).toBe(id);
      expect(emulator.subjects.get("acme")).toMatchObject({ id, displayName: "Acme", metadata: {} });
      expect(parsed(state.outputs.subjects)).toEqual(customers(2));
      expect(emulator.requests.count(/^DELETE /)).toBe(0);
      await expect
        .poll(() => run.output, { timeout: 30_000 })
        .toContain('set "customers": "acme" kept: the program still declares it');
    });
  });

  it("goes in a destroy that runs the program, which checks but neither diffs nor creates", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const state = await createWithMembers(host, setInputs(customers(20)));
      const run = await another();
      await checkOnly(run, state);
      await run.members.delete("customers", state.members);
      await run.set.delete("customers", state.outputs);
      expect(emulator.subjects.size).toBe(0);
      expect(emulator.requests.count(/^DELETE /)).toBe(20);
    });
  });
});

async function checkOnly(run: Parameters<typeof createWithMembers>[0], { outputs, members }: SetState): Promise<void> {
  const { subjectIds: _ids, ...inputs } = outputs;
  await run.set.check(inputs, inputs);
  await run.members.check(members, members);
}
