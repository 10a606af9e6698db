import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LiveSubject } from "../../../provider/src/openmeter/subject";
import { ownableFields } from "../../../provider/src/provider/declaration";
import { anyDeclaration } from "./any-declaration";

import { created, start } from "./started-lifecycle";

const key = "customer-42";

describe("check", () => {
  it("sends nothing, and remembers the declaration for a hand-over", () => {
    const { lifecycle, run, server } = start();
    expect(lifecycle.check({ key, displayName: "A" }, true)).toMatchObject({ ok: true });
    run.apply();
    expect(run.successor(key)).toEqual({ key, displayName: "A" });
    expect(server.sent).toEqual([]);
  });

  it("remembers nothing of a declaration that is refused", () => {
    const { lifecycle, run } = start();
    expect(lifecycle.check({ key, stripeCustomerId: "x" }, false)).toMatchObject({ ok: false });
    run.apply();
    expect(run.successor(key)).toBeUndefined();
  });

  it("tells the run whether a create follows", () => {
    const { lifecycle, run } = start();
    lifecycle.check({ key: "old" }, true);
    lifecycle.check({ key: "new" }, false);
    expect(run.successor("old")).toBeUndefined();
    expect(run.successor("new")).toEqual({ key: "new" });
  });
});

describe("diff", () => {
  it("compares with the outputs, sends nothing, and knows the record as its own", async () => {
    const { lifecycle, run, server, outputs } = await created({ key, displayName: "A" });
    expect(lifecycle.diff({ outputs }, { key, displayName: "A" })).toEqual([]);
    expect(lifecycle.diff({ outputs }, { key, displayName: "B" })).toEqual([{ path: ["displayName"], kind: "update" }]);
    expect(run.owns(outputs.subjectId)).toBe(true);
    expect(server.sent).toEqual([]);
  });

  it("compares with the previous inputs where the caller has them", async () => {
    const { lifecycle, outputs } = await created({ key, displayName: "A" });
    const previous = { inputs: { key, displayName: "B" }, outputs };
    expect(lifecycle.diff(previous, { key, displayName: "B" })).toEqual([]);
  });

  it("after a check lets the run apply, so that later deletes of declared keys are hand-overs", () => {
    const { lifecycle, run } = start();
    lifecycle.check({ key }, true);
    lifecycle.check({ key: "other" }, true);
    lifecycle.diff({ outputs: { key: "other", subjectId: "01J" } }, { key: "other" });
    expect(run.successor(key)).toEqual({ key });
  });

  it("of a refresh, which comes without a check, does not", () => {
    const { lifecycle, run } = start();
    lifecycle.diff({ outputs: { key, subjectId: "01J" } }, { key });
    lifecycle.check({ key }, true);
    expect(run.successor(key)).toBeUndefined();
  });
});

describe("any two declarations", () => {
  it("converge: after create, update and refresh nothing is left to do", async () => {
    await fc.assert(
      fc.asyncProperty(anyDeclaration, anyDeclaration, async (first, second) => {
        const { lifecycle, server } = start();
        const before = await lifecycle.create({ ...first, onExisting: "adopt" });
        const after = await lifecycle.update({ outputs: before }, second);
        expect(lifecycle.diff({ outputs: after }, second)).toEqual([]);
        const read = await lifecycle.read(key, after);
        expect(read?.outputs).toEqual(after);
        expect(read?.inputs).toEqual(second);
        const now: Partial<LiveSubject> = JSON.parse(JSON.stringify(server.find(key)));
        for (const field of ownableFields) {
          expect(now[field]).toEqual(second[field] ?? (field === "metadata" ? {} : undefined));
        }
      }),
      { numRuns: 50 },
    );
  });
});
