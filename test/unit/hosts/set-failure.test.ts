import { describe, expect, it } from "vitest";
import type { Properties } from "../../../provider/src/hosts/resource";
import { failureOf, kinds } from "./kinds";
import { deployed, many, one, type Program, type Refused, Stack, start, urnOf } from "./stack";

const named = (count: number, fields: (index: number) => Properties = () => ({})) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, fields(index)]));

describe.each(kinds)("a set of %s", (_name, under) => {
  const { text, map, ref, kind } = under;
  const { objects: objectsName, ids: idsName } = kind.names;

  async function created(objects: Readonly<Record<string, Properties>>) {
    const { stack, server } = await deployed(under, { s: many(under, objects) });
    const up = (now: Readonly<Record<string, Properties>>, inputs: Properties = {}) =>
      stack.up({ s: many(under, now, inputs) });
    return { stack, server, up };
  }
  const objectsOf = (stack: Stack) => JSON.parse(String(stack.outputs("s")[objectsName]));
  const idsOf = (stack: Stack) => JSON.parse(String(stack.outputs("s")[idsName]));

  describe("of which a part is refused", () => {
    it("stores all others, names it, holds what is stored, and the next up sends only the rest", async () => {
      const { stack, server } = start(under);
      const objects = named(20, (index) => ({ [text]: `C${index}` }));
      server.trouble({ on: "write", key: "c3", status: 400, detail: "no such plan" });
      const { message } = await failureOf(stack.up({ s: many(under, objects) }));
      expect(message).toContain('set "s": 19 of 20 changes were made, 1 failed');
      expect(message).toMatch(/sends only the rest; "c3": .*no such plan/);
      expect(Object.keys(objectsOf(stack))).toHaveLength(19);
      expect(Object.keys(idsOf(stack))).not.toContain("c3");
      server.cure();
      server.requests();
      await stack.up({ s: many(under, objects) });
      expect(server.requests().filter((line) => line.startsWith("write"))).toEqual(["write c3"]);
      expect((await stack.up({ s: many(under, objects) })).steps).toEqual([]);
    });

    it("does not name what is left over where the set's keys were or are secret", async () => {
      const hush = { secretKeys: true };
      const start = { a: { [text]: "A" }, hunter2: {} };
      const now = { a: { [text]: "A2" } };
      for (const [before, then] of [
        [hush, {}],
        [{}, hush],
      ]) {
        const { stack, server } = await deployed(under, { s: many(under, start, {}, before) });
        server.trouble({ on: "write", key: "a", status: 400 });
        await failureOf(stack.up({ s: many(under, now, {}, before) }));
        server.cure();
        const { reports } = await stack.preview({ s: many(under, now, {}, then) });
        expect(reports.join()).toContain("1 to remove, left over from an earlier run");
        expect(reports.join()).not.toContain("hunter2");
      }
    });

    it("keeps of a refused object what was there before, and removes nothing in that run", async () => {
      const { server, stack, up } = await created({ a: { [text]: "A" }, b: { [text]: "B" }, c: {} });
      server.trouble({ on: "write", key: "a", status: 400 });
      const now = { a: { [text]: "A2" }, b: { [text]: "B2" } };
      await failureOf(up(now));
      expect(objectsOf(stack)).toEqual({ a: { [text]: "A" }, b: { [text]: "B2" } });
      expect(server.keys()).toContain("c");
      server.cure();
      const leftOver = 'set "s": 1 to remove, left over from an earlier run: -"c"';
      for (const next of [now, { ...now, a: { [text]: "A" } }]) {
        expect((await stack.preview({ s: many(under, next) })).reports.filter((line) => line.includes('"c"'))).toEqual([
          expect.stringContaining(leftOver),
        ]);
      }
      expect((await up(now)).reports.join()).toContain(leftOver);
      expect(server.fields("a")).toMatchObject({ [text]: "A2" });
      expect(server.keys().sort()).toEqual(["a", "b"]);
    });

    it("counts what was made, and remembers what has left it, where nothing was", async () => {
      const { server, stack, up } = await created({ a: { [text]: "A" }, b: {} });
      server.trouble({ on: "write", key: "a", status: 400 });
      const { message } = await failureOf(up({ a: { [text]: "A2" } }));
      expect(message).toMatch(/^set "s": 0 of 1 changes were made, 1 failed\. The state holds everything/);
      expect(idsOf(stack)).toEqual({ a: server.id("a"), b: server.id("b") });
    });

    it("does not count what was deleted outside and could not be restored", async () => {
      const { server, up } = await created({ a: { [text]: "A" } });
      server.remove("a");
      // Under subjects the first write has made it anew.
      server.trouble({ on: "write", key: "a", status: 400, skip: kind.name === "subject" ? 1 : 0 });
      const { message } = await failureOf(up({ a: { [text]: "A2" } }));
      expect(message).toMatch(/^set "s": 0 of 1 changes were made, 1 failed/);
      expect(message.match(/"a": /g)).toHaveLength(1);
    });

    it("is a failure without a state where nothing was stored", async () => {
      const stack = new Stack(under);
      stack.server.trouble({ on: "write", status: 403 });
      const { message } = await failureOf(stack.up({ s: many(under, { a: {}, b: {} }) }));
      expect(message).toMatch(/^set "s" was not created: stopped after 0 of 2: /);
      expect(stack.state.size).toBe(0);
    });

    it("names twenty refused objects and counts the others", async () => {
      const stack = new Stack(under);
      stack.server.trouble({ on: "write", status: 400 });
      const { message } = await failureOf(stack.up({ s: many(under, named(25)) }));
      expect(message.match(/"c\d+"/g)).toHaveLength(20);
      expect(message).toMatch(/"c4" and 5 more: OpenMeter answered 400/);
    });

    it("is continued by the next up where it was stopped half-way", async () => {
      const { stack, server } = start(under);
      const program = { s: many(under, named(600)) };
      server.trouble({ on: "write", skip: 1, status: 403, detail: "gone" });
      const { message } = await failureOf(stack.up(program));
      expect(message).toMatch(/stopped after \d+ of 600: .*gone/);
      const stored = server.keys().length;
      expect(stored).toBeGreaterThan(0);
      expect(Object.keys(idsOf(stack))).toHaveLength(stored);
      server.cure();
      server.requests();
      await stack.up(program);
      expect(server.requests().filter((line) => line.startsWith("write"))).toHaveLength(600 - stored);
    });

    it.runIf(kind.name === "subject")(
      "restores nothing that was deleted outside once the server has stopped it",
      async () => {
        const { stack, server, up } = await created(named(600, () => ({ [text]: "Old" })));
        server.remove("c0");
        server.requests();
        server.trouble({ on: "write", skip: 1, status: 403 });
        await failureOf(up(named(600, () => ({ [text]: "New" }))));
        expect(server.requests().filter((line) => line === "write c0")).toHaveLength(1);
        expect(idsOf(stack).c0).toBe(server.id("c0"));
      },
    );

    it("tells of each object that is stored otherwise, and the state holds what is stored", async () => {
      const { stack, server } = start(under);
      server.trouble({ on: "write", key: "a", stores: { [text]: "ACME" } });
      const program = { s: many(under, { a: { [text]: "A", [map]: { x: "1" } }, b: {} }) };
      const { message } = await failureOf(stack.up(program));
      expect(message).toContain(`"a": ${text} is "ACME" in OpenMeter and "A" in the program`);
      expect(message).toContain("1 of 2 changes were made");
      expect(objectsOf(stack)).toEqual({ a: { [text]: "ACME", [map]: { x: "1" } }, b: {} });
      server.cure();
      expect((await stack.up(program)).steps[0]).toBe("~ set s");
      expect(server.fields("a")).toMatchObject({ [text]: "A" });
    });
  });

  describe("in its check", () => {
    it("reports all problems of all objects at once, and names no value", async () => {
      const objects = { a: { [text]: 5 }, "": {}, b: { [ref]: "hunter2" }, c: { wrong: 1 }, d: "no" };
      const program = { s: many(under, objects as never, { onExisting: "x", maxDeletions: "many", extra: 1 }) };
      const { message, failures } = await failureOf<Refused>(new Stack(under).preview(program));
      for (const path of [`a.${text} `, '[""].key', `b.${ref} `, "c.wrong is not an input", "d must be an object"]) {
        expect(message).toContain(`${objectsName}${path.startsWith("[") ? "" : "."}${path}`);
      }
      expect(message).toMatch(/onExisting must be "adopt", "match" or "fail"/);
      expect(message).toMatch(/maxDeletions must be a whole number/);
      expect(message).toMatch(/extra is not an input/);
      expect(message).not.toContain("hunter2");
      // The engine adds the value of a property that a failure names, which would be the whole set.
      expect(failures.filter(({ property }) => property.startsWith(objectsName))).toEqual([]);
    });

    it("refuses a key that another resource declares, of sets that are unchanged, too, and names both", async () => {
      const { stack } = await created({ a: {}, b: {} });
      const programs: [Program, RegExp][] = [
        [{ s: many(under, { a: {}, b: {} }), x: one("b") }, /key "b" is declared by single "x" and by set "s"/],
        [{ x: one("b"), s: many(under, { a: {}, b: {} }) }, /\.b is declared by set "s" and by single "x"/],
        [
          { s: many(under, { a: {}, b: {} }), t: many(under, { a: {}, b: {} }) },
          /\.a is declared by set "t" .*\n.*\.b /,
        ],
      ];
      for (const [program, says] of programs) {
        expect((await failureOf(stack.preview(program))).message).toMatch(says);
      }
    });

    it("names twenty problems and counts the others", async () => {
      const { failures } = await failureOf<Refused>(
        new Stack(under).preview({
          s: many(
            under,
            named(1_000, () => ({ [text]: 5 })),
          ),
        }),
      );
      expect(failures).toHaveLength(21);
      expect(failures.at(-1)?.reason).toMatch(/ 980 more problems$/);
    });

    it("refuses a cut source, counts by key, and lets it pass where maxDeletions allows it", async () => {
      const { stack, up } = await created(named(60));
      const { message } = await failureOf(up(named(40)));
      expect(message).toMatch(
        /would lose 20 of 60 \("c40", .* and 15 more\), and maxDeletions allows 12\. .*maxDeletions: 20/,
      );
      const other = named(60, () => ({}));
      const renamed = Object.fromEntries(Object.entries(other).map(([key, fields]) => [`x${key}`, fields]));
      await failureOf(stack.preview({ s: many(under, renamed) }));
      // A refused program deletes nothing, and a mistake in an object is not its removal.
      expect((await failureOf(up({ ...named(59), c59: { [text]: 5 } } as never))).message).not.toContain("would lose");
      await up(named(48));
      await up(named(30), { maxDeletions: 18 });
      await up(named(20), { maxDeletions: "100%" });
      expect(stack.server.keys()).toHaveLength(20);
    });

    it("counts so by itself where its companion is not in the state", async () => {
      const { stack, server } = await created(named(60));
      stack.state.delete(urnOf("members", "s"));
      const { message } = await failureOf(stack.up({ s: many(under, named(40)) }, { replace: ["s"] }));
      expect(message).toMatch(/would lose 20 of 60 .*Nothing was deleted/);
      expect(server.keys()).toHaveLength(60);
    });

    it("counts also what a forced replacement takes out, whose delete is refused before its first request", async () => {
      const { stack, server } = await created(named(60));
      server.requests();
      const program = { s: many(under, named(40)) };
      const { message } = await failureOf(stack.up(program, { replace: ["s"] }));
      expect(message).toMatch(/would lose 20 of 60 .*Nothing was deleted/);
      expect(server.keys()).toHaveLength(60);
    });
  });
});
