import { describe, expect, it, vi } from "vitest";
import { unknown } from "../../../provider/src/core/unknown";
import { Secret } from "../../../provider/src/hosts/resource";
import { failureOf, kinds } from "./kinds";
import { deployed, many, one, type Refused, Stack, start, startProcess, urnOf } from "./stack";

describe.each(kinds)("a secret value of %s", (_name, under) => {
  const { text, map, kind } = under;
  const nested = under.holdsJson ? { pin: 271828, nested: [{ more: "hunter three" }] } : { pin: "hunter three" };
  const secretive = { [text]: "Acme", [map]: { token: "hunter2", ...nested } };
  const marks = { secrets: [map] };
  const echo = `you sent ${JSON.stringify(secretive)} and ${encodeURIComponent("hunter three")}`;
  const hidden = /hunter|271828/;

  async function created() {
    const { stack } = await deployed(under, { a: one("acme", secretive, marks) });
    return { stack, server: stack.server };
  }

  it("is hidden in what a server quotes as it refuses a create, an update, a read or a delete", async () => {
    const { stack, server } = await created();
    const changed = { ...secretive, [text]: "B" };
    for (const operation of [
      () => new Stack(under, server).up({ b: one("b", secretive, marks) }),
      () => stack.up({ a: one("acme", changed, marks) }),
      // Also where the program has just stopped to declare it.
      () => stack.up({ a: one("acme", { [text]: "B" }) }),
      () => stack.refresh(),
      () => stack.destroy(),
    ]) {
      for (const on of ["read", "write", "delete"] as const) {
        server.trouble({ on, status: 400, detail: echo });
      }
      const { message } = await failureOf(operation());
      expect(message).toContain("[secret]");
      expect(message).not.toMatch(hidden);
      server.cure();
    }
  });

  it("is hidden where it is stored in another field, or where somebody has moved it", async () => {
    const { stack, server } = start(under);
    server.trouble({ on: "write", key: "acme", times: 1, stores: { [text]: "Acme (hunter2)" } });
    const { message } = await failureOf(stack.up({ a: one("acme", secretive, marks) }));
    expect(message).toContain(`${text} is "Acme ([secret])" in OpenMeter and "Acme" in the program`);
    server.cure();
    await stack.up({ a: one("acme", secretive, marks) });
    server.put("acme", { [text]: "hunter2" });
    const { reports } = await stack.up({ a: one("acme", { ...secretive, [map]: { token: "new" } }, marks) });
    expect(reports.join()).toContain("[secret]");
    expect(reports.join()).not.toMatch(hidden);
  });

  it("is shown neither as drift nor as a difference, while others are", async () => {
    const { stack, server } = await created();
    server.put("acme", { [map]: { token: "hunter4" } });
    const { reports } = await stack.up({ a: one("acme", { ...secretive, [text]: "B" }, marks) });
    expect(reports.join()).toContain(map);
    expect(reports.join()).not.toMatch(hidden);
    const match = one("acme", { ...secretive, [text]: "C", onExisting: "match" }, marks);
    const { message } = await failureOf(new Stack(under, server).up({ b: match }));
    expect(message).toContain(`${map} is [secret] in OpenMeter and [secret] in the program`);
    expect(message).toContain('"C" in the program');
  });

  it("is not named with its property in a check, to which the engine would add it", async () => {
    const stack = new Stack(under);
    const bad = { [text]: 5, [map]: "hunter2" };
    const { failures, message } = await failureOf<Refused>(stack.preview({ a: one("acme", bad, marks) }));
    expect(message).not.toMatch(hidden);
    expect(failures.map(({ property }) => property)).toEqual([text, ""]);
  });

  it("is marked where a refresh finds it moved in its map, and stays so after a partial failure", async () => {
    const { stack, server } = await created();
    server.put("acme", { [map]: { token: "x", moved: "hunter2" } });
    const entry = [...stack.state.values()][0];
    const process = startProcess(under, server);
    const live = await process.single.read("acme", entry?.outputs ?? {});
    expect(live?.outputs[map]).toEqual({ token: "x", moved: new Secret("hunter2") });
    expect(live?.inputs?.[map]).toEqual({ token: "x", moved: new Secret("hunter2") });
  });

  it.runIf(under.holdsJson)(
    "is left to the engine to mark where the program has one, whatever it has become",
    async () => {
      const { stack, server } = await created();
      const entry = [...stack.state.values()][0];
      const process = startProcess(under, server);
      server.put("acme", { [map]: { token: { in: "hunter2" }, pin: 1, nested: "hunter2" } });
      const turned = await process.single.read("acme", {
        ...entry?.outputs,
        [map]: { token: "x", pin: 1, nested: {} },
      });
      expect(turned?.outputs[map]).toEqual({ token: { in: "hunter2" }, pin: 1, nested: "hunter2" });
    },
  );

  it("is what the program has marked, and no other", async () => {
    const server = under.start();
    const connection = server.connect();
    const conceal = vi.spyOn(connection.redactor, "conceal");
    const stack = new Stack(under, { ...server, connect: () => connection });
    const program = { a: one("acme", { [map]: { x: "1" } }), s: many(under, { b: { [map]: { x: "1" } } }) };
    await stack.up(program);
    server.put("acme", { [map]: { x: "1", crm: "y" } });
    const [entry] = [...stack.state.values()];
    const process = startProcess(under, { ...server, connect: () => connection });
    const live = await process.single.read("acme", entry?.outputs ?? {});
    expect(live?.outputs[map]).toEqual({ x: "1", crm: "y" });
    await stack.up({ ...program, a: one("acme", { [map]: { x: "2" } }) });
    await stack.destroy();
    // Nor is the rest held in memory to be hidden.
    expect(conceal).not.toHaveBeenCalled();
  });

  it("is no change where only the order of the secret inputs is another", async () => {
    const { stack } = await deployed(under, { a: one("acme", secretive, { secrets: [text, map] }) });
    expect((await stack.preview({ a: one("acme", secretive, { secrets: [map, text] }) })).steps).toEqual([]);
    expect((await stack.preview({ a: one("acme", secretive, marks) })).steps).toEqual(["~ single a"]);
  });

  it.runIf(under.changesKey)("of a key is refused: a key becomes the resource's ID", async () => {
    const { message } = await failureOf(new Stack(under).preview({ a: one("hunter2", {}, { secrets: ["key"] }) }));
    expect(message).toMatch(/key is secret, but becomes the resource's ID.*unsecret/);
    expect(message).not.toMatch(hidden);
  });

  describe("in a set", () => {
    const objectsName = kind.names.objects;
    const secret = { secrets: [objectsName] };
    const objects = { a: { [map]: { token: "hunter2" } }, b: { [text]: "hunter3" } };

    it("is hidden in what a server quotes, while the keys are named", async () => {
      const { stack, server } = start(under);
      const named = { ...objects, "customer-17": { [text]: "hunter4" } };
      server.trouble({ on: "write", key: "customer-17", status: 400, detail: "customer-17 has hunter4" });
      const { message } = await failureOf(stack.up({ s: many(under, named, {}, secret) }));
      expect(message).toMatch(/"customer-17": .*customer-17 has \[secret\]/);
      expect(message).not.toMatch(hidden);
      server.cure();
      await stack.up({ s: many(under, objects, {}, secret) });
      for (const [on, operation] of [
        ["read", () => stack.refresh()],
        ["delete", () => stack.destroy()],
      ] as const) {
        server.trouble({ on, status: 403, detail: "hunter2, hunter3" });
        const { message: failed } = await failureOf(operation());
        if (on === "read") {
          expect(failed).toContain("[secret], [secret]");
        }
      }
    });

    it("makes its ids secret, too", async () => {
      const process = startProcess(under, under.start());
      const stack = new Stack(under);
      const { inputs } = many(under, objects);
      const { outputs } = await process.set.create({ ...inputs, __openmeter: { urn: "u", ...secret } });
      expect(outputs[kind.names.ids]).toBeInstanceOf(Secret);
      expect(outputs[objectsName]).not.toBeInstanceOf(Secret);
      await stack.up({ s: many(under, objects) });
      expect(stack.outputs("s")[kind.names.ids]).not.toBeInstanceOf(Secret);
    });

    it("of a key makes the ids of its companion secret, which are by key, once they are known", async () => {
      const { ids } = kind.names;
      const { members } = startProcess(under, under.start());
      const check = async (text: unknown, of: object) => {
        const { inputs } = await members.check({}, { [ids]: text, __openmeter: { urn: urnOf("set", "s"), ...of } });
        return inputs[ids];
      };
      const hush = { secretKeys: true };
      expect(await check('{"hunter2":"01A"}', hush)).toEqual(new Secret('{"hunter2":"01A"}'));
      expect(await check(unknown, hush)).toBe(unknown);
      expect(await check('{"a":"01A"}', {})).toBe('{"a":"01A"}');
    });

    it("that was a key is not named as it leaves a set whose keys are not secret any more", async () => {
      const { stack } = start(under);
      const names = Array.from({ length: 12 }, (_, index) => `hunter${index}`);
      const of = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, {}]));
      const hush = { ...secret, secretKeys: true } as const;
      await stack.up({ s: many(under, of(...names), {}, hush) });
      const removal = await failureOf(stack.preview({ s: many(under, {}) }));
      expect(removal.message).toMatch(/12 of 12 \(their keys are secret\)/);
      expect(removal.message).not.toMatch(hidden);
      const { ids } = kind.names;
      const olds = stack.state.get(urnOf("members", "s"))?.inputs ?? {};
      const news = { [ids]: "{}", __openmeter: { urn: urnOf("set", "s") } };
      const { failures } = await startProcess(under, stack.server).members.check(olds, news);
      expect(failures).toEqual([{ property: "", reason: expect.stringContaining("their keys are secret") }]);
      const { reports } = await stack.up({ s: many(under, of(...names.slice(1))) });
      expect(reports).toEqual(['set "s": 1 to remove of 12']);
    });

    it("of a key lets no message name one", async () => {
      const { stack, server } = start(under);
      const hush = { ...secret, secretKeys: true } as const;
      const keys = (...names: string[]) =>
        many(under, Object.fromEntries(names.map((name) => [`hunter${name}`, {}])), {}, hush);
      const bad = many(under, { hunter4: { [text]: 5 } }, {}, hush);
      expect((await failureOf(stack.preview({ s: bad }))).message).toMatch(/"\[secret\]"\]/);
      const { reports } = await stack.up({ s: keys("4", "5") });
      expect(reports).toEqual(['set "s": 2 to create of 2']);
      server.trouble({ on: "write", status: 400, detail: "hunter6 is bad" });
      const refused = await failureOf(stack.up({ s: keys("4", "5", "6") }));
      expect(refused.message).toContain("[secret]: ");
      server.cure();
      server.put("hunter6", {});
      const fail = { ...keys("4", "5", "6"), inputs: { ...keys("4", "5", "6").inputs, onExisting: "fail" } };
      const foreign = await failureOf(stack.up({ s: fail }));
      expect(foreign.message).toContain("their keys are secret");
      const kept = await stack.up({ s: keys("5"), a: one("hunter4") });
      expect(kept.reports.join()).toMatch(/set "s": 1 \(their keys are secret\) kept/);
      const conflict = await failureOf(stack.up({ a: one("hunter4"), s: keys("4", "5") }));
      const removal = await failureOf(stack.up({ s: { ...keys(), inputs: { ...keys().inputs, maxDeletions: 0 } } }));
      expect(removal.message).toContain("would lose 1 of 1");
      server.trouble({ on: "delete", key: "hunter5", status: 400, detail: "hunter5 has open invoices" });
      const destroyed = await failureOf(stack.destroy());
      server.cure();
      for (const { message } of [refused, foreign, conflict, removal, destroyed]) {
        expect(message).not.toMatch(hidden);
      }
    });
  });
});
