import { describe, expect, it } from "vitest";
import { longIt } from "../../sample";
import { given, type Program, type TestStack, withStack } from "../stack";
import { declares, deletedDuring, keeping, registered, set, subject } from "./scene";

const s = (...keys: string[]): Program => declares(() => set("s", keys));

/** Lets the server refuse to delete the subject of this key, once. */
function refuseDeletion({ emulator }: TestStack, key: string): void {
  emulator.faults.add({ kind: "status", status: 403, match: { method: "DELETE", key } });
}

describe("what is removed from a set over several runs", () => {
  it("is deleted once, though the first of them failed", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2", "k3"));
      const failing = declares(async () => {
        await registered(set("s", ["k2", "k3"]));
        throw new Error("no such price list");
      });
      await keeping(test, ["k1", "k2", "k3"], () => test.failingUp(failing));
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(s("k2"))))).toEqual(["k1", "k3"]);
    });
  });

  longIt("is deleted by the next run when the server refuses it, and the refusal names it", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2", "k3"));
      refuseDeletion(test, "k1");
      const message = await keeping(test, ["k1", "k2", "k3"], () => test.failingUp(s("k2", "k3")));
      expect(message).toMatch(/"k1".*403/s);
      expect(await deletedDuring(test, () => keeping(test, ["k2"], () => test.up(s("k2"))))).toEqual(["k1", "k3"]);
    });
  });

  it("is kept when the server refuses its deletion and it comes back", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      refuseDeletion(test, "k1");
      await test.failingUp(s("k2"));
      const back = () => keeping(test, ["k1", "k2"], () => given(test, s("k1", "k2")));
      expect(await deletedDuring(test, back)).toEqual([]);
      expect(await deletedDuring(test, () => test.up(s("k2")))).toEqual(["k1"]);
    });
  });

  longIt("is kept when the server refuses its deletion and another resource takes it", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      refuseDeletion(test, "k1");
      await test.failingUp(s("k2"));
      const taken = declares(() => subject("t", "k1", { dependsOn: set("s", ["k2"]) }));
      expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(taken)))).toEqual([]);
    });
  });

  it("is kept when the server refuses its deletion and another resource takes it as the set leaves the program", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2", "k3"));
      refuseDeletion(test, "k1");
      await test.failingUp(s("k2", "k3"));
      const taken = declares(() => subject("t", "k1"));
      expect(await deletedDuring(test, () => keeping(test, ["k1"], () => test.up(taken)))).toEqual(["k2", "k3"]);
    });
  });

  it("is kept and named by a destroy when the server has refused its deletion before", async () => {
    await withStack(async (test) => {
      await given(test, s("k1", "k2"));
      refuseDeletion(test, "k1");
      await test.failingUp(s("k2"));
      const { stdout, stderr } = await keeping(test, ["k1"], () => test.stack.destroy());
      expect(stdout + stderr).toMatch(/"k1".*pulumi up/);
    });
  });

  it("leaves a subject alone that was handed over, let go, and adopted by another stack", async () => {
    await withStack(async (test) => {
      await withStack(async (other) => {
        await other.stack.setConfig("openmeter:baseUrl", { value: test.emulator.url });
        const withTaker = declares(() => {
          set("s", ["k2", "k3"]);
          subject("t", "k1", { retainOnDelete: true });
        });
        await given(test, s("k1", "k2", "k3"));
        await keeping(test, ["k1"], () => given(test, withTaker));
        await keeping(test, ["k1"], () => given(test, s("k2", "k3")));
        const adopting = declares(() => subject("adopted", "k1"));
        await keeping(test, ["k1"], () => given(other, adopting));
        const removal = () => keeping(test, ["k1", "k3"], () => test.up(s("k3")));
        expect(await deletedDuring(test, removal)).toEqual(["k2"]);
        expect(await deletedDuring(test, () => keeping(test, ["k1"], () => test.stack.destroy()))).toEqual(["k3"]);
      });
    });
  });
});

describe("a subject that wanders from resource to resource", () => {
  longIt("stays the same record, and is deleted once by the last", async () => {
    await withStack(async (test) => {
      const places: Program[] = [
        declares(() => {
          subject("single", "k1");
          set("one", ["k2"]);
          set("two", ["k3"]);
        }),
        declares(() => {
          set("one", ["k1", "k2"]);
          set("two", ["k3"]);
        }),
        declares(() => {
          const one = set("one", ["k2"]);
          subject("single", "k1", { dependsOn: one });
          set("two", ["k3"]);
        }),
        declares(() => {
          set("one", ["k2"]);
          set("two", ["k1", "k3"]);
        }),
      ];
      await given(test, places[0] ?? s());
      for (const place of places.slice(1)) {
        expect(await deletedDuring(test, () => keeping(test, ["k1", "k2", "k3"], () => test.up(place)))).toEqual([]);
      }
      const left = declares(() => {
        set("one", ["k2"]);
        set("two", ["k3"]);
      });
      expect(await deletedDuring(test, () => keeping(test, ["k2", "k3"], () => test.up(left)))).toEqual(["k1"]);
    });
  });
});
