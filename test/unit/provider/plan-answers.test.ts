import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonEqual } from "../../../provider/src/json";
import type { LiveSubject } from "../../../provider/src/openmeter/subject";
import type { Declaration } from "../../../provider/src/provider/declaration";
import {
  allFields,
  creation,
  differences,
  mismatches,
  ownedBy,
  unseenDrift,
  update,
  withLive,
} from "../../../provider/src/provider/plan";
import { anyDeclaration } from "./any-declaration";

import { anyLive, key, live, liveAfter } from "./simulated-live";

describe("mismatches", () => {
  it("are none when the server stored what was sent", () => {
    fc.assert(
      fc.property(anyLive, anyDeclaration, anyDeclaration, (foreign, before, now) => {
        const created = creation(before);
        const start = liveAfter(created, foreign);
        expect(mismatches(created, start)).toEqual([]);
        const changed = update(before, now);
        if (changed !== undefined) expect(mismatches(changed, liveAfter(changed, start))).toEqual([]);
      }),
    );
  });

  it.each<[string, Parameters<typeof mismatches>[0], LiveSubject, string[]]>([
    ["another name", { key, displayName: "A" }, live({ displayName: "a" }), ["displayName"]],
    ["no name", { key, displayName: "" }, live(), ["displayName"]],
    ["a name where none should be", { key, displayName: null }, live({ displayName: "" }), ["displayName"]],
    ["metadata where none should be", { key, metadata: null }, live({ metadata: { a: 1 } }), ["metadata"]],
    ["more metadata", { key, metadata: { a: 1 } }, live({ metadata: { a: 1, hooked: true } }), ["metadata"]],
    [
      "a Stripe ID where none should be",
      { key, stripeCustomerId: null },
      live({ stripeCustomerId: "cus_1" }),
      ["stripeCustomerId"],
    ],
    ["no mismatch for cleared metadata", { key, metadata: null }, live(), []],
    [
      "no mismatch for reordered metadata",
      { key, metadata: { b: 1, a: { d: 1, c: 2 } } },
      live({ metadata: { a: { c: 2, d: 1 }, b: 1 } }),
      [],
    ],
    [
      "no mismatch for fields that were not sent",
      { key },
      live({ displayName: "x", metadata: { a: 1 }, stripeCustomerId: "cus_1" }),
      [],
    ],
    [
      "all of them",
      { key, displayName: "A", metadata: {}, stripeCustomerId: "cus_1" },
      live({ metadata: { a: 1 } }),
      ["displayName", "metadata", "stripeCustomerId"],
    ],
  ])("show %s", (_what, sent, stored, fields) => {
    expect(mismatches(sent, stored).map(({ field }) => field)).toEqual(fields);
  });

  it("carry what was wanted and what is stored", () => {
    expect(mismatches({ key, displayName: "A" }, live({ displayName: "B" }))).toEqual([
      { field: "displayName", wanted: "A", stored: "B" },
    ]);
  });
});

describe("unseenDrift", () => {
  it.each<[string, Parameters<typeof unseenDrift>[0], Declaration, LiveSubject, string[]]>([
    [
      "an owned field that somebody changed",
      { key, displayName: "B" },
      { key, displayName: "B", metadata: { a: 1 } },
      live({ displayName: "B", metadata: { a: 2 } }),
      ["metadata"],
    ],
    [
      "an owned field that somebody cleared",
      { key, metadata: {} },
      { key, metadata: {}, stripeCustomerId: "cus_1" },
      live(),
      ["stripeCustomerId"],
    ],
    [
      "nothing of fields that were sent",
      { key, displayName: "B" },
      { key, displayName: "B" },
      live({ displayName: "other" }),
      [],
    ],
    ["nothing of a field that was cleared", { key, displayName: null }, { key }, live({ displayName: "other" }), []],
    [
      "nothing of fields that are not declared",
      { key, displayName: "B" },
      { key, displayName: "B" },
      live({ displayName: "B", metadata: { a: 1 } }),
      [],
    ],
    [
      "nothing when all is as declared",
      { key, displayName: "B" },
      { key, displayName: "B", metadata: { a: 1, b: 2 } },
      live({ displayName: "B", metadata: { b: 2, a: 1 } }),
      [],
    ],
  ])("shows %s", (_what, sent, now, stored, fields) => {
    expect(unseenDrift(sent, now, stored).map(({ field }) => field)).toEqual(fields);
  });
});

describe("withLive", () => {
  it("takes the given fields from the live subject and keeps the rest of the declaration", () => {
    const declaration: Declaration = {
      key,
      displayName: "A",
      metadata: { a: 1 },
      onExisting: "fail",
      secretFields: ["metadata"],
    };
    const now = live({ displayName: "B", metadata: { a: 2 }, stripeCustomerId: "cus_1" });
    expect(withLive(declaration, ["metadata"], now)).toStrictEqual({ ...declaration, metadata: { a: 2 } });
  });

  it("leaves a field out that has no live value, so that the next diff adds it", () => {
    const declaration: Declaration = { key, displayName: "A", stripeCustomerId: "cus_1" };
    const seen = withLive(declaration, ownedBy(declaration), live({ displayName: "A" }));
    expect(seen).toStrictEqual({ key, displayName: "A" });
    expect(differences(seen, declaration)).toEqual([{ path: ["stripeCustomerId"], kind: "add" }]);
    expect(update(seen, declaration)).toStrictEqual({ key, stripeCustomerId: "cus_1" });
  });

  it("keeps nothing of the state but the declaration", () => {
    const outputs = { key, displayName: "A", subjectId: "01J" };
    expect(withLive(outputs, ["displayName"], live({ displayName: "B" }))).toStrictEqual({ key, displayName: "B" });
  });

  it("shows a refresh exactly the drift of owned fields", () => {
    fc.assert(
      fc.property(anyDeclaration, anyLive, (declaration, now) => {
        const seen = withLive(declaration, ownedBy(declaration), now);
        const drifted = ownedBy(declaration).filter((field) => !jsonEqual(declaration[field], now[field]));
        expect(differences(seen, declaration).map(({ path }) => path[0])).toEqual(drifted);
      }),
    );
  });
});

describe("ownership", () => {
  it("covers declared fields only, also with empty values", () => {
    expect(ownedBy({ displayName: "", metadata: {} })).toEqual(["displayName", "metadata"]);
    expect(ownedBy({})).toEqual([]);
  });

  it("covers all that has a value in a look-up", () => {
    expect(allFields(live({ displayName: "" }))).toStrictEqual({ key, displayName: "", metadata: {} });
    expect(allFields(live({ displayName: "A", metadata: { a: 1 }, stripeCustomerId: "cus_1" }))).toStrictEqual({
      key,
      displayName: "A",
      metadata: { a: 1 },
      stripeCustomerId: "cus_1",
    });
  });
});
