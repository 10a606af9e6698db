import { describe, expect, it } from "vitest";
import type { Operation } from "../../../provider/src/core/advice";
import type { Declarer, State } from "../../../provider/src/core/declaration";
import { describeMismatch, driftInWords } from "../../../provider/src/core/differences";
import {
  existAlready,
  existOtherwise,
  Failure,
  notDeleted,
  notDone,
  PartialFailure,
  partlyDone,
  readInWords,
  type Unfinished,
} from "../../../provider/src/core/failure";
import type { RecordId } from "../../../provider/src/core/port";
import { Told } from "../../../provider/src/core/told";
import type { JsonValue } from "../../../provider/src/json";
import { type ErrorDetails, OpenMeterError, type OpenMeterErrorKind } from "../../../provider/src/openmeter/errors";
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
    expect(notDeleted(set, "delete", { ids: left }, refused).message).toBe(
      'set "s" was not deleted: "k1" (id 011): no. It stays in the state; run pulumi up again',
    );
    expect(notDeleted(set, "delete", { ids: left }, unfinished(error)).message).toMatch(
      /stopped after 0 of 1: why\. Not deleted: "k0" \(id 010\), .*"k4" \(id 014\) and 2 more\. They stay in the state; run pulumi up again$/,
    );
    expect(notDeleted(set, "delete", { ids: left, which: "subjects that left it" }, refused).message).toBe(
      'set "s": subjects that left it were not deleted: "k1" (id 011): no. They stay in the state; run pulumi up again',
    );
    expect(notDeleted({ ...set, secretKeys: true }, "delete", { ids: left }, unfinished(error)).message).not.toMatch(
      /k\d|01\d/,
    );
    // One that another resource has, of which only fields were to be cleared.
    const other = { refused: [{ key: "other", reason: "no", error }], done: 0, total: 7 };
    expect(notDeleted(set, "delete", { ids: left }, other).message).toContain(': "other": no. ');
  });
});

