import { describe, expect, it } from "vitest";
import { sample } from "../sample";
import { forms, update } from "./forms";
import { calls, createSet } from "./set-fixtures";
import { withHost } from "./with-host";

describe.each(sample(forms))(
  "an update of metadata on the dynamic host, in $form",
  ({ operations, inputs, fieldsOf }) => {
    it("changes what the program changed, leaves what others wrote since the last run, and says so", async () => {
      await withHost(async ({ host, emulator, another }) => {
        const before = { a: 1, b: 2, limits: { seats: 5, "a.b": 1 }, list: [1, 2], gone: true };
        const outputs = await createSet(operations(host), inputs({ metadata: before }));
        const theirs = { ...before, crm: "x", limits: { seats: 9, "a.b": 1, theirs: true } };
        emulator.subjects.upsert({ key: "acme", metadata: theirs });
        const run = await another();
        emulator.requests.clear();
        const now = { a: 1, b: 3, limits: { seats: 5, "a.b": 2 }, list: [1] };
        const updated = await update(operations(run), outputs, inputs({ metadata: now }));
        const merged = { a: 1, b: 3, crm: "x", limits: { seats: 9, "a.b": 2, theirs: true }, list: [1] };
        expect(emulator.subjects.get("acme")?.metadata).toEqual(merged);
        expect(calls(emulator.requests)).toEqual(["GET /api/v1/subjects/acme", "POST 1"]);
        await expect
          .poll(() => run.output, { timeout: 30_000 })
          .toMatch(/metadata.* changed in OpenMeter.*Left unchanged: this update does not touch it/);

        // The state has what the program declares; a refresh shows the rest, and the next up removes it.
        expect(fieldsOf(updated.outputs)).toEqual({ metadata: now });
        const read = await operations(run).read("acme", updated.outputs);
        expect(fieldsOf(read.outputs)).toEqual({ metadata: merged });
        await update(operations(await another()), read.outputs, inputs({ metadata: now }));
        expect(emulator.subjects.get("acme")?.metadata).toEqual(now);
      });
    });

    it("of a subject that was deleted in between makes it anew, with all that is declared", async () => {
      await withHost(async ({ host, emulator, another }) => {
        const outputs = await createSet(operations(host), inputs({ displayName: "Acme", metadata: { a: 1 } }));
        emulator.subjects.delete("acme");
        const now = { displayName: "Acme", metadata: { a: 2 } };
        await update(operations(await another()), outputs, inputs(now));
        expect(emulator.subjects.get("acme")).toMatchObject(now);
      });
    });
  },
);

describe.each(forms)('undeclaredMetadata: "keep" on the dynamic host, in $form', ({ operations, inputs, fieldsOf }) => {
  const keep = { undeclaredMetadata: "keep" };

  it("leaves entries of others alone through adoption, refresh, updates and removal of entries", async () => {
    await withHost(async ({ host, emulator, another }) => {
      emulator.subjects.upsert({ key: "acme", metadata: { crm: "x", plan: "free" } });
      const created = await createSet(operations(host), inputs({ metadata: { plan: "pro", seats: 5 } }, keep));
      expect(emulator.subjects.get("acme")?.metadata).toEqual({ crm: "x", plan: "pro", seats: 5 });

      const { outputs } = await operations(host).read("acme", created);
      expect(fieldsOf(outputs)).toEqual({ metadata: { plan: "pro", seats: 5 } });
      const run = await another();
      expect((await update(operations(run), outputs, inputs({ metadata: { seats: 5 } }, keep))).changes).toBe(true);
      expect(emulator.subjects.get("acme")?.metadata).toEqual({ crm: "x", seats: 5 });

      emulator.subjects.upsert({ key: "acme", metadata: { crm: "y", seats: 6 } });
      const drifted = await operations(run).read("acme", outputs);
      expect(fieldsOf(drifted.outputs)).toEqual({ metadata: { seats: 6 } });
    });
  });

  it('takes over with onExisting: "match" what has the declared entries, with nothing sent', async () => {
    await withHost(async ({ host, emulator }) => {
      emulator.subjects.upsert({ key: "acme", metadata: { crm: "x", plan: "pro" } });
      await createSet(operations(host), inputs({ metadata: { plan: "pro" } }, { ...keep, onExisting: "match" }));
      expect(emulator.requests.count(/^POST /)).toBe(0);
    });
  });

  it('removes nothing in the update that switches to it from "remove", also where that changes something', async () => {
    await withHost(async ({ host, emulator, another }) => {
      const outputs = await createSet(operations(host), inputs({ metadata: { plan: "pro" } }));
      emulator.subjects.upsert({ key: "acme", metadata: { plan: "pro", crm: "x" } });
      const read = await operations(host).read("acme", outputs);
      const now = { metadata: { plan: "free" } };
      const updated = await update(operations(await another()), read.outputs, inputs(now, keep));
      expect(emulator.subjects.get("acme")?.metadata).toEqual({ plan: "free", crm: "x" });
      expect(fieldsOf(updated.outputs)).toEqual(now);
    });
  });
});
