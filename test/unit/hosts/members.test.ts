import { describe, expect, it } from "vitest";
import { marksProperty } from "../../../provider/src/contract";
import { unknown } from "../../../provider/src/core/unknown";
import { failureOf, type KindUnderTest, kinds } from "./kinds";
import { deployed, many, one, type Stack, start, startProcess, urnOf } from "./stack";

/** What the state has of a set's companion. */
function membersIn(stack: Stack, name = "s"): Record<string, string | null> {
  const { ids } = stack.under.kind.names;
  return JSON.parse(String(stack.state.get(urnOf("members", name))?.outputs[ids] ?? "{}"));
}

const set = (under: KindUnderTest, ...keys: string[]) => many(under, Object.fromEntries(keys.map((key) => [key, {}])));

describe.each(kinds)("the members of a set, of %s,", (_name, under) => {
  async function created(...keys: string[]) {
    const { stack } = await deployed(under, { s: set(under, ...keys) });
    return { stack, server: stack.server };
  }

  /** An alias gives a set another name in the program. */
  function rename(stack: Stack, from: string, to: string) {
    for (const type of ["set", "members"] as const) {
      const entry = stack.state.get(urnOf(type, from));
      stack.state.delete(urnOf(type, from));
      if (entry !== undefined) {
        stack.state.set(urnOf(type, to), entry);
      }
    }
  }

  it("are all of its keys and ids, updated as members come and replaced as members go", async () => {
    const { stack, server } = await created("a", "b");
    expect(membersIn(stack)).toEqual({ a: server.id("a"), b: server.id("b") });
    expect(stack.state.get(urnOf("members", "s"))?.outputs[marksProperty]).toEqual({ urn: urnOf("set", "s") });
    expect((await stack.up({ s: set(under, "a", "b", "c") })).steps).toEqual(["~ set s", "~ members s"]);
    expect((await stack.up({ s: set(under, "a", "c") })).steps).toEqual(["~ set s", "+- members s", "- members s"]);
    expect(server.keys().sort()).toEqual(["a", "c"]);
    expect(membersIn(stack)).toEqual({ a: server.id("a"), c: server.id("c") });
    expect((await stack.up({ s: set(under, "a", "c") })).steps).toEqual([]);
  });

  it("are in a preview what they are going to be, though the set's ids are not known", async () => {
    const { stack } = await created("a", "b");
    expect((await stack.preview({ s: set(under, "a", "b", "c") })).steps).toEqual(["~ set s", "~ members s"]);
    expect((await stack.preview({ s: set(under, "a", "c") })).steps).toEqual(["~ set s", "+- members s"]);
    expect((await stack.preview({ s: many(under, unknown) })).steps).toEqual(["~ set s", "~ members s"]);
    expect((await stack.preview({ s: set(under, "a", "b") })).steps).toEqual([]);
    stack.state.delete(urnOf("members", "s"));
    expect((await stack.preview({ s: set(under, "a", "b", "c") })).steps).toEqual(["~ set s", "+ members s"]);
  });

  it("are shown in a preview by the ids that they have, and as to be created where they are new to the set", async () => {
    const { stack, server } = await created("a", "b");
    const { ids } = under.kind.names;
    const shown = async (...keys: string[]) => {
      const { checked } = await stack.preview({ s: set(under, ...keys) });
      return JSON.parse(String(checked.get("members s")?.[ids]));
    };
    const toCome = "(to be created)";
    expect(await shown("a", "b", "c")).toEqual({ a: server.id("a"), b: server.id("b"), c: toCome });
    // What has left the set and is still to be deleted is new to it, too.
    stack.state.delete(urnOf("members", "s"));
    await stack.up({ s: set(under, "a") });
    expect(Object.keys(membersIn(stack))).toEqual(["a", "b"]);
    expect(await shown("a", "b")).toEqual({ a: server.id("a"), b: toCome });
    // So is all where the set itself is new.
    stack.state.delete(urnOf("set", "s"));
    expect(await shown("a", "b")).toEqual({ a: toCome, b: toCome });
  });

  it("stay unknown to a process that has not seen their set", async () => {
    const { stack, server } = await created("a", "b");
    const { inputs = {} } = stack.state.get(urnOf("members", "s")) ?? {};
    const { ids } = under.kind.names;
    const process = startProcess(under, server);
    const checked = await process.members.check(inputs, { ...inputs, [ids]: unknown });
    expect(checked).toMatchObject({ inputs: { [ids]: unknown }, failures: [] });
  });

  it("stay where their resource alone is replaced, by a target", async () => {
    const { stack, server } = await created("a", "b");
    const { inputs = {}, outputs = {} } = stack.state.get(urnOf("members", "s")) ?? {};
    const process = startProcess(under, server);
    await process.members.create((await process.members.check({}, inputs)).inputs);
    await process.members.delete("s", outputs);
    expect(server.keys().sort()).toEqual(["a", "b"]);
  });

  it("that leave a set as an alias renames it, and that another resource takes over, lose what only the set declared", async () => {
    const { text, map } = under;
    const { stack, server } = await deployed(under, {
      s: many(under, { a: {}, b: { [text]: "B", [map]: { x: "1" } } }),
    });
    rename(stack, "s", "t");
    await stack.up({ t: set(under, "a"), x: one("b", { [text]: "B" }) });
    expect(server.fields("b")?.[text]).toBe("B");
    expect(server.fields("b")?.[map] ?? {}).toEqual({});
  });

  it("that nothing declares any more are deleted, though a move that failed had left them with two sets", async () => {
    const { stack, server } = await created("a", "b");
    server.trouble({ on: "write", key: "bad", status: 400 });
    await failureOf(stack.up({ t: set(under, "a"), x: one("bad"), s: set(under, "b") }));
    server.cure();
    await stack.up({ t: set(under, "c"), s: set(under, "b") });
    expect(server.keys().sort()).toEqual(["b", "c"]);
  });

  it("that a run has left as it was cut are deleted by a later one, though the set was renamed by an alias in it", async () => {
    const { stack, server } = await created("a", "b");
    rename(stack, "s", "s2");
    const program = { s2: set(under, "b") };
    const cut = () => {
      throw new Error("cut");
    };
    await failureOf(stack.up(program, { beforeDeletes: cut }));
    await stack.up(program);
    expect(server.keys()).toEqual(["b"]);
    expect((await stack.up(program)).steps).toEqual([]);
  });

  it("that leave before there is a companion are named, and deleted by the next up", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", key: "bad", status: 400 });
    await failureOf(stack.up({ s: set(under, "a", "b", "bad") }));
    server.cure();
    const { reports } = await stack.up({ s: set(under, "b") });
    expect(reports.join()).toMatch(/set "s": "a" left the set in this run and will be deleted by the next pulumi up/);
    await stack.up({ s: set(under, "b") });
    expect(server.keys()).toEqual(["b"]);
  });

  it("that were destroyed, or removed from the state alone, leave nothing to do after the next up", async () => {
    const { stack, server } = await created("a", "b");
    stack.state.delete(urnOf("members", "s"));
    expect((await stack.up({ s: set(under, "a") })).steps).toEqual(["~ set s", "+ members s"]);
    // Nobody has deleted what went meanwhile: the new companion has it, and the next run deletes it.
    expect(membersIn(stack)).toMatchObject({ a: server.id("a"), b: server.id("b") });
    expect((await stack.up({ s: set(under, "a") })).steps).toEqual(["+- members s", "- members s"]);
    expect(server.keys()).toEqual(["a"]);
    expect((await stack.preview({ s: set(under, "a") })).steps).toEqual([]);
  });

  it("that had secret keys when they left are counted, and not named, also where the set's keys are secret no more", async () => {
    const secret = many(under, { a: {}, hunter2: {} }, {}, { secretKeys: true });
    const { stack } = await deployed(under, { s: secret });
    stack.state.delete(urnOf("members", "s"));
    const { reports } = await stack.up({ s: set(under, "a") });
    expect(reports.join()).toMatch(/1 \(their keys are secret\) left the set in this run/);
    expect(reports.join()).not.toContain("hunter2");
  });

  it("that leave in a run that fails are not forgotten, also where the companion has gone from the state", async () => {
    const { stack, server } = await created("a", "b");
    stack.state.delete(urnOf("members", "s"));
    const program = { s: many(under, { a: { [under.text]: "A" } }) };
    server.trouble({ on: "write", key: "a", status: 400 });
    await failureOf(stack.up(program));
    server.cure();
    expect((await stack.up(program)).reports.join()).toMatch(/"b" left the set in this run/);
    await stack.up(program);
    expect(server.keys()).toEqual(["a"]);
    expect((await stack.preview(program)).steps).toEqual([]);
  });

  /** A set whose update failed after b had left it: its state remembers the record of b. */
  async function leftInFailedRun() {
    const { stack, server } = await deployed(under, { s: many(under, { a: { [under.text]: "before" }, b: {} }) });
    const program = { s: many(under, { a: { [under.text]: "A" } }) };
    server.trouble({ on: "write", key: "a", status: 400 });
    await failureOf(stack.up(program));
    server.cure();
    return { stack, server, program };
  }

  it("that have left in a run that failed stay in a destroy, which says so: another stack may have them", async () => {
    const { stack, server } = await leftInFailedRun();
    const { reports } = await stack.destroy();
    expect(server.keys()).toEqual(["b"]);
    expect(reports.join()).toMatch(/kept "b": removed from the set in an earlier run/);
  });

  it("that have left in a run that failed are remembered by a refresh with drift", async () => {
    const { stack, server, program } = await leftInFailedRun();
    stack.state.delete(urnOf("members", "s"));
    server.put("a", { [under.text]: "drifted" });
    await stack.refresh();
    await stack.up(program);
    await stack.up(program);
    expect(server.keys()).toEqual(["a"]);
  });

  it("that have left in a run that failed are not the set's any more: who took them over, and lets go, deletes them", async () => {
    const { stack, server, program } = await leftInFailedRun();
    stack.state.delete(urnOf("members", "s"));
    server.trouble({ on: "write", key: "a", status: 400 });
    await failureOf(stack.up({ taker: one("b"), ...program }));
    server.cure();
    const { reports } = await stack.up(program);
    expect(reports.join()).not.toContain("is kept");
    expect(server.keys()).toEqual(["a"]);
  });

  it("come right however often a removal is refused or cut, and whatever comes back meanwhile", async () => {
    const { stack, server } = await created("k1", "k2", "k3");
    server.trouble({ on: "delete", key: "k1", status: 400 });
    const { message } = await failureOf(stack.up({ s: set(under, "k2", "k3") }));
    expect(message).toContain(`set "s": ${under.kind.names.objects} that left it were not deleted: "k1" (id `);
    expect(server.keys().sort()).toEqual(["k1", "k2", "k3"]);
    await failureOf(stack.up({ s: set(under, "k2") }));
    // The pending delete comes before the program's own, so that k1 comes back before anybody has deleted it.
    server.cure();
    await stack.up({ s: set(under, "k1", "k2") });
    expect(server.keys().sort()).toEqual(["k1", "k2"]);
    expect((await stack.preview({ s: set(under, "k1", "k2") })).steps).toEqual([]);
  });

  it("that one run was allowed to take out are deleted by a later run, whatever its limit is", async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
    const { stack, server } = await created(...keys);
    const rest = set(under, ...keys.slice(15));
    server.trouble({ on: "delete", key: "k1", status: 400 });
    await failureOf(stack.up({ s: { ...rest, inputs: { ...rest.inputs, maxDeletions: 15 } } }));
    server.cure();
    await stack.up({ s: rest });
    expect(server.keys()).toHaveLength(35);
    expect((await stack.preview({ s: rest })).steps).toEqual([]);
  });

  it("that leave while the run fails before its deletes are deleted by the next", async () => {
    const { stack, server } = await created("k1", "k2", "k3");
    const cut = () => {
      throw new Error("killed");
    };
    await failureOf(stack.up({ s: set(under, "k2", "k3") }, { beforeDeletes: cut }));
    await failureOf(stack.up({ s: set(under, "k2") }, { beforeDeletes: cut }));
    await stack.up({ s: set(under, "k2") });
    expect(server.keys()).toEqual(["k2"]);
    expect((await stack.preview({ s: set(under, "k2") })).steps).toEqual([]);
  });

  it("that leave with a forced replacement, which asks no diff, are deleted with the old set", async () => {
    const { stack, server } = await created("a", "b");
    server.requests();
    await stack.up({ s: set(under, "a", "c") }, { replace: ["s"] });
    expect(server.keys().sort()).toEqual(["a", "c"]);
    expect(server.requests().filter((line) => line.startsWith("delete"))).toEqual(["delete b"]);
    expect((await stack.up({ s: set(under, "a", "c") })).steps).toEqual([]);
    expect(server.keys().sort()).toEqual(["a", "c"]);
  });

  it("that another set has taken over in this run stay, when their set is taken out of the program", async () => {
    const { stack, server } = await created("a", "b");
    const ids = [server.id("a")];
    await stack.up({ t: set(under, "a") });
    expect(server.keys()).toEqual(["a"]);
    expect([server.id("a")]).toEqual(ids);
    expect(membersIn(stack, "t")).toEqual({ a: ids[0] });
  });

  it("of a set that leaves the program are deleted once", async () => {
    const { stack, server } = await created("a", "b");
    server.requests();
    await stack.up({});
    expect(server.requests().filter((line) => line.startsWith("delete"))).toHaveLength(2);
    expect(stack.state.size).toBe(0);
  });

  it("of a set that this run leaves out stay", async () => {
    const { stack, server } = await created("a", "b");
    await stack.up({ s: set(under, "a") }, { exclude: ["s"] });
    expect(server.keys().sort()).toEqual(["a", "b"]);
  });

  it("whose early delete comes before the set is up to date are kept, and deleted by the next run", async () => {
    const { stack, server } = await created("a", "b", "c");
    const process = startProcess(under, server);
    const [ofSet, ofMembers] = [urnOf("set", "s"), urnOf("members", "s")];
    const [old, companion] = [stack.state.get(ofSet), stack.state.get(ofMembers)];
    const { ids, objects } = under.kind.names;
    // As the engine does where something that the set depends on is deleted before it is replaced.
    const { inputs } = await process.set.check(old?.inputs ?? {}, { ...old?.inputs, [objects]: '{"a":{}}' });
    await process.set.diff("s", old?.outputs ?? {}, inputs);
    const now = { ...companion?.inputs, [ids]: JSON.stringify({ a: server.id("a") }) };
    expect(await process.members.diff("s", companion?.outputs ?? {}, now)).toMatchObject({ replaces: [ids] });
    await process.members.delete("s", companion?.outputs ?? {});
    expect(server.keys()).toHaveLength(3);
    await process.set.update("s", old?.outputs ?? {}, inputs);
    const { outputs } = await process.members.create(now);
    expect(Object.keys(JSON.parse(String(outputs[ids]))).sort()).toEqual(["a", "b", "c"]);
    stack.state.set(ofMembers, { type: "members", id: "s", inputs: now, outputs });
    await stack.up({ s: set(under, "a") });
    expect(server.keys()).toEqual(["a"]);
  });

  it("of a set that is deleted before it is replaced stay where it declares them, and are forgotten where they are gone", async () => {
    const { stack, server } = await created("a", "b");
    const process = startProcess(under, server);
    const [ofSet, ofMembers] = [urnOf("set", "s"), urnOf("members", "s")];
    const [old, companion] = [stack.state.get(ofSet), stack.state.get(ofMembers)];
    const { ids, objects } = under.kind.names;
    const { inputs } = await process.set.check({}, { ...old?.inputs, [objects]: '{"a":{},"c":{}}' });
    await process.members.delete("s", companion?.outputs ?? {});
    // It is the engine that deletes so, on its own: the program declares none of it.
    await process.set.diff("s", old?.outputs ?? {}, inputs);
    await process.set.delete("s", old?.outputs ?? {});
    expect(server.keys()).toEqual(["a"]);
    const { outputs } = await process.set.create(inputs);
    const made = await process.members.create({ ...companion?.inputs, [ids]: outputs[ids] });
    expect(Object.keys(JSON.parse(String(made.outputs[ids]))).sort()).toEqual(["a", "c"]);
    expect(server.keys()).toEqual(["a", "c"]);
  });

  it.each([
    ["in the run of the rename", true],
    ["in a later one", false],
  ])("are found under the set's new name, where an alias has renamed it, as they leave %s", async (_when, atOnce) => {
    const { stack, server } = await created("a", "b", "c");
    const ids = server.keys().map((key) => server.id(key));
    rename(stack, "s", "t");
    if (!atOnce) {
      expect((await stack.up({ t: set(under, "a", "b", "c") })).steps).toEqual([]);
    }
    expect((await stack.up({ t: set(under, "a", "b") })).steps).toEqual(["~ set t", "+- members t", "- members t"]);
    expect(server.keys().map((key) => server.id(key))).toEqual(ids.slice(0, 2));
    await stack.up({ t: set(under, "a") });
    expect(server.keys()).toEqual(["a"]);
    expect((await stack.preview({ t: set(under, "a") })).steps).toEqual([]);
  });

  it("left over from earlier runs are deleted with their set, where the run has shown what the program declares", async () => {
    const { stack, server } = await created("a", "b", "c");
    server.trouble({ on: "delete", key: "b", status: 400 });
    await failureOf(stack.up({ s: set(under, "a", "c") }));
    server.cure();
    await stack.up({ other: one("x") });
    expect(server.keys()).toEqual(["x"]);
  });

  it("left over from earlier runs are kept and counted by a plain destroy, which asks what nobody declares", async () => {
    const { stack, server } = await created("a", "b", "c");
    server.trouble({ on: "delete", key: "b", status: 400 });
    await failureOf(stack.up({ s: set(under, "a", "c") }));
    server.cure();
    const { reports } = await stack.destroy();
    expect(server.keys()).toEqual(["b"]);
    expect(reports.join()).toMatch(/set "s": kept "b": removed from the set in an earlier run and not deleted yet/);
  });

  it("left over are counted by a destroy that refreshes first, too, which asks a diff before any check", async () => {
    const { stack, server } = await created("a", "b", "c");
    server.trouble({ on: "delete", key: "b", status: 400 });
    await failureOf(stack.up({ s: set(under, "a", "c") }));
    server.cure();
    const process = startProcess(under, server);
    const [old, companion] = [stack.state.get(urnOf("set", "s")), stack.pending[0]?.[1]];
    await process.members.diff("s", companion?.outputs ?? {}, companion?.inputs ?? {});
    await process.members.delete("s", companion?.outputs ?? {});
    await process.set.delete("s", old?.outputs ?? {});
    expect(process.reports.join()).toMatch(/kept "b": removed from the set in an earlier run and not deleted yet/);
    expect(server.keys()).toEqual(["b"]);
  });

  it("are read as they are, and refused as a whole where the set's guard refuses", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `c${index}`);
    const { stack, server } = await created(...keys);
    const { process, steps } = await stack.refresh();
    expect(steps).toEqual([]);
    const old = stack.state.get(urnOf("members", "s"));
    const { ids } = under.kind.names;
    const checked = await process.members.check(old?.inputs ?? {}, { ...old?.inputs, [ids]: "{}" });
    expect(checked.failures.map(({ reason }) => reason).join()).toMatch(/would lose 30 of 30/);
    expect(server.keys()).toHaveLength(30);
  });
});
