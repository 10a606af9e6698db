import { describe, expect, it } from "vitest";
import { type Declaration, unknown } from "../../../provider/src/provider/declaration";
import { SubjectFailure } from "../../../provider/src/provider/failure";
import { problem } from "../openmeter/fake-transport";
import { created, failureOf, start } from "./started-lifecycle";

const key = "customer-42";
const declaration: Declaration = { key, displayName: "A", metadata: { a: 1, b: [2] }, onExisting: "match" };
const there = { key, displayName: "A", metadata: { b: [2], a: 1 }, stripeCustomerId: "cus_not_declared" };

describe('create with onExisting "match"', () => {
  it("takes a subject over that is there as declared, and sends nothing", async () => {
    const { lifecycle, server } = start();
    const existing = server.seed(there);
    const outputs = await lifecycle.create(declaration);
    expect(outputs).toStrictEqual({ ...declaration, subjectId: existing.id });
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`]);
    expect(server.find(key)).toEqual(existing);
  });

  it("refuses one that is not as declared, names field and both values, and sends nothing", async () => {
    const { lifecycle, server } = start();
    server.seed({ ...there, displayName: "Renamed in the CRM" });
    const failure = await failureOf(lifecycle.create(declaration));
    expect(failure).toBeInstanceOf(SubjectFailure);
    expect(failure.message).toMatch(/^subject "customer-42" exists in OpenMeter, but not as declared/);
    expect(failure.message).toContain('displayName is "Renamed in the CRM" in OpenMeter and "A" in the program');
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`]);
  });

  it("keeps secret values out of the refusal", async () => {
    const { lifecycle, server } = start();
    server.seed({ ...there, displayName: "hush" });
    const failure = await failureOf(lifecycle.create({ ...declaration, secretFields: ["displayName"] }));
    expect(failure.message).toContain("displayName is [secret] in OpenMeter and [secret] in the program");
    expect(failure.message).not.toContain("hush");
  });

  it("creates a subject that is not there", async () => {
    const { lifecycle, server } = start();
    await lifecycle.create(declaration);
    expect(server.find(key)).toMatchObject({ displayName: "A", metadata: { a: 1, b: [2] } });
  });

  it("writes one that a resource of this stack has already, as in a rename with a change", async () => {
    const { lifecycle, server, outputs } = await created({ key, displayName: "A" });
    lifecycle.diff({ outputs }, { key, displayName: "A" });
    await lifecycle.create({ key, displayName: "B", onExisting: "match" });
    expect(server.find(key)).toMatchObject({ id: outputs.subjectId, displayName: "B" });
  });

  it("waits for the rest of the program only where a subject is not known to be the stack's", async () => {
    for (const isKnown of [true, false]) {
      const { server, outputs } = await created({ key, displayName: "A" });
      let waits = 0;
      const { lifecycle, run } = start(server, (waiting) => {
        waits += 1;
        waiting.own(outputs.subjectId);
      });
      if (isKnown) run.own(outputs.subjectId);
      await lifecycle.create({ key, displayName: "B", onExisting: "match" });
      expect(server.find(key)?.displayName).toBe("B");
      expect(waits).toBe(isKnown ? 0 : 1);
    }
  });

  it.each([
    ["as declared, takes it over", "A", undefined],
    ["otherwise, refuses it", "Other", /exists in OpenMeter, but not as declared/],
  ])("when somebody else creates it at the same moment, %s", async (_what, displayName, refusal) => {
    const { lifecycle, server } = start();
    server.rule = ({ method }) => {
      if (method !== "POST") return undefined;
      server.rule = () => undefined;
      server.seed({ ...there, displayName });
      return problem(409, "conflict error: subject with key already exists", "Conflict");
    };
    const outcome = await lifecycle.create(declaration).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (refusal === undefined) expect(outcome).toBeUndefined();
    else expect(outcome).toMatch(refusal);
    expect(server.find(key)?.displayName).toBe(displayName);
  });
});

describe("what a preview of onExisting match says", () => {
  it.each<[string, Record<string, unknown> | undefined, RegExp]>([
    ["taken over", there, /^subject "customer-42" is to be taken over as it is, with nothing sent$/],
    ["created", undefined, /^subject "customer-42" is not in OpenMeter, and to be created$/],
    [
      "refused",
      { ...there, metadata: {} },
      /is not as declared in OpenMeter, which onExisting "match" refuses.*metadata is \{\}/,
    ],
  ])("is that the subject is %s, and nothing is sent", async (_what, live, says) => {
    const { lifecycle, server, reports } = start();
    if (live !== undefined) server.seed(live);
    await lifecycle.foresee(declaration, false);
    expect(reports).toEqual([expect.stringMatching(says)]);
    expect(server.calls()).toEqual([`GET /api/v1/subjects/${key}`]);
  });

  it("is each difference, where there are several", async () => {
    const { lifecycle, server, reports } = start();
    server.seed({ ...there, displayName: "B", metadata: {} });
    await lifecycle.foresee(declaration, false);
    expect(reports).toEqual([
      expect.stringMatching(/displayName is "B" in OpenMeter and "A" in the program; metadata is \{\} in OpenMeter/),
    ]);
  });

  it("is that it could not be read, where it could not", async () => {
    const { lifecycle, server } = start();
    server.rule = () => problem(400, "no");
    const { message } = await failureOf(lifecycle.foresee(declaration, false));
    expect(message).toMatch(
      /^subject "customer-42" was not read: OpenMeter answered 400 Error: no\. The state stays as it is/,
    );
  });

  it.each<[string, Parameters<ReturnType<typeof start>["lifecycle"]["foresee"]>]>([
    ["another onExisting", [{ key, displayName: "A" }, false]],
    ["a resource that the state knows", [declaration, true]],
    ["values that are not known yet", [{ ...declaration, metadata: { a: unknown } }, false]],
  ])("is nothing, without a request, for %s", async (_what, [now, hasPrevious]) => {
    const { lifecycle, server, reports } = start();
    server.seed(there);
    await lifecycle.foresee(now, hasPrevious);
    expect(reports).toEqual([]);
    expect(server.sent).toEqual([]);
  });

  it("asks once for many: the first by themselves, the rest by one list, those that it lacks included", async () => {
    const { lifecycle, server, reports } = start();
    for (let at = 0; at < 100; at += 2) server.seed({ key: `c${at}` });
    for (let at = 0; at < 100; at++) await lifecycle.foresee({ key: `c${at}`, onExisting: "match" }, false);
    expect(server.calls().filter((call) => call === "GET /api/v1/subjects")).toHaveLength(1);
    expect(server.sent.length).toBeLessThan(20);
    expect(reports.filter((line) => line.includes("to be taken over"))).toHaveLength(50);
    expect(reports.filter((line) => line.includes("to be created"))).toHaveLength(50);
  });
});
