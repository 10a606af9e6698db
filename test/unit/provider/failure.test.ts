import { describe, expect, it } from "vitest";
import { OpenMeterError, type OpenMeterErrorKind } from "../../../provider/src/openmeter/errors";
import {
  describeFailure,
  describeMismatch,
  existsAlready,
  existsOtherwise,
  notFound,
  type Operation,
  PartialFailure,
  SubjectFailure,
  storedOtherwise,
} from "../../../provider/src/provider/failure";

/** A refresh asks where the last `up` asked, which is known to nobody who has just changed the address or the key. */
const afterElsewhere =
  "The state stays as it is; run the command again. If openmeter:baseUrl or openmeter:apiKey has changed since the last up: a refresh still uses the old one until you run pulumi up once without --refresh";

describe("a failed operation", () => {
  it.each<[Operation, OpenMeterErrorKind, string]>([
    ["create", "refused", "Nothing of it was stored; correct it and run pulumi up again"],
    ["update", "refused", "Nothing of it was stored; correct it and run pulumi up again"],
    ["create", "contested", "Find out what deletes it, and run pulumi up again"],
    ["update", "contested", "Find out what deletes it, and run pulumi up again"],
    [
      "create",
      "unavailable",
      "Whether OpenMeter stored it is unknown; run pulumi up again: it continues from what is there",
    ],
    [
      "create",
      "unintelligible",
      "Whether OpenMeter stored it is unknown; run pulumi up again: it continues from what is there",
    ],
    [
      "update",
      "unavailable",
      "Whether OpenMeter stored it is unknown; run pulumi up --refresh: it continues from what is there",
    ],
    [
      "update",
      "unintelligible",
      "Whether OpenMeter stored it is unknown; run pulumi up --refresh: it continues from what is there",
    ],
    ["delete", "refused", "It stays in the state; run pulumi up again"],
    ["delete", "unavailable", "It stays in the state; run pulumi up again"],
    ["delete", "unintelligible", "It stays in the state; run pulumi up again"],
    ["read", "refused", "The state stays as it is; run the command again"],
    ["read", "unavailable", afterElsewhere],
    ["read", "unintelligible", afterElsewhere],
  ])("to %s that was %s says what was kept and what to do", (operation, kind, next) => {
    const cause = new OpenMeterError(kind, "why");
    const failure = describeFailure(operation, "k", cause, ["displayName"]);
    expect(failure).toBeInstanceOf(SubjectFailure);
    const verb = { create: "created", read: "read", update: "updated", delete: "deleted" }[operation];
    const message = `subject "k" (displayName) was not ${verb}: why. ${next}`;
    expect(failure).toMatchObject({ message, cause, name: "SubjectFailure" });
  });

  it.each([401, 403])("to read that was refused with %d says that the key may be the one of the last up", (status) => {
    const failure = describeFailure("read", "k", new OpenMeterError("refused", "why", status));
    expect(failure).toMatchObject({ message: `subject "k" was not read: why. ${afterElsewhere}` });
  });

  it("names the fields that were sent, and none when there were none", () => {
    const error = new OpenMeterError("refused", "why");
    expect(describeFailure("update", "k", error, ["displayName", "metadata"])).toMatchObject({
      message: expect.stringContaining('subject "k" (displayName, metadata) was not updated'),
    });
    expect(describeFailure("create", "k", error)).toMatchObject({
      message: expect.stringContaining('subject "k" was not created'),
    });
  });

  it("quotes a key so that it cannot repaint the terminal", () => {
    expect(describeFailure("read", "\u001b[2J\u202ek", new OpenMeterError("refused", "why"))).toMatchObject({
      message: expect.stringContaining('subject "\\u001b[2J\\u202ek" was not read'),
    });
  });

  it.each([new TypeError("a bug"), existsAlready("k"), "text"])(
    "leaves what the API client did not say as it is: %s",
    (error) => {
      expect(describeFailure("create", "k", error)).toBe(error);
    },
  );
});

describe("a field that is stored otherwise", () => {
  it.each<[unknown, unknown, string]>([
    ["A", "B", 'displayName is "B" in OpenMeter and "A" in the program'],
    ["A", undefined, 'displayName is nothing in OpenMeter and "A" in the program'],
    [null, "B", 'displayName is "B" in OpenMeter and nothing in the program'],
    ["", "B", 'displayName is "B" in OpenMeter and "" in the program'],
    [{ a: [1] }, {}, 'displayName is {} in OpenMeter and {"a":[1]} in the program'],
  ])("is told with both values: %j, %j", (wanted, stored, message) => {
    expect(describeMismatch({ field: "displayName", wanted, stored })).toBe(message);
  });

  it("is told without its values when it is secret", () => {
    const mismatch = { field: "metadata", wanted: { token: "hunter2" }, stored: { token: "hunter3" } } as const;
    const message = describeMismatch(mismatch, ["metadata"]);
    expect(message).toBe("metadata is [secret] in OpenMeter and [secret] in the program");
    expect(describeMismatch({ ...mismatch, stored: undefined }, ["metadata"])).toContain("is nothing in OpenMeter");
  });

  it("is told with its values when another field is secret", () => {
    expect(describeMismatch({ field: "displayName", wanted: "A", stored: "B" }, ["metadata"])).toContain('"A"');
  });

  it("is told briefly, however large it is", () => {
    const message = describeMismatch({ field: "metadata", wanted: { a: "x".repeat(100_000) }, stored: {} });
    expect(message.length).toBeLessThan(5_000);
    expect(message).toContain("bytes in all");
  });
});

describe("storedOtherwise", () => {
  it("carries what belongs into the state, and says it", () => {
    const outputs = { key: "k", displayName: "B", subjectId: "01J" };
    const failure = storedOtherwise(outputs, ["first", "second"]);
    // Of a resource that exists all the same, the engine shows the reasons and not the message.
    expect(failure).toMatchObject({ id: "k", outputs, reasons: [failure.message] });
    expect(failure.unkept).toMatch(
      /^subject "k" was stored, but not as declared: first; second\. It is too large .*pulumi up --refresh$/,
    );
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toBeInstanceOf(SubjectFailure);
    expect(failure.message).toMatch(
      /^subject "k" was stored, but not as declared: first; second\. It stays in the state as it is stored\. .*run pulumi up again$/,
    );
  });
});

describe("existsOtherwise", () => {
  it("names the key, each difference, and what to do", () => {
    expect(existsOtherwise("k", ["first", "second"]).message).toMatch(
      /^subject "k" exists in OpenMeter, but not as declared, .* left as it is: first; second\. Declare what is there, or set onExisting: "adopt"/,
    );
  });
});

describe("existsAlready", () => {
  it("names the key, what was kept, and how to adopt", () => {
    expect(existsAlready("k").message).toMatch(
      /^subject "k" exists in OpenMeter already, and onExisting is "fail"; it was left as it is\. To take it over, set onExisting: "adopt"/,
    );
  });
});

describe("notFound", () => {
  it("names the key and what may be wrong", () => {
    expect(notFound("k\u001b").message).toMatch(
      /^there is no subject "k\\u001b" in OpenMeter\. Check the key and openmeter:baseUrl, or declare the subject/,
    );
  });
});
