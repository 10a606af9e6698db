import { describe, expect, it } from "vitest";
import type { Declarer, State } from "../../../provider/src/core/declaration";
import {
  describeMismatch,
  Failure,
  notDeleted,
  notDone,
  type Operation,
  PartialFailure,
  partlyDone,
  readInWords,
  type Unfinished,
} from "../../../provider/src/core/failure";
import type { RecordId } from "../../../provider/src/core/port";
import type { JsonValue } from "../../../provider/src/json";
import { OpenMeterError, type OpenMeterErrorKind } from "../../../provider/src/openmeter/errors";
import { Redactor } from "../../../provider/src/openmeter/redact/redactor";

const single: Declarer = { urn: "u", label: 'subject "k"', isSet: false, secretFields: [], secretKeys: false };
const set: Declarer = { ...single, label: 'set "s"', isSet: true };
const show = (text: string) => new Redactor().show(text);
const unfinished = (error: OpenMeterError): Unfinished => ({ refused: [], stoppedBy: error, done: 0, total: 1 });

describe("records that were not deleted", () => {
  const left = new Map(Array.from({ length: 7 }, (_, index) => [`k${index}`, `01${index}` as RecordId]));
  const error = new OpenMeterError("unavailable", "why");

  it("are named by key and id, each with its reason, or the first few where the server has stopped all", () => {
    const refused = { refused: [{ key: "k1", reason: "no", error }], done: 0, total: 7 };
    expect(notDeleted(set, left, refused).message).toBe(
      'set "s" was not deleted: "k1": no (id 011). It stays in the state; run pulumi up again',
    );
    expect(notDeleted(set, left, unfinished(error)).message).toMatch(
      /stopped after 0 of 1: why\. Not deleted: "k0" \(id 010\), .*"k4" \(id 014\) and 2 more\. They stay in the state; run pulumi up again$/,
    );
    expect(notDeleted({ ...set, secretKeys: true }, left, unfinished(error)).message).not.toMatch(/k\d|01\d/);
  });
});

describe("an operation of which nothing was done", () => {
  const next = {
    correct: /Nothing of it was stored; correct it and run pulumi up again$/,
    contested: /Find out what deletes it, and run pulumi up again$/,
    again: /Whether OpenMeter stored it is unknown; run pulumi up again: it continues/,
    refresh: /Whether OpenMeter stored it is unknown; run pulumi up --refresh: it continues/,
    stays: /It stays in the state; run pulumi up again$/,
    read: /The state stays as it is; run the command again$/,
    // A refresh asks where the last up asked, which nobody knows who has just changed the address or the key.
    elsewhere: /run the command again\. If openmeter:baseUrl or openmeter:apiKey has changed .* without --refresh$/,
  };
  it.each<[Operation, OpenMeterErrorKind, number | undefined, RegExp]>([
    ["create", "refused", 400, next.correct],
    ["update", "refused", 400, next.correct],
    ["create", "contested", undefined, next.contested],
    ["update", "contested", undefined, next.contested],
    ["create", "unavailable", undefined, next.again],
    ["create", "unintelligible", undefined, next.again],
    ["update", "unavailable", undefined, next.refresh],
    ["update", "unintelligible", undefined, next.refresh],
    ["delete", "refused", 400, next.stays],
    ["delete", "unavailable", undefined, next.stays],
    ["read", "refused", 400, next.read],
    ["read", "refused", 401, next.elsewhere],
    ["read", "refused", 403, next.elsewhere],
    ["read", "unavailable", undefined, next.elsewhere],
    ["read", "unintelligible", undefined, next.elsewhere],
  ])("(%s, %s, %s) says why, what was kept and what to do", (operation, kind, status, says) => {
    const cause = new OpenMeterError(kind, "why", status);
    const verb = { create: "created", read: "read", update: "updated", delete: "deleted" }[operation];
    const failure = notDone(single, operation, unfinished(cause));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message).toMatch(new RegExp(`^subject "k" was not ${verb}: why\\. `));
    expect(failure.message).toMatch(says);
    expect(failure.cause).toBe(cause);
  });

  it("takes the words of the API client's errors alone: all others are bugs", async () => {
    const bug = new TypeError("a bug");
    await expect(readInWords(set, "read", () => Promise.reject(bug))).rejects.toBe(bug);
    const told = readInWords(set, "read", () => Promise.reject(new OpenMeterError("refused", "why")));
    await expect(told).rejects.toThrow(/^set "s" was not read: why\. /);
    await expect(readInWords(set, "read", async () => 5)).resolves.toBe(5);
  });
});

describe("an operation of which a part was done", () => {
  const state = (who: Declarer, onExisting?: "fail"): State => ({
    ...who,
    objects: new Map(),
    ids: new Map(),
    options: onExisting === undefined ? {} : { onExisting },
  });
  const part: Unfinished = { refused: [{ key: "a", reason: "first" }], done: 2, total: 3 };

  it("says of a set how far it came, why, what the state holds and what to do", () => {
    const { words, state: kept } = partlyDone(state(set), part);
    expect(words.reasons[0]).toMatch(/2 of 3 changes were made, 1 refused\. The state holds .*correct the rest/);
    expect(words.reasons[1]).toBe('"a": first');
    expect(kept.label).toBe('set "s"');
    const stopped = partlyDone(state(set), {
      ...part,
      refused: [],
      stoppedBy: new OpenMeterError("unavailable", "gone"),
    });
    expect(stopped.words.reasons[0]).toMatch(/; run pulumi up again, which sends only the rest$/);
    expect(stopped.words.reasons.at(-1)).toBe("stopped after 2 of 3: gone");
  });

  it("says where the state is too large to be kept what that means, and for onExisting fail what to change", () => {
    expect(partlyDone(state(set), part).words.withoutState).toMatch(/"a": first\. The set is too large .* --refresh/);
    expect(partlyDone(state(set), part).words.withoutState).not.toContain("onExisting");
    expect(partlyDone(state(set, "fail"), part).words.withoutState).toContain('onExisting: "adopt"');
    const failure = partlyDone(state(single), part);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure.message).toMatch(/^subject "k" was stored, but not as declared: first\. It stays in the state/);
    expect(failure.words.withoutState).toMatch(/too large .*--refresh$/);
  });
});

describe("a field that is stored otherwise", () => {
  it.each<[unknown, JsonValue | undefined, string]>([
    ["A", "B", 'displayName is "B" in OpenMeter and "A" in the program'],
    ["A", undefined, 'displayName is nothing in OpenMeter and "A" in the program'],
    [null, "B", 'displayName is "B" in OpenMeter and nothing in the program'],
    ["", "B", 'displayName is "B" in OpenMeter and "" in the program'],
    [{ a: [1], b: 1 }, { b: 1 }, "displayName.a is nothing in OpenMeter and [1] in the program"],
  ])("is told with both values: %j, %j", (wanted, stored, message) => {
    expect(describeMismatch(single, { field: "displayName", wanted, stored }, show)).toBe(message);
  });

  it("is told briefly, however large it is", () => {
    const mismatch = { field: "metadata", wanted: { a: "x".repeat(100_000) }, stored: {} };
    const message = describeMismatch(single, mismatch, show);
    expect(message.length).toBeLessThan(5_000);
    expect(message).toContain("bytes in all");
  });
});
