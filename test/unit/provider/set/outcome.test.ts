import { describe, expect, it } from "vitest";
import type { LiveSubject } from "../../../../provider/src/openmeter/subject";
import type { OwnedFields } from "../../../../provider/src/provider/declaration";
import {
  driftMessage,
  memberAsLive,
  outputsAsLive,
  type Written,
  written,
} from "../../../../provider/src/provider/set/outcome";
import { idOf } from "../../openmeter/client-answered";
import { setOf } from "./started-set";

const fields: Required<OwnedFields> = { displayName: "A", metadata: { plan: "pro" }, stripeCustomerId: "cus_1" };
const live = (changes: OwnedFields = {}): LiveSubject => ({
  id: idOf({ id: "01J", key: "a" }),
  key: "a",
  metadata: {},
  ...changes,
});

describe("what is remembered of a write", () => {
  it("is the id alone, where all is as the program has it: a hundred thousand answers are held at once", () => {
    expect(written({ key: "a", ...fields }, live(fields), { key: "a", ...fields })).toStrictEqual({ id: "01J" });
    expect(written({ key: "a" }, live(fields))).toStrictEqual({ id: "01J" });
  });

  it("is also the fields of which the request did not speak and that somebody has changed", () => {
    const stored = live({ ...fields, metadata: {}, stripeCustomerId: "cus_2" });
    expect(written({ key: "a", displayName: "A" }, stored, { key: "a", ...fields })).toStrictEqual({
      id: "01J",
      drifted: ["metadata", "stripeCustomerId"],
    });
  });
});

describe("drift that an update has met", () => {
  const drifted = (count: number, ...drift: NonNullable<Written["drifted"]>) =>
    new Map<string, Written>(Array.from({ length: count }, (_, index) => [`c${index}`, { id: "01J", drifted: drift }]));

  it("is nothing to speak of where there is none", () => {
    expect(driftMessage(setOf({}), new Map([["a", { id: "01J" }]]))).toBeUndefined();
  });

  it("is told with subjects and fields", () => {
    expect(driftMessage(setOf({}), drifted(2, "displayName", "metadata"))).toMatch(
      /^customers: "c0" \(displayName, metadata\), "c1" \(displayName, metadata\) changed in OpenMeter; left alone/,
    );
  });

  it("names five subjects and counts the others", () => {
    expect(driftMessage(setOf({}), drifted(5, "metadata"))).toContain('"c4" (metadata) changed');
    expect(driftMessage(setOf({}), drifted(6, "metadata"))).toContain('"c4" (metadata) and 1 more changed');
  });
});

describe("a set after a refresh", () => {
  const before = { ...setOf({ a: fields, b: {} }), ids: new Map(Object.entries({ a: "01J", b: "01K" })) };

  it("holds of each subject the owned fields that have a live value, and nothing else", () => {
    const { stripeCustomerId: _id, ...rest } = fields;
    expect(memberAsLive(before, live(rest))).toStrictEqual({ id: "01J", fields: rest });
    expect(memberAsLive(before, { ...live(fields), key: "b" })).toStrictEqual({ id: "01J", fields: {} });
  });

  it("holds what is equal once", () => {
    const same = memberAsLive(before, live({ ...fields, metadata: { plan: "pro" } }));
    expect(same.fields).toBe(fields);
    const all = new Map([
      ["a", same],
      ["b", { id: "01K", fields: before.subjects.get("b") ?? fields }],
    ]);
    expect(outputsAsLive(before, all)).toBe(before);
  });
});
