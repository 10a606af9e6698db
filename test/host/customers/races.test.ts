import { describe, expect, it } from "vitest";
import { Deployment } from "./deployment";
import { customer, customerSet, live, messageOf, subjectKeysOf } from "./program";

describe("another client's request at the same moment", () => {
  it("that adds subject keys to the same customer is told, kept in the state, and repaired by the next up", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ a: customer("acme", { name: "A", subjectKeys: ["x"] }) });
    emulator.faults.add({ kind: "race", against: "put", subjectKeys: ["theirs"], match: { method: "PUT" } });
    const program = { a: customer("acme", { name: "B", subjectKeys: ["x", "y"] }) };
    const said = await messageOf(deployment.up(program));
    expect(said).toMatch(/subjectKeys is .*"theirs".* in OpenMeter and .*"x","y".* in the program/);
    expect(deployment.outputs("a")).toMatchObject({ name: "B", subjectKeys: ["theirs", "x", "y"] });
    await deployment.settle(program);
    expect(subjectKeysOf(emulator, "acme")).toEqual(["x", "y"]);
  });

  it("that adds them unseen is drift of the next refresh", async () => {
    const deployment = new Deployment();
    await deployment.up({ a: customer("acme", { subjectKeys: ["x"] }) });
    const race = { kind: "race", against: "put", subjectKeys: ["theirs"], seen: false } as const;
    deployment.emulator.faults.add({ ...race, match: { method: "PUT" } });
    const program = { a: customer("acme", { subjectKeys: ["x", "y"] }) };
    await deployment.up(program);
    expect((await deployment.refresh()).steps).toEqual(["~ Customer a"]);
    await deployment.settle(program);
  });

  it("that adds subject keys to a customer which does not declare them is no error", async () => {
    const deployment = new Deployment();
    await deployment.up({ a: customer("acme", { name: "A" }) });
    deployment.emulator.faults.add({ kind: "race", against: "put", subjectKeys: ["theirs"], match: { method: "PUT" } });
    await deployment.settle({ a: customer("acme", { name: "B" }) });
    expect(subjectKeysOf(deployment.emulator, "acme")).toEqual(["theirs"]);
  });

  it("that deletes the customer fails the update, and the next up makes it anew", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ a: customer("acme", { name: "A" }) });
    const { id } = emulator.customers.get("acme") ?? {};
    emulator.faults.add({ kind: "race", against: "delete", match: { method: "PUT" } });
    const program = { a: customer("acme", { name: "B" }) };
    const said = await messageOf(deployment.up(program));
    expect(said).toMatch(/customer "acme" \(name\) was not updated: somebody else deleted it at the moment/);
    expect(deployment.outputs("a")).toMatchObject({ name: "A", customerId: id });
    await deployment.settle(program);
    expect(live(emulator, "acme")).toMatchObject({ name: "B" });
    expect(live(emulator, "acme")?.id).not.toBe(id);
  });

  it("that deletes a customer of a set fails that one by name", async () => {
    const deployment = new Deployment();
    await deployment.up({ s: customerSet({ a: { name: "A" }, b: { name: "A" } }) });
    deployment.emulator.faults.add({ kind: "race", against: "delete", match: { method: "PUT", key: "a" } });
    const program = { s: customerSet({ a: { name: "B" }, b: { name: "B" } }) };
    const said = await messageOf(deployment.up(program));
    expect(said).toMatch(/1 of 2 changes were made, 1 failed/);
    expect(said).toMatch(/"a": somebody else deleted it/);
    expect(live(deployment.emulator, "b")?.name).toBe("B");
    await deployment.settle(program);
    expect(live(deployment.emulator, "a")?.name).toBe("B");
  });

  it("that makes the subject of a new customer is met by another try", async () => {
    const deployment = new Deployment();
    deployment.emulator.faults.add({ kind: "race", against: "subjectUpsert", times: 3, match: { method: "POST" } });
    await deployment.settle({ a: customer("acme", { name: "A", subjectKeys: ["x", "y", "z"] }) });
    expect(subjectKeysOf(deployment.emulator, "acme")).toEqual(["x", "y", "z"]);
  });

  it('that creates the same customer is taken over, and with "fail" told', async () => {
    for (const [onExisting, name] of [
      ["adopt", "A"],
      ["fail", "Theirs"],
    ] as const) {
      const deployment = new Deployment();
      const { customers, faults } = deployment.emulator;
      const before = () => void customers.create({ key: "acme", name: "Theirs", description: "d" });
      faults.add({ kind: "call", before, match: { method: "POST" } });
      const up = deployment.up({ a: customer("acme", { name: "A", onExisting }) });
      if (onExisting === "adopt") {
        await up;
      } else {
        expect(await messageOf(up)).toContain('somebody else created it at the same moment, and onExisting is "fail"');
      }
      expect(live(deployment.emulator, "acme")).toMatchObject({ name, description: "d" });
    }
  });

  it("that changes other fields between the update's read and its write is lost: OpenMeter knows no versions", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ a: customer("acme", { name: "A", metadata: { plan: "pro" } }) });
    const before = () =>
      void emulator.customers.put("acme", { key: "acme", name: "Theirs", metadata: { plan: "pro" }, description: "d" });
    emulator.faults.add({ kind: "call", before, match: { method: "PUT" } });
    await deployment.settle({ a: customer("acme", { name: "A", metadata: { plan: "free" } }) });
    expect(live(emulator, "acme")).toMatchObject({ name: "A", metadata: { plan: "free" } });
  });
});

describe("two programs that write one customer", () => {
  it("each keep their own fields, run after run", async () => {
    const first = new Deployment();
    const second = new Deployment({}, first.emulator);
    const one = (plan: string) => ({ a: customer("acme", { metadata: { plan }, undeclaredMetadata: "keep" }) });
    const two = (tier: string, name: string) => ({
      a: customer("acme", { name, metadata: { tier }, undeclaredMetadata: "keep" }),
    });
    await first.up(one("pro"));
    await second.up(two("gold", "B"));
    await first.up(one("free"));
    await second.up(two("silver", "C"));
    expect(live(first.emulator, "acme")).toMatchObject({ name: "C", metadata: { plan: "free", tier: "silver" } });
    expect(await first.refreshedPreview(one("free"))).toEqual([]);
    expect(await second.refreshedPreview(two("silver", "C"))).toEqual([]);
  });
});

describe("the requests of a set", () => {
  const many = (name: string) =>
    customerSet(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`c${index}`, { name }])));

  it("are one for each new customer, two for each that changes, and one list for a refresh", async () => {
    const deployment = new Deployment();
    expect((await deployment.up({ s: many("A") })).requests).toHaveLength(40);
    expect((await deployment.up({ s: many("B") })).requests).toHaveLength(80);
    const { requests } = await deployment.refresh();
    expect(requests).toEqual([expect.stringMatching(/^GET \/api\/v1\/customers\?.*orderBy=id/)]);
    expect((await deployment.up({ s: many("B") })).requests).toEqual([]);
    expect((await deployment.destroy()).requests).toHaveLength(40);
  });
});
