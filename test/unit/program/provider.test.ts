import {
  ComponentResource,
  Output,
  output,
  ProviderResource,
  RunError,
  runtime,
  secret,
  unsecret,
} from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { marksProperty } from "../../../provider/src/contract";
import { Customer, CustomerSet, Provider, Subject, SubjectSet } from "../../../provider/src/index";
import { lateFailureOf, registration, resolved, startRun } from "./mocked-run";

const type = "pulumi:providers:pulumi-nodejs";
const urnOf = (name: string, types = type) => `urn:pulumi:stack::project::${types}::${name}`;
const apiKey = "om-key-never-to-be-seen";
const local = { baseUrl: "http://localhost:8888" };

afterEach(() => runtime.setAllConfig({}));

describe("a Provider", () => {
  it("is registered for the dynamic host with its arguments, its mark, and its key as a secret", async () => {
    const { registered } = await startRun();
    const args = { ...local, apiKey, requestTimeout: 20, maxRetries: 0, maxConcurrency: 3 };
    await registration(new Provider("eu", args), new Provider("cloud", { apiKey: output(apiKey) }));
    const key = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: apiKey };
    expect(registered).toEqual([
      {
        type,
        name: "eu",
        id: undefined,
        inputs: {
          "openmeter:baseUrl": "http://localhost:8888",
          "openmeter:apiKey": key,
          "openmeter:requestTimeout": 20,
          "openmeter:maxRetries": 0,
          "openmeter:maxConcurrency": 3,
          [marksProperty]: { urn: urnOf("eu") },
        },
      },
      {
        type,
        name: "cloud",
        id: undefined,
        inputs: { "openmeter:apiKey": key, [marksProperty]: { urn: urnOf("cloud") } },
      },
    ]);
  });

  it("names itself by its URN below its parent", async () => {
    const { registered } = await startRun();
    const parent = new ComponentResource("acme:index:Region", "europe");
    await registration(new Provider("eu", local, { parent }));
    expect(registered.at(-1)?.inputs[marksProperty]).toEqual({ urn: urnOf("eu", `acme:index:Region$${type}`) });
  });

  it("depends on what the program says, and on what its arguments come from", async () => {
    const { options } = await startRun();
    const [one, two, three] = ["one", "two", "three"].map((name) => new Subject(name, { key: name }));
    const baseUrl = output(three?.urn).apply(() => local.baseUrl);
    await registration(new Provider("eu", { baseUrl }, { dependsOn: [one, output(two)] as never }));
    const subjects = ["one", "two", "three"].map((name) => urnOf(name, "pulumi-nodejs:dynamic/openmeter:Subject"));
    expect(options.get(type)?.dependencies.toSorted()).toEqual(subjects.toSorted());
  });

  it("is taken for one also where it comes from another copy of the package, and nothing else is", async () => {
    await startRun();
    const provider = new Provider("eu", local);
    expect(Provider.isInstance(provider)).toBe(true);
    for (const other of [
      undefined,
      null,
      "eu",
      {},
      new (class extends ProviderResource {})("pulumi-nodejs", "x", {}),
    ]) {
      expect(Provider.isInstance(other)).toBe(false);
    }
    expect(ProviderResource.isInstance(provider)).toBe(true);
  });

  it.each<[string, unknown, RegExp]>([
    ["no arguments for OpenMeter Cloud", undefined, /^Provider "eu": apiKey is missing, and OpenMeter Cloud/],
    ["an address", "http://localhost", /^Provider "eu": the arguments are a string; they must be a plain object/],
    [
      "an output",
      output(local),
      /^Provider "eu": the arguments are an output; they must be a plain object, of which each value may be an output, such as/,
    ],
    [
      "an instance of a class",
      new (class Args {
        baseUrl = "x";
      })(),
      /^Provider "eu": the arguments are an instance of a class; they must be a plain object/,
    ],
    [
      "an address that is none",
      { baseUrl: "localhost:8888" },
      /^Provider "eu": baseUrl is "localhost:8888", which is not/,
    ],
    [
      "an address beside a key that is to come",
      { baseUrl: "x", apiKey: output("k") },
      /^Provider "eu": baseUrl is "x"/,
    ],
    [
      "several mistakes at once",
      { baseURL: "x", apiKey: "a b", maxRetries: 99 },
      /^Provider "eu": 3 problems\n {2}baseURL is not an argument.* Did you mean baseUrl\?\n {2}apiKey contains .*\n {2}maxRetries is "99"/,
    ],
  ])("refuses %s before anything is registered", async (_what, args, message) => {
    const { registered } = await startRun();
    const make = () => new Provider("eu", args as never);
    expect(make).toThrow(RunError);
    expect(make).toThrow(message);
    expect(registered).toEqual([]);
  });

  it.each<[string, object]>([
    ["an address that is to come, beside no key", { baseUrl: output("http://localhost:8888") }],
    ["a key that is to come", { apiKey: Promise.resolve("k") }],
    ["numbers that are to come", { ...local, requestTimeout: output(3), maxRetries: output(0) }],
    ["null, as everywhere in Pulumi", { ...local, apiKey: null, maxRetries: null }],
  ])("takes %s", async (_what, args) => {
    const { registered } = await startRun();
    await registration(new Provider("eu", args));
    expect(registered).toHaveLength(1);
  });

  it("refuses what comes later when it comes, and says nothing of the key", async () => {
    const { registered } = await startRun();
    const failure = await lateFailureOf(
      () => new Provider("eu", { baseUrl: output("nowhere"), apiKey: secret("a hunter2") }),
    );
    expect(failure).toMatch(/^Error: Provider "eu": 2 problems\n {2}baseUrl is "nowhere"/);
    expect(failure).not.toContain("hunter2");
    expect(registered).toEqual([]);
  });

  it("never repeats a secret that stands in the wrong argument", async () => {
    await startRun();
    const [apiKey, retries] = [secret("http://hunter2.test/api/v1"), output(secret("hunter2"))];
    const failure = await lateFailureOf(
      () =>
        new Provider("eu", {
          baseUrl: secret("hunter2"),
          apiKey,
          maxRetries: retries as never,
          maxConcurrency: output(99),
        }),
    );
    expect(failure).not.toContain("hunter2");
    expect(failure).toMatch(
      /^Error: Provider "eu": 3 problems\n {2}baseUrl is \[secret\], which is not a URL.*\n {2}maxRetries is \[secret\]; it.*\n {2}maxConcurrency is "99"; it/m,
    );
    const path = await lateFailureOf(() => new Provider("us", { baseUrl: apiKey, requestTimeout: secret(12345) }));
    expect(path).not.toMatch(/hunter2|12345|12\.345/);
  });

  it("is what a resource gets by the option provider, and its companion too", async () => {
    const { options } = await startRun();
    const provider = new Provider("eu", local);
    await registration(
      new Subject("a", { key: "a" }, { provider }),
      new SubjectSet("s", { subjects: [] }, { provider }),
    );
    const id = await resolved(unsecret(output(provider.id)));
    const reference = `${urnOf("eu")}::${id}`;
    const used = [...options].filter(([one]) => one.includes("dynamic")).map(([, { provider: one }]) => one);
    expect(used).toEqual([reference, reference, reference]);
  });
});

