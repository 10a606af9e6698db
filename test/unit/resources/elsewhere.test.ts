import { output, type Resource, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Subject, SubjectSet } from "../../../provider/src/index";
import { resolved, startRun } from "./mocked-run";

/** What each set of a program is told of the other resources: keys by the fields that they declare. */
async function toldBy(program: () => readonly Resource[]): Promise<Record<string, unknown>> {
  const { registered } = await startRun();
  await Promise.all(program().map(({ urn }) => resolved(urn)));
  const sets = registered.filter(({ inputs }) => "__setName" in inputs);
  return Object.fromEntries(
    sets.map(({ name, inputs: { __elsewhere: text } }) => [name, typeof text === "string" ? JSON.parse(text) : text]),
  );
}

const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `${prefix}-${String(index).padStart(95, "0")}` }));

describe("a set is told of other resources", () => {
  it("that declare keys, before it and after it, and which fields they declare", async () => {
    const told = await toldBy(() => [
      new Subject("before", { key: "a", onExisting: "match" }),
      new SubjectSet("customers", { subjects: [{ key: "own" }] }),
      new Subject("after", { key: "b", metadata: {}, displayName: "B", stripeCustomerId: undefined }),
      new Subject("deferred", { key: "c", metadata: output({ plan: "pro" }), displayName: Promise.resolve("C") }),
    ]);
    expect(told).toEqual({ customers: { "": ["a"], "displayName,metadata": ["b", "c"] } });
  });

  it("that are sets, though of a long one not", async () => {
    const program = (count: number) => () => [
      new SubjectSet("one", { subjects: [{ key: "a", displayName: "A" }, ...many("one", count)] }),
      new SubjectSet("two", { subjects: [{ key: "b" }] }),
      new Subject("single", { key: "c" }),
    ];
    expect(await toldBy(program(0))).toEqual({
      one: { "": ["c", "b"] },
      two: { "": ["c"], displayName: ["a"] },
    });
    expect(await toldBy(program(10_000))).toEqual({ one: { "": ["c", "b"] }, two: { "": ["c"] } });
  });

  it("but not when there are none, nor of another run", async () => {
    await toldBy(() => [new Subject("other", { key: "a" })]);
    expect(await toldBy(() => [new SubjectSet("customers", { subjects: [{ key: "own" }] })])).toEqual({
      customers: undefined,
    });
  });

  it("but not of keys that are still to come, which may depend on the set, or are secret", async () => {
    const told = await toldBy(() => {
      const set = new SubjectSet("customers", { subjects: [{ key: "own" }] });
      return [
        set,
        new Subject("dependent", { key: set.subjectIds.apply(() => "a") }),
        new Subject("promised", { key: Promise.resolve("b") }),
        new Subject("secret", { key: secret("c") }),
        new SubjectSet("deferred", { subjects: [{ key: "d", displayName: output("D") }] }),
      ];
    });
    expect(told).toEqual({ customers: undefined, deferred: { "": ["own"] } });
  });

  it.each(["key", "*"])("but not of a Subject whose key ignoreChanges keeps as it was (%s)", async (path) => {
    const told = await toldBy(() => [
      new SubjectSet("customers", { subjects: [] }),
      new Subject("fixed", { key: "a" }, { ignoreChanges: [path] }),
      new Subject("free", { key: "b" }, { ignoreChanges: ["metadata"] }),
    ]);
    expect(told).toEqual({ customers: { "": ["b"] } });
  });

  it.each(["subjects", "*"])("but not one that ignoreChanges keeps as it was (%s), nor others of it", async (path) => {
    const told = await toldBy(() => [
      new SubjectSet("fixed", { subjects: [{ key: "a" }] }, { ignoreChanges: [path] }),
      new SubjectSet("customers", { subjects: [{ key: "b" }] }),
      new Subject("single", { key: "c" }),
    ]);
    expect(told).toEqual({ fixed: undefined, customers: { "": ["c"] } });
  });
});
