import { describe, expect, it } from "vitest";
import { Locks } from "../../../provider/src/openmeter/customers/locks";
import { Turns } from "../../../provider/src/openmeter/turns";

/** Lets everything go on that waits for nothing but promises. */
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Work that tells its name when it begins, and ends when it is told to. */
function works(during: (name: string, work: () => Promise<string>) => Promise<string>) {
  const begun: string[] = [];
  const ends = new Map<string, (fails?: Error) => void>();
  return {
    begun,
    start: (group: string, name: string) =>
      during(
        group,
        () =>
          new Promise<string>((resolve, reject) => {
            begun.push(name);
            ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
          }),
      ),
    end: async (name: string, error?: Error) => {
      ends.get(name)?.(error);
      await settled();
    },
  };
}

describe("work of two groups", () => {
  function started() {
    const turns = new Turns();
    return works((group, work) => turns.during(group, work));
  }

  it("goes on together where it is of one group, and after the other group otherwise", async () => {
    const { begun, start, end } = started();
    const all = [start("s", "s1"), start("s", "s2"), start("c", "c1"), start("c", "c2")];
    await settled();
    expect(begun).toEqual(["s1", "s2"]);
    await end("s1");
    expect(begun).toEqual(["s1", "s2"]);
    await end("s2");
    expect(begun).toEqual(["s1", "s2", "c1", "c2"]);
    await end("c1");
    await end("c2");
    expect(await Promise.all(all)).toEqual(["s1", "s2", "c1", "c2"]);
  });

  it("waits behind another group that came before it, so that none waits for ever", async () => {
    const { begun, start, end } = started();
    const all = [start("s", "s1"), start("c", "c1"), start("s", "s2"), start("c", "c2")];
    await settled();
    expect(begun).toEqual(["s1"]);
    await end("s1");
    expect(begun).toEqual(["s1", "c1"]);
    await end("c1");
    expect(begun).toEqual(["s1", "c1", "s2"]);
    await end("s2");
    expect(begun).toEqual(["s1", "c1", "s2", "c2"]);
    await end("c2");
    await Promise.all(all);
  });

  it("begins at once where nothing is under way any more, and goes on after a failure", async () => {
    const { begun, start, end } = started();
    const failing = expect(start("s", "s1")).rejects.toThrow("no");
    const waiting = start("c", "c1");
    await settled();
    await end("s1", new Error("no"));
    await failing;
    expect(begun).toEqual(["s1", "c1"]);
    await end("c1");
    await waiting;
    const last = start("s", "s2");
    await settled();
    expect(begun).toEqual(["s1", "c1", "s2"]);
    await end("s2");
    await last;
  });
});

describe("work on one customer", () => {
  it("goes one after the other, also after a failure, and beside that on others", async () => {
    const locks = new Locks();
    const { begun, start, end } = works((name, work) => locks.hold(name, work));
    const failing = expect(start("a", "a1")).rejects.toThrow("no");
    const rest = [start("a", "a2"), start("b", "b1"), start("a", "a3")];
    await settled();
    expect(begun).toEqual(["a1", "b1"]);
    await end("a1", new Error("no"));
    await failing;
    expect(begun).toEqual(["a1", "b1", "a2"]);
    await end("a2");
    expect(begun).toEqual(["a1", "b1", "a2", "a3"]);
    await end("a3");
    await end("b1");
    expect(await Promise.all(rest)).toEqual(["a2", "b1", "a3"]);
  });
});
