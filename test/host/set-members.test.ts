import { describe, expect, it } from "vitest";
import { sample } from "../sample";
import { hostPackages, unknownValue } from "./dynamic-host";
import {
  calls,
  createSet,
  createWithMembers,
  customers,
  declareSet,
  followUp,
  membersInputs,
  parsed,
  setInputs,
  updateWithMembers,
} from "./set-fixtures";
import { withHost } from "./with-host";

describe.each(sample(hostPackages))("what leaves a set, on the dynamic host of %s", (hostPackage) => {
  it("is deleted by id in the delete phase, and not by the set's update", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const before = await createWithMembers(host, setInputs(customers(5)));
        const ids = parsed(before.outputs.subjectIds);
        expect(before.members).toEqual(membersInputs(before.outputs));
        const run = await another();
        emulator.requests.clear();
        const { c4: _gone, ...rest } = customers(5);
        const { state, deletePhase } = await updateWithMembers(run, before, setInputs(rest));
        expect(calls(emulator.requests)).toEqual([]);
        await deletePhase();
        expect(calls(emulator.requests)).toEqual([`DELETE /api/v1/subjects/${ids.c4}`]);
        expect(Object.keys(parsed(state.members.subjectIds))).toEqual(["c0", "c1", "c2", "c3"]);
      },
      { package: hostPackage },
    );
  });

  it("goes with all others, each once, when the set is destroyed: companion first, then the set", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const { outputs, members } = await createWithMembers(host, setInputs(customers(5)));
        const run = await another();
        emulator.requests.clear();
        await run.members.delete("customers", members);
        expect(calls(emulator.requests)).toEqual([]);
        await run.set.delete("customers", outputs);
        expect(calls(emulator.requests)).toHaveLength(5);
        expect(emulator.subjects.size).toBe(0);
      },
      { package: hostPackage },
    );
  });
});

describe("what leaves a set, on the dynamic host", () => {
  it("is announced by a preview, which does not know new ids yet, as a replacement of the companion", async () => {
    await withHost(async ({ host, another }) => {
      const before = await createWithMembers(host, setInputs(customers(3)));
      const { members, set } = await another();
      const news = { subjectIds: unknownValue, __openmeter: before.members.__openmeter };
      await set.check({ ...setInputs({}), subjects: unknownValue });
      const { inputs: unknownInputs } = await members.check(news, before.members);
      expect(unknownInputs.subjectIds).toBe(unknownValue);
      expect(await members.diff("customers", before.members, unknownInputs)).toEqual({ changes: true, replaces: [] });
      const preview = async (subjects: Record<string, object>) => {
        const { __openmeter: marks } = await declareSet(set, before.outputs, setInputs(subjects));
        const news = { subjectIds: unknownValue, __openmeter: marks };
        const { inputs } = await members.check(news, before.members);
        const diff = await members.diff("customers", before.members, inputs);
        // A replacement, the engine checks once more without its old inputs, and shows what comes of that.
        expect((await members.check(news)).inputs).toEqual(inputs);
        return { ids: parsed(inputs.subjectIds), ...diff };
      };
      const [less, more] = [customers(2), customers(4)];
      const ids = parsed(before.outputs.subjectIds);
      const { c2: _gone, ...left } = ids;
      expect(await preview(less)).toEqual({ ids: left, changes: true, replaces: ["subjectIds"] });
      expect(await preview(more)).toEqual({ ids: { ...ids, c3: "(to be created)" }, changes: true, replaces: [] });
      expect(await preview({ ...customers(3), c0: {} })).toEqual({ ids, changes: false, replaces: [] });
    });
  });

  it("stays pending when its delete is refused: a later run deletes it, or keeps it where it has come back", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createWithMembers(host, setInputs(customers(5)));
      const { c3, c4, ...rest } = customers(5);
      const run = await another();
      const { state, deletePhase } = await updateWithMembers(run, before, setInputs(rest));
      const ids = parsed(before.outputs.subjectIds);
      emulator.faults.add({ kind: "status", status: 423, match: { method: "DELETE" }, times: 2 });
      await expect(deletePhase()).rejects.toThrow(
        new RegExp(`^(?=.*"c3" \\(id ${ids.c3}\\))(?=.*"c4" \\(id ${ids.c4}\\)).*423`, "s"),
      );
      expect(emulator.subjects.size).toBe(5);

      const next = await another();
      await updateWithMembers(next, state, setInputs({ ...rest, c3: c3 ?? {} }));
      emulator.requests.clear();
      await next.members.delete("customers", before.members);
      expect(calls(emulator.requests)).toEqual([`DELETE /api/v1/subjects/${ids.c4}`]);
      expect(emulator.subjects.get("c3")?.id).toBe(ids.c3);
    });
  });

  it("is guarded by maxDeletions in a forced replacement too: its delete refuses before the first request", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs, members } = await createWithMembers(host, setInputs(customers(100)));
      const run = await another();
      const cut = await createWithMembers(run, setInputs(customers(60)));
      emulator.requests.clear();
      const tooMany = /would lose 40 of 100 .*maxDeletions allows 20\..*Nothing was deleted/s;
      await expect(run.members.delete("customers", members)).rejects.toThrow(tooMany);
      await expect(run.set.delete("customers", outputs)).rejects.toThrow(tooMany);
      expect(calls(emulator.requests)).toEqual([]);

      const allowed = await another();
      await followUp(
        allowed.members,
        cut,
        await createSet(allowed.set, setInputs(customers(60), { maxDeletions: 40 })),
      );
      await allowed.members.delete("customers", members);
      await allowed.set.delete("customers", outputs);
      expect(emulator.subjects.size).toBe(60);
    });
  });

  it("is deleted by the old process when set and companion have moved to another one of the run, and nothing else is", async () => {
    await withHost(async ({ host, emulator, beginRun }) => {
      const before = await createWithMembers(host, setInputs(customers(5)));
      const run = await beginRun();
      const [oldProvider, newProvider] = await Promise.all([run.process(), run.process()]);
      const ids = parsed(before.outputs.subjectIds);
      await createWithMembers(newProvider, setInputs(customers(4)));
      emulator.requests.clear();
      await oldProvider.members.delete("customers", before.members);
      expect(calls(emulator.requests)).toEqual([`DELETE /api/v1/subjects/${ids.c4}`]);
      await oldProvider.set.delete("customers", before.outputs);
      expect(emulator.subjects.size).toBe(4);
    });
  });
});
