import type { Fault } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { concernsAll, OpenMeterError } from "../../../../provider/src/openmeter/errors";
import { configuration } from "../../connection";
import { wanted, write, writeOf } from "../asked";
import { always, answered, problem, started } from "./started";

/** The error of a single read that is answered so. */
async function failureOf(fault: Fault, settings: Parameters<typeof started>[0] = {}): Promise<OpenMeterError> {
  const { subjects, emulator } = started(settings);
  emulator.faults.add({ ...fault, times: always });
  const error: unknown = await subjects.get({ key: "acme" }).catch((thrown: unknown) => thrown);
  if (error instanceof OpenMeterError) {
    return error;
  }
  throw new Error("the read did not fail as it should");
}

describe("an answer that is no answer", () => {
  it.each<[string, Fault, string]>([
    [
      "an empty body",
      { kind: "empty" },
      "http://openmeter.test answered 200 with an empty body; check that openmeter:baseUrl",
    ],
    ["a login page", { kind: "html" }, "http://openmeter.test answered 200 with a page"],
    ["half of JSON", answered(200, '{"id":'), 'answered 200 with content of type "application/json" that'],
    ["nothing at all", answered(204, ""), "answered 204 with an empty body"],
    ["nothing new", answered(304, ""), "answered 304 with an empty body"],
    ["bytes of no declared type", answered(200, "?", ""), 'answered 200 with content of type "" that'],
    ["a subject that is elsewhere", answered(300, { id: "01J", key: "acme" }), "answered 300"],
    [
      "another thing's JSON",
      answered(200, { hello: 1 }),
      "the answer from http://openmeter.test is not a subject of OpenMeter's Subject API; check that openmeter:baseUrl",
    ],
    ["a list", answered(200, []), "is not a subject"],
  ])("is refused: %s", async (_what, fault, message) => {
    const error = await failureOf(fault);
    expect(error.kind).toBe("unintelligible");
    expect(error.message).toContain(message);
  });

  it("is told with no more of its content type than is fit to be shown", async () => {
    const { message } = await failureOf(answered(200, "?", `text/${configuration.apiKey}${"x".repeat(9_000)}`));
    expect(message).toContain('"text/[API key]xxx');
    expect(message.length).toBeLessThan(4_500);
  });
});

describe("a refusal", () => {
  it.each([
    [401, "openmeter:apiKey", "The API key comes from openmeter:apiKey: check that it is complete, still valid"],
    [401, "OPENMETER_TOKEN", "The API key comes from OPENMETER_TOKEN: check that it is complete"],
    [403, "openmeter:apiKey", "The API key comes from openmeter:apiKey: check that it is for this account"],
    [401, undefined, "No API key was sent: set it"],
  ])("with status %d names the server, and where the API key comes from: %s", async (status, apiKey, says) => {
    const { apiKey: _own, ...others } = configuration.names;
    const names = apiKey === undefined ? others : { ...others, apiKey };
    const error = await failureOf(problem(status, "who are you"), { names });
    expect(error).toMatchObject({ kind: "refused", status, effect: "nothing" });
    expect(error.message).toContain(`http://openmeter.test answered ${status} Error: who are you. ${says}`);
    expect(error.message).not.toContain(configuration.apiKey);
    expect(error.settings).toEqual(["openmeter:apiKey", "openmeter:baseUrl"]);
  });

  it.each([401, 403])("with status %d and a page is told by its title, and does not blame the key", async (status) => {
    const { message } = await failureOf(answered(status, "<html><title>Access denied</title>…", "text/html"));
    expect(message).toMatch(/with a page titled "Access denied": something in front of OpenMeter answered/);
    expect(message).not.toContain("key");
  });

  it.each([
    ["forbidden error: subject has active entitlements", true],
    ["the subject is still used", true],
    ["the API key may not write subjects", false],
    ["role lacks the permission for this subject", false],
  ])("with status 403 is about the subject alone where it says so: %s: %s", async (detail, isAboutObject) => {
    const error = await failureOf(problem(403, detail));
    expect([error.isAboutObject, concernsAll(error)]).toEqual([isAboutObject, !isAboutObject]);
    expect(error.message.includes("API key comes from")).toBe(!isAboutObject);
  });

  it.each([400, 409, 422])("with status %d carries the server's words", async (status) => {
    expect(await failureOf(problem(status, "why"))).toMatchObject({
      kind: "refused",
      status,
      message: `OpenMeter answered ${status} Error: why`,
    });
  });

  it("that speaks of a subject where none was asked for is no missing API", async () => {
    const { subjects, emulator } = started();
    emulator.faults.add(problem(404, "subject not found"));
    await expect(subjects.list()).rejects.toMatchObject({ kind: "refused", status: 404 });
  });

  it("keeps the API key out of its message", async () => {
    const { message } = await failureOf(problem(400, `Bearer ${configuration.apiKey}`));
    expect(message).toBe("OpenMeter answered 400 Error: Bearer [API key]");
  });
});

