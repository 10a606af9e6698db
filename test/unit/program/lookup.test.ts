import { log, output, runtime, secret } from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "openmeter-emulator";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getSubject, getSubjectOrUndefined, listSubjects } from "../../../provider/src/index";
import { startConnectProxy } from "../../servers/connect-proxy";
import { lateFailureOf, resolved, startRun } from "./mocked-run";

const apiKey = "om-key-never-to-be-seen";
const acme = { key: "acme", displayName: "Acme", metadata: { plan: "pro", limits: { a: 1, b: 2 } } };
const globex = { key: "globex", stripeCustomerId: "cus_1" };

let emulator: Emulator;
const warn = vi.spyOn(log, "warn").mockImplementation(async () => {});
beforeEach(async () => {
  emulator = await startEmulator({ apiKey });
  emulator.subjects.upsert(acme, globex);
  vi.stubEnv("http_proxy", "");
  await startRun();
  configure();
});
afterEach(async () => {
  warn.mockClear();
  vi.unstubAllEnvs();
  runtime.setAllConfig({});
  await emulator.close();
});

function configure(settings: Readonly<Record<string, string>> = {}): void {
  const all = {
    "openmeter:baseUrl": emulator.url,
    "openmeter:apiKey": apiKey,
    "openmeter:maxRetries": "0",
    ...settings,
  };
  runtime.setAllConfig(all, ["openmeter:apiKey"]);
}

const idOf = (key: string) => emulator.subjects.get(key)?.id;

describe("a look-up of one subject", () => {
  it("has all of its fields, and those that are not there are absent", async () => {
    expect(await resolved(getSubject("acme"))).toEqual({ ...acme, subjectId: idOf("acme") });
    expect(await resolved(getSubjectOrUndefined(output("globex")))).toEqual({
      ...globex,
      metadata: {},
      subjectId: idOf("globex"),
    });
    expect(await resolved(getSubjectOrUndefined("nobody"))).toBeUndefined();
  });

  it("that is not there fails with its key, shown so that it cannot repaint the terminal", async () => {
    expect(await lateFailureOf(() => getSubject("\u001b[2J\u009b"))).toContain(
      'getSubject: there is no subject "\\u001b[2J\\u009b" in OpenMeter. Check the key and openmeter:baseUrl',
    );
  });

  it("that OpenMeter refuses fails with the reason", async () => {
    emulator.faults.add({ kind: "status", status: 400, echoRequest: true });
    const failure = await lateFailureOf(() => getSubject("acme"));
    expect(failure).toMatch(/getSubject: subject "acme" was not read: OpenMeter answered 400/);
    expect(failure).not.toContain(apiKey);
  });

  it.each([
    ["that is not there", [], /there is no subject \[secret\] in OpenMeter/],
    [
      "that is refused",
      [{ kind: "status", status: 400, body: { title: "T", detail: "no hunter2-key" } } as const],
      /subject \[secret\] was not read: .* no \[secret\]/,
    ],
  ])("with a secret key %s names no key", async (_what, faults, says) => {
    emulator.faults.add(...faults);
    const failure = await lateFailureOf(() => getSubject(secret("hunter2-key")));
    expect(failure).toMatch(says);
    expect(failure).not.toContain("hunter2");
  });

  it("fails where the stack is not configured, with all that is wrong", async () => {
    configure({ "openmeter:baseUrl": "no url", "openmeter:retries": "5" });
    const failure = await lateFailureOf(() => getSubject("acme"));
    expect(failure).toMatch(
      /the OpenMeter provider is not configured: openmeter:retries .*; openmeter:baseUrl is "no url"/,
    );
  });
});

describe("a look-up of all subjects", () => {
  const keys = async (filter?: Parameters<typeof listSubjects>[0]) =>
    (await resolved(listSubjects(filter))).map(({ key }) => key);

  it("has all of their fields", async () => {
    expect(await resolved(listSubjects())).toEqual([
      { ...acme, subjectId: idOf("acme") },
      { ...globex, metadata: {}, subjectId: idOf("globex") },
    ]);
  });

  it("keeps those that meet all conditions", async () => {
    expect(await keys({ keyPrefix: "ac" })).toEqual(["acme"]);
    expect(await keys({ stripeCustomerId: "cus_1" })).toEqual(["globex"]);
    expect(await keys({ metadata: { limits: { b: 2, a: 1 } } })).toEqual(["acme"]);
    expect(await keys({ metadata: { limits: { a: 1 } } })).toEqual([]);
    expect(await keys({ metadata: { constructor: "c" } })).toEqual([]);
    expect(await keys({ keyPrefix: "ac", stripeCustomerId: "cus_1" })).toEqual([]);
  });

  it("leaves out those that contain the API key, and a warning counts them", async () => {
    emulator.subjects.upsert({ key: "leak", metadata: { token: apiKey } });
    expect(await keys()).toEqual(["acme", "globex"]);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^listSubjects leaves out 1 subject that contains the API key\./)],
    ]);
    emulator.subjects.upsert({ key: apiKey });
    expect(await keys()).toEqual(["acme", "globex"]);
    expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(/leaves out 2 subjects that contain the API key\./));
    expect(warn.mock.calls.join()).not.toContain(apiKey);
  });

  it("that OpenMeter refuses fails with the reason", async () => {
    emulator.faults.add({ kind: "status", status: 403 });
    expect(await lateFailureOf(() => listSubjects())).toMatch(
      /listSubjects: the list was not read: http:.* answered 403/,
    );
  });
});

describe("the look-ups of a run", () => {
  it("warn once that the API key travels unencrypted to another host", async () => {
    const proxy = await startConnectProxy(Number(new URL(emulator.url).port));
    try {
      vi.stubEnv("http_proxy", proxy.url);
      configure({ "openmeter:baseUrl": "http://openmeter.test" });
      const found = [getSubject("acme"), getSubject("globex")];
      for (const one of found) expect(await resolved(one.key)).toMatch(/acme|globex/);
      expect(warn.mock.calls).toEqual([[expect.stringContaining("sent unencrypted: openmeter.test")]]);
      expect(warn.mock.calls.join()).not.toContain(apiKey);
    } finally {
      await proxy.close();
    }
  });
});
