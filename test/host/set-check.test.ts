import { describe, expect, it } from "vitest";
import { calls, createSet, customers, declareSet, setInputs, subjectInputs } from "./set-fixtures";
import { withHost } from "./with-host";

describe("the check of a set on the dynamic host", () => {
  it("reports all problems with their paths in the reasons, and not the whole string as a property", async () => {
    await withHost(async ({ host: { set }, emulator }) => {
      const members = { "customer-42": { metadata: { x: "nul\0" } }, b: { displayName: 5, typo: 1 } };
      const { failures } = await set.check(setInputs(members, { onExisting: "replace" }));
      expect(failures.map(({ reason }) => reason.split(" ", 1)[0]).sort()).toEqual([
        "onExisting",
        "subjects.b.displayName",
        "subjects.b.typo",
        'subjects["customer-42"].metadata.x',
      ]);
      for (const { property, reason } of failures) expect(property).toBe(reason.startsWith("on") ? "onExisting" : "");
      expect(calls(emulator.requests)).toEqual([]);
    });
  });

  it("says in one line what is to be done, and nothing in a refresh", async () => {
    await withHost(async ({ host, another }) => {
      const outputs = await createSet(host.set, setInputs(customers(3)));
      await expect
        .poll(() => host.output, { timeout: 30_000 })
        .toContain('set "customers": 3 to create of 3: +"c0", +"c1", +"c2"');

      const run = await another();
      await declareSet(run.set, outputs, setInputs({ ...customers(2), c1: {}, new: {} }));
      const line =
        'set "customers": 1 to create, 1 to update, 1 to remove of 3: -"c2", ~"c1" (displayName, metadata), +"new"';
      await expect.poll(() => run.output, { timeout: 30_000 }).toContain(line);

      const refresh = await another();
      const read = await refresh.set.read("customers", outputs);
      const changed = setInputs({ ...customers(2), c1: {}, new: {} });
      expect((await refresh.set.diff("customers", read.outputs, changed)).changes).toBe(true);
      // A check in the same process says something, after which all that came before has been said too.
      await refresh.set.check(setInputs({ z: {} }, {}, { name: "last" }));
      await expect.poll(() => refresh.output, { timeout: 30_000 }).toContain('set "last": 1 to create');
      expect(refresh.output).not.toContain("customers");
    });
  });

  it("keeps secret values out of everything that is printed", async () => {
    await withHost(async ({ host: { set }, another, emulator }) => {
      const secret = { secrets: ["subjects"] };
      const members = { a: { metadata: { token: "hunter2" }, displayName: "hunter3" } };
      const { failures } = await set.check(setInputs({ a: { ...members.a, stripeCustomerId: "hunter4" } }, {}, secret));
      expect(JSON.stringify(failures)).not.toContain("hunter");
      const run = await another();
      emulator.faults.add({
        kind: "alter",
        change: (answer) =>
          Array.isArray(answer) ? answer.map((one) => ({ ...one, metadata: { token: "hunter5" } })) : answer,
      });
      const failure = await createSet(run.set, setInputs(members, {}, secret)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ partial: { properties: { __openmeter: secret } } });
      const { message, partial } = failure as { message: string; partial: { reasons: string[] } };
      expect(`${message}${partial.reasons}`).toContain("[secret]");
      expect(`${message}${partial.reasons}${run.output}`).not.toContain("hunter");
    });
  });
});

describe("the check of a Subject on the dynamic host", () => {
  it("names no property for a secret field, since the engine would print its value", async () => {
    await withHost(async ({ host }) => {
      const inputs = { key: "acme", metadata: { token: "nul\0" }, displayName: 5 };
      const { failures } = await host.check(subjectInputs(inputs, { secrets: ["metadata"] }));
      expect(failures.map(({ property, reason }) => [property, reason.split(" ", 1)[0]])).toEqual([
        ["displayName", "displayName"],
        ["", "metadata.token"],
      ]);
    });
  });
});
