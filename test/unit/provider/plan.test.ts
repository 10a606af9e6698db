import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonEqual } from "../../../provider/src/json";
import {
  type Declaration,
  ownableFields,
  type PreviewedDeclaration,
  unknown,
} from "../../../provider/src/provider/declaration";
import {
  creation,
  type Difference,
  differences,
  handOver,
  ownedBy,
  update,
  withLive,
} from "../../../provider/src/provider/plan";
import { anyDeclaration } from "./any-declaration";

import { anyLive, key, liveAfter } from "./simulated-live";

describe("differences", () => {
  it.each<[string, Declaration, PreviewedDeclaration, Difference[]]>([
    ["nothing for the same declaration", { key, displayName: "A" }, { key, displayName: "A" }, []],
    ["a changed key as a replacement", { key }, { key: "other" }, [{ path: ["key"], kind: "replace" }]],
    ["an unknown key as a replacement", { key }, { key: unknown }, [{ path: ["key"], kind: "replace" }]],
    ["a new field", { key }, { key, displayName: "" }, [{ path: ["displayName"], kind: "add" }]],
    [
      "a changed field",
      { key, displayName: "A" },
      { key, displayName: "B" },
      [{ path: ["displayName"], kind: "update" }],
    ],
    ["a dropped field", { key, displayName: "A" }, { key }, [{ path: ["displayName"], kind: "delete" }]],
    ["an unknown field", { key, metadata: {} }, { key, metadata: unknown }, [{ path: ["metadata"], kind: "update" }]],
    ["a new unknown field", { key }, { key, metadata: unknown }, [{ path: ["metadata"], kind: "add" }]],
    [
      "an unknown part of metadata",
      { key, metadata: { a: [1] } },
      { key, metadata: { a: [unknown] } },
      [{ path: ["metadata"], kind: "update" }],
    ],
    [
      "no reordered metadata",
      { key, metadata: { a: 1, b: { c: 1, d: 2 } } },
      { key, metadata: { b: { d: 2, c: 1 }, a: 1 } },
      [],
    ],
    [
      "a reordered list",
      { key, metadata: { a: [1, 2] } },
      { key, metadata: { a: [2, 1] } },
      [{ path: ["metadata"], kind: "update" }],
    ],
    ["empty metadata beside none", { key }, { key, metadata: {} }, [{ path: ["metadata"], kind: "add" }]],
    [
      "another onExisting",
      { key, onExisting: "adopt" },
      { key, onExisting: "fail" },
      [{ path: ["onExisting"], kind: "update" }],
    ],
    [
      "a field that became secret",
      { key },
      { key, secretFields: ["metadata"] },
      [{ path: ["secretFields"], kind: "add" }],
    ],
    [
      "everything at once",
      { key, displayName: "A", stripeCustomerId: "cus_1" },
      { key: "other", metadata: { a: 1 }, stripeCustomerId: "cus_2" },
      [
        { path: ["key"], kind: "replace" },
        { path: ["displayName"], kind: "delete" },
        { path: ["metadata"], kind: "add" },
        { path: ["stripeCustomerId"], kind: "update" },
      ],
    ],
  ])("shows %s", (_what, before, now, expected) => {
    expect(differences(before, now)).toEqual(expected);
  });

  it("are none exactly when the declarations are equal", () => {
    fc.assert(
      fc.property(anyDeclaration, anyDeclaration, (before, now) => {
        expect(differences(before, now).length === 0).toBe(jsonEqual(before, now));
        expect(differences(before, { ...before })).toEqual([]);
      }),
    );
  });

  it("look at nothing that the server adds", () => {
    const outputs = { key, displayName: "A", subjectId: "01J" };
    expect(differences(outputs, { key, displayName: "A" })).toEqual([]);
  });
});

