import { describe, expect, it } from "vitest";
import { parseSubject } from "../../../provider/src/openmeter/subject";

const answered = {
  id: "01J",
  key: "k",
  metadata: {},
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
};

describe("a subject of an answer", () => {
  it.each<[string, unknown, object]>([
    ["without optional fields", answered, { id: "01J", key: "k", metadata: {} }],
    [
      "with null for optional fields",
      { ...answered, displayName: null, stripeCustomerId: null, metadata: null, deletedAt: null },
      { id: "01J", key: "k", metadata: {} },
    ],
    [
      "with all fields",
      { ...answered, displayName: "A", stripeCustomerId: "cus_1", metadata: { a: [null] } },
      { id: "01J", key: "k", displayName: "A", metadata: { a: [null] }, stripeCustomerId: "cus_1" },
    ],
    ["with an empty name", { ...answered, displayName: "" }, { id: "01J", key: "k", displayName: "", metadata: {} }],
  ])("is read %s", (_what, value, subject) => {
    expect(parseSubject(value)).toStrictEqual({ deleted: false, subject });
  });

  it("is deleted when it is marked so", () => {
    expect(parseSubject({ ...answered, deletedAt: "2026-01-01T00:00:00Z" })).toStrictEqual({ deleted: true, key: "k" });
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
    expect(parseSubject(value)).toBeUndefined();
  });
});
