import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../../provider/src/core/answer";
import { subjectKind } from "../../../../provider/src/kinds/subject/fields";

const answered = {
  id: "01J",
  key: "k",
  metadata: {},
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

describe("a subject of an answer", () => {
  it.each<[string, unknown, object]>([
    ["without optional fields", answered, { metadata: {} }],
    [
      "with null for optional fields",
      { ...answered, displayName: null, stripeCustomerId: null, metadata: null, deletedAt: null },
      {},
    ],
    [
      "with all fields",
      { ...answered, displayName: "A", stripeCustomerId: "cus_1", metadata: { a: [null] } },
      { displayName: "A", metadata: { a: [null] }, stripeCustomerId: "cus_1" },
    ],
    ["with an empty name", { ...answered, displayName: "" }, { displayName: "", metadata: {} }],
  ])("is read %s", (_what, value, fields) => {
    expect(readAnswer(subjectKind, value)).toStrictEqual({
      id: "01J",
      key: "k",
      object: { id: "01J", key: "k", fields },
    });
  });

  it("is deleted when it is marked so", () => {
    expect(readAnswer(subjectKind, { ...answered, deletedAt: "2026-01-01T00:00:00Z" })).toStrictEqual({
      id: "01J",
      key: "k",
    });
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a list", [answered]],
    ["without an id", { ...answered, id: undefined }],
    ["with an empty id", { ...answered, id: "" }],
    ["with a number as key", { ...answered, key: 1 }],
    ["with text as metadata", { ...answered, metadata: "{}" }],
    ["with a list as metadata", { ...answered, metadata: [] }],
    ["with a number as name", { ...answered, displayName: 1 }],
    ["of another API", { message: "hello" }],
  ])("is not one: %s", (_what, value) => {
    expect(readAnswer(subjectKind, value)).toBeUndefined();
  });
});
