import {
  ComponentResource,
  CustomResource,
  type InvokeOptions,
  isSecret,
  log,
  type Output,
  output,
  ProviderResource,
  RunError,
  runtime,
  secret,
} from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "openmeter-emulator";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  getSubject,
  getSubjectOutput,
  getSubjects,
  getSubjectsOutput,
  Provider,
  Subject,
} from "../../../provider/src/index";
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
  haveEngine();
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

/** As far as look-ups see, an engine is there, and no mocks that would answer them. */
function haveEngine(): void {
  Reflect.get(globalThis, "globalStore").settings.options.engineAddr = "127.0.0.1:1";
}

/** The run is a preview, in which resources are still to be created. */
async function startPreview(): Promise<void> {
  const newResource = ({ inputs }: runtime.MockResourceArgs) => ({ id: undefined, state: inputs });
  await runtime.setMocks({ call: () => ({}), newResource }, "project", "stack", true);
  haveEngine();
}

const idOf = (key: string) => emulator.subjects.get(key)?.id;
const foundAcme = () => ({ ...acme, subjectId: idOf("acme") });
const foundGlobex = () => ({ ...globex, metadata: {}, subjectId: idOf("globex") });

/** Whether an output has a value, or a preview cannot know it. */
async function isKnown(value: Output<unknown>): Promise<boolean> {
  let known = false;
  value.apply(() => {
    known = true;
  });
  await isSecret(value);
  await new Promise(setImmediate);
  return known;
}

describe("a look-up of one subject", () => {
  it("has all of its fields, and those that are not there are absent", async () => {
    expect(await getSubject({ key: "acme" })).toEqual(foundAcme());
    expect(await getSubject({ key: "globex" })).toEqual(foundGlobex());
    expect(await resolved(getSubjectOutput({ key: output("globex") }))).toEqual(foundGlobex());
  });

  it("that is not there fails with its key, shown so that it cannot repaint the terminal, and says what to do", async () => {
    const looking = getSubject({ key: "\u001b[2J\u009b" });
    await expect(looking).rejects.toThrow(RunError);
    await expect(looking).rejects.toThrow(
      /^getSubject: there is no subject "\\u001b\[2J\\u009b" in OpenMeter\. Check the key and openmeter:baseUrl\. .* getSubjects/,
    );
    expect(await lateFailureOf(() => getSubjectOutput({ key: "nobody" }).apply(() => {}))).toContain(
      'getSubject: there is no subject "nobody" in OpenMeter',
    );
  });

  it("whose arguments never end fails at once, and the program ends", async () => {
    const metadata: Record<string, never> = {};
    Reflect.set(metadata, "self", metadata);
    expect(() => getSubjectsOutput({ metadata })).toThrow(/circular/);
    await runtime.disconnect();
  });

  it("that OpenMeter refuses fails with the reason", async () => {
    emulator.faults.add({ kind: "status", status: 400, echoRequest: true });
    const failure = await getSubject({ key: "acme" }).catch(String);
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
    const failure = await lateFailureOf(() => getSubjectOutput({ key: secret("hunter2-key") }).apply(() => {}));
    expect(failure).toMatch(says);
    expect(failure).not.toContain("hunter2");
  });

  it("fails where the stack is not configured, with all that is wrong", async () => {
    configure({ "openmeter:baseUrl": "no url", "openmeter:retries": "5" });
    await expect(getSubject({ key: "acme" })).rejects.toThrow(
      /the OpenMeter provider is not configured: openmeter:retries .*; openmeter:baseUrl is "no url"/,
    );
  });

  it("sees what has changed since the last one, however many there were", async () => {
    const names = async () => {
      const found = await Promise.all(Array.from({ length: 40 }, () => getSubject({ key: "acme" })));
      return new Set(found.map(({ displayName }) => displayName));
    };
    expect(await names()).toEqual(new Set(["Acme"]));
    emulator.subjects.upsert({ key: "acme", displayName: "Acme 2" });
    expect(await names()).toEqual(new Set(["Acme 2"]));
  });
});

