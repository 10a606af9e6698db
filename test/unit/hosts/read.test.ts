import { describe, expect, it } from "vitest";
import { pulumiSignatureKey, pulumiUnknownValue } from "../../../provider/src/json";
import { failureOf, kinds } from "./kinds";
import { deployed, many, one, start } from "./stack";

describe.each(kinds)("the refresh of %s", (_name, under) => {
  const { text, map, ref, kind } = under;

  async function created() {
    const { stack } = await deployed(under, { a: one("acme", { [text]: "Acme", [map]: { a: "1" } }) });
    stack.server.requests();
    return { stack, server: stack.server };
  }

  it("shows each declared field as it is live, and no others", async () => {
    const { stack, server } = await created();
    server.put("acme", { [text]: null, [map]: { a: "1", b: "2" }, [ref]: "cus_9" });
    expect((await stack.refresh()).steps).toEqual(["~ single a"]);
    expect(stack.outputs("a")).toMatchObject({ [map]: { a: "1", b: "2" } });
    expect(stack.outputs("a")[text]).toEqual(under.bare("acme")[text]);
    expect(stack.outputs("a")).not.toHaveProperty(ref);
    await stack.up({ a: one("acme", { [text]: "Acme", [map]: { a: "1" } }) });
    expect(server.fields("acme")).toEqual({ [text]: "Acme", [map]: { a: "1" }, [ref]: "cus_9" });
  });

  it("changes nothing and writes nothing where nothing drifted", async () => {
    const { stack, server } = await created();
    const before = stack.outputs("a");
    expect((await stack.refresh()).steps).toEqual([]);
    expect(stack.outputs("a")).toEqual(before);
    expect(server.requests()).not.toContain("write acme");
  });

  it("takes an empty map that is declared for what it is", async () => {
    const { stack } = await deployed(under, { a: one("acme", { [map]: {} }) });
    expect((await stack.refresh()).steps).toEqual([]);
    expect(stack.outputs("a")).toMatchObject({ [map]: {} });
  });

  it.runIf(kind.name === "subject")("of many at once costs fewer requests than there are", async () => {
    const keys = Array.from({ length: 60 }, (_, index) => `k${index}`);
    const { stack, server } = await deployed(under, Object.fromEntries(keys.map((key) => [key, one(key)])));
    const { process } = await stack.preview({});
    server.requests();
    for (const key of keys) {
      await process.single.read(key, stack.outputs(key));
    }
    expect(server.requests().length).toBeLessThan(30);
  });

  it("drops what is gone, so that the next up creates it, and takes the id of what was created again", async () => {
    const { stack, server } = await created();
    server.remove("acme");
    server.put("acme", { [text]: "Acme", [map]: { a: "1" } });
    await stack.refresh();
    expect(stack.outputs("a")[kind.names.id]).toBe(server.id("acme"));
    server.remove("acme");
    expect((await stack.refresh()).steps).toEqual(["- single a"]);
  });

  it("that fails says so and drops nothing", async () => {
    const { stack, server } = await created();
    server.trouble({ on: "read", status: 500 });
    const { message } = await failureOf(stack.refresh());
    expect(message).toMatch(/"acme" was not read: .*The state stays as it is; run the command again/);
    expect(stack.state.size).toBe(1);
  });

  const nested = (levels: number): object => (levels === 0 ? {} : { deeper: nested(levels - 1) });
  const strange = {
    unknown: pulumiUnknownValue,
    large: 2 ** 60,
    deep: nested(120),
    secret: { [pulumiSignatureKey]: "1b47061264138c4ac30d75fd1eb44270", value: "x" },
    list: [pulumiUnknownValue],
  };

  it.runIf(under.holdsJson)(
    "shows a text for what a state cannot carry, which is drift that the next up removes and never sends",
    async () => {
      const { stack, server } = await created();
      server.put("acme", { [map]: { ...JSON.parse(JSON.stringify(strange)), ...JSON.parse('{"a":1,"__proto__":1}') } });
      const program = { a: one("acme", { [text]: "Acme", [map]: { a: "1" } }) };
      expect((await stack.refresh()).steps).toEqual(["~ single a"]);
      const shown = JSON.stringify(stack.outputs("a"));
      expect(shown).not.toContain(pulumiUnknownValue);
      expect(shown).not.toContain(pulumiSignatureKey);
      expect(shown.match(/\(cannot be shown: /g)).toHaveLength(6);
      // With another writer's value in it that came later, and one that Pulumi was told to ignore.
      const { inputs } = stack.state.values().next().value ?? {};
      const live = (inputs?.[map] ?? {}) as Record<string, unknown>;
      await stack.up({ a: one("acme", { [text]: "Acme", [map]: { ...live, a: "2" } }) });
      expect(server.fields("acme")?.[map]).toMatchObject({ a: "2", large: 2 ** 60, unknown: pulumiUnknownValue });
      expect(JSON.stringify(server.fields("acme"))).not.toContain("cannot be shown");
      // Nor in a list of which another item changes, nor where the object has to be made anew.
      const [item] = Array.isArray(live.list) ? live.list : [];
      await stack.up({ a: one("acme", { [text]: "Acme", [map]: { ...live, a: 3, list: [item, "new"] } }) });
      expect(server.fields("acme")?.[map]).toMatchObject({ a: 3, list: ["new"] });
      server.remove("acme");
      await stack.up({ a: one("acme", { [text]: "Acme", [map]: { ...live, a: "4" } }) });
      expect(server.fields("acme")?.[map]).toMatchObject({ a: "4" });
      expect(JSON.stringify(server.fields("acme"))).not.toContain("cannot be shown");
      await stack.up(program);
      expect(server.fields("acme")?.[map]).toEqual({ a: "1" });
    },
  );

  it("of a set shows the same, object by object", async () => {
    const { stack, server } = start(under);
    const objects = { a: { [text]: "A" }, b: { [text]: "B", [map]: { x: "1" } }, c: { [text]: "C" } };
    await stack.up({ s: many(under, objects) });
    const { steps, process } = await stack.refresh();
    expect(steps).toEqual([]);
    // Where nothing has drifted, the engine keeps the inputs that it has: they may be ten megabytes.
    expect(await process.set.read("s", stack.outputs("s"))).toEqual({ id: "s", outputs: stack.outputs("s") });
    server.put("a", { [text]: "Other", [ref]: "cus_9" });
    const [big, shownBig] = under.holdsJson ? [2 ** 60, expect.stringContaining("cannot be shown")] : ["2", "2"];
    server.put("b", { [map]: { big } });
    server.remove("c");
    expect((await stack.refresh()).steps).toEqual(["~ set s"]);
    const shown = JSON.parse(String(stack.outputs("s")[kind.names.objects]));
    expect(shown).toEqual({
      a: { [text]: "Other" },
      b: { [text]: "B", [map]: { big: shownBig } },
    });
    const { reports } = await stack.up({ s: many(under, objects) });
    expect(reports.join()).toMatch(/set "s": 1 to create, 2 to update of 3/);
    expect(server.fields("b")).toMatchObject({ [map]: { x: "1" } });
    expect(server.fields("a")).toMatchObject({ [text]: "A", [ref]: "cus_9" });
    expect(server.fields("c")).toMatchObject({ [text]: "C" });
    server.put("b", { [text]: "Other" });
    expect((await stack.refresh()).steps).toEqual(["~ set s"]);
    expect(JSON.parse(String(stack.outputs("s")[kind.names.objects]))).toMatchObject({ b: { [text]: "Other" } });
  });

  it("of a set that fails says so, and of one whose objects are all gone is an empty set", async () => {
    const { stack, server } = await deployed(under, { s: many(under, { a: {}, b: {} }) });
    server.trouble({ on: "read", status: 403 });
    expect((await failureOf(stack.refresh())).message).toMatch(/set "s" was not read: .*403.*The state stays as it is/);
    server.cure();
    server.remove("a");
    server.remove("b");
    await stack.refresh();
    expect(stack.outputs("s")[kind.names.objects]).toBe("{}");
    await stack.up({ s: many(under, { a: {}, b: {} }) });
    expect(server.keys().sort()).toEqual(["a", "b"]);
  });

  it("as a look-up returns all fields, and fails where there is none", async () => {
    const { stack, server } = await created();
    server.put("acme", { [ref]: "cus_9" });
    const { process } = await stack.preview({});
    const found = await process.single.read("acme", {});
    const all = { key: "acme", [text]: "Acme", [map]: { a: "1" }, [ref]: "cus_9", [kind.names.id]: server.id("acme") };
    expect(found?.outputs).toEqual(all);
    const { message } = await failureOf(process.single.read("nobody", {}));
    expect(message).toContain(`there is no ${kind.name} "nobody" in OpenMeter`);
    expect(message).toContain("openmeter:baseUrl");
    server.trouble({ on: "read", status: 500 });
    const failed = await failureOf(process.single.read("acme", {}));
    expect(failed.message).toMatch(new RegExp(`^${kind.name} "acme" was not read: .*500.*\\. Run the command again$`));
  });
});
