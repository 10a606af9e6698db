import { describe, expect, it } from "vitest";
import { calls, createSet, customers, declareSet, parsed, setInputs } from "./set-fixtures";
import { withHost } from "./with-host";

const acme = { displayName: "Acme", metadata: { plan: "pro" } };

describe("a subject that changes hands on the dynamic host", () => {
  it("moves from a Subject to a set and keeps its record", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs: subject } = await host.create({ key: "acme", ...acme });
      const before = await createSet(host.set, setInputs(customers(2)));
      const run = await another();
      const inputs = await declareSet(run.set, before, setInputs({ ...customers(2), acme: { displayName: "Acme" } }));
      const outputs = await run.set.update("customers", before, inputs);
      await run.delete("acme", subject);
      expect(emulator.subjects.get("acme")).toMatchObject({ id: subject.subjectId, displayName: "Acme", metadata: {} });
      expect(parsed(outputs.subjectIds).acme).toBe(subject.subjectId);
    });
  });

  it("stays after a run that was cut before it deleted the Subject, when the set that took it is unchanged", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { outputs: subject } = await host.create({ key: "acme", ...acme });
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

  it("moves from a set to a Subject and keeps its record", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createSet(host.set, setInputs({ ...customers(2), acme }));
      const { id } = emulator.subjects.get("acme") ?? {};
      const run = await another();
      const rest = await declareSet(run.set, before, setInputs(customers(2)));
      const { inputs } = await run.check({ key: "acme", displayName: "Acme" });
      const created = await run.create(inputs);
      const after = await run.set.update("customers", before, rest);
      expect(emulator.subjects.get("acme")).toMatchObject({ id, displayName: "Acme", metadata: {} });
      expect(created.outputs.subjectId).toBe(id);
      expect(parsed(after.subjects)).toEqual(customers(2));
      expect(emulator.requests.count(/^DELETE /)).toBe(0);
    });
  });

  it.each(["giver", "taker"])("moves from one set to another, the %s updated first", async (first) => {
    await withHost(async ({ host, emulator, another }) => {
      const giver = await createSet(host.set, setInputs({ ...customers(2), acme }));
      const named = { __setName: "others" };
      const taker = await createSet(host.set, setInputs({ z: {} }, named));
      const { id } = emulator.subjects.get("acme") ?? {};
      const run = await another();
      const less = await declareSet(run.set, giver, setInputs(customers(2)));
      const more = await declareSet(run.set, taker, setInputs({ z: {}, acme: { displayName: "New" } }, named));
      const give = () => run.set.update("customers", giver, less);
      const take = () => run.set.update("others", taker, more);
      if (first === "giver") await give();
      const taken = await take();
      if (first === "taker") await give();
      expect(emulator.subjects.get("acme")).toMatchObject({ id, displayName: "New", metadata: {} });
      expect(parsed(taken.subjectIds).acme).toBe(id);
      expect(emulator.requests.count(/^DELETE /)).toBe(0);
      await expect
        .poll(() => run.output, { timeout: 30_000 })
        .toContain('"acme" kept: another resource of this program');
    });
  });

  it("stays though the resource that takes it waits for the set, so that its check comes only after the set's update", async () => {
    await withHost(async ({ host, emulator, another }) => {
      emulator.subjects.upsert({ key: "acme", stripeCustomerId: "cus_1" });
      const before = await createSet(host.set, setInputs({ ...customers(2), acme, gone: {} }));
      const { id } = emulator.subjects.get("acme") ?? {};
      const run = await another();
      const told = { __elsewhere: '{"displayName":["acme"]}' };
      const rest = await declareSet(run.set, before, setInputs(customers(2), told));
      expect(Object.keys(rest).sort()).toEqual(["__setName", "subjects"]);
      emulator.requests.clear();
      const after = await run.set.update("customers", before, rest);
      expect(emulator.requests.count(/^DELETE /)).toBe(1);
      expect(emulator.subjects.get("gone")).toBeUndefined();
      expect(emulator.subjects.get("acme")).toEqual(
        expect.objectContaining({ id, displayName: "Acme", metadata: {}, stripeCustomerId: "cus_1" }),
      );
      expect(after).toEqual({ ...rest, subjectIds: expect.any(String) });

      const { inputs } = await run.check({ key: "acme", displayName: "New" });
      const { outputs } = await run.create(inputs);
      expect(outputs.subjectId).toBe(id);
      expect(emulator.subjects.get("acme")).toMatchObject({ id, displayName: "New", stripeCustomerId: "cus_1" });
    });
  });

  it("stays where another set, which itself is unchanged, was told of its new resource", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createSet(host.set, setInputs({ ...customers(2), acme }));
      const others = setInputs({ z: {} }, { __setName: "others" });
      const unchanged = await createSet(host.set, others);
      const run = await another();
      // The same text as in the state, which is not checked again.
      const { subjectIds: _ids, ...previous } = unchanged;
      const told = { __elsewhere: '{"displayName,metadata":["acme"]}' };
      const { inputs, failures } = await run.set.check({ ...previous, ...told }, previous);
      expect(failures).toEqual([]);
      expect(inputs).toEqual(previous);
      const rest = await declareSet(run.set, before, setInputs(customers(2)));
      await run.set.update("customers", before, rest);
      expect(emulator.requests.count(/^DELETE /)).toBe(0);
      expect(emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  it("stays when its set is renamed: the new one is created, the old one deleted", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const before = await createSet(host.set, setInputs(customers(20)));
      const run = await another();
      const renamed = await createSet(run.set, setInputs(customers(20), { __setName: "clients" }));
      emulator.requests.clear();
      await run.set.delete("customers", before);
      expect(calls(emulator.requests)).toEqual([]);
      expect(renamed.subjectIds).toBe(before.subjectIds);
      expect(emulator.subjects.size).toBe(20);
    });
  });

  it("goes in a destroy that runs the program, which checks but neither diffs nor creates", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { subjectIds, ...inputs } = await createSet(host.set, setInputs(customers(20)));
      const run = await another();
      await run.set.check(setInputs(customers(20), { __elsewhere: '{"":["c0"]}' }), inputs);
      await run.set.delete("customers", { ...inputs, subjectIds });
      expect(emulator.subjects.size).toBe(0);
    });
  });
});
