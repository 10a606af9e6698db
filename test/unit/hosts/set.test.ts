import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import type { Properties } from "../../../provider/src/hosts/resource";
import { failureOf, kinds } from "./kinds";
import { deployed, many, Stack, start, urnOf } from "./stack";

describe.each(kinds)("a set of %s", (_name, under) => {
  const { text, map, ref, kind } = under;
  const { objects: objectsName, ids: idsName } = kind.names;

  async function created(objects: Readonly<Record<string, Properties>>, options: Properties = {}) {
    const { stack, server } = await deployed(under, { s: many(under, objects, options) });
    server.requests();
    const up = (now: Readonly<Record<string, Properties>>, inputs = options) =>
      stack.up({ s: many(under, now, inputs) });
    return { stack, server, up };
  }
  const objectsOf = (stack: Stack) => JSON.parse(String(stack.outputs("s")[objectsName]));
  const idsOf = (stack: Stack) => JSON.parse(String(stack.outputs("s")[idsName]));

  it("is created with its ids, and is then nothing to do and nothing to ask", async () => {
    const objects = { a: { [text]: "A" }, b: { [map]: { x: "1" } }, __proto__x: {}, "10": {} };
    const { stack, server, up } = await created(objects);
    expect(idsOf(stack)).toEqual(Object.fromEntries(Object.keys(objects).map((key) => [key, server.id(key)])));
    expect(objectsOf(stack)).toEqual(objects);
    for (const { steps, reports } of [await stack.preview({ s: many(under, objects) }), await up(objects)]) {
      expect({ steps, reports }).toEqual({ steps: [], reports: [] });
    }
    expect(server.requests()).toEqual([]);
  });

  it("of no objects sends nothing, and opens no connection", async () => {
    const connect = () => {
      throw new Error("a connection was opened");
    };
    const stack = new Stack(under, { ...under.start(), connect });
    await stack.up({ s: many(under, {}) });
    expect((await stack.up({ s: many(under, {}) })).steps).toEqual([]);
    expect((await stack.up({ s: many(under, {}, { maxDeletions: 5 }) })).steps).toEqual(["~ set s"]);
    expect((await stack.destroy()).steps).toEqual(["- members s", "- set s"]);
  });

  it("writes only the objects that changed, and removes only in the delete phase", async () => {
    const { server, stack } = await created({ a: { [text]: "A" }, b: {}, c: { [text]: "C", [ref]: "cus_1" } });
    const program = { s: many(under, { a: { [text]: "A2" }, c: { [text]: "C", [ref]: "cus_1" }, d: {} }) };
    let before: string[] = [];
    const { steps, reports } = await stack.up(program, { beforeDeletes: () => (before = server.keys()) });
    expect(before.sort()).toEqual(["a", "b", "c", "d"]);
    expect(server.keys().sort()).toEqual(["a", "c", "d"]);
    expect(new Set(server.requests().filter((line) => line !== "read"))).toEqual(
      new Set(["write a", "write d", "delete b"]),
    );
    expect(steps).toEqual(["~ set s", "+- members s", "- members s"]);
    expect(reports).toEqual([`set "s": 1 to create, 1 to update, 1 to remove of 3: -"b", ~"a" (${text}), +"d"`]);
  });

  it("says in a preview what up then does, in one line, and nothing in a refresh", async () => {
    const { stack } = await created({ a: { [text]: "A" }, b: {} });
    const now = { s: many(under, { a: { [text]: "secret?" }, c: {} }) };
    const { steps, reports } = await stack.preview(now);
    expect(steps).toEqual(["~ set s", "+- members s"]);
    expect(reports).toEqual([`set "s": 1 to create, 1 to update, 1 to remove of 2: -"b", ~"a" (${text}), +"c"`]);
    expect((await stack.refresh()).reports).toEqual([]);
    expect((await new Stack(under).preview({ s: many(under, { a: {} }) })).reports).toEqual([
      'set "s": 1 to create of 1: +"a"',
    ]);
  });

  it("merges each map with what others have written, and tells of drift by key and field", async () => {
    const { server, up } = await created({ a: { [map]: { x: "1" }, [text]: "A" }, b: { [map]: { x: "1" } }, c: {} });
    server.put("a", { [map]: { x: "1", crm: "1" }, [text]: "Other" });
    const { reports } = await up({ a: { [map]: { x: "2" }, [text]: "A" }, b: { [map]: { x: "2" } }, c: {} });
    expect(server.fields("a")).toMatchObject({ [map]: { x: "2", crm: "1" }, [text]: "Other" });
    expect(server.fields("b")).toMatchObject({ [map]: { x: "2" } });
    expect(reports.at(-1)).toMatch(new RegExp(`set "s": "a" \\(.*${text}.*changed in OpenMeter`));
    expect(reports.at(-1)).not.toContain("Other");
  });

  it('with undeclaredMetadata "keep" adopts and keeps the entries of others', async () => {
    const { stack, server } = start(under);
    server.put("a", { [map]: { crm: "1" } });
    const keep = { undeclaredMetadata: "keep" };
    await stack.up({ s: many(under, { a: { [map]: { x: "1" } } }, keep) });
    await stack.up({ s: many(under, { a: { [map]: { y: "1" } } }, keep) });
    expect(server.fields("a")).toMatchObject({ [map]: { crm: "1", y: "1" } });
    expect((await stack.refresh()).steps).toEqual([]);
  });

  it("sends nothing where only options changed, and is a change to a preview where its objects are unknown", async () => {
    const { server, stack, up } = await created({ a: {} });
    expect((await up({ a: {} }, { maxDeletions: 5 })).steps).toEqual(["~ set s"]);
    expect((await up({ a: {} }, { maxDeletions: 5 })).steps).toEqual([]);
    const { steps, reports } = await stack.preview({ s: many(under, unknown, { maxDeletions: 5 }) });
    expect({ steps, reports }).toEqual({ steps: ["~ set s", "~ members s"], reports: [] });
    expect(server.requests()).toEqual([]);
    const { process } = await stack.preview({});
    await expect(process.set.create({ [objectsName]: unknown })).rejects.toThrow(
      "a value of the set is not known yet, so nothing was sent",
    );
  });

  it("takes nothing for gone by the word of a list, which may lack the newest", async () => {
    const objects = (plan: string) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`c${index}`, { [map]: { plan } }]));
    const { server, up } = await created(objects("free"));
    server.put("c7", { [map]: { plan: "free", crm: "x" } });
    server.trouble({ on: "read", key: "c7", isUnlisted: true });
    const { reports } = await up(objects("pro"));
    expect(server.fields("c7")?.[map]).toEqual({ plan: "pro", crm: "x" });
    expect(reports.join()).not.toContain("deleted outside");
  });

  it("restores whole what was deleted outside, and names it", async () => {
    const { server, stack, up } = await created({
      a: { [text]: "A", [ref]: "cus_1" },
      b: { [map]: { x: "1" }, [text]: "B" },
    });
    server.remove("a");
    server.remove("b");
    const now = { a: { [text]: "A2", [ref]: "cus_1" }, b: { [map]: { x: "2" }, [text]: "B" } };
    const { reports } = await up(now);
    expect(server.fields("a")).toMatchObject(now.a);
    expect(server.fields("b")).toMatchObject(now.b);
    expect(reports.at(-1)).toMatch(/set "s": "\w", "\w" was deleted outside/);
    expect(idsOf(stack)).toEqual({ a: server.id("a"), b: server.id("b") });
  });

  it("tells how far its reads, writes and deletes have come", async () => {
    const { server, stack } = await created({ a: { [map]: { x: "1" } }, b: {}, c: {} });
    // Each piece of work tells once, when it is over, five seconds later.
    let late = 0;
    const later = (ms: number, tell: () => void) => () => {
      late += ms;
      tell();
    };
    Object.assign(server.clock, { every: later, now: () => late });
    const { reports: refreshed } = await stack.refresh();
    const { reports } = await stack.up({ s: many(under, { a: { [map]: { x: "2" } }, b: {}, d: {}, e: {} }) });
    const numbers = [...refreshed, ...reports].flatMap(
      (line) => /set "s": (\d of \d \w+), [\d,]+ a second/.exec(line)?.[1] ?? [],
    );
    expect(numbers).toEqual(expect.arrayContaining(["3 of 3 read", "3 of 3 done", "1 of 1 deleted"]));
    // What is replaced whole, is read right before it is written.
    expect(numbers.includes("1 of 1 read")).toBe(kind.replacesWhole !== true);
  });

  describe("with onExisting", () => {
    it('"adopt" sets declared fields, leaves others, and keeps the records', async () => {
      const { stack, server } = start(under);
      server.put("a", { [ref]: "cus_9" });
      const id = server.id("a");
      await stack.up({ s: many(under, { a: { [text]: "A" }, b: {} }) });
      expect(server.fields("a")).toMatchObject({ [text]: "A", [ref]: "cus_9" });
      expect(idsOf(stack).a).toBe(id);
    });

    it('"fail" refuses before anything is sent, names what exists, and looks only at what is new to the set', async () => {
      const { server, up } = await created({ a: {} }, { onExisting: "fail" });
      server.put("b", {});
      const { message } = await failureOf(up({ a: {}, b: {}, c: {} }));
      expect(message).toMatch(/set "s": "b" exists in OpenMeter already, .*nothing was sent/);
      expect(server.keys()).toEqual(["a", "b"]);
      server.remove("b");
      await up({ a: {}, b: {}, c: {} });
      expect(server.keys().sort()).toEqual(["a", "b", "c"]);
    });

    it.runIf(kind.name === "subject")('"fail" looks for many that are new by a list', async () => {
      const { server, up } = await created({}, { onExisting: "fail" });
      await up(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`c${index}`, {}])));
      expect(server.requests().filter((line) => line === "read")).toHaveLength(2); // by the check and by the create
    });

    it('"fail" says in a preview what it refuses, of what is new to the set', async () => {
      const { stack, server } = await created({ a: {} }, { onExisting: "fail" });
      server.put("b", {});
      const { process } = await stack.preview({ s: many(under, { a: {}, b: {}, c: {} }, { onExisting: "fail" }) });
      expect(process.messages.filter(({ level }) => level !== undefined)).toEqual([
        {
          line: expect.stringMatching(/^set "s": 1 exists in OpenMeter already, .*"fail" refuses: "b"\. /),
          urn: urnOf("set", "s"),
          level: "warning",
        },
      ]);
    });

    it('"fail" sends nothing of what another resource of the stack has just so', async () => {
      const { stack, server } = await deployed(under, { x: many(under, { a: { [text]: "A" } }) });
      server.requests();
      await stack.up({ x: many(under, {}), s: many(under, { a: { [text]: "A" } }, { onExisting: "fail" }) });
      expect(server.requests()).not.toContain("write a");
    });

    it('"match" looks in a preview at what is new to the set, all at once, and says what it finds', async () => {
      const { stack, server } = await created({ a: {} }, { onExisting: "match" });
      server.put("b", {});
      const many40 = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`new${at}`, {}]));
      const { process } = await stack.preview({ s: many(under, { a: {}, b: {}, ...many40 }, { onExisting: "match" }) });
      const line = expect.stringMatching(/^set "s": 1 to take over .*, 40 to create of 42: \+"new0", /);
      expect(process.messages).toContainEqual({ line, urn: urnOf("set", "s") });
      if (kind.name === "subject") {
        expect(server.requests()).toEqual(["read"]);
      }
    });

    it('"fail" accepts what another resource of the stack has, and refuses the foreign beside it', async () => {
      for (const [foreign, now] of [
        [[], { a: {} }],
        [["b"], { a: {}, b: {} }],
      ] as const) {
        const { stack, server } = await deployed(under, { x: many(under, { a: {} }) });
        for (const key of foreign) {
          server.put(key, {});
        }
        const taken = stack.up({ x: many(under, {}), s: many(under, now, { onExisting: "fail" }) });
        if (foreign.length > 0) {
          expect((await failureOf(taken)).message).toContain('set "s": "b" exist');
        } else {
          await taken;
        }
      }
    });

    it('"match" says what it takes over, creates or refuses, and does so', async () => {
      const { stack, server } = start(under);
      server.put("a", { [text]: "A" });
      server.put("b", { [text]: "Other" });
      const match = { onExisting: "match" };
      const all = { a: { [text]: "A" }, b: { [text]: "B" }, c: {} };
      const { reports } = await stack.preview({ s: many(under, all, match) });
      expect(reports).toEqual([
        'set "s": 1 to take over as they are (nothing is sent), 1 to create of 3: +"c"',
        expect.stringMatching(/^set "s": 1 differs from what is declared, .*"match" refuses: "b"/),
      ]);
      const { message } = await failureOf(stack.up({ s: many(under, all, match) }));
      expect(message).toMatch(
        new RegExp(`"b" exists in OpenMeter, but not as declared.*nothing was sent: "b" \\(${text}\\)`),
      );
      expect(message).not.toContain("Other");
      expect(server.keys()).toEqual(["a", "b"]);
      server.requests();
      await stack.up({ s: many(under, { a: all.a, c: {} }, match) });
      expect(server.requests().filter((line) => line !== "read")).toEqual(["write c"]);
      server.put("d", {});
      await stack.up({ s: many(under, { a: { [text]: "A2" }, c: {}, d: {} }, match) });
      expect(server.requests().filter((line) => line.startsWith("write"))).toEqual(["write a"]);
    });

    it('"match" keeps what it took over in the state when the rest is refused', async () => {
      const { stack, server } = start(under);
      server.put("a", {});
      server.trouble({ on: "write", status: 403 });
      await failureOf(stack.up({ s: many(under, { a: {}, b: {} }, { onExisting: "match" }) }));
      expect(idsOf(stack)).toEqual({ a: server.id("a") });
    });

    it("other than adopt does not take over what somebody creates at that moment", async () => {
      const { server, up } = await created({ z: {} }, { onExisting: "fail" });
      server.trouble({ on: "write", status: 409 });
      expect((await failureOf(up({ z: {}, a: {} }))).message).toContain(
        '"a": somebody else created it at the same moment',
      );
    });
  });
});