describe("an operation of which nothing was done", () => {
  const next = {
    correct: /None of it was stored; correct it and run pulumi up again$/,
    stored: /Nothing was stored; fix this and run pulumi up again$/,
    sent: /Nothing was sent; fix this and run pulumi up again$/,
    contested: /Find out what deletes it, and run pulumi up again$/,
    again: /Whether OpenMeter stored it is unknown; run pulumi up again: it continues/,
    refresh: /Whether OpenMeter stored it is unknown; run pulumi up --refresh: it continues/,
    stays: /It stays in the state; run pulumi up again$/,
    destroy: /It stays in the state; run the command again$/,
    read: /The state stays as it is; run the command again$/,
    look: /Run the command again$/,
    // Without its program, a command has the address and the key that the last up had.
    lastUp:
      /run the command again\. This command uses openmeter:apiKey and openmeter:baseUrl of the last pulumi up: if one of them has changed since, run pulumi up once, without --refresh and with a program that still declares something, and then repeat the command; or add --run-program to a refresh or destroy$/,
  };
  const settings = ["openmeter:apiKey", "openmeter:baseUrl"];
  const lastUpOfOne = /uses openmeter:baseUrl of the last pulumi up: if it has changed since, run pulumi up once, /;
  it.each<[Operation, OpenMeterErrorKind, number | undefined, ErrorDetails, RegExp]>([
    ["create", "refused", 400, {}, next.correct],
    ["update", "refused", 400, {}, next.correct],
    ["create", "refused", 401, {}, next.stored],
    ["update", "refused", 403, { isAboutObject: true }, next.correct],
    ["create", "unavailable", undefined, { effect: "unsent" }, next.sent],
    ["update", "unavailable", undefined, { effect: "unsent" }, next.sent],
    ["update", "unintelligible", 307, { effect: "nothing" }, next.stored],
    ["create", "contested", undefined, {}, next.contested],
    ["update", "contested", undefined, {}, next.contested],
    ["create", "unavailable", undefined, {}, next.again],
    ["create", "unavailable", 500, {}, next.again],
    ["create", "unintelligible", undefined, {}, next.again],
    ["update", "unavailable", undefined, {}, next.refresh],
    ["update", "unintelligible", undefined, {}, next.refresh],
    ["delete", "refused", 401, { settings }, next.stays],
    ["delete", "unavailable", undefined, {}, next.stays],
    ["destroy", "unavailable", undefined, {}, next.destroy],
    ["destroy", "refused", 401, { settings }, next.lastUp],
    ["read", "refused", 400, {}, next.read],
    ["read", "refused", 401, { settings }, next.lastUp],
    ["read", "unavailable", undefined, { settings: ["openmeter:baseUrl"] }, lastUpOfOne],
    ["look", "refused", 401, { settings }, next.look],
  ])("(%s, %s, %s, %j) says why, what was kept and what to do", (operation, kind, status, details, says) => {
    const cause = new OpenMeterError(kind, "why", status, details);
    const verb = {
      create: "created",
      read: "read",
      look: "read",
      update: "updated",
      delete: "deleted",
      destroy: "deleted",
    };
    const failure = notDone(single, operation, unfinished(cause));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message).toMatch(new RegExp(`^subject "k" was not ${verb[operation]}: why\\. `));
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

  it.each<[Operation, RegExp]>([
    ["create", /was not created: why\. Nothing was changed; run pulumi up again$/],
    ["delete", /was not deleted: why\. Nothing was changed; run pulumi up again$/],
    ["read", /was not read: why\. The state stays as it is; run the command again$/],
    ["look", /was not read: why\. Run the command again$/],
  ])("(%s) says what was kept where it was a read that failed", async (operation, says) => {
    const failing = readInWords(set, operation, () => Promise.reject(new OpenMeterError("refused", "why")));
    await expect(failing).rejects.toThrow(says);
  });
});

describe("a failure that many resources share", () => {
  const error = (status: number) =>
    new OpenMeterError(status === 503 ? "unavailable" : "refused", "a long story", status);
  const other = (label: string): Declarer => ({ ...single, label });

  it("is told whole once in a run, then with its status, what was kept, and where the rest stands", () => {
    const told = new Told();
    const messageOf = (label: string, operation: Operation, status: number) =>
      told.messageOf(notDone(other(label), operation, unfinished(error(status))));
    expect(messageOf('subject "a"', "create", 401)).toMatch(/a long story\. Nothing was stored; fix this/);
    expect(messageOf('subject "b"', "create", 401)).toBe(
      'subject "b" was not created, for the same reason as subject "a": 401 Unauthorized. Nothing was stored',
    );
    expect(messageOf('subject "a"', "create", 401)).toContain("a long story");
    expect(messageOf('subject "c"', "create", 503)).toContain("a long story");
    expect(messageOf('subject "b"', "delete", 401)).toContain("a long story");
    expect(messageOf('subject "c"', "delete", 401)).toMatch(
      /reason as subject "b": 401 Unauthorized\. It stays in the state$/,
    );
    expect(messageOf('subject "a"', "look", 401)).toContain("a long story");
    expect(messageOf('subject "b"', "look", 401)).toMatch(/reason as subject "a": 401 Unauthorized$/);
    const left = new Map([["k1", "011" as RecordId]]);
    expect(told.messageOf(notDeleted(set, "delete", { ids: left }, unfinished(error(401))))).toBe(
      'set "s" was not deleted, for the same reason as subject "b": 401 Unauthorized. Not deleted: "k1" (id 011). They stay in the state',
    );
  });

  it("is told of each single object that was refused for something else, and briefly where all that was said is the same", () => {
    const told = new Told();
    let seconds = 30;
    const messageOf = (label: string, message: string) => {
      const cause = new OpenMeterError("unavailable", `${message} (7 tries in ${++seconds} s)`, 500, { said: message });
      const refused = [{ key: label, reason: message, error: cause }];
      return told.messageOf(notDone(other(label), "create", { refused, done: 0, total: 1 }));
    };
    expect(messageOf('subject "a"', "500 on a")).toContain("500 on a");
    expect(messageOf('subject "b"', "500 on b")).toContain("500 on b");
    expect(messageOf('subject "c"', "500 on a")).toMatch(
      /for the same reason as subject "a": 500 Internal Server Error/,
    );
  });

  it("is told of each set that has reasons of its own", () => {
    const told = new Told();
    const messageOf = (label: string, key: string) => {
      const refused = [
        { key: "x", reason: "slow", error: new OpenMeterError("unavailable", "slow", 500) },
        { key, reason: `${key} is bad`, error: error(400) },
      ];
      const unfinished = { refused, stoppedBy: error(401), done: 0, total: 9 };
      return told.messageOf(notDone({ ...set, label }, "create", unfinished));
    };
    expect(messageOf('set "s"', "a")).toContain("a is bad");
    expect(messageOf('set "t"', "b")).toContain("b is bad");
  });

  it("is told of what has left a set, by the name of the set", () => {
    const told = new Told();
    const messageOf = (label: string) => {
      const left = { ids: new Map(), which: "subjects that left it" };
      return told.messageOf(notDeleted({ ...set, label }, "delete", left, unfinished(error(401))));
    };
    expect(messageOf('set "s"')).toMatch(/^set "s": subjects that left it were not deleted: stopped .*a long story\. /);
    expect(messageOf('set "t"')).toMatch(
      /^set "t": subjects that left it were not deleted, for the same reason as set "s": 401 Unauthorized\. /,
    );
  });

  it("is told of each where it is about each", () => {
    const told = new Told();
    for (const label of ['subject "a"', 'subject "b"']) {
      expect(told.messageOf(notDone(other(label), "create", unfinished(error(400))))).toContain("a long story");
    }
  });

  it("says that a forced replacement finds its own object there", () => {
    expect(existAlready(single, [{ key: "k", fields: [] }]).message).toMatch(
      /interrupted while creating it, or if this is a forced replacement \(--replace, taint\), use "adopt" for one run$/,
    );
  });

  it("is told with what to do once where many exist already", () => {
    const told = new Told();
    expect(told.messageOf(existAlready(other('subject "a"'), [{ key: "a", fields: [] }]))).toContain(
      'set onExisting: "adopt"',
    );
    expect(told.messageOf(existAlready(other('subject "b"'), [{ key: "b", fields: [] }]))).toMatch(
      /^subject "b" exists in OpenMeter already, .* nothing was sent\. For what to do, see subject "a"$/,
    );
    const differing = (key: string) => {
      const mismatch = { key, fields: [{ field: "displayName", wanted: "A", stored: "B" }] };
      return told.messageOf(existOtherwise(other(`subject "${key}"`), [mismatch], show));
    };
    expect(differing("c")).toMatch(
      /^subject "c" exists in OpenMeter, but .* displayName is "B" .*Declare what is there/,
    );
    expect(differing("d")).toMatch(/^subject "d" exists .* displayName is "B" .*\. For what to do, see subject "c"$/);
  });

  it("names several that exist already as several", () => {
    const objects = ["a", "b"].map((key) => ({ key, fields: [] }));
    expect(existAlready(set, objects).message).toMatch(
      /^set "s": "a", "b" exist in OpenMeter already.* To take them over, .* while creating them, /,
    );
    expect(existOtherwise(set, objects, show).message).toMatch(/^set "s": "a", "b" exist in OpenMeter, but/);
  });

  it("of which each of many objects has a reason of its own names twenty, and counts the others", () => {
    const refused = Array.from({ length: 24 }, (_, at) => ({ key: `k${at}`, reason: `no ${at}`, error: error(400) }));
    const again = refused.slice(0, 23).map((one) => ({ ...one, key: `again ${one.key}` }));
    const { message } = notDone(set, "create", { refused: [...refused, ...again], done: 0, total: 47 });
    expect(message).toContain('"k19", "again k19": no 19; 7 more failed. ');
    expect(message).not.toContain("no 20");
  });

  it("is one reason of a set, with the keys that it is about", () => {
    const reason = (key: string, text: string) => ({ key, reason: text, error: error(400) });
    const refused = [reason("a", "no"), reason("b", "no"), reason("c", "never"), reason("d", "no")];
    const failure = notDone(set, "create", { refused, done: 0, total: 4 });
    expect(failure.message).toContain('set "s" was not created: "a", "b", "d": no; "c": never. ');
    const hidden = notDone({ ...set, secretKeys: true }, "create", { refused, done: 0, total: 4 });
    expect(hidden.message).toContain("3 (their keys are secret): no; [secret]: never");
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
    expect(words.reasons[0]).toMatch(/2 of 3 changes were made, 1 failed\. The state holds .*correct the rest/);
    expect(words.reasons[1]).toBe('"a": first');
    const reasons = [...part.refused, { key: "b", reason: "second" }, { key: "b", reason: "third" }];
    const more = partlyDone(state(set), { ...part, refused: reasons });
    expect(more.message).toMatch(/, 2 failed\. .*; "a": first; "b": second; "b": third$/);
    expect(more.words.withoutState).toContain(', 2 failed: "a": first; "b": second; "b": third. ');
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
    expect(partlyDone(state(set), part).words.withoutState).toMatch(/continues from what is there\. Or split the set$/);
    expect(partlyDone(state(set, "fail"), part).words.withoutState).toContain('onExisting: "adopt"');
    const failure = partlyDone(state(single), { ...part, refused: [...part.refused, { key: "a", reason: "second" }] });
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure.message).toMatch(
      /^subject "k" was stored, but not as declared: first; second\. The state has the stored value\. Declare the stored value/,
    );
    expect(failure.words.withoutState).toMatch(/too large .*--refresh$/);
  });
});