describe("one key in one account by different providers", () => {
  const provider = (name: string, args: object = {}) => new Provider(name, { ...local, ...args });
  const conflict = (program: () => void) => lateFailureOf(program);

  it.each<[string, () => void, RegExp]>([
    [
      "of two providers",
      () => {
        new Subject("a", { key: "acme" }, { provider: provider("one") });
        new Subject("b", { key: "acme" }, { provider: provider("two") });
      },
      /Subject "b": "acme" is declared by Subject "b" and by Subject "a", by different providers of the same account\. A key belongs/,
    ],
    [
      "of the stack's configuration and a provider",
      () => {
        runtime.setAllConfig({ "openmeter:baseUrl": "http://localhost:8888" });
        new Subject("a", { key: "acme" });
        new SubjectSet("s", { subjects: [{ key: "acme" }, { key: "other" }] }, { provider: provider("one") });
      },
      /SubjectSet "s": "acme" is declared by SubjectSet "s" and by Subject "a"/,
    ],
    [
      "that is an output, of a provider whose address is one",
      () => {
        new Subject("a", { key: output("acme") }, { provider: provider("one", { baseUrl: output(local.baseUrl) }) });
        new Subject("b", { key: "acme" }, { provider: provider("two") });
      },
      /"acme" is declared by Subject "[ab]" and by Subject "[ab]"/,
    ],
    [
      "that may be secret",
      () => {
        new Subject("a", { key: "hunter2" }, { provider: provider("one") });
        new SubjectSet("s", { subjects: [{ key: secret("hunter2") }] }, { provider: provider("two") });
      },
      /\[secret\] is declared by SubjectSet "s" and by Subject "a"/,
    ],
  ])("is refused, with the names of both: a key %s", async (_what, program, says) => {
    await startRun();
    const failure = await conflict(program);
    expect(failure).toMatch(says);
    expect(failure).not.toContain("hunter2");
  });

  it.each<[string, () => void, RegExp]>([
    [
      "the key of another, told once",
      () => {
        new Customer("a", { key: "acme" }, { provider: provider("one") });
        new Customer("b", { key: "acme", subjectKeys: ["acme"] }, { provider: provider("two") });
      },
      /Customer "b": "acme" is declared by Customer "b" and by Customer "a", by different .* give it another key$/m,
    ],
    [
      "a subject key of another",
      () => {
        new Customer("a", { key: "acme", subjectKeys: ["x", output("late")] }, { provider: provider("one") });
        new CustomerSet("s", { customers: [{ key: "b", subjectKeys: ["y", "x"] }] }, { provider: provider("two") });
      },
      /CustomerSet "s": subject key "x" is attributed by CustomerSet "s" and by Customer "a", by different providers of the same account\. It belongs to one customer: take it away from one of the two/,
    ],
    [
      "the key of another as a subject key",
      () => {
        new Customer("a", { key: "acme" }, { provider: provider("one") });
        new Customer("b", { key: "b", subjectKeys: ["acme"] }, { provider: provider("two") });
      },
      /Customer "b": subject key "acme" is attributed by Customer "b" and by Customer "a"/,
    ],
    [
      "a subject key that is an output",
      () => {
        new Customer("a", { key: "acme", subjectKeys: [output("x")] }, { provider: provider("one") });
        new Customer("b", { key: "b", subjectKeys: ["x"] }, { provider: provider("two") });
      },
      /subject key "x" is attributed by Customer "[ab]" and by Customer "[ab]"/,
    ],
    [
      "a secret key",
      () => {
        new Customer("a", { key: secret("hunter2") }, { provider: provider("one") });
        new Customer("b", { key: "b", subjectKeys: ["hunter2"] }, { provider: provider("two") });
      },
      /subject key \[secret\] is attributed by Customer "[ab]" and by Customer "[ab]"/,
    ],
  ])("is refused for customers, too: %s", async (_what, program, says) => {
    await startRun();
    const failure = await conflict(program);
    expect(failure).toMatch(says);
    expect(failure).not.toContain("hunter2");
  });

  it("is fine for a subject and a customer, of which one is no other", async () => {
    await startRun();
    await registration(
      new Subject("a", { key: "acme" }, { provider: provider("one") }),
      new Customer("a", { key: "acme", subjectKeys: ["x"] }, { provider: provider("two") }),
      new Subject("x", { key: "x" }, { provider: provider("three") }),
    );
  });

  it("names the first of many", async () => {
    await startRun();
    const subjects = Array.from({ length: 130 }, (_, index) => ({ key: `k${index}` }));
    const failure = await conflict(() => {
      new SubjectSet("a", { subjects }, { provider: provider("one") });
      new SubjectSet("b", { subjects }, { provider: provider("two") });
    });
    expect(failure).toMatch(
      /SubjectSet "b": 130 problems\n {2}"k0" is declared .*"k99" is declared [^\n]*\n {2}and 30 more$/ms,
    );
  });

  it("is fine in two accounts, and each provider's own process sees to its own", async () => {
    await startRun();
    runtime.setAllConfig({ "openmeter:baseUrl": "http://localhost:9999" });
    const [one, other] = [provider("one"), provider("other", { apiKey: "another" })];
    await registration(
      new Subject("a", { key: "acme" }),
      new Subject("b", { key: "acme" }, { provider: one }),
      new Subject("c", { key: "acme" }, { provider: other }),
      new Subject("d", { key: "acme" }, { provider: one }),
    );
    await new Promise(setImmediate);
    expect(Output.isInstance(one.id)).toBe(true);
  });
});
