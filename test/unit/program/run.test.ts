import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ComponentResource,
  CustomResource,
  type CustomResourceOptions,
  log,
  type Output,
  output,
  type Resource,
  type ResourceTransformation,
  RunError,
  runtime,
  secret,
} from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resourceTypes } from "../../../provider/src/contract";
import { Customer, type CustomerArgs, CustomerSet, Provider, Subject, SubjectSet } from "../../../provider/src/index";
import { currentRun } from "../../../provider/src/program/run";
import { RunFacts } from "../../../provider/src/run/facts";
import { ownFolder } from "../own-folder";
import { lateFailureOf, registration, resolved, startRun } from "./mocked-run";

const address = "127.0.0.1:1";
const urnOf = (name: string, types: string = resourceTypes.subject) => `urn:pulumi:stack::project::${types}::${name}`;
const store = (): {
  settings: { options: { engineAddr?: string | undefined } };
  stackResource?: Resource | undefined;
} => Reflect.get(globalThis, "globalStore");

const folder = ownFolder();
const warn = vi.spyOn(log, "warn").mockImplementation(async () => {});
afterEach(() => {
  warn.mockClear();
  store().settings.options.engineAddr = undefined;
  store().stackResource = undefined;
});

/** A run that an engine carries out, as far as a program can see. */
async function startRunOfEngine(): Promise<void> {
  await startRun();
  const stack = new ComponentResource("pulumi:pulumi:Stack", "project-stack");
  await registration(stack);
  await startRun();
  store().stackResource = stack;
  store().settings.options.engineAddr = address;
}

/** Whether a resource of this URN may not delete the subject, because the program has constructed another that declares it. */
const isKept = (key: string, urn = "another", space = "subject") =>
  RunFacts.join(address).read().isConstructedByAnother({ baseUrl: "", isStack: true }, space, key, urn);

/** Whether the program has told that a customer has not this subject key. */
const goesWithout = (key: string, attributed: string) =>
  RunFacts.join(address)
    .read()
    .isConstructedWithout(
      { baseUrl: "", isStack: true },
      { space: "told customer", key },
      { space: "attributed subject", key: attributed },
    );

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

describe("the current run", () => {
  it("stays the same within a run and is another one in the next", async () => {
    await startRun();
    const run = currentRun();
    expect(run).toBeDefined();
    expect(currentRun()).toBe(run);
    await startRun();
    expect(currentRun()).not.toBe(run);
  });
});

