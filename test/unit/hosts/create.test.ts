import { describe, expect, it, vi } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import { failureOf, kinds } from "./kinds";
import { many, one, type Refused, Stack, start, urnOf } from "./stack";

describe.each(kinds)("the create of %s", (_name, under) => {
  const { text, map, ref, kind } = under;
  const lateDiff = 500;

  it("writes what is declared, and returns it with the server's id", async () => {
    const stack = new Stack(under);
    const fields = { [text]: "Acme", [map]: { plan: "pro" }, [ref]: "cus_1" };
    const { steps } = await stack.up({ a: one("acme", fields) });
    expect(steps).toEqual(["+ single a"]);
    // An object that is written as a whole is looked for first.
    expect(stack.server.requests().includes("read")).toBe(kind.replacesWhole === true);
    expect(stack.server.fields("acme")).toMatchObject(fields);
    expect(stack.outputs("a")).toMatchObject({ key: "acme", ...fields, [kind.names.id]: stack.server.id("acme") });
  });

  it("leaves nothing to do and nothing to ask, in a preview and an up", async () => {
    const stack = new Stack(under);
    const program = {
      a: one("acme", { [text]: "Acme", [map]: under.holdsJson ? { b: 1, a: [{ c: null }] } : { b: "1" } }),
    };
    await stack.up(program);
    stack.server.requests();
    for (const { steps, reports } of [await stack.preview(program), await stack.up(program)]) {
      expect({ steps, reports }).toEqual({ steps: [], reports: [] });
    }
    expect(stack.server.requests()).toEqual([]);
  });

  it("adopts an object that exists: sets declared fields, a map as a whole, and leaves the others and the record", async () => {
    const { stack, server } = start(under);
    server.put("acme", { [text]: "Old", [map]: { old: "1" }, [ref]: "cus_1" });
    const id = server.id("acme");
    await stack.up({ a: one("acme", { [text]: "New", [map]: { new: "1" } }) });
    expect(server.fields("acme")).toEqual({ [text]: "New", [map]: { new: "1" }, [ref]: "cus_1" });
    expect(server.id("acme")).toBe(id);
  });

  it("adopts one that somebody else creates at the same moment", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", times: 1, status: 409, before: () => server.put("acme", { [ref]: "cus_9" }) });
    await stack.up({ a: one("acme", { [text]: "Acme" }) });
    expect(server.fields("acme")).toMatchObject({ [text]: "Acme", [ref]: "cus_9" });
  });

  it.each([{}, { onExisting: "adopt" }])(
    "gives up when the conflict does not end, and says what was not stored: %j",
    async (options) => {
      const { stack, server } = start(under);
      server.trouble({ on: "write", status: 409, before: () => server.put("acme", {}) });
      const { message } = await failureOf(stack.up({ a: one("acme", { [text]: "Acme", ...options }) }));
      expect(message).toMatch(new RegExp(`^${kind.name} "acme" \\(${text}\\) was not created: .*409`));
    },
  );

  it("that is refused names all fields that were sent, and no others", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", status: 400 });
    const refused = async (fields: object) => (await failureOf(stack.up({ a: one("acme", { ...fields }) }))).message;
    expect(await refused({ [text]: "Acme", [map]: { a: "1" } })).toMatch(
      new RegExp(`^${kind.name} "acme" \\(${text}, ${map}\\) was not created: `),
    );
    expect(await refused({})).toMatch(new RegExp(`^${kind.name} "acme" was not created: `));
  });

  it("is a failure that says what to do where it is refused, and leaves no state", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", status: 400, detail: "no such plan" });
    const { message } = await failureOf(stack.up({ a: one("acme", { [text]: "Acme" }) }));
    expect(message).toMatch(/"acme" .*was not created: .*no such plan.*None of it was stored; correct it/);
    expect(stack.state.size).toBe(0);
  });

  it("leaves open whether it was stored where the server does not answer", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", status: 503 });
    const { message } = await failureOf(stack.up({ a: one("acme", { [text]: "Acme" }) }));
    expect(message).toContain("Whether OpenMeter stored it is unknown; run pulumi up again");
  });

  it("fails when something else is stored, and keeps in the state what is, which the next up repairs", async () => {
    const { stack, server } = start(under);
    const program = { a: one("acme", { [text]: "Acme", [map]: { a: "1" } }) };
    server.trouble({ on: "write", key: "acme", stores: { [text]: "ACME" } });
    const { message } = await failureOf(stack.up(program));
    expect(message).toContain(`${kind.name} "acme" was stored, but not as declared`);
    expect(message).toContain(`${text} is "ACME" in OpenMeter and "Acme" in the program`);
    expect(stack.outputs("a")).toMatchObject({ key: "acme", [text]: "ACME", [map]: { a: "1" } });
    server.cure();
    expect((await stack.up(program)).steps).toEqual(["~ single a"]);
    expect(stack.outputs("a")).toMatchObject({ [text]: "Acme", [kind.names.id]: server.id("acme") });
  });

  it("fails when more is stored in a map than what was sent", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", key: "acme", stores: { [map]: { a: "1", b: "2" } } });
    const { message } = await failureOf(stack.up({ a: one("acme", { [map]: { a: "1" } }) }));
    expect(message).toContain(`${map}.b is "2" in OpenMeter and nothing in the program`);
    expect(stack.outputs("a")).toMatchObject({ [map]: { a: "1", b: "2" } });
  });

  it("sends nothing while a value is not known", async () => {
    const { stack, server } = start(under);
    const { process } = await stack.preview({ a: one(unknown, { [text]: unknown, onExisting: "match" }) });
    for (const inputs of [{ key: unknown }, { key: "a", [text]: unknown }, { key: "a", [map]: { b: [unknown] } }]) {
      await expect(process.single.create(inputs)).rejects.toThrow(
        `a value of the ${kind.name} is not known yet, so nothing was sent`,
      );
    }
    expect(server.requests()).toEqual([]);
  });

  it.each(["fail", "match"])('with onExisting "%s" lets a bug be one, in a preview too', async (onExisting) => {
    const { stack, server } = start(under);
    const bug = new TypeError("a bug");
    const connect = () => {
      throw bug;
    };
    expect(await failureOf(new Stack(under, { ...server, connect }).preview({ a: one("acme", { onExisting }) }))).toBe(
      bug,
    );
    expect(stack.state.size).toBe(0);
  });

  describe('with onExisting "fail"', () => {
    const program = { a: one("acme", { [text]: "Acme", onExisting: "fail" }) };
    const about = { urn: urnOf("single", "a"), level: "warning" };

    it("says in a preview what exists, and nothing of what does not", async () => {
      const { stack, server } = start(under);
      expect((await stack.preview(program)).reports).toEqual([]);
      server.put("acme", {});
      const { process } = await stack.preview(program);
      const says = new RegExp(`^${kind.name} "acme" exists in OpenMeter already, which onExisting "fail" refuses`);
      expect(process.messages).toEqual([{ line: expect.stringMatching(says), ...about }]);
    });

    it("says in a preview where it cannot tell, which is no error of a preview", async () => {
      const { stack, server } = start(under);
      server.trouble({ on: "read", status: 403, detail: "no" });
      const { process } = await stack.preview(program);
      expect(process.messages).toEqual([
        {
          line: expect.stringMatching(
            /^cannot tell whether onExisting "fail" will refuse .*"acme" was not read: .*403/,
          ),
          ...about,
        },
      ]);
    });

    it("looks first, and creates at once what is not there", async () => {
      const { stack, server } = start(under);
      await stack.up(program);
      expect(server.requests().slice(0, 1)).toEqual(["read"]);
      expect(server.fields("acme")).toMatchObject({ [text]: "Acme" });
      expect(server.clock.sleeps).not.toContain(lateDiff);
    });

    it("refuses what exists, sends nothing, and says how to go on", async () => {
      const { stack, server } = start(under);
      server.put("acme", { [text]: "Other" });
      const { message } = await failureOf(stack.up(program));
      expect(message).toMatch(/"acme" exists in OpenMeter already, .*"fail"; nothing was sent.*onExisting: "adopt"/);
      expect(server.requests()).not.toContain("write acme");
    });

    it("refuses what somebody else creates at that moment", async () => {
      const { stack, server } = start(under);
      server.trouble({ on: "write", status: 409 });
      const { message } = await failureOf(stack.up(program));
      expect(message).toContain('somebody else created it at the same moment, and onExisting is "fail"');
      server.cure();
      server.trouble({ on: "write", status: 400, detail: "no such plan" });
      expect((await failureOf(stack.up(program))).message).toContain("no such plan");
    });

    it("accepts the stack's own record, of which the engine has shown the resource before", async () => {
      const { stack, server } = start(under);
      await stack.up({ old: many(under, { acme: { [text]: "Acme" } }), b: one("b") });
      const id = server.id("acme");
      const now = { old: many(under, {}), a: one("acme", { [text]: "Acme", onExisting: "fail" }), b: one("b") };
      await stack.up(now);
      expect(server.id("acme")).toBe(id);
      expect(server.clock.sleeps).not.toContain(lateDiff);
    });

    it("waits before it refuses, and accepts a record that turns out to be the stack's", async () => {
      const { stack, server } = start(under);
      server.put("acme", {});
      const { process } = await stack.preview({});
      const sleep = vi.spyOn(server.clock, "sleep").mockImplementation(async () => {
        process.session.run.hold({
          urn: "urn",
          ids: () => new Map([["acme", String(server.id("acme"))]]),
          goesOn: () => new Set(["acme"]),
          isComplete: true,
        });
      });
      await expect(process.single.create({ key: "acme", onExisting: "fail" })).resolves.toMatchObject({
        outputs: { [kind.names.id]: server.id("acme") },
      });
      expect(sleep).toHaveBeenCalledWith(lateDiff);
    });
  });

  describe('with onExisting "match"', () => {
    const program = { a: one("acme", { [text]: "Acme", onExisting: "match" }) };

    it("takes over what is as declared, with nothing sent, and says so before", async () => {
      const { stack, server } = start(under);
      server.put("acme", { [text]: "Acme", [ref]: "cus_9" });
      const { process } = await stack.preview(program);
      const line = `${kind.name} "acme" will be taken over as it is; nothing is sent`;
      expect(process.messages).toEqual([{ line, urn: urnOf("single", "a") }]);
      await stack.up(program);
      expect(server.requests()).not.toContain("write acme");
      expect(stack.outputs("a")).toMatchObject({ [kind.names.id]: server.id("acme"), [text]: "Acme" });
    });

    it("refuses what is there otherwise, with both values, sends nothing, and says so before", async () => {
      const { stack, server } = start(under);
      server.put("acme", { [text]: "Other" });
      const said = `${text} is "Other" in OpenMeter and "Acme" in the program`;
      const { process } = await stack.preview(program);
      const line = expect.stringMatching(new RegExp(`^${kind.name} "acme" differs .*"match" refuses.*${said}`));
      expect(process.messages).toEqual([{ line, urn: urnOf("single", "a"), level: "warning" }]);
      const { message } = await failureOf(stack.up(program));
      expect(message).toMatch(
        new RegExp(`exists in OpenMeter, but not as declared.*nothing was sent: ${said}.*"adopt"`),
      );
      expect(server.requests()).not.toContain("write acme");
    });

    it("creates what is not there, and says so before", async () => {
      const { stack, server } = start(under);
      expect((await stack.preview(program)).reports.join()).toContain("is not in OpenMeter and will be created");
      await stack.up(program);
      expect(server.fields("acme")).toMatchObject({ [text]: "Acme" });
    });

    it("writes what another resource of the stack has", async () => {
      const { stack, server } = start(under);
      await stack.up({ old: many(under, { acme: { [text]: "Old" } }) });
      await stack.up({ old: many(under, {}), a: one("acme", { [text]: "Acme", onExisting: "match" }) });
      expect(server.fields("acme")).toMatchObject({ [text]: "Acme" });
    });

    it("fails the preview where the object cannot be read", async () => {
      const { stack, server } = start(under);
      server.trouble({ on: "read", status: 403, detail: "no" });
      const { failures } = await failureOf<Refused>(stack.preview(program));
      expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/"acme" was not read: .*403/) }]);
    });

    it("asks nothing where the resource exists already or something is unknown", async () => {
      const { stack, server } = start(under);
      await stack.up(program);
      server.requests();
      const { reports } = await stack.preview({ a: one("acme", { [text]: "New", onExisting: "match" }) });
      expect({ reports, requests: server.requests() }).toEqual({ reports: [], requests: [] });
    });
  });

  it("is refused in the check where another resource declares the same key, which names both", async () => {
    const { stack } = start(under);
    const program = { first: one("acme"), second: one("acme") };
    for (const run of [stack.preview(program), stack.up({ first: one("b"), second: one("b") })]) {
      const { message } = await failureOf<Refused>(run);
      expect(message).toMatch(/declared by single "second" and by single "first"/);
    }
    // A second check of the same resource is none, nor is a key that has moved on.
    await stack.up({ first: many(under, { a: {} }) });
    await stack.up({ second: one("a"), first: many(under, { c: {} }) });
  });
});
