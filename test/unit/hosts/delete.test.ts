import { describe, expect, it } from "vitest";
import { failureOf, kinds } from "./kinds";
import { deployed, many, one, Stack } from "./stack";

describe.each(kinds)("the delete of %s", (_name, under) => {
  const { text, map, ref, kind } = under;

  it("is by id, so that one which was created again since stays", async () => {
    const { stack, server } = await deployed(under, { a: one("acme"), s: many(under, { b: {}, c: {} }) });
    server.requests();
    server.remove("acme");
    server.put("acme", { [text]: "Other" });
    await stack.up({});
    expect(server.keys()).toEqual(["acme"]);
    expect(server.requests().filter((line) => line.startsWith("delete"))).toHaveLength(3);
  });

  it("succeeds where it is gone already, also twice", async () => {
    const { stack, server } = await deployed(under, { a: one("acme"), s: many(under, { b: {}, c: {} }) });
    const entries = [...stack.state.values()];
    server.remove("acme");
    server.remove("b");
    expect((await stack.destroy()).reports).toEqual([]);
    expect(server.keys()).toEqual([]);
    const { process } = await stack.preview({});
    for (const { type, id, outputs } of entries) {
      await process[type].delete(id, outputs);
    }
  });

  it("that is refused keeps it in the state, names it, and is done by the next up", async () => {
    const { stack, server } = await deployed(under, { a: one("acme"), s: many(under, { b: {}, c: {} }) });
    server.trouble({ on: "delete", key: "b", status: 400, detail: "has open invoices" });
    server.trouble({ on: "delete", key: "acme", status: 400, detail: "has open invoices" });
    for (const key of ["b", "acme"]) {
      const { message } = await failureOf(stack.destroy());
      expect(message).toContain(`"${key}"`);
      expect(message).toContain("has open invoices");
      expect(server.keys()).toContain(key);
      server.cure();
      server.trouble({ on: "delete", key: "acme", status: 400, detail: "has open invoices" });
    }
    server.cure();
    await stack.up({});
    expect(server.keys()).toEqual([]);
  });

  it("that is refused says what to do next: in an up that declares other objects another one, else the same command", async () => {
    const { stack, server } = await deployed(under, { a: one("acme") });
    server.trouble({ on: "delete", status: 400, detail: "has open invoices" });
    const refused = `${kind.name} "acme" was not deleted: `;
    const { message } = await failureOf(stack.up({ b: one("b") }));
    expect(message).toContain(refused);
    expect(message).toMatch(/has open invoices\. (.* )?It stays in the state; run pulumi up again$/);
    const { message: destroyed } = await failureOf(stack.destroy());
    expect(destroyed).toContain(`${kind.name} "b" was not deleted: `);
    expect(destroyed).toMatch(/has open invoices\. (.* )?It stays in the state; run the command again$/);
  });

  it("that was refused is not taken for done when the same process is asked for it again", async () => {
    const { stack, server } = await deployed(under, { a: one("acme") });
    const [single] = [...stack.state.values()];
    const { process } = await stack.preview({});
    server.trouble({ on: "delete", status: 400 });
    for (let count = 0; count < 2; count++) {
      expect((await failureOf(process.single.delete("acme", single?.outputs ?? {}))).message).toContain('"acme"');
    }
    server.cure();
    await process.single.delete("acme", single?.outputs ?? {});
    expect(server.keys()).toEqual([]);
  });

  describe("that another resource of the program declares", () => {
    const fields = { [text]: "Acme", [map]: { a: "1" }, [ref]: "cus_1" };

    it.each<[string, () => [object, object]]>([
      ["another single one", () => [{ a: one("acme", fields) }, { b: one("acme", { [text]: "Acme" }) }]],
      ["a set", () => [{ a: one("acme", fields) }, { s: many(under, { acme: { [text]: "Acme" } }) }]],
      [
        "a single one, from a set",
        () => [{ s: many(under, { acme: fields }) }, { a: one("acme", { [text]: "Acme" }) }],
      ],
      [
        "another set",
        () => [
          { s: many(under, { acme: fields, b: {} }), t: many(under, {}) },
          { s: many(under, { b: {} }), t: many(under, { acme: { [text]: "Acme" } }) },
        ],
      ],
      [
        "another set that comes first",
        () => [
          { t: many(under, {}), s: many(under, { acme: fields, b: {} }) },
          { t: many(under, { acme: { [text]: "Acme" } }), s: many(under, { b: {} }) },
        ],
      ],
      ["a renamed set", () => [{ s: many(under, { acme: fields }) }, { t: many(under, { acme: { [text]: "Acme" } }) }]],
    ])("only changes hands to %s: it is kept, and loses what nobody declares any more", async (_what, programs) => {
      const [before, after] = programs();
      const { stack, server } = await deployed(under, before as never);
      const id = server.id("acme");
      server.put("acme", { [map]: { a: "1", crm: "x" } });
      const { reports } = await stack.up(after as never);
      expect(server.id("acme")).toBe(id);
      expect(server.fields("acme")).toEqual({ [text]: "Acme", [map]: { crm: "x" } });
      expect(reports.join()).toMatch(/(acme" is kept|"acme" kept): the program still declares it/);
      expect((await stack.up(after as never)).steps).toEqual([]);
    });

    it("sends nothing where the other one declares all that the first did, and leaves what neither declares", async () => {
      const { stack, server } = await deployed(under, { a: one("acme", { [text]: "Acme" }) });
      server.put("acme", { [ref]: "cus_9" });
      server.requests();
      await stack.up({ b: one("acme", { [text]: "Acme" }) });
      // By the create of the other one.
      expect(server.requests().filter((line) => line !== "read")).toEqual(["write acme"]);
      await stack.up({ c: one("acme") });
      expect(server.fields("acme")).toMatchObject({ [ref]: "cus_9" });
      expect(server.fields("acme")?.[text]).toEqual(under.bare("acme")[text]);
    });

    it("fails where what it loses cannot be read first, and is done by the next up", async () => {
      const { stack, server } = await deployed(under, { a: one("acme", fields) });
      const after = { b: one("acme", { [text]: "Acme" }) };
      const deny = () => server.trouble({ on: "read", status: 403, detail: "no" });
      const { message } = await failureOf(stack.up(after, { beforeDeletes: deny }));
      expect(message).toMatch(/"acme" was not deleted: .*403.*Nothing was changed; run pulumi up again$/);
      server.cure();
      await stack.up(after);
      expect(server.fields("acme")).toEqual({ ...under.bare("acme"), [text]: "Acme" });
    });

    it.runIf(kind.name === "subject")("is cleared though somebody else writes it at the same moment", async () => {
      const { stack, server } = await deployed(under, { a: one("acme", fields) });
      const conflict = () => server.trouble({ on: "write", key: "acme", status: 409, times: 1 });
      await stack.up({ b: one("acme", { [text]: "Acme" }) }, { beforeDeletes: conflict });
      expect(server.fields("acme")).not.toHaveProperty(ref);
    });

    it("counts what was cleared and what was deleted where the server stops the rest, and names that by its id", async () => {
      const { stack, server } = await deployed(under, { s: many(under, { acme: fields, b: {}, c: {} }) });
      const id = server.id("c");
      server.trouble({ on: "delete", key: "c", status: 403 });
      const { message } = await failureOf(stack.up({ t: many(under, { acme: { [text]: "Acme" } }) }));
      expect(message).toContain("stopped after 2 of 3");
      expect(message).toContain(`Not deleted: "c" (id ${id})`);
      expect(server.keys().sort()).toEqual(["acme", "c"]);
    });

    it("is told in one line of a set, which names five and counts the others", async () => {
      const stack = new Stack(under);
      const objects = Object.fromEntries(["k0", "k1", "k2", "k3", "k4", "k5", "k6"].map((key) => [key, {}]));
      await stack.up({ s: many(under, objects) });
      const { reports } = await stack.up({ t: many(under, objects) });
      expect(reports.join()).toMatch(/set "s": "k0", .*"k4" and 2 more kept: the program still declares them/);
    });

    it.runIf(under.changesKey)("swaps its key with another one", async () => {
      const { stack, server } = await deployed(under, { a: one("x", { [text]: "X" }), b: one("y", { [text]: "Y" }) });
      const ids = [server.id("x"), server.id("y")];
      await stack.up({ a: one("y", { [text]: "A" }), b: one("x", { [text]: "B" }) });
      expect([server.id("x"), server.id("y")]).toEqual(ids);
      expect(server.fields("x")).toMatchObject({ [text]: "B" });
    });

    it("is kept by a later run, after one that died between the create and the delete", async () => {
      const { stack, server } = await deployed(under, { a: one("acme") });
      const after = { b: one("acme") };
      const died = () => {
        throw new Error("killed");
      };
      await failureOf(stack.up(after, { beforeDeletes: died }));
      expect((await stack.up(after)).steps).toEqual(["- single a"]);
      expect(server.keys()).toEqual(["acme"]);
    });

    it("fails where what it loses could not be cleared, and deletes nothing of it", async () => {
      const { stack, server } = await deployed(under, { a: one("acme", fields), b: one("acme2") });
      server.trouble({ on: "write", key: "acme", status: 403, detail: "no", skip: 1 });
      const after = { b: one("acme2"), c: one("acme", { [text]: "New" }) };
      const { message } = await failureOf(stack.up(after));
      expect(message).toContain('"acme"');
      server.cure();
      await stack.up(after);
      expect(server.fields("acme")).toMatchObject({ [text]: "New" });
      expect(server.fields("acme")).not.toHaveProperty(ref);
    });

    it("clears nothing of what is gone by then", async () => {
      const { stack, server } = await deployed(under, { a: one("acme", { [map]: { a: "1" } }) });
      await stack.up({ b: one("acme") }, { beforeDeletes: () => server.remove("acme") });
      expect(server.keys()).toEqual([]);
    });
  });

  it("is none of a hand-over in a destroy, though the program was checked or refreshed", async () => {
    const { stack, server } = await deployed(under, { a: one("acme"), s: many(under, { b: {} }) });
    const { process } = await stack.refresh();
    const [single] = [...stack.state.values()];
    await process.single.check(single?.inputs ?? {}, single?.inputs ?? {});
    await process.single.delete("acme", single?.outputs ?? {});
    expect(server.keys()).toEqual(["b"]);
    await stack.destroy();
    expect(server.keys()).toEqual([]);
  });

  it("is not done of a record that another resource of the run holds under another key", async () => {
    const { stack, server } = await deployed(under, { a: one("acme"), b: one("b") });
    const entry = stack.state.values().next().value;
    const { process } = await stack.up({ a: one("acme"), b: one("b", { [text]: "B" }) });
    const outputs = { ...entry?.outputs, key: "old", [kind.names.id]: server.id("b") };
    await process.single.delete("old", outputs);
    expect(server.keys()).toContain("b");
  });
});