describe("a look-up of many subjects", () => {
  const keys = async (...args: Parameters<typeof getSubjects>) => (await getSubjects(...args)).map(({ key }) => key);

  it("without a filter has all of the account, with all of their fields", async () => {
    expect(await getSubjects()).toEqual([foundAcme(), foundGlobex()]);
    expect(await resolved(getSubjectsOutput())).toEqual([foundAcme(), foundGlobex()]);
  });

  it("keeps those that meet all conditions, and is empty where none does", async () => {
    expect(await keys({ keyPrefix: "ac" })).toEqual(["acme"]);
    expect(await keys({ stripeCustomerId: "cus_1" })).toEqual(["globex"]);
    expect(await keys({ metadata: { limits: { b: 2, a: 1 }, plan: undefined } })).toEqual(["acme"]);
    expect(await keys({ metadata: { limits: { a: 1 } } })).toEqual([]);
    expect(await keys({ metadata: { constructor: "c" } })).toEqual([]);
    expect(await keys({ keyPrefix: "ac", stripeCustomerId: "cus_1" })).toEqual([]);
    const filter = { keyPrefix: output("gl"), metadata: output({}) };
    expect(await resolved(getSubjectsOutput(filter))).toEqual([foundGlobex()]);
  });

  it("by keys has each of them once, in their order, without those that are not there, and reads no others", async () => {
    expect(await keys({ keys: ["nobody", "globex", "acme", "globex"] })).toEqual(["globex", "acme"]);
    expect(await keys({ keys: ["nobody"] })).toEqual([]);
    expect(await keys({ keys: ["globex", "acme"], keyPrefix: "a" })).toEqual(["acme"]);
    expect(emulator.requests.count("GET /api/v1/subjects")).toBe(0);
    emulator.requests.clear();
    expect(await keys({ keys: [] })).toEqual([]);
    expect(emulator.requests.list()).toEqual([]);
  });

  it("leaves out those that contain the API key, and a warning counts them", async () => {
    emulator.subjects.upsert({ key: "leak", metadata: { token: apiKey } });
    expect(await keys()).toEqual(["acme", "globex"]);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^getSubjects leaves out 1 subject that contains the API key\./)],
    ]);
    emulator.subjects.upsert({ key: apiKey });
    expect(await keys()).toEqual(["acme", "globex"]);
    expect(warn).toHaveBeenLastCalledWith(expect.stringMatching(/leaves out 2 subjects that contain the API key\./));
    expect(warn.mock.calls.join()).not.toContain(apiKey);
  });

  it("that OpenMeter refuses fails with the reason, and names no secret key", async () => {
    emulator.faults.add({ kind: "status", status: 403 });
    await expect(getSubjects()).rejects.toThrow(/getSubjects: the list was not read: http:.* answered 403/);
    emulator.faults.add({ kind: "status", status: 400, body: { title: "T", detail: "no hunter2-key" } });
    const failure = await lateFailureOf(() => getSubjectsOutput({ keys: secret(["hunter2-key"]) }).apply(() => {}));
    expect(failure).toMatch(/getSubjects: the subjects were not read: .* no \[secret\]/);
    expect(failure).not.toContain("hunter2");
  });
});

