import { createEmulator } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { startCustomers } from "./customer-server";
import { customers, failureOf } from "./kinds";
import { deployed, many, one, type Program, Stack } from "./stack";

/** A stack of customers after a first `up`. */
async function upped(program: Program) {
  const emulator = createEmulator({ stripe: true });
  const stack = new Stack(customers, startCustomers(emulator));
  await stack.up(program);
  emulator.requests.clear();
  return { emulator, stack, server: stack.server };
}

describe("another key of a customer", () => {
  it("is an error in the preview, which names both keys and the ways on, and nothing is sent", async () => {
    const { stack, emulator } = await upped({ a: one("acme", { name: "Acme" }) });
    const { message } = await failureOf(stack.preview({ a: one("globex", { name: "Acme" }) }));
    expect(message).toMatch(/the key of a customer cannot be changed, here from "acme" to "globex"/);
    expect(message).toMatch(/Declare "acme", or change the key in OpenMeter first .*new resource with "globex"/);
    expect(emulator.requests.list().map(({ method }) => method)).toEqual(["GET"]);
  });

  const secret = { secrets: ["key"] };
  it.each([
    ["both", secret, secret],
    ["the old one", secret, {}],
    ["the new one", {}, secret],
  ])("is not named where %s may be secret", async (_which, before, now) => {
    const { stack } = await upped({ a: one("acme", {}, before) });
    const { message } = await failureOf(stack.preview({ a: one("globex", {}, now) }));
    expect(message).toContain("the key of a customer cannot be changed, here from [secret] to [secret]");
    expect(message).not.toMatch(/acme|globex/);
  });

  it("is followed where the record has it in OpenMeter already, and other fields are updated in the same step", async () => {
    const { stack, emulator, server } = await upped({ a: one("acme", { name: "Acme" }) });
    const { id } = emulator.customers.put("acme", { key: "globex", name: "Acme" });
    const program = { a: one("globex", { name: "Globex" }) };
    expect((await stack.up(program)).steps).toEqual(["~ single a"]);
    expect(server.fields("globex")).toEqual({ name: "Globex" });
    expect(stack.outputs("a")).toMatchObject({ key: "globex", customerId: id });
    expect((await stack.up(program)).steps).toEqual([]);
  });

  it("is shown by a refresh where it was changed in OpenMeter", async () => {
    const { stack, emulator } = await upped({ a: one("acme", { name: "Acme" }) });
    emulator.customers.put("acme", { key: "globex", name: "Acme" });
    expect((await stack.refresh()).steps).toEqual(["~ single a"]);
    expect(stack.outputs("a").key).toBe("globex");
  });

  it("is a new customer where the old one is gone", async () => {
    const { stack, server } = await upped({ a: one("acme") });
    server.remove("acme");
    expect((await stack.up({ a: one("globex") })).steps).toEqual(["+- single a", "- single a"]);
    expect(server.keys()).toEqual(["globex"]);
  });

  it("leaves and joins a set as another customer does", async () => {
    const { stack, server } = await upped({ s: many(customers, { acme: {}, other: {} }) });
    await stack.up({ s: many(customers, { globex: {}, other: {} }) });
    expect(server.keys().sort()).toEqual(["globex", "other"]);
  });
});

describe("a subject key that moves between customers of the program", () => {
  const keysOf = ({ server }: Awaited<ReturnType<typeof upped>>, key: string) => server.fields(key)?.subjectKeys ?? [];

  it("goes over in one update, within a set and between resources", async () => {
    const scene = await upped({ s: many(customers, { b: {}, a: { subjectKeys: ["x"] } }), c: one("c", {}) });
    await scene.stack.up({
      s: many(customers, { b: { subjectKeys: ["x"] }, a: { subjectKeys: [] } }),
      c: one("c", {}),
    });
    expect([keysOf(scene, "a"), keysOf(scene, "b")]).toEqual([[], ["x"]]);
    await scene.stack.up({ s: many(customers, { b: {}, a: {} }), c: one("c", { subjectKeys: ["x"] }) });
    expect([keysOf(scene, "b"), keysOf(scene, "c")]).toEqual([[], ["x"]]);
  });

  it("is swapped within a set", async () => {
    const scene = await upped({ s: many(customers, { a: { subjectKeys: ["x"] }, b: { subjectKeys: ["y"] } }) });
    const program = { s: many(customers, { a: { subjectKeys: ["y"] }, b: { subjectKeys: ["x"] } }) };
    await scene.stack.up(program);
    expect([keysOf(scene, "a"), keysOf(scene, "b")]).toEqual([["y"], ["x"]]);
    expect((await scene.stack.up(program)).steps).toEqual([]);
    expect((await scene.stack.refresh()).steps).toEqual([]);
  });

  it("is refused in the preview to two customers at once, by name", async () => {
    const program = { a: one("a", { subjectKeys: ["x"] }), b: one("b", { subjectKeys: ["x"] }) };
    const { message } = await failureOf(new Stack(customers).preview(program));
    expect(message).toMatch(/"x"/);
    expect(message).toMatch(/single "a"/);
  });
});

describe("the ID of a customer", () => {
  it("is that of its record, so that its key may be secret", async () => {
    const { stack, server } = await deployed(customers, { a: one("acme", {}, { secrets: ["key"] }) });
    expect([...stack.state.values()].map(({ id }) => id)).toEqual([server.id("acme")]);
    expect((await stack.refresh()).steps).toEqual([]);
  });

  it("looks a customer up, as its key does", async () => {
    const { stack, server } = await deployed(customers, { a: one("acme", { name: "Acme" }) });
    const { process } = await stack.preview({});
    for (const name of ["acme", String(server.id("acme"))]) {
      const found = await process.single.read(name, {});
      expect(found).toMatchObject({ id: server.id("acme"), outputs: { key: "acme", name: "Acme" } });
    }
  });
});

describe("a write that met another one", () => {
  it("fails where the customer ends with the other's subject keys as well, and the next up removes them", async () => {
    const { stack, emulator, server } = await upped({ a: one("acme", {}) });
    emulator.faults.add({ kind: "race", against: "put", subjectKeys: ["z"], match: { method: "PUT" } });
    const program = { a: one("acme", { subjectKeys: ["x"] }) };
    const { message } = await failureOf(stack.up(program));
    expect(message).toContain('subjectKeys is ["x","z"] in OpenMeter and ["x"] in the program');
    await stack.up(program);
    expect(server.fields("acme")?.subjectKeys).toEqual(["x"]);
  });

  it("fails where the customer was deleted, and keeps it in the state", async () => {
    const { stack, emulator } = await upped({ a: one("acme", {}) });
    emulator.faults.add({ kind: "race", against: "delete", match: { method: "PUT" } });
    const { message } = await failureOf(stack.up({ a: one("acme", { name: "New" }) }));
    expect(message).toContain("deleted it at the moment when it was written");
    expect(stack.outputs("a")).toMatchObject({ key: "acme" });
    await stack.up({ a: one("acme", { name: "New" }) });
    expect(stack.server.fields("acme")).toEqual({ name: "New" });
  });
});