describe("drift that an update meets", () => {
  const drifted = (...keys: string[]) =>
    keys.map((key) => ({ key, fields: [{ field: "displayName", wanted: "A", stored: "B" }] }));

  it("is told of one object or of several, with what repairs it", () => {
    expect(driftInWords(set, drifted("a"), show)).toContain(
      "this update does not touch it. Run pulumi up --refresh to repair it",
    );
    const [one = { key: "", fields: [] }] = drifted("k");
    const both = { ...one, fields: [...one.fields, { field: "metadata", wanted: { a: 1 }, stored: {} }] };
    expect(driftInWords(single, [both], show)).toContain(
      'displayName changed in OpenMeter from "A" to "B"; metadata.a changed in OpenMeter from 1 to nothing. Left',
    );
    expect(driftInWords(set, [both], show)).toContain('"k" (displayName, metadata) changed');
    expect(existOtherwise(single, [both], show).message).toContain(" in the program; metadata.a is nothing");
    expect(driftInWords(set, drifted("a", "b"), show)).toMatch(
      /^set "s": "a" \(displayName\), "b" \(displayName\) changed .* does not touch them\. Run pulumi up --refresh to repair them \(/,
    );
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
    const entries = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`e${at}`, at]));
    const many = describeMismatch(single, { field: "metadata", wanted: entries, stored: {} }, show);
    expect(many.split("; ")).toHaveLength(20);
  });
});