describe("arguments of a look-up that cannot be meant", () => {
  // Plain JavaScript callers can pass what the types forbid.
  const lookUp = (form: (args: never) => unknown, args: unknown) => Reflect.apply(form, undefined, [args]);

  it.each([
    [getSubject, {}, /^getSubject: key is required/],
    [getSubject, { key: 42 }, /^getSubject: key is a number; it must be a string/],
    [getSubject, { key: "" }, /^getSubject: key must not be empty/],
    [getSubject, "acme", /^getSubject: the argument is a string; it must be an object such as \{ key: /],
    [getSubject, { key: output("acme") }, /^getSubject: an argument is an output or a promise, .* getSubjectOutput,/],
    [
      getSubjects,
      { keyprefix: "a" },
      /^getSubjects: keyprefix is not an argument; arguments are keys, keyPrefix, .* Did you mean keyPrefix\?$/,
    ],
    [getSubjects, { keys: "acme" }, /^getSubjects: keys must be an array of keys/],
    [getSubjects, { keys: ["acme", 42] }, /^getSubjects: keys\[1\] is a number/],
    [getSubjects, { keys: [Promise.resolve("acme")] }, /^getSubjects: an argument is an output or a promise/],
    [
      getSubjects,
      { keyPrefix: 1, metadata: { f: () => 0 } },
      /^getSubjects: 2 problems\n {2}keyPrefix must be a string\n {2}metadata\.f /,
    ],
  ])("are errors that name them (%#)", async (form, args, says) => {
    await expect(lookUp(form, args)).rejects.toThrow(says);
    expect(emulator.requests.list()).toEqual([]);
  });

  it("are errors too where they become known later", async () => {
    const failure = await lateFailureOf(() => lookUp(getSubjectOutput, { key: output(42) }).apply(() => {}));
    expect(failure).toMatch(/getSubject: key is a number; it must be a string/);
  });

  it.each([
    ["names a provider", (provider: ProviderResource): InvokeOptions => ({ provider })],
    [
      "names a parent that hands one down",
      (provider: ProviderResource): InvokeOptions => ({
        parent: new ComponentResource("app:index:Tenant", "tenant", {}, { providers: [provider] }),
      }),
    ],
  ])("are options with which it %s that is no Provider, whose account it would not read", async (_how, optionsWith) => {
    const options = optionsWith(new (class extends ProviderResource {})("pulumi-nodejs", "other-account", {}));
    const says =
      /the provider (in the option provider|that the option parent passes down) is not a Provider of this package/;
    await expect(getSubject({ key: "acme" }, options)).rejects.toThrow(says);
    await expect(getSubjects({}, options)).rejects.toThrow(says);
    expect(() => getSubjectOutput({ key: "acme" }, options)).toThrow(says);
    expect(() => getSubjectsOutput({}, options)).toThrow(says);
  });

  it("are not a parent without one", async () => {
    const parent = new ComponentResource("app:index:Tenant", "tenant");
    expect(await getSubject({ key: "acme" }, { parent })).toEqual(foundAcme());
    expect(await resolved(getSubjectsOutput({}, { parent }).length)).toBe(2);
  });
});

describe("a look-up with a Provider", () => {
  let other: Emulator;
  beforeEach(async () => {
    other = await startEmulator({ apiKey: "key-of-the-other-account" });
    other.subjects.upsert({ key: "acme", displayName: "Acme elsewhere" }, { key: "only-here" });
  });
  afterEach(() => other.close());

  const providerOf = (args: object = {}) =>
    new Provider("other", { baseUrl: other.url, apiKey: secret("key-of-the-other-account"), maxRetries: 0, ...args });

  it("reads its account, in all forms, and that of the stack's configuration is not asked", async () => {
    const options = { provider: providerOf() };
    expect(await getSubject({ key: "acme" }, options)).toMatchObject({ displayName: "Acme elsewhere" });
    expect((await getSubjects({}, options)).map(({ key }) => key)).toEqual(["acme", "only-here"]);
    const found = getSubjectOutput({ key: output("acme") }, options);
    expect(await resolved(found)).toMatchObject({ displayName: "Acme elsewhere" });
    expect(await isSecret(found)).toBe(false);
    expect(await resolved(getSubjectsOutput({ keys: ["only-here"] }, options).length)).toBe(1);
    expect(emulator.requests.list()).toEqual([]);
    expect(await getSubject({ key: "acme" })).toEqual(foundAcme());
  });

  it("reads the account of the provider that its parent hands down", async () => {
    const parent = new ComponentResource("app:index:Tenant", "tenant", {}, { providers: [providerOf()] });
    expect(await getSubject({ key: "acme" }, { parent })).toMatchObject({ displayName: "Acme elsewhere" });
  });

  it("names the provider's arguments in its errors, and never the key", async () => {
    const options = { provider: providerOf({ apiKey: "another-key-0123456789" }) };
    const failure = await getSubject({ key: "acme" }, options).catch(String);
    expect(failure).toMatch(/401 .*The API key comes from apiKey of Provider "other": check that it is complete/);
    expect(failure).not.toContain("another-key");
    const missing = getSubject({ key: "nobody" }, { provider: providerOf() });
    await expect(missing).rejects.toThrow(
      /there is no subject "nobody" .* Check the key and baseUrl of Provider "other"/,
    );
  });

  it("is unknown in a preview while an argument of the provider is, and the other form says so", async () => {
    await startPreview();
    haveEngine();
    const baseUrl = new (class extends CustomResource {})("app:index:Server", "server", {}).id;
    const options = { provider: providerOf({ baseUrl }) };
    expect(await isKnown(getSubjectOutput({ key: "acme" }, options))).toBe(false);
    await expect(getSubject({ key: "acme" }, options)).rejects.toThrow(
      /Provider "other": an argument of the provider is not known yet: use the Output form of the look-up/,
    );
    expect(other.requests.list()).toEqual([]);
  });
});

describe("the output of a look-up", () => {
  const newSubject = () => new Subject("acme", { key: "acme" });

  it("is unknown in a preview until the resources exist that its arguments come from, and nothing is sent", async () => {
    await startPreview();
    const { key, subjectId } = newSubject();
    expect(await isKnown(key)).toBe(true);
    expect(await isKnown(getSubjectOutput({ key }))).toBe(false);
    expect(await isKnown(getSubjectOutput({ key: subjectId }))).toBe(false);
    expect(await isKnown(getSubjectsOutput({ keys: ["globex", key] }))).toBe(false);
    expect(emulator.requests.list()).toEqual([]);
    expect(await isKnown(getSubjectOutput({ key: "acme" }))).toBe(true);
  });

  it.each([
    ["a resource", () => newSubject()],
    ["an output of resources", () => output([output(newSubject())])],
    [
      "a component with a resource in it",
      () => {
        const outer = new ComponentResource("app:index:Tenants", "tenants");
        const parent = new ComponentResource("app:index:Tenant", "tenant", {}, { parent: outer });
        new Subject("acme", { key: "acme" }, { parent });
        return [outer];
      },
    ],
    [
      "a component that takes its time to make a resource",
      () => {
        class Tenant extends ComponentResource {
          protected override async initialize() {
            await new Promise(setImmediate);
            new Subject("acme", { key: "acme" }, { parent: this });
          }
        }
        return new Tenant("app:index:Tenant", "tenant");
      },
    ],
    ["an output of a resource", () => newSubject().key.apply(() => new ComponentResource("app:index:None", "none"))],
  ])("is unknown in a preview until what it depends on exists: %s", async (_what, make) => {
    await startPreview();
    expect(await isKnown(getSubjectsOutput({}, { dependsOn: make() }))).toBe(false);
    expect(emulator.requests.list()).toEqual([]);
  });

  it("is known where all of that exists", async () => {
    const parent = new ComponentResource("app:index:Tenant", "tenant");
    const { key } = new Subject("acme", { key: "acme" }, { parent });
    expect(await resolved(getSubjectOutput({ key }, { dependsOn: [parent] }))).toEqual(foundAcme());
  });

  it("is a secret where an argument is, and not otherwise", async () => {
    expect(await isSecret(getSubjectOutput({ key: secret("acme") }))).toBe(true);
    expect(await isSecret(getSubjectsOutput({ metadata: { plan: secret("pro") } }))).toBe(true);
    expect(await isSecret(getSubjectOutput({ key: "acme" }))).toBe(false);
  });
});

describe("the look-ups of a run", () => {
  it("warn once that the API key travels unencrypted to another host", async () => {
    const proxy = await startConnectProxy(Number(new URL(emulator.url).port));
    try {
      vi.stubEnv("http_proxy", proxy.url);
      configure({ "openmeter:baseUrl": "http://openmeter.test" });
      const found = await Promise.all([getSubject({ key: "acme" }), getSubject({ key: "globex" })]);
      expect(found.map(({ key }) => key)).toEqual(["acme", "globex"]);
      expect(warn.mock.calls).toEqual([
        [expect.stringContaining("sent unencrypted: the connection to openmeter.test")],
      ]);
      expect(warn.mock.calls.join()).not.toContain(apiKey);
    } finally {
      await proxy.close();
    }
  });

  it("are sent so many at a time as the configuration allows", async () => {
    configure({ "openmeter:maxConcurrency": "3" });
    let [underWay, most] = [0, 0];
    const before = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
    };
    emulator.faults.add({ kind: "call", before, times: Number.POSITIVE_INFINITY });
    const looking = Array.from({ length: 30 }, (_, n) => getSubject({ key: n % 2 === 0 ? "acme" : "globex" }));
    expect(await Promise.all(looking)).toHaveLength(30);
    expect(most).toBe(3);
  });

  it.each<[string, (found: (subject: { readonly key: string }) => void) => unknown]>([
    ["a promise", (found) => getSubject({ key: "acme" }).then(found)],
    ["an output", (found) => getSubjectOutput({ key: output("acme") }).apply(found)],
  ])("are waited for by the run, so that resources which follow from them are still made: %s", async (_form, start) => {
    const found: string[] = [];
    start(({ key }) => void found.push(key));
    await runtime.disconnect();
    expect(found).toEqual(["acme"]);
  });

  it("fail where they are used, however late, and disturb nobody before", async () => {
    const disturbed = vi.fn();
    for (const event of ["unhandledRejection", "rejectionHandled"]) {
      process.on(event, disturbed);
    }
    try {
      const [late, never] = [getSubject({ key: "late" }), getSubject({ key: "never" })];
      const [lateOutput, neverOutput] = [getSubjectOutput({ key: "late output" }), getSubjectOutput({ key: "never" })];
      await expect(isSecret(lateOutput)).rejects.toThrow("late output");
      await expect(isSecret(neverOutput)).rejects.toThrow("never");
      await expect(getSubject({ key: "at once" })).rejects.toThrow("at once");
      // Node.js tells what nobody has handled when it has nothing else to do.
      await new Promise(setImmediate);
      await expect(late).rejects.toThrow('there is no subject "late"');
      expect(never).toBeInstanceOf(Promise);
      expect(disturbed).not.toHaveBeenCalled();
      process.off("unhandledRejection", disturbed);
      expect(await lateFailureOf(() => lateOutput.apply(() => {}))).toContain('there is no subject "late output"');
      await new Promise(setImmediate);
      expect(disturbed).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", disturbed);
      process.off("rejectionHandled", disturbed);
    }
  });
});

