import { describe, expect, it } from "vitest";
import type { SubjectOutputs } from "../../../provider/src/provider/declaration";
import { problem } from "../openmeter/fake-transport";

import { created, failureOf, start } from "./started-lifecycle";

const key = "customer-42";

describe("delete", () => {
  it("is one request, by id", async () => {
    const { lifecycle, server, outputs } = await created({ key });
    await start(server).lifecycle.delete({ outputs });
    expect(server.calls()).toEqual([`DELETE /api/v1/subjects/${outputs.subjectId}`]);
    expect(server.records).toEqual([]);
    await lifecycle.delete({ outputs });
  });

  it("leaves a subject that was re-created under the same key since", async () => {
    const { server, outputs } = await created({ key });
    server.records.length = 0;
    server.seed({ key: "another" });
    server.seed({ key });
    await start(server).lifecycle.delete({ outputs });
    expect(server.find(key)).toBeDefined();
  });

  it("says what stays where it fails", async () => {
    const { lifecycle, server, outputs } = await created({ key });
    server.instead.push(problem(403, "no", "Forbidden"));
    expect((await failureOf(lifecycle.delete({ outputs }))).message).toMatch(
      /^subject "customer-42" was not deleted: OpenMeter answered 403 .*It stays in the state; run pulumi up again$/,
    );
  });

  it("waits for the rest of the program only where nobody is known to take the subject over", async () => {
    for (const isKnown of [true, false]) {
      const { server, outputs } = await created({ key, displayName: "A" });
      let waits = 0;
      const { lifecycle } = start(server, () => {
        waits += 1;
      });
      if (isKnown) lifecycle.check({ key, displayName: "A" }, false);
      await lifecycle.delete({ outputs });
      expect(waits).toBe(isKnown ? 0 : 1);
      expect(server.find(key) !== undefined).toBe(isKnown);
    }
  });

  it("only hands over a subject that another resource of the run declares, and says so", async () => {
    const { lifecycle, server, outputs, reports } = await created({ key, displayName: "A" });
    lifecycle.check({ key, displayName: "A" }, false);
    await lifecycle.delete({ outputs });
    expect(server.sent).toEqual([]);
    expect(server.find(key)).toBeDefined();
    expect(reports).toEqual(['subject "customer-42" is kept: another resource of this program declares it']);
  });

  it("waits for what the program still declares, as when a replacement deletes first", async () => {
    const { server, outputs } = await created({ key });
    const run = start(server, async () => {
      run.lifecycle.check({ key }, false);
    });
    await run.lifecycle.delete({ outputs });
    expect(server.find(key)?.id).toBe(outputs.subjectId);
  });

  it("clears in a hand-over what the new owner does not declare", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A", metadata: { a: 1 } });
    lifecycle.check({ key, metadata: { a: 1 } }, true);
    lifecycle.diff({ outputs: { key, metadata: { a: 1 }, subjectId: outputs.subjectId } }, { key, metadata: { a: 1 } });
    await lifecycle.delete({ outputs });
    expect(server.sent.map(({ method, body }) => [method, body])).toEqual([["POST", [{ key, displayName: null }]]]);
    expect(server.find(key)).toEqual({ id: outputs.subjectId, key, metadata: { a: 1 } });
  });

  it("describes a failed hand-over as an update of those fields", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    lifecycle.check({ key }, false);
    server.instead.push(problem(400, "no"));
    expect((await failureOf(lifecycle.delete({ outputs }))).message).toMatch(
      /^subject "customer-42" \(displayName\) was not updated: /,
    );
  });

  it("hands both subjects over when two resources swap their keys", async () => {
    const { server, lifecycle } = start();
    const a: SubjectOutputs = await lifecycle.create({ key: "a", displayName: "first" });
    const b: SubjectOutputs = await lifecycle.create({ key: "b", displayName: "second" });
    const next = start(server).lifecycle;
    next.check({ key: "b", displayName: "first" }, true);
    next.check({ key: "a", displayName: "second" }, true);
    next.diff({ outputs: a }, { key: "b", displayName: "first" });
    next.diff({ outputs: b }, { key: "a", displayName: "second" });
    await next.create({ key: "b", displayName: "first" });
    await next.create({ key: "a", displayName: "second" });
    await next.delete({ outputs: a });
    await next.delete({ outputs: b });
    expect(server.records.map((record) => [record.key, record.displayName])).toEqual([
      ["a", "second"],
      ["b", "first"],
    ]);
  });

  it("deletes in a destroy that runs the program", async () => {
    const { server, outputs } = await created({ key });
    const destroy = start(server).lifecycle;
    destroy.check({ key }, true);
    await destroy.delete({ outputs });
    expect(server.records).toEqual([]);
  });
});
