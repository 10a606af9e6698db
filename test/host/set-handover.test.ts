import { describe, expect, it } from "vitest";
import {
  calls,
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
  it("moves from a Subject to a set and keeps its record", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs: subject } = await host.create(single);
      const before = await createWithMembers(host, setInputs(customers(2)));
      const run = await another();
      const now = setInputs({ ...customers(2), acme: { displayName: "Acme" } });
      const { state } = await updateWithMembers(run, before, now);
      await run.delete("acme", subject);
      expect(emulator.subjects.get("acme")).toMatchObject({ id: subject.subjectId, displayName: "Acme", metadata: {} });
      for (const text of [state.outputs.subjectIds, state.members.subjectIds]) {
        expect(parsed(text).acme).toBe(subject.subjectId);
      }
    });
  });

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

  it.each(["giver", "taker"])("moves from one set to another, the %s updated first", async (first) => {
    await withHost(async ({ host, emulator, another }) => {
      const giver = await createWithMembers(host, setInputs({ ...customers(2), acme }));
      const others = { name: "others" };
      const taker = await createWithMembers(host, setInputs({ z: {} }, {}, others));
      const { id } = emulator.subjects.get("acme") ?? {};
      const run = await another();
      const give = () => updateWithMembers(run, giver, setInputs(customers(2)));
      const take = () => updateWithMembers(run, taker, setInputs({ z: {}, acme: { displayName: "New" } }, {}, others));
      const done = first === "giver" ? [await give(), await take()] : [await take(), await give()];
      for (const { deletePhase } of done) {
        await deletePhase();
      }
      expect(emulator.subjects.get("acme")).toMatchObject({ id, displayName: "New", metadata: {} });
      expect(done.map(({ state }) => parsed(state.members.subjectIds).acme)).toContain(id);
      expect(emulator.requests.count(/^DELETE /)).toBe(0);
    });
  });

  it("stays when its set is renamed: the new one is created, the old one deleted with its companion", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createWithMembers(host, setInputs(customers(20)));
      const run = await another();
      const renamed = await createWithMembers(run, setInputs(customers(20), {}, { name: "clients" }));
      emulator.requests.clear();
      await run.members.delete("customers", before.members);
      await run.set.delete("customers", before.outputs);
      expect(calls(emulator.requests)).toEqual([]);
      expect(renamed.outputs.subjectIds).toBe(before.outputs.subjectIds);
      expect(emulator.subjects.size).toBe(20);
    });
  });

  it("stays, once it is declared again, after a removal whose run ended before its delete phase", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createWithMembers(host, setInputs({ ...customers(2), acme }));
      const cut = await another();
      // The program has failed: the engine puts off all deletes.
      const { state } = await updateWithMembers(cut, before, setInputs(customers(2)));
      const run = await another();
      await (await updateWithMembers(run, state, setInputs({ ...customers(2), acme }))).deletePhase();
      await run.members.delete("customers", before.members);
      expect(emulator.requests.count(/^DELETE /)).toBe(0);
      expect(emulator.subjects.get("acme")).toMatchObject(acme);
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

describe("a key that two sets declare", () => {
  it("is a failure of the second one's check that names both", async () => {
    await withHost(async ({ host }) => {
      await host.set.check(setInputs({ acme, b: {} }, {}, { name: "one" }));
      const { failures } = await host.set.check(setInputs({ acme, c: {} }, {}, { name: "two" }));
      expect(failures).toEqual([
        {
          property: "",
          reason: expect.stringContaining('subjects.acme is declared by SubjectSet "two" and by SubjectSet "one". '),
        },
      ]);
    });
  });
});

async function checkOnly(run: Parameters<typeof createWithMembers>[0], { outputs, members }: SetState): Promise<void> {
  const { subjectIds: _ids, ...inputs } = outputs;
  await run.set.check(inputs, inputs);
  await run.members.check(members, members);
}
