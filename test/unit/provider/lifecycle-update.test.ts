import { describe, expect, it } from "vitest";
import type { Declaration } from "../../../provider/src/provider/declaration";
import { problem } from "../openmeter/fake-transport";

import { created, failureOf } from "./started-lifecycle";

const key = "customer-42";

describe("update", () => {
  it("is one request with the field that changed", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A", metadata: { a: 1 } });
    const now: Declaration = { key, displayName: "B", metadata: { a: 1 } };
    expect(await lifecycle.update({ outputs }, now)).toStrictEqual({ ...now, subjectId: outputs.subjectId });
    expect(server.sent.map(({ body }) => body)).toEqual([[{ key, displayName: "B" }]]);
  });

  it("clears a field that is no longer declared", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A", metadata: { a: 1 } });
    expect(await lifecycle.update({ outputs }, { key })).toStrictEqual({ key, subjectId: outputs.subjectId });
    expect(server.find(key)).toEqual({ id: outputs.subjectId, key, metadata: {} });
  });

  it("sends nothing when only the resource's options changed, and keeps them in the state", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    const now: Declaration = { key, displayName: "A", onExisting: "fail", secretFields: ["displayName"] };
    expect(await lifecycle.update({ outputs }, now)).toStrictEqual({ ...now, subjectId: outputs.subjectId });
    expect(server.sent).toEqual([]);
  });

  it("reports drift of another owned field that its answer shows, and leaves it alone", async () => {
    const { lifecycle, server, outputs, reports } = await created({ key, displayName: "A", metadata: { a: 1 } });
    server.seed({ key, metadata: { a: 2 } });
    await lifecycle.update({ outputs }, { key, displayName: "B", metadata: { a: 1 } });
    expect(reports).toEqual([
      expect.stringMatching(
        /^subject "customer-42": metadata is \{"a":2\} in OpenMeter and \{"a":1\} in the program; left alone/,
      ),
    ]);
    expect(server.find(key)?.metadata).toEqual({ a: 2 });
  });

  it("keeps secret values out of that report", async () => {
    const { lifecycle, server, outputs, reports } = await created({
      key,
      displayName: "A",
      metadata: { a: "hunter2" },
    });
    server.seed({ key, metadata: { a: "hunter3" } });
    await lifecycle.update(
      { outputs },
      { key, displayName: "B", metadata: { a: "hunter2" }, secretFields: ["metadata"] },
    );
    expect(reports.join()).toContain("[secret]");
    expect(reports.join()).not.toMatch(/hunter/);
  });

  it("reports nothing of fields that the program does not own", async () => {
    const { lifecycle, server, outputs, reports } = await created({ key, displayName: "A" });
    server.seed({ key, metadata: { a: 2 }, stripeCustomerId: "cus_1" });
    await lifecycle.update({ outputs }, { key, displayName: "B" });
    expect(reports).toEqual([]);
  });

  it("fails when a field could not be cleared, and keeps the stored value in the state", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    server.hook = (stored) => ({ ...stored, displayName: "A" });
    const failure = await failureOf(lifecycle.update({ outputs }, { key }));
    expect(failure).toMatchObject({
      outputs: { key, displayName: "A", subjectId: outputs.subjectId },
      reasons: [expect.stringContaining('displayName is "A" in OpenMeter and nothing in the program')],
    });
  });

  it("compares with the previous inputs where the caller has them", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    await lifecycle.update({ inputs: { key }, outputs }, { key });
    expect(server.sent).toEqual([]);
  });

  it("brings back all of a subject that was deleted behind its back", async () => {
    const { lifecycle, server, outputs, reports } = await created({ key, displayName: "A", metadata: { a: 1 } });
    server.records.length = 0;
    await lifecycle.update({ outputs }, { key, displayName: "B", metadata: { a: 1 } });
    expect(server.find(key)).toMatchObject({ displayName: "B", metadata: { a: 1 } });
    expect(reports).toEqual([
      expect.stringMatching(/^subject "customer-42" was deleted outside of Pulumi.*all declared/),
    ]);
  });

  it("says in a failure to bring it back what was not written", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A", metadata: { a: 1 } });
    server.records.length = 0;
    server.rule = () => (server.sent.length > 1 ? problem(400, "no") : undefined);
    const failure = await failureOf(lifecycle.update({ outputs }, { key, displayName: "B", metadata: { a: 1 } }));
    expect(failure.message).toMatch(/^subject "customer-42" \(displayName, metadata\) was not updated: /);
  });

  it("says in a failure which fields it was about", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    server.instead.push(problem(400, "no"));
    expect((await failureOf(lifecycle.update({ outputs }, { key, metadata: {} }))).message).toMatch(
      /^subject "customer-42" \(displayName, metadata\) was not updated: /,
    );
  });
});