describe("in a run that an engine carries out, a program notes", () => {
  beforeEach(startRunOfEngine);

  it("the key of a Subject before its constructor returns, as kept from all but the Subject itself", () => {
    new Subject("acme", { key: "a" });
    expect(isKept("a")).toBe(true);
    expect(isKept("a", urnOf("acme"))).toBe(false);
    expect(isKept("b")).toBe(false);
  });

  it.each<[string, Partial<CustomerArgs>, CustomResourceOptions, boolean]>([
    ["the subject keys that it declares", { subjectKeys: ["x"] }, {}, true],
    ["that it declares to have none", { subjectKeys: [] }, { ignoreChanges: ["name"] }, true],
    ["nothing where it declares none", {}, {}, false],
    [
      "nothing of those that are still to come",
      { subjectKeys: ["x", output(new Promise<string>(() => {}))] },
      {},
      false,
    ],
    ["nothing where they are not written", { subjectKeys: ["x"] }, { ignoreChanges: ["subjectKeys[0]"] }, false],
    ["nothing where nothing is written", { subjectKeys: ["x"] }, { ignoreChanges: ["*"] }, false],
    ["nothing where it may be refused", { subjectKeys: ["x"], onExisting: "match" }, {}, false],
  ])("of which subject keys a customer goes without: %s", (_what, args, options, isTold) => {
    new Customer("one", { key: "a", ...args }, options);
    expect(goesWithout("a", "z")).toBe(isTold);
    expect(goesWithout("a", "a")).toBe(false);
  });

  it("of which subject keys a customer goes without, also where they are known later", async () => {
    const later = output(Promise.resolve("y"));
    const one = new Customer("one", { key: "a", subjectKeys: ["x", later] });
    const hidden = new Customer("hidden", { key: secret("b"), subjectKeys: secret(["x"]) });
    expect(goesWithout("a", "z")).toBe(false);
    await Promise.all([registration(one), registration(hidden)]);
    expect(["z", "x", "y"].map((attributed) => goesWithout("a", attributed))).toEqual([true, false, false]);
    expect(["z", "x"].map((attributed) => goesWithout("b", attributed))).toEqual([true, false]);
  });

  it("of which subject keys the customers of a set go without", () => {
    new CustomerSet("set", { customers: [{ key: "b", subjectKeys: ["x"] }, { key: "c" }] });
    // What another customer of the set has, the check of the set tells.
    expect([goesWithout("b", "z"), goesWithout("b", "x"), goesWithout("b", "c"), goesWithout("c", "z")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("the keys of a set, as the set's", async () => {
    const set = new SubjectSet("customers", { subjects: [{ key: "a" }, { key: "b" }] });
    const [a, b] = ["a", "b"].map((key) => [isKept(key), isKept(key, urnOf("customers", resourceTypes.subjectSet))]);
    expect([a, b]).toEqual([
      [true, false],
      [true, false],
    ]);
    await registration(set);
  });

  it("keys that are still to come as soon as they come, and of secret ones no word", async () => {
    const coming: ((key: string) => void)[] = [];
    const late = (): Output<string> => output(new Promise<string>((resolve) => void coming.push(resolve)));
    new Subject("acme", { key: late() });
    new SubjectSet("customers", { subjects: [{ key: late() }, { key: "b", displayName: secret("B") }] });
    new Subject("secret", { key: secret("hunter2") });
    await new Promise(setImmediate);
    expect([isKept("late-0"), isKept("late-1"), isKept("b"), isKept("hunter2")]).toEqual([false, false, false, true]);
    for (const [index, come] of coming.entries()) come(`late-${index}`);
    await new Promise(setImmediate);
    expect([isKept("late-0"), isKept("late-1"), isKept("b")]).toEqual([true, true, true]);
    expect(isKept("late-0", urnOf("acme"))).toBe(false);
    expect(filesIn(folder()).join()).not.toMatch(/hunter2|late/);
  });

  it("what customers are attributed, apart from subjects and from their own keys", async () => {
    const own = new Customer("acme", { key: "a", subjectKeys: ["x"] });
    const set = new CustomerSet("all", { customers: [{ key: "b", subjectKeys: ["y"] }] });
    const kept = (space: string) => ["a", "b", "x", "y"].filter((key) => isKept(key, "another", space));
    expect([kept("customer"), kept("attributed subject"), kept("subject")]).toEqual([
      ["a", "b"],
      ["a", "b", "x", "y"],
      [],
    ]);
    expect(isKept("x", urnOf("acme", resourceTypes.customer), "attributed subject")).toBe(false);
    await registration(own, set);
  });

  it("a customer's key before its subject keys come, and each of them when all have come", async () => {
    const coming: ((key: string) => void)[] = [];
    const late = output(new Promise<string>((resolve) => void coming.push(resolve)));
    new Customer("acme", { key: "a", subjectKeys: ["x", late] });
    new Customer("globex", { key: output("b"), subjectKeys: output(["y"]) });
    await new Promise(setImmediate);
    const kept = (space: string) => ["a", "b", "x", "y", "late"].filter((key) => isKept(key, "another", space));
    expect(kept("customer")).toEqual(["a", "b"]);
    expect(kept("attributed subject")).toEqual(["a", "b", "x", "y"]);
    for (const come of coming) come("late");
    await new Promise(setImmediate);
    expect(kept("attributed subject")).toEqual(["a", "b", "x", "y", "late"]);
    expect(isKept("late", urnOf("acme", resourceTypes.customer), "attributed subject")).toBe(false);
  });

  it("keys of a Provider whose arguments never become known as of any account, and all others as of theirs", async () => {
    const account = { baseUrl: "http://localhost:1", apiKey: "om-key" };
    // As what depends on a failed resource, with --continue-on-error.
    const newResource = ({ inputs }: runtime.MockResourceArgs) => ({ id: undefined, state: inputs });
    await runtime.setMocks({ call: () => ({}), newResource }, "project", "stack", true);
    const { id } = new (class extends CustomResource {})("app:index:Key", "key", {});
    const never = new Provider("never", { ...account, apiKey: id });
    await registration(never);
    await startRunOfEngine();
    const known = new Provider("known", { ...account, apiKey: output(account.apiKey) });
    await registration(
      new Subject("acme", { key: "a" }, { provider: never }),
      new SubjectSet("customers", { subjects: [{ key: "b" }] }, { provider: never }),
      new Subject("globex", { key: "c" }, { provider: known }),
    );
    const isKeptIn = (baseUrl: string) => {
      const { isConstructedByAnother } = RunFacts.join(address).read();
      return ["a", "b", "c"].map((key) => isConstructedByAnother({ baseUrl, isStack: false }, "subject", key, "urn:x"));
    };
    expect([isKeptIn(account.baseUrl), isKeptIn("http://elsewhere.test")]).toEqual([
      [true, true, true],
      [true, true, false],
    ]);
  });

  it("the URNs that a resource had before, also of a transformation and below a parent of another type", async () => {
    const transformation: ResourceTransformation = ({ props, opts }) => ({
      props,
      opts: { ...opts, aliases: [urnOf("transformed")] },
    });
    const parent = new ComponentResource("app:index:Tenant", "t", {}, { aliases: [{ type: "app:index:Old" }] });
    const below = (type: string, name: string) => urnOf(name, `app:index:${type}$${resourceTypes.subject}`);
    await registration(
      new Subject("acme", { key: "a" }, { aliases: [{ name: "former" }, output(urnOf("first"))] }),
      new Subject("globex", { key: "b" }, { transformations: [transformation] }),
      new Subject("initech", { key: "c" }, { parent, aliases: [{ name: "former" }] }),
    );
    const own = (key: string, urns: readonly string[]) => urns.map((urn) => !isKept(key, urn));
    expect(
      own(
        "a",
        ["acme", "former", "first"].map((name) => urnOf(name)),
      ),
    ).toEqual([true, true, true]);
    expect(
      own(
        "b",
        ["globex", "transformed"].map((name) => urnOf(name)),
      ),
    ).toEqual([true, true]);
    const urnBelow = (await resolved(parent.urn)).replace("::t", `$${resourceTypes.subject}::initech`);
    expect(own("c", [urnBelow, below("Old", "initech"), below("Old", "former")])).toEqual([true, true, true]);
    expect(own("a", [urnOf("globex")])).toEqual([false]);
  });

  it("nothing of a look-up", async () => {
    await registration(Subject.get("acme", "a"));
    expect(filesIn(folder())).toEqual([]);
  });

  it("nothing that an earlier run at the same address has noted", async () => {
    new Subject("acme", { key: "a" });
    await startRunOfEngine();
    new Subject("globex", { key: "b" });
    expect([isKept("a"), isKept("b")]).toEqual([false, true]);
  });

  it("the same where there are two copies of the package", async () => {
    new Subject("acme", { key: "a" });
    vi.resetModules();
    const copy = await import("../../../provider/src/index");
    expect(copy.Subject).not.toBe(Subject);
    new copy.Subject("globex", { key: "b" });
    new Subject("initech", { key: "c" });
    expect(["a", "b", "c"].map((key) => isKept(key))).toEqual([true, true, true]);
  });

  it("nothing where that cannot be done, which one warning says, and resources are made all the same", async () => {
    vi.stubEnv("TMPDIR", join(folder(), "file", "below"));
    writeFileSync(join(folder(), "file"), "");
    const subjects = [new Subject("acme", { key: "a" }), new Subject("globex", { key: "b" })];
    await registration(...subjects, new SubjectSet("customers", { subjects: [{ key: "c" }] }));
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /cannot note what this program declares: .*ENOTDIR.* may delete objects in OpenMeter whose resources --target or --exclude/,
        ),
      ],
    ]);
  });

  it("no more where that fails later, with the same warning", async () => {
    new Subject("acme", { key: "a" });
    const [name] = readdirSync(folder());
    const own = join(folder(), String(name));
    const [file] = readdirSync(own);
    rmSync(join(own, String(file)));
    mkdirSync(join(own, String(file)));
    await registration(new Subject("globex", { key: "b" }), new Subject("initech", { key: "c" }));
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it("nothing of a key that fails, which is told once", async () => {
    const late = output("x").apply((): string => {
      throw new RunError("no key for you");
    });
    const failure = await lateFailureOf(() => new Subject("acme", { key: late }));
    expect(new Set(failure.split("\n")).size).toBe(1);
    expect(failure).toContain("no key for you");
  });
});

describe("nothing is noted", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["in a unit test with mocks", startRun],
    [
      "in a preview",
      async () => {
        await startRunOfEngine();
        runtime.setMockOptions(runtime.getMonitor(), "project", "stack", true);
        store().settings.options.engineAddr = address;
      },
    ],
    [
      "by a provider of components, which is not the program",
      async () => {
        await startRunOfEngine();
        store().stackResource = undefined;
      },
    ],
  ])("%s", async (_where, start) => {
    await start();
    await registration(new Subject("acme", { key: "a" }), new SubjectSet("customers", { subjects: [{ key: "b" }] }));
    expect(filesIn(folder())).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });
});
