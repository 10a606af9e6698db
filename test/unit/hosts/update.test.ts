import { describe, expect, it } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import type { Properties } from "../../../provider/src/hosts/resource";
import { failureOf, kinds } from "./kinds";
import { deployed, one, Stack, start } from "./stack";

describe.each(kinds)("the update of %s", (_name, under) => {
  const { text, map, ref, kind } = under;

  /** A stack with one resource, and how it is declared from then on. */
  async function created(fields: Properties) {
    const { stack, server } = await deployed(under, { a: one("acme", fields) });
    server.requests();
    return { stack, server, up: (now: Properties) => stack.up({ a: one("acme", now) }) };
  }

  it("writes the field that changed, and clears one that is declared no more", async () => {
    const { server, stack, up } = await created({ [text]: "Acme", [map]: { a: "1" }, [ref]: "cus_1" });
    expect((await up({ [text]: "New", [map]: { a: "1" } })).steps).toEqual(["~ single a"]);
    expect(server.fields("acme")).toMatchObject({ [text]: "New", [map]: { a: "1" } });
    expect(server.fields("acme")).not.toHaveProperty(ref);
    expect(stack.outputs("a")).not.toHaveProperty(ref);
    await up({ [text]: "New" });
    expect(server.fields("acme")?.[map] ?? {}).toEqual({});
  });

  it("sends nothing where only the resource's options changed, and keeps them in the state", async () => {
    const { server, stack, up } = await created({ [text]: "Acme" });
    expect((await up({ [text]: "Acme", onExisting: "fail" })).steps).toEqual(["~ single a"]);
    expect(server.requests()).toEqual([]);
    expect(stack.outputs("a")).toMatchObject({ onExisting: "fail" });
  });

  it("takes an empty value for another than none", async () => {
    const { up } = await created({});
    expect((await up({ [map]: {} })).steps).toEqual(["~ single a"]);
    expect((await up({})).steps).toEqual(["~ single a"]);
  });

  it("is a change to a preview where a value is not known, and never a replacement", async () => {
    const { stack } = await created({ [text]: "Acme" });
    expect((await stack.preview({ a: one("acme", { [text]: unknown }) })).steps).toEqual(["~ single a"]);
    expect((await stack.preview({ a: one(unknown, { [text]: "Acme" }) })).steps).toEqual(["~ single a"]);
  });

  it("that is stored otherwise fails, and still tells of drift in other fields", async () => {
    const { server, stack } = await created({ [text]: "Acme", [ref]: "cus_1" });
    const { process } = await stack.preview({});
    const { inputs: olds, outputs } = [...stack.state.values()][0] ?? { inputs: {}, outputs: {} };
    const { inputs } = await process.single.check(olds, { ...olds, [text]: "New" });
    server.put("acme", { [ref]: "cus_9" });
    server.trouble({ on: "write", key: "acme", stores: { [text]: "ACME" } });
    const { message } = await failureOf(process.single.update("acme", outputs, inputs));
    expect(message).toContain(`${text} is "ACME" in OpenMeter and "New" in the program`);
    expect(process.reports.join()).toContain(`${ref} changed in OpenMeter from "cus_1" to "cus_9"`);
  });

  it.runIf(under.changesKey)(
    "is a replacement where the key changes, which deletes the old one at the end",
    async () => {
      const { stack, server } = await created({ [text]: "Acme" });
      const { steps } = await stack.up({ a: one("globex", { [text]: "Acme" }) });
      expect(steps).toEqual(["+- single a", "- single a"]);
      expect(server.keys()).toEqual(["globex"]);
    },
  );

  describe("that meets what others have written", () => {
    it("leaves fields of which it says nothing, and tells of those that it owns", async () => {
      const { server, up } = await created({ [text]: "Acme", [map]: { a: "1" } });
      server.put("acme", { [ref]: "cus_9", [text]: "ACME" });
      const { reports } = await up({ [text]: "Acme", [map]: { a: "2" } });
      expect(server.fields("acme")).toMatchObject({ [text]: "ACME", [map]: { a: "2" }, [ref]: "cus_9" });
      expect(reports.join()).toMatch(
        new RegExp(`"acme".*${text} changed in OpenMeter from "Acme" to "ACME".*--refresh`),
      );
      expect(reports.join()).not.toContain(ref);
    });

    it.runIf(under.holdsJson)("leaves entries of others in a map, at any depth, and tells of them", async () => {
      const { server, up } = await created({ [map]: { a: 1, b: 2, nested: { x: 1, y: 1 } } });
      server.put("acme", { [map]: { a: 1, b: 2, crm: "x", nested: { x: 1, y: 1, z: 9 } } });
      const { reports } = await up({ [text]: "Acme", [map]: { a: 1, b: 3, nested: { x: 2 } } });
      expect(server.fields("acme")?.[map]).toEqual({ a: 1, b: 3, crm: "x", nested: { x: 2, z: 9 } });
      expect(reports.join()).toContain("crm");
    });

    it("leaves a value that Pulumi was told to ignore, which comes as it was before", async () => {
      const { server, up } = await created({ [map]: { lastSeen: "1", plan: "free" }, [text]: "Acme" });
      server.put("acme", { [map]: { lastSeen: "2", plan: "free" } });
      await up({ [map]: { lastSeen: "1", plan: "pro" }, [text]: "Acme" });
      expect(server.fields("acme")?.[map]).toEqual({ lastSeen: "2", plan: "pro" });
    });

    it("removes its own entry that is declared no more, and of a map that is dropped only its own entries", async () => {
      const { server, up } = await created({ [map]: { a: "1", b: "2" } });
      server.put("acme", { [map]: { a: "1", b: "2", crm: "x" } });
      await up({ [map]: { a: "1" } });
      expect(server.fields("acme")?.[map]).toEqual({ a: "1", crm: "x" });
      await up({ [text]: "Acme" });
      expect(server.fields("acme")?.[map]).toEqual({ crm: "x" });
    });

    it.runIf(under.holdsJson)("replaces a list as a whole", async () => {
      const { server, up } = await created({ [map]: { list: [1, 2] } });
      server.put("acme", { [map]: { list: [1, 2, 3] } });
      await up({ [map]: { list: [1] } });
      expect(server.fields("acme")?.[map]).toEqual({ list: [1] });
    });

    it("is repaired after a refresh, which shows it", async () => {
      const { server, stack, up } = await created({ [map]: { a: "1" } });
      server.put("acme", { [map]: { a: "1", crm: "x" } });
      expect((await stack.refresh()).steps).toEqual(["~ single a"]);
      await up({ [map]: { a: "1" } });
      expect(server.fields("acme")?.[map]).toEqual({ a: "1" });
    });
  });

  describe('with undeclaredMetadata "keep"', () => {
    const keep = { undeclaredMetadata: "keep" };

    it("adopts a map with the entries of others, which are neither drift nor touched", async () => {
      const { stack, server } = start(under);
      server.put("acme", { [map]: { crm: "x", a: "0" } });
      const program = { a: one("acme", { [map]: { a: "1" }, ...keep }) };
      await stack.up(program);
      expect(server.fields("acme")?.[map]).toEqual({ crm: "x", a: "1" });
      server.put("acme", { [map]: { crm: "y", a: "1", b: "2" } });
      expect((await stack.refresh()).steps).toEqual([]);
      expect((await stack.up(program)).steps).toEqual([]);
      const { reports } = await stack.up({ a: one("acme", { [map]: { a: "2" }, ...keep }) });
      expect(server.fields("acme")?.[map]).toEqual({ crm: "y", a: "2", b: "2" });
      expect(reports).toEqual([]);
    });

    it("repairs its own entries, and removes one that is declared no more", async () => {
      const { server, stack, up } = await created({ [map]: { a: "1", b: "2" }, ...keep });
      server.put("acme", { [map]: { a: "9", b: "2", crm: "x" } });
      expect((await stack.refresh()).steps).toEqual(["~ single a"]);
      await up({ [map]: { a: "1" }, ...keep });
      expect(server.fields("acme")?.[map]).toEqual({ a: "1", crm: "x" });
    });

    it('asks of a "match" the declared entries alone', async () => {
      const { stack, server } = start(under);
      server.put("acme", { [map]: { crm: "x", a: "1" } });
      await stack.up({ a: one("acme", { [map]: { a: "1" }, onExisting: "match", ...keep }) });
      expect(server.requests()).not.toContain("write acme");
      const { message } = await failureOf(
        new Stack(under, server).up({ b: one("acme", { [map]: { a: "2" }, onExisting: "match", ...keep }) }),
      );
      expect(message).toContain("not as declared");
    });

    it("that is switched on removes nothing in that update, also entries that a refresh has seen", async () => {
      const { server, stack, up } = await created({ [map]: { a: "1" } });
      server.put("acme", { [map]: { a: "1", crm: "x" } });
      await stack.refresh();
      await up({ [map]: { a: "1" }, ...keep });
      expect(server.fields("acme")?.[map]).toEqual({ a: "1", crm: "x" });
      expect((await up({ [map]: { a: "1" }, ...keep })).steps).toEqual([]);
    });

    it("that is switched on removes nothing where the map stops being declared in that update", async () => {
      const { server, stack, up } = await created({ [map]: { a: "1" } });
      server.put("acme", { [map]: { a: "1", crm: "x" } });
      await stack.refresh();
      await up({ ...keep });
      expect(server.fields("acme")?.[map]).toEqual({ a: "1", crm: "x" });
    });

    it("that is switched off makes others' entries drift, which a refresh shows and the next up removes", async () => {
      const { server, stack, up } = await created({ [map]: { a: "1" }, ...keep });
      server.put("acme", { [map]: { a: "1", crm: "x" } });
      await up({ [map]: { a: "1" } });
      await stack.refresh();
      await up({ [map]: { a: "1" } });
      expect(server.fields("acme")?.[map]).toEqual({ a: "1" });
    });
  });

  describe("of an object that was deleted outside", () => {
    it.each([
      ["a field", { [text]: "New", [map]: { a: "1" }, [ref]: "cus_1" }],
      ["a map", { [text]: "Acme", [map]: { a: "2" }, [ref]: "cus_1" }],
    ])("writes it whole where %s changes, says so, and takes the new record", async (_what, now) => {
      const { server, stack, up } = await created({ [text]: "Acme", [map]: { a: "1" }, [ref]: "cus_1" });
      server.remove("acme");
      const { reports } = await up(now);
      expect(server.fields("acme")).toMatchObject(now);
      expect(reports.join()).toContain(
        `${kind.name} "acme" was deleted outside of Pulumi since the last run; all declared fields are written`,
      );
      expect(stack.outputs("a")[kind.names.id]).toBe(server.id("acme"));
    });

    it("writes it once where it was read first, so that it is never there in part", async () => {
      const { server, up } = await created({ [text]: "Acme", [map]: { a: "1" } });
      server.remove("acme");
      await up({ [text]: "Acme", [map]: { a: "2" } });
      expect(server.requests().filter((line) => line !== "read")).toEqual(["write acme"]);
    });

    it("needs no other field to be declared", async () => {
      const { server, stack, up } = await created({ [text]: "Acme" });
      server.remove("acme");
      await up({ [text]: "New" });
      expect(stack.outputs("a")).toMatchObject({ [text]: "New", [kind.names.id]: server.id("acme") });
      expect((await stack.refresh()).steps).toEqual([]);
    });

    // What is replaced whole is never there in part.
    it.runIf(kind.replacesWhole !== true)(
      "has in the state what others have made of it since, where its fields could not be restored",
      async () => {
        const { server, stack, up } = await created({ [text]: "Acme", [ref]: "cus_1" });
        server.remove("acme");
        server.put("acme", { [ref]: "cus_9" });
        server.trouble({ on: "write", status: 400, skip: 1, detail: "no such plan" });
        const { message } = await failureOf(up({ [text]: "New", [ref]: "cus_1" }));
        expect(message).toContain("no such plan");
        expect(stack.outputs("a")).toMatchObject({ [ref]: "cus_9", [kind.names.id]: server.id("acme") });
        server.cure();
        await up({ [text]: "New", [ref]: "cus_1" });
        expect(server.fields("acme")).toMatchObject({ [text]: "New", [ref]: "cus_1" });
      },
    );

    it("is not in the state as if it were whole where that is refused", async () => {
      const { server, stack, up } = await created({ [text]: "Acme", [ref]: "cus_1" });
      server.remove("acme");
      server.trouble({ on: "write", status: 400, skip: kind.name === "subject" ? 1 : 0, detail: "no such plan" });
      const { message } = await failureOf(up({ [text]: "New", [ref]: "cus_1" }));
      expect(message).toContain('"acme"');
      expect(message).toContain("no such plan");
      // Under subjects the first write has made it anew, without the field that it was not about.
      const stored = kind.name === "subject" ? { [text]: "New" } : { [text]: "Acme", [ref]: "cus_1" };
      const { key: _key, [kind.names.id]: id, ...fields } = stack.outputs("a");
      expect(fields).toMatchObject(stored);
      expect(Object.hasOwn(fields, ref)).toBe(kind.name !== "subject");
      expect(id === server.id("acme")).toBe(kind.name === "subject");
      server.cure();
      await up({ [text]: "New", [ref]: "cus_1" });
      expect(server.fields("acme")).toMatchObject({ [text]: "New", [ref]: "cus_1" });
    });
  });

  it("fails where a field could not be cleared, and keeps the stored value in the state", async () => {
    const { server, stack, up } = await created({ [text]: "Acme", [map]: { a: "1" } });
    server.trouble({ on: "write", key: "acme", stores: { [text]: "Acme" } });
    const { message } = await failureOf(up({ [map]: { a: "1" } }));
    const none = JSON.stringify(under.bare("acme")[text]) ?? "nothing";
    expect(message).toContain(`${text} is "Acme" in OpenMeter and ${none} in the program`);
    expect(stack.outputs("a")).toMatchObject({ [text]: "Acme" });
  });

  it("says in a failure which fields it was about, and how to go on", async () => {
    const { server, up } = await created({ [text]: "Acme", [ref]: "cus_1" });
    server.trouble({ on: "write", status: 503 });
    const { message } = await failureOf(up({ [text]: "B", [ref]: "cus_1" }));
    expect(message).toMatch(
      new RegExp(`^${kind.name} "acme" \\(${text}\\) was not updated: .*run pulumi up --refresh`),
    );
    server.cure();
    server.trouble({ on: "write", status: 422, detail: "no" });
    expect((await failureOf(up({ [text]: "B" }))).message).toContain("None of it was stored; correct it");
  });

  it("fails where it cannot read first, and sends nothing", async () => {
    const { server, up } = await created({ [map]: { a: "1" } });
    server.trouble({ on: "read", status: 403 });
    const { message } = await failureOf(up({ [map]: { a: "2" } }));
    expect(message).toContain("was not updated");
    expect(server.requests()).not.toContain("write acme");
  });
});