describe("a subject that contains the API key", () => {
  const apiKey = 'om_"secret/0123';
  const leaking: [string, object][] = [
    ["in metadata", { metadata: { echo: `Bearer ${apiKey}` } }],
    ["in a name of metadata", { metadata: { [apiKey]: 1 } }],
    ["in the display name", { displayName: apiKey }],
    ["in a field that is not read", { debug: apiKey }],
    ["URL-encoded", { displayName: encodeURIComponent(apiKey) }],
    ["in base64", { displayName: Buffer.from(apiKey).toString("base64") }],
  ];
  const others = Array.from({ length: 20 }, (_, index) => ({ key: `other${index}` }));
  /** An account with such a subject among others. */
  const withLeak = (more: object) => {
    const connected = started({ apiKey });
    connected.emulator.subjects.upsert(...others.slice(0, 10), { key: "acme" }, ...others.slice(10));
    const leak = (one: unknown): unknown =>
      typeof one === "object" && one !== null && "key" in one && one.key === "acme" ? { ...one, ...more } : one;
    connected.emulator.faults.add({
      kind: "alter",
      change: (answer) => (Array.isArray(answer) ? answer.map(leak) : leak(answer)),
      times: always,
    });
    return connected;
  };
  const otherKeys = others.map(({ key }) => key);
  const withheld = {
    kind: "unintelligible",
    message:
      'subject "acme" contains the API key in OpenMeter, so it is not taken into the state. Remove it there, or replace the API key',
  };

  it.each(leaking)("%s is withheld from a list, and all others are in it", async (_where, more) => {
    const { subjects } = withLeak(more);
    const listed = await subjects.list();
    expect(listed.objects.map(({ key }) => key)).toEqual(otherKeys);
    expect(listed.withheld).toEqual(["acme"]);
  });

  it.each(leaking)("%s fails the reads that ask for it, singly or by a list, and no others", async (_where, more) => {
    const { subjects, emulator } = withLeak(more);
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject(withheld);
    await expect(subjects.getAll(wanted([...otherKeys, "acme"]), ({ id }) => id)).rejects.toMatchObject(withheld);
    expect([...(await subjects.getAll(wanted(otherKeys), ({ id }) => id)).keys()]).toEqual(otherKeys);
    for (const key of otherKeys) {
      await subjects.get({ key });
    }
    emulator.requests.clear();
    await expect(subjects.get({ key: "acme" })).rejects.toMatchObject(withheld);
    expect((await subjects.get({ key: "other1" }))?.key).toBe("other1");
    expect(emulator.requests.list()).toEqual([]);
  });

  it.each(leaking)("%s is refused where it is written, and all others are stored", async (_where, more) => {
    const { subjects, emulator } = withLeak(more);
    const writes = [...otherKeys, "acme"].map((key) => writeOf(key, { stripeCustomerId: "cus_1" }));
    const { stored, refused, stoppedBy } = await write(subjects, writes);
    expect([...stored.keys()]).toEqual(otherKeys);
    expect(refused).toEqual([{ key: "acme", error: expect.objectContaining(withheld) }]);
    expect(refused.some(({ error }) => concernsAll(error))).toBe(false);
    expect(stoppedBy).toBeUndefined();
    expect(emulator.requests.list()).toHaveLength(1);
  });

  it("fails the read of a key that only a list can find", async () => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: "%", displayName: configuration.apiKey });
    await expect(subjects.get({ key: "%" })).rejects.toMatchObject({ kind: "unintelligible" });
  });

  it("in its key is withheld without naming it", async () => {
    const { subjects, emulator } = started();
    emulator.subjects.upsert({ key: `a-${configuration.apiKey}` }, { key: "b" });
    expect(await subjects.list()).toMatchObject({ objects: [{ key: "b" }], withheld: ["a-[API key]"] });
  });

  it.each([
    ["test12345", true],
    ["test123456", false],
  ])("is one like others where the key is so short that it may be an ordinary word: %s, %s", async (short, taken) => {
    const { subjects, emulator } = started({ apiKey: short });
    emulator.subjects.upsert({ key: "acme", displayName: `a ${short}` });
    expect((await subjects.list()).objects).toHaveLength(taken ? 1 : 0);
  });
});
