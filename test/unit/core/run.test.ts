import { describe, expect, it, vi } from "vitest";
import { Run } from "../../../provider/src/core/run";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind as kind } from "../../../provider/src/kinds/subject/fields";
import { RunFacts } from "../../../provider/src/run/facts";

const account = { baseUrl: "http://openmeter.test", isStack: true };
const start = () => new Run(RunFacts.join("unit.test:1"), () => account);
const conflict = (key: string, urn: string) => ({
  key,
  claimed: { space: "subject", key },
  other: { urn, key },
  isSecret: false,
});
const objects = (...keys: string[]) => new Map(keys.map((key) => [key, { displayName: key }]));

describe("a run", () => {
  it("finds the resource that declares an object, by kind and key, once it applies the program", () => {
    const run = start();
    run.claim({ kind, urn: "one", objects: objects("a") });
    expect(run.successor(kind, "a")).toBeUndefined();
    run.apply();
    expect(run.successor(kind, "a")).toEqual({ displayName: "a" });
    expect(run.successor(kind, "b")).toBeUndefined();
    expect(run.successor(customerKind, "a")).toBeUndefined();
    run.claim({ kind, urn: "two", objects: objects("b") });
    expect(run.successor(kind, "b")).toEqual({ displayName: "b" });
  });

  it("tells a resource that was checked, also under a former name", () => {
    const run = start();
    run.claim({ kind, urn: "one", objects: objects("a") });
    run.rename("former", "one");
    expect(["one", "former", "other", undefined].map((urn) => run.hasChecked(urn))).toEqual([true, true, false, false]);
  });

  it("tells the former names of each resource, and none of one that has kept its name", () => {
    const run = start();
    run.rename("a", "b");
    run.rename("c", "d");
    run.rename("e", "e");
    expect(["b", "d", "e", "f"].map((urn) => run.formerUrns(urn))).toEqual([["a"], ["c"], [], []]);
  });

  it("does not take for declared what a later check of its resource left unknown", () => {
    const run = start();
    run.apply();
    run.claim({ kind, urn: "zero", objects: objects("z") });
    run.claim({ kind, urn: "one", objects: objects("a") });
    run.claim({ kind, urn: "one", objects: undefined });
    expect(run.successor(kind, "a")).toBeUndefined();
    expect(run.claim({ kind, urn: "two", objects: objects("a") })).toEqual([]);
    expect(run.successor(kind, "a")).toEqual({ displayName: "a" });
  });

  it("takes the latest check of a resource, which knows most", () => {
    const run = start();
    run.apply();
    run.claim({ kind, urn: "one", objects: undefined });
    run.claim({ kind, urn: "two", objects: objects("a") });
    run.claim({ kind, urn: "one", objects: objects("b") });
    expect(run.claim({ kind, urn: "two", objects: objects("c") })).toEqual([]);
    // The engine checks what it replaces a second time.
    expect(run.claim({ kind, urn: "two", objects: objects("c") })).toEqual([]);
    expect(run.successor(kind, "a")).toBeUndefined();
    expect([run.successor(kind, "b"), run.successor(kind, "c")]).not.toContain(undefined);
    expect(run.claim({ kind, urn: "three", objects: objects("a", "b") })).toEqual([conflict("b", "one")]);
    expect(run.claim({ kind: customerKind, urn: "four", objects: objects("b") })).toEqual([]);
  });

  it("reads a set that is unchanged only when somebody asks", () => {
    const run = start();
    let read = 0;
    const large = () => {
      read += 1;
      return objects("a");
    };
    run.apply();
    expect(run.claim({ kind, urn: "set", objects: large })).toEqual([]);
    expect(read).toBe(0);
    expect(run.isKey(kind, "a", run.facts.read())).toBe(true);
    expect(run.claim({ kind, urn: "one", objects: objects("a") })).toEqual([conflict("a", "set")]);
  });

  it("goes by what a resource has shown last", () => {
    const run = start();
    const hold = (ids: Record<string, string>) =>
      run.hold({
        urn: "set",
        ids: () => new Map(Object.entries(ids)),
        goesOn: () => new Set(Object.keys(ids)),
        isComplete: true,
      });
    hold({ a: "01A", b: "01B" });
    expect(run.keeps(kind, { key: "b", id: "01B", urn: "other" }, run.facts.read())).toBe("declared");
    hold({ a: "01A" });
    expect(run.keeps(kind, { key: "b", id: "01B", urn: "other" }, run.facts.read())).toBeUndefined();
    expect(run.owns("01B")).toBe(true);
  });

  it("keeps a record that another resource goes on to hold, and knows those of its own stack", () => {
    const run = start();
    const ids = new Map([
      ["a", "01A"],
      ["b", "01B"],
    ]);
    run.hold({ urn: "one", ids: () => ids, goesOn: () => new Set(["a"]), isComplete: true });
    const facts = run.facts.read();
    const keeps = (id: string, urn: string) => run.keeps(kind, { key: "k", id, urn }, facts);
    expect([keeps("01A", "one"), keeps("01A", "two"), keeps("01B", "one")]).toEqual([undefined, "declared", undefined]);
    expect(["01A", "01B", "01C"].map((id) => run.owns(id))).toEqual([true, true, false]);
  });

  it("that cannot tell other processes what it declares fails, and tells all of it once it can", () => {
    const facts = RunFacts.join("unit.test:1");
    const noted: string[] = [];
    const noteSettled = vi.spyOn(facts, "noteSettled").mockImplementation(() => {
      throw new Error("ENOSPC: no space left on device");
    });
    const run = new Run(facts, () => account);
    run.noteSettled("one", () => new Map());
    run.noteSettled("two", () => new Map());
    expect(() => run.apply()).toThrow(
      /^cannot note what this run declares: ENOSPC: no space left on device. Nothing was sent. Make room .* and run the command again$/,
    );
    noteSettled.mockImplementation((urn) => void noted.push(urn));
    run.apply();
    run.apply();
    expect(noted).toEqual(["one", "two"]);
  });

  it("knows what is deleted, and nothing of another run", () => {
    const run = start();
    run.deleted.add("01A");
    expect([run.deleted.has("01A"), run.deleted.has("01B"), start().deleted.has("01A")]).toEqual([true, false, false]);
    expect([run.hasDeclarations, run.setOf("one")]).toEqual([false, undefined]);
  });
});