describe("creation", () => {
  it("sends all that is declared and none of the options", () => {
    const declaration: Declaration = {
      key,
      displayName: "",
      metadata: {},
      onExisting: "fail",
      secretFields: ["metadata"],
    };
    expect(creation(declaration)).toStrictEqual({ key, displayName: "", metadata: {} });
  });

  it("sends the key alone when nothing else is declared", () => {
    expect(creation({ key })).toStrictEqual({ key });
  });

  it("makes the declared fields so, and leaves the others of a subject that exists", () => {
    fc.assert(
      fc.property(anyLive, anyDeclaration, (existing, now) => {
        const after = liveAfter(creation(now), existing);
        for (const field of ownableFields) expect(after[field]).toEqual(now[field] ?? existing[field]);
      }),
    );
  });
});

describe("update", () => {
  it.each<[string, Declaration, Declaration, object | undefined]>([
    ["nothing for equal declarations", { key, displayName: "A" }, { key, displayName: "A" }, undefined],
    ["nothing when only options changed", { key }, { key, onExisting: "fail", secretFields: ["key"] }, undefined],
    [
      "nothing when metadata was reordered",
      { key, metadata: { a: 1, b: 2 } },
      { key, metadata: { b: 2, a: 1 } },
      undefined,
    ],
    [
      "only the field that changed",
      { key, displayName: "A", metadata: {} },
      { key, displayName: "B", metadata: {} },
      { key, displayName: "B" },
    ],
    ["null for a dropped name", { key, displayName: "A" }, { key }, { key, displayName: null }],
    ["null for dropped metadata", { key, metadata: { a: 1 } }, { key }, { key, metadata: null }],
    ["null for a dropped Stripe ID", { key, stripeCustomerId: "cus_1" }, { key }, { key, stripeCustomerId: null }],
    ["an empty name as such", { key, displayName: "A" }, { key, displayName: "" }, { key, displayName: "" }],
    [
      "metadata as a whole",
      { key, metadata: { a: 1, b: 2 } },
      { key, metadata: { a: 1 } },
      { key, metadata: { a: 1 } },
    ],
  ])("sends %s", (_what, before, now, expected) => {
    expect(update(before, now)).toStrictEqual(expected);
  });

  it("makes the server show the declaration on the owned fields, clears dropped ones and leaves the others", () => {
    fc.assert(
      fc.property(anyLive, anyDeclaration, anyDeclaration, (foreign, before, now) => {
        const start = liveAfter(creation(before), foreign);
        const end = liveAfter(update(before, now), start);
        for (const field of ownableFields) {
          const clearedValue = field === "metadata" ? {} : undefined;
          const otherwise = before[field] === undefined ? foreign[field] : clearedValue;
          expect(end[field]).toEqual(now[field] ?? otherwise);
        }
      }),
    );
  });

  it("is undone by the update back, on the owned fields", () => {
    fc.assert(
      fc.property(anyDeclaration, anyDeclaration, (one, other) => {
        const there = liveAfter(update(one, other), liveAfter(creation(one)));
        expect(withLive(one, ownedBy(one), liveAfter(update(other, one), there))).toEqual(one);
      }),
    );
  });

  it("has nothing to do for a declaration that is as it was", () => {
    fc.assert(
      fc.property(anyDeclaration, (declaration) => {
        expect(update(declaration, { ...declaration })).toBeUndefined();
      }),
    );
  });
});

describe("handOver", () => {
  it.each<[string, Declaration, PreviewedDeclaration, object | undefined]>([
    ["nothing when the successor declares as much", { key, displayName: "A" }, { key, displayName: "B" }, undefined],
    ["nothing when there was nothing to clear", { key }, { key, displayName: "B" }, undefined],
    [
      "nothing when the successor's value is not known yet",
      { key, metadata: {} },
      { key, metadata: unknown },
      undefined,
    ],
    [
      "null for what the successor does not declare",
      { key, displayName: "A", metadata: { a: 1 } },
      { key, metadata: {} },
      { key, displayName: null },
    ],
    [
      "null for all fields",
      { key, displayName: "A", metadata: {}, stripeCustomerId: "cus_1" },
      { key },
      { key, displayName: null, metadata: null, stripeCustomerId: null },
    ],
  ])("sends %s", (_what, before, successor, expected) => {
    expect(handOver(before, successor)).toStrictEqual(expected);
  });
});