describe("in a unit test of a program, with mocks and without an engine, a look-up", () => {
  const calls: unknown[] = [];
  const startMocks = async (returned: Readonly<Record<string, unknown>>, isPreview = false) => {
    calls.length = 0;
    const call = ({ token, inputs }: runtime.MockCallArgs) => {
      calls.push([token, inputs]);
      return returned;
    };
    const newResource = ({ inputs }: runtime.MockResourceArgs) => ({ id: isPreview ? undefined : "k", state: inputs });
    await runtime.setMocks({ call, newResource }, "project", "stack", isPreview);
    Reflect.get(globalThis, "globalStore").settings.options.engineAddr = undefined;
  };
  afterEach(() => expect(emulator.requests.list()).toEqual([]));

  it("calls the program's mocks, and sends nothing", async () => {
    await startMocks(acme);
    expect(await getSubject({ key: "acme" })).toEqual(acme);
    expect(await resolved(getSubjectOutput({ key: output("acme") }))).toEqual(acme);
    expect(calls).toEqual([
      ["openmeter:index:getSubject", { key: "acme" }],
      ["openmeter:index:getSubject", { key: "acme" }],
    ]);
  });

  it("of many takes the array `subjects` of what they return, or none", async () => {
    await startMocks({ subjects: [acme] });
    expect(await getSubjects({ keys: ["acme"] })).toEqual([acme]);
    expect(await resolved(getSubjectsOutput())).toEqual([acme]);
    expect(calls).toEqual([
      ["openmeter:index:getSubjects", { keys: ["acme"] }],
      ["openmeter:index:getSubjects", {}],
    ]);
    await startMocks({});
    expect(await getSubjects()).toEqual([]);
    expect(await resolved(getSubjectsOutput())).toEqual([]);
  });

  it("is unknown in a preview as on an engine", async () => {
    await startMocks(acme, true);
    expect(await isKnown(getSubjectOutput({ key: new Subject("acme", { key: "acme" }).key }))).toBe(false);
    expect(calls).toEqual([]);
  });

  it("refuses arguments as on an engine", async () => {
    await startMocks(acme);
    await expect(getSubject({ key: "" })).rejects.toThrow("getSubject: key must not be empty");
    expect(calls).toEqual([]);
  });
});
