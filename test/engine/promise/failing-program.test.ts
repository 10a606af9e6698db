import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SubjectSet } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../../sample";
import { given, withStack } from "../stack";
import { declares, deletedDuring, keeping, registered, set, subject } from "./scene";

const before = declares(() => set("s", ["k1", "k2"]));
const after = declares(() => {
  set("s", ["k2"]);
  subject("t", "k1");
});

/** What goes wrong between the set that gives `k1` up and the resource that takes it. */
const failures: Record<string, { readonly fail: () => unknown; readonly source: string; readonly says: RegExp }> = {
  "the program throws": {
    fail: () => {
      throw new Error("no such price list");
    },
    // Without a stack: to show one with Pulumi's lines in it, Node.js 20 and 22 take half a minute.
    source: 'throw Object.assign(new Error("no such price list"), { stack: "no such price list" })',
    says: /no such price list/,
  },
  "a class refuses its arguments": {
    fail: () => new SubjectSet("u", { subjects: [{ key: "twice" }, { key: "twice" }] }),
    source: 'new SubjectSet("u", { subjects: [{ key: "twice" }, { key: "twice" }] })',
    says: /"twice"/,
  },
};

describe("a subject that a set gives up is not deleted before all of the program is known", () => {
  longIt.each(Object.entries(failures))(
    "when %s before the taker, under the Automation API",
    async (_, { fail, says }) => {
      await withStack(async (test) => {
        await given(test, before);
        const failing = declares(async () => {
          await registered(set("s", ["k2"]));
          await fail();
          subject("t", "k1");
        });
        const message = await keeping(test, ["k1", "k2"], () => test.failingUp(failing));
        expect(message).toMatch(says);
        expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(after)))).toEqual([]);
      });
    },
  );

  it.each(sample(Object.entries(failures)))(
    "when %s before the taker, with --skip-preview",
    async (_, { source, says }) => {
      await withStack(async (test) => {
        await given(test, before);
        const text = `
        const { Subject, SubjectSet } = require("pulumi-openmeter");
        module.exports = (async () => {
          const s = new SubjectSet("s", { subjects: [{ key: "k2" }] });
          await new Promise((resolve) => s.urn.apply(resolve));
          ${source};
          new Subject("t", { key: "k1" });
        })();`;
        await writeFile(join(test.folder, "index.js"), text);
        await keeping(test, ["k1", "k2"], () =>
          expect(test.cli("up", "--yes", "--skip-preview")).rejects.toThrow(says),
        );
        expect(await deletedDuring(test, () => keeping(test, ["k1", "k2"], () => test.up(after)))).toEqual([]);
      });
    },
  );
});
