import { describe, expect, it } from "vitest";
import { RunFacts } from "../../../provider/src/run/facts";
import { ownFolder } from "../own-folder";
import { kinds } from "./kinds";
import { deployed, many, one, type Process, startProcess, urnOf } from "./stack";

const engine = "127.0.0.1:4711";

ownFolder();

describe.each(kinds)("in a run of several processes, %s", (_name, under) => {
  const { kind } = under;
  const mark = (name: string) => ({ __openmeter: { urn: urnOf("single", name) } });

  /** A stack whose resource `a` is to be deleted by one process, while another serves the rest of the program. */
  async function twoProcesses() {
    const { stack } = await deployed(under, { a: one("acme") });
    const facts = RunFacts.begin(engine);
    const [deleting, other] = [startProcess(under, stack.server, engine), startProcess(under, stack.server, engine)];
    const { outputs = {} } = stack.state.get(urnOf("single", "a")) ?? {};
    return { facts, other, server: stack.server, remove: () => deleting.single.delete("acme", outputs), deleting };
  }

  it("is kept where another process was asked to check it and applies the program", async () => {
    const { other, server, remove, deleting } = await twoProcesses();
    const { inputs } = await other.single.check({}, { key: "acme", ...mark("b") });
    await other.single.create(inputs);
    await remove();
    expect(server.keys()).toEqual(["acme"]);
    expect(deleting.reports.join()).toContain("is kept: the program still declares it");
  });

  it("is kept where the program has constructed another resource with it, though nobody was asked to check that", async () => {
    const { facts, server, remove } = await twoProcesses();
    facts.noteConstructed(undefined, kind.name, ["acme"], [urnOf("single", "b")]);
    await remove();
    expect(server.keys()).toEqual(["acme"]);
  });

  it("is deleted where the program has constructed only the resource itself, as in a destroy that runs the program", async () => {
    const { facts, server, remove } = await twoProcesses();
    facts.noteConstructed(undefined, kind.name, ["acme"], [urnOf("single", "new name"), urnOf("single", "a")]);
    await remove();
    expect(server.keys()).toEqual([]);
  });

  it("is deleted where another process was only asked to check it, as in a destroy that runs the program", async () => {
    const { other, server, remove } = await twoProcesses();
    await other.single.check({}, { key: "acme", ...mark("b") });
    await remove();
    expect(server.keys()).toEqual([]);
  });

  it("that has left a set is deleted by the process that has only the old companion, once another has settled the set", async () => {
    const { stack } = await deployed(under, { s: many(under, { a: {}, b: {}, c: {} }) });
    const companion = stack.state.get(urnOf("members", "s"));
    const remove = (process: Process) => process.members.delete("s", companion?.outputs ?? {});
    RunFacts.begin(engine);
    await remove(startProcess(under, stack.server, engine));
    expect(stack.server.keys()).toHaveLength(3);
    await stack.up(
      { s: many(under, { a: {}, c: {} }) },
      {
        engineAddress: engine,
        beforeDeletes: () => stack.pending.splice(0),
      },
    );
    await remove(startProcess(under, stack.server, engine));
    expect(stack.server.keys().sort()).toEqual(["a", "c"]);
  });

  it("that has left a set in an earlier run is deleted by such a process, too, and what the set still has is kept", async () => {
    const { stack } = await deployed(under, { s: many(under, { a: {}, b: {}, c: {} }) });
    const companion = stack.state.get(urnOf("members", "s"));
    const program = { s: many(under, { a: {}, c: {} }) };
    await stack.up(program, { beforeDeletes: () => stack.pending.splice(0) });
    const facts = RunFacts.begin(engine);
    facts.noteConstructed(undefined, kind.name, ["a", "c"], [urnOf("set", "s")]);
    // The set is unchanged, so that nobody reads what it has.
    await startProcess(under, stack.server, engine).members.update("s", {}, companion?.inputs ?? {});
    facts.noteSettled(urnOf("set", "s"));
    await startProcess(under, stack.server, engine).members.delete("s", companion?.outputs ?? {});
    expect(stack.server.keys().sort()).toEqual(["a", "c"]);
  });
});
