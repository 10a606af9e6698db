import { describe, expect, it } from "vitest";
import { marksProperty } from "../../../provider/src/contract";
import { unknown } from "../../../provider/src/core/unknown";
import type { Properties } from "../../../provider/src/hosts/resource";
import { decodeByKey } from "../../../provider/src/hosts/set-text";
import { encodeByKey } from "../../../provider/src/json";
import { RunFacts } from "../../../provider/src/run/facts";
import { ownFolder } from "../own-folder";
import { failureOf, type KindUnderTest, kinds } from "./kinds";
import type { Server } from "./server";
import { type Process, startProcess, urnOf } from "./stack";

let runs = 0;

ownFolder();

interface Access {
  readonly name: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
}

const [eu, us] = [
  { name: "eu", baseUrl: "https://eu.test" },
  { name: "us", baseUrl: "https://us.test" },
];

describe.each(kinds)("with several providers, %s", (_name, under) => {
  const { objects: objectsName } = under.kind.names;
  const single = (key: string, name = "a"): Properties => ({ key, [marksProperty]: { urn: urnOf("single", name) } });
  const set = (...keys: string[]): Properties => ({
    [objectsName]: encodeByKey(keys.map((key) => [key, {}])),
    [marksProperty]: { urn: urnOf("set", "s") },
  });

  /** The processes of one run that carries something out. */
  function beginRun() {
    runs += 1;
    const engine = `127.0.0.1:${runs}`;
    const facts = RunFacts.begin(engine);
    return { facts, process: (server: Server, access?: Access) => startProcess(under, server, engine, access) };
  }

  async function create(process: Process, type: "single" | "set", news: Properties) {
    const { inputs, failures } = await process[type].check({}, news);
    expect(failures).toEqual([]);
    return process[type].create(inputs);
  }

  /** What a process makes of a resource that another one had. */
  async function moved(process: Process, type: "single" | "set", id: string, olds: Properties, news: Properties) {
    const { inputs } = await process[type].check(olds, news);
    return { inputs, ...(await process[type].diff(id, olds, inputs)) };
  }

  it("marks what has a Provider, and nothing else", async () => {
    const run = beginRun();
    const marksOf = async (process: Process) => {
      const { outputs } = await create(process, "single", single("acme"));
      return outputs[marksProperty];
    };
    expect(await marksOf(run.process(under.start(), eu))).toEqual({
      urn: urnOf("single", "a"),
      provider: "pulumi:providers:x::eu",
    });
    expect(await marksOf(run.process(under.start()))).toEqual({ urn: urnOf("single", "a") });
  });

  it.each<[string, Access | undefined, Access | undefined]>([
    ["from one account to another", eu, us],
    ["from the stack's configuration to a Provider", undefined, us],
    ["from a Provider to the stack's configuration", eu, undefined],
  ])("a move %s is a replacement, of which the preview says so", async (_what, from, to) => {
    const run = beginRun();
    const [old, now] = [under.start(), under.start()];
    for (const [type, news, says] of [
      ["single", single("acme"), /"acme" moves to another account: it is created there, and deleted in the account/],
      [
        "set",
        set("u", "v", "w", "x", "y"),
        /set "s" moves to another account: all 5 are deleted in the account that it leaves/,
      ],
    ] as const) {
      const { id, outputs } = await create(run.process(old, from), type, news);
      const process = run.process(now, to);
      now.requests();
      expect(await moved(process, type, id, outputs, news)).toMatchObject({
        changes: true,
        replaces: [expect.any(String)],
      });
      // Of many, a few tell it.
      expect(now.requests()).toEqual(Array(type === "set" ? 3 : 1).fill("read"));
      const line = expect.stringMatching(says);
      expect(process.messages).toContainEqual({ line, urn: urnOf(type, type === "set" ? "s" : "a") });
    }
  });

  it.each<[string, Access | undefined, Access | undefined]>([
    ["that is renamed", eu, { ...eu, name: "europe" }],
    ["with another key of the account", eu, { ...eu, name: "other", apiKey: "another" }],
    ["of the account of the stack's configuration", undefined, eu],
    ["that is given up for the stack's configuration", eu, undefined],
  ])("a Provider %s is an update of the state alone", async (_what, from, to) => {
    const run = beginRun();
    const server = under.start();
    for (const [type, news] of [
      ["single", single("acme")],
      ["set", set("x", "y")],
    ] as const) {
      const { id, outputs } = await create(run.process(server, from), type, news);
      const process = run.process(server, to);
      server.requests();
      const { inputs, changes, replaces } = await moved(process, type, id, outputs, news);
      expect({ changes, replaces }).toEqual({ changes: true, replaces: [] });
      const after = await process[type].update(id, outputs, inputs);
      expect(server.requests().every((line) => line === "read")).toBe(true);
      server.requests();
      expect(await moved(run.process(server, to), type, id, after, news)).toMatchObject({
        changes: false,
        replaces: [],
      });
      expect(server.requests()).toEqual([]);
    }
  });

  it("a move of what has no known key yet is a replacement, too", async () => {
    const run = beginRun();
    const { id, outputs } = await create(run.process(under.start(), eu), "single", single("acme"));
    const process = run.process(under.start(), us);
    const news = { ...single("acme"), key: unknown };
    expect(await moved(process, "single", id, outputs, news)).toMatchObject({ replaces: ["key"] });
    expect(process.reports).toEqual([
      expect.stringMatching(new RegExp(`^${under.kind.name} moves to another account`)),
    ]);
  });

  it("a record that somebody has deleted still tells that its account is the same", async () => {
    const run = beginRun();
    const server = under.start();
    const { id, outputs } = await create(run.process(server, eu), "single", single("acme"));
    server.remove("acme");
    const process = run.process(server, { ...eu, name: "europe" });
    expect(await moved(process, "single", id, outputs, single("acme"))).toMatchObject({ replaces: [] });
  });

  it("an empty set has nothing to move", async () => {
    const run = beginRun();
    const { id, outputs } = await create(run.process(under.start(), eu), "set", set());
    expect(await moved(run.process(under.start(), us), "set", id, outputs, set())).toMatchObject({
      changes: true,
      replaces: [],
    });
  });

  it("a server that does not answer leaves it open where a resource moves, and that is an error", async () => {
    const run = beginRun();
    const { id, outputs } = await create(run.process(under.start(), eu), "single", single("acme"));
    const server = under.start();
    server.trouble({ on: "read", status: 401 });
    const { message } = await failureOf(moved(run.process(server, us), "single", id, outputs, single("acme")));
    expect(message).toMatch(/"acme" was not read: .*401/);
  });

  it("what has moved is deleted in the account that it leaves, and stays where it went", async () => {
    const [old, now] = [under.start(), under.start()];
    const { outputs } = await create(beginRun().process(old, eu), "single", single("acme"));
    const run = beginRun();
    run.facts.noteConstructed(us, under.kind.name, ["acme"], [urnOf("single", "a")]);
    await create(run.process(now, us), "single", single("acme"));
    await run.process(old, eu).single.delete("acme", outputs);
    expect([old.keys(), now.keys()]).toEqual([[], ["acme"]]);
  });

  it("a key that goes in one account is deleted there, though another account goes on to have it", async () => {
    const cloud = { baseUrl: "https://cloud.test" };
    const [staging, production] = [
      { ...cloud, name: "staging", apiKey: "one" },
      { ...cloud, name: "production", apiKey: "two" },
    ];
    const first = beginRun();
    const [stagingServer, productionServer] = [under.start(), under.start()];
    const gone = await create(first.process(stagingServer, staging), "single", single("acme"));
    const stays = await create(first.process(productionServer, production), "single", single("acme", "b"));
    const run = beginRun();
    run.facts.noteConstructed(production, under.kind.name, ["acme"], [urnOf("single", "b")]);
    await moved(run.process(productionServer, production), "single", "acme", stays.outputs, single("acme", "b"));
    await run.process(stagingServer, staging).single.delete("acme", gone.outputs);
    expect([stagingServer.keys(), productionServer.keys()]).toEqual([[], ["acme"]]);
  });

  it.each<[string, Access | undefined, string[]]>([
    ["kept in that account", undefined, ["acme"]],
    ["deleted in the account of a Provider", eu, []],
  ])("a key that goes on in the account of the stack's configuration is %s", async (_what, access, left) => {
    const server = under.start();
    const { outputs } = await create(beginRun().process(server, access), "single", single("acme"));
    const run = beginRun();
    run.facts.noteConstructed(undefined, under.kind.name, ["acme"], [urnOf("single", "b")]);
    // Which records that one has is known, so that nothing is in doubt.
    run.facts.noteHeld(urnOf("single", "b"), []);
    await run.process(server, access).single.delete("acme", outputs);
    expect(server.keys()).toEqual(left);
  });

  it("a record that another provider of the same account has is never deleted, by whatever key that gets there", async () => {
    const [one, two] = [
      { ...eu, name: "one", apiKey: "one" },
      { ...eu, name: "two", apiKey: "two" },
    ];
    const first = beginRun();
    const server = under.start();
    const { outputs } = await create(first.process(server, one), "single", single("acme"));
    // A rename that also changes the provider, with a crash before the old one is deleted.
    const taken = await create(first.process(server, two), "single", single("acme", "b"));
    const run = beginRun();
    run.facts.noteConstructed(two, under.kind.name, ["acme"], [urnOf("single", "b")]);
    // Even where the new one is left out of the run.
    await run.process(server, one).single.delete("acme", outputs);
    expect(server.keys()).toEqual(["acme"]);
    await moved(run.process(server, two), "single", "acme", taken.outputs, single("acme", "b"));
    await run.process(server, one).single.delete("acme", outputs);
    expect(server.keys()).toEqual(["acme"]);
  });

  it("what a companion has left to delete is deleted where the set leaves it behind, also if the set has that key again", async () => {
    const { ids } = under.kind.names;
    const [old, now] = [under.start(), under.start()];
    const first = beginRun().process(old, eu);
    const { id, outputs } = await create(first, "set", set("x"));
    const left = await create(first, "single", single("gone"));
    const { [under.kind.names.id]: leftId } = left.outputs;
    const inputs = { [ids]: encodeByKey([...decodeByKey(outputs[ids]), ["gone", String(leftId)]]) };
    const companion = await first.members.create(
      (await first.members.check({}, { ...inputs, [marksProperty]: { urn: urnOf("set", "s") } })).inputs,
    );
    const run = beginRun();
    const [oldProcess, process] = [run.process(old, eu), run.process(now, us)];
    run.facts.noteConstructed(us, under.kind.name, ["x", "gone"], [urnOf("set", "s")]);
    await moved(process, "set", id, outputs, set("x", "gone"));
    const after = await create(process, "set", set("x", "gone"));
    const checked = await process.members.check(companion.outputs, {
      [ids]: after.outputs[ids],
      [marksProperty]: { urn: urnOf("set", "s") },
    });
    expect(await process.members.diff("s", companion.outputs, checked.inputs)).toMatchObject({ replaces: [ids] });
    await process.members.create(checked.inputs);
    await oldProcess.members.delete("s", companion.outputs);
    expect([old.keys(), now.keys().sort()]).toEqual([[], ["gone", "x"]]);
  });

  it("a record of which a forced replacement changes the key to its account is never deleted", async () => {
    const [one, two] = [
      { ...eu, name: "one", apiKey: "one" },
      { ...eu, name: "two", apiKey: "two" },
    ];
    const server = under.start();
    const { outputs } = await create(beginRun().process(server, one), "single", single("acme"));
    const run = beginRun();
    run.facts.noteConstructed(two, under.kind.name, ["acme"], [urnOf("single", "a")]);
    await create(run.process(server, two), "single", single("acme"));
    await run.process(server, one).single.delete("acme", outputs);
    expect(server.keys()).toEqual(["acme"]);
  });

  it("a delete left over from a move spares what has come back by another key of the account and is not up to date", async () => {
    const [one, two] = [
      { ...eu, name: "one", apiKey: "one" },
      { ...eu, name: "two", apiKey: "two" },
    ];
    const server = under.start();
    const first = beginRun().process(server, one);
    const left = [
      ["single", await create(first, "single", single("acme"))],
      ["set", await create(first, "set", set("x", "y"))],
    ] as const;
    const run = beginRun();
    run.facts.noteConstructed(two, under.kind.name, ["acme"], [urnOf("single", "a")]);
    run.facts.noteConstructed(two, under.kind.name, ["x", "y"], [urnOf("set", "s")]);
    // Neither is written, as where that fails and the engine goes on with --continue-on-error.
    for (const [type, { id, outputs }] of left) {
      await run.process(server, one)[type].delete(id, outputs);
    }
    expect(server.keys().sort()).toEqual(["acme", "x", "y"]);
  });

  it("what leaves a set whose provider changes within its account is deleted, and nothing else", async () => {
    const [one, two] = [
      { ...eu, name: "one", apiKey: "one" },
      { ...eu, name: "two", apiKey: "two" },
    ];
    const { ids } = under.kind.names;
    const server = under.start();
    const first = beginRun().process(server, one);
    const { id, outputs } = await create(first, "set", set("x", "y", "z"));
    const members = { [ids]: outputs[ids], [marksProperty]: { urn: urnOf("set", "s") } };
    const companion = await first.members.create((await first.members.check({}, members)).inputs);
    const run = beginRun();
    const [old, now] = [run.process(server, one), run.process(server, two)];
    run.facts.noteConstructed(two, under.kind.name, ["x", "y"], [urnOf("set", "s")]);
    const { inputs } = await moved(now, "set", id, outputs, set("x", "y"));
    const after = await now.set.update(id, outputs, inputs);
    const checked = await now.members.check(companion.outputs, { ...members, [ids]: after[ids] });
    expect(await now.members.diff("s", companion.outputs, checked.inputs)).toMatchObject({ replaces: [ids] });
    await now.members.create(checked.inputs);
    await old.members.delete("s", companion.outputs);
    expect(server.keys().sort()).toEqual(["x", "y"]);
  });
});

describe("the process of a Provider", () => {
  it("names the provider where its arguments are wrong", async () => {
    const [, under] = kinds[0] as readonly [string, KindUnderTest];
    const process = startProcess(under, under.start(), undefined, { name: "eu", baseUrl: "nowhere" });
    const { failures } = await process.single.check(
      {},
      { key: "acme", [marksProperty]: { urn: urnOf("single", "a") } },
    );
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/^baseUrl of Provider "eu" is "nowhere", which is not a URL/) },
    ]);
  });
});
