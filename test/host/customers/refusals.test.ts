import { describe, expect, it } from "vitest";
import { Deployment } from "./deployment";
import { customer, customerSet, live, messageOf, subjectKeysOf } from "./program";

const obligations = [
  { what: "subscription", oblige: "subscribe", says: /subscription/i },
  { what: "entitlement", oblige: "entitle", says: /entitlement/i },
  { what: "invoice", oblige: "invoice", says: /invoice/i },
] as const;

describe.each(obligations)("a customer with a $what", ({ oblige, says }) => {
  it("stays when it leaves the program, by a message with reason and remedy, and nothing is cancelled", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ a: customer("acme", { name: "A" }), other: customer("other") });
    emulator.customers[oblige]("acme");
    const said = await messageOf(deployment.up({ other: customer("other") }));
    expect(said).toMatch(/^customer "acme" was not deleted: /);
    expect(said).toMatch(says);
    expect(said).toMatch(/Nothing was cancelled\. End its subscriptions.*pulumi state delete.*It stays in the state/s);
    expect(emulator.requests.count(/^(PUT|POST) /)).toBe(0);
    expect(live(emulator, "acme")).toMatchObject({ name: "A" });
    emulator.customers.settle("acme");
    await deployment.up({ other: customer("other") });
    expect(emulator.customers.list().map(({ key }) => key)).toEqual(["other"]);
  });

  it("stays when it leaves a set, while others go, and goes later", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ s: customerSet({ a: {}, b: {}, c: {} }) });
    const { id } = emulator.customers.get("a") ?? {};
    emulator.customers[oblige]("a");
    const said = await messageOf(deployment.up({ s: customerSet({ c: {} }) }));
    expect(said).toMatch(new RegExp(`"a" \\(id ${id}\\): .*Nothing was cancelled`, "s"));
    expect(emulator.customers.list().map(({ key }) => key)).toEqual(["a", "c"]);
    emulator.customers.settle("a");
    await deployment.up({ s: customerSet({ c: {} }) });
    expect(emulator.customers.list().map(({ key }) => key)).toEqual(["c"]);
  });
});

describe("a customer with an active subscription", () => {
  it("is updated in all but its subject keys, which stay as they are", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ a: customer("acme", { name: "A", subjectKeys: ["ü", "z", "𝒳"] }) });
    emulator.customers.subscribe("acme");
    await deployment.settle({ a: customer("acme", { name: "B", subjectKeys: ["𝒳", "z", "ü"] }) });
    expect(live(emulator, "acme")?.name).toBe("B");
    await deployment.settle({ a: customer("acme", { description: "d", subjectKeys: ["𝒳", "z", "ü"] }) });
    const kept = subjectKeysOf(emulator, "acme");
    expect(kept).toHaveLength(3);
    const said = await messageOf(deployment.up({ a: customer("acme", { subjectKeys: ["z"] }) }));
    expect(said).toContain("cannot change subject keys for customer with active subscriptions");
    expect(subjectKeysOf(emulator, "acme")).toEqual(kept);
  });

  it("keeps subject keys that the program never declared", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    emulator.customers.create({ key: "acme", name: "A", usageAttribution: { subjectKeys: ["x"] } });
    emulator.customers.subscribe("acme");
    await deployment.settle({ a: customer("acme", { name: "B" }) });
    expect(live(emulator, "acme")).toMatchObject({ name: "B", usageAttribution: { subjectKeys: ["x"] } });
  });
});

describe("a customer that OpenMeter refuses", () => {
  it("is named with the reason, in a set beside all others, which are stored", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    const single = await messageOf(deployment.up({ a: customer("acme", { currency: "XXX" }) }));
    expect(single).toMatch(/^customer "acme" \(.*currency.*\) was not created: .*400.*None of it was stored/s);
    const members = { a: {}, b: { currency: "XXX" }, c: {} };
    const many = await messageOf(deployment.up({ s: customerSet(members) }));
    expect(many).toMatch(/2 of 3 changes were made, 1 failed/);
    expect(many).toMatch(/"b": .*400/);
    const right = { ...members, b: { currency: "EUR" } };
    const { requests } = await deployment.up({ s: customerSet(right) });
    expect(requests).toEqual(["POST /api/v1/customers"]);
    expect(emulator.customers.list().map(({ key }) => key)).toEqual(["a", "c", "b"]);
    expect(await deployment.refreshedPreview({ s: customerSet(right) })).toEqual([]);
  });
});

describe("a secret", () => {
  const token = "hunter2-and-more";

  it("in the metadata or the name stays out of messages that quote the request", async () => {
    const deployment = new Deployment();
    const { faults } = deployment.emulator;
    for (const [fields, secrets] of [
      [{ name: token }, ["name"]],
      [{ metadata: { token } }, ["metadata"]],
      [{ billingAddress: { line1: token } }, ["billingAddress"]],
      [{ subjectKeys: [token] }, ["subjectKeys"]],
    ] as const) {
      faults.add({ kind: "status", status: 400, echoRequest: true, match: { method: "POST" } });
      const program = { a: customer("acme", fields, { secrets: [...secrets] }) };
      const said = await messageOf(deployment.up(program));
      expect(said).toContain("[secret]");
      expect(said).not.toContain(token);
      await deployment.up(program);
      deployment.emulator.customers.put("acme", { key: "acme", name: "Drift" });
      const drift = { a: customer("acme", { ...fields, description: "d" }, { secrets: [...secrets] }) };
      expect((await deployment.up(drift)).reports.join()).not.toContain(token);
      await deployment.destroy();
    }
  });

  it("subject key stays out of the message that another customer has it", async () => {
    const deployment = new Deployment();
    deployment.emulator.customers.create({ key: "thief", name: "t", usageAttribution: { subjectKeys: [token] } });
    const taker = { a: customer("acme", { subjectKeys: [token] }, { secrets: ["subjectKeys"] }) };
    const said = await messageOf(deployment.up(taker));
    expect(said).toContain("A subject key belongs to one customer");
    expect(said).not.toContain(token);
  });

  it.each([
    ["key", customer(token, {}, { secrets: ["key"] })],
    ["subject key", customer("globex", { subjectKeys: [token] }, { secrets: ["subjectKeys"] })],
  ])("%s stays out of the message that two customers of the program have one", async (_what, secret) => {
    const plain = customer("acme", { subjectKeys: [token] }, { secrets: ["subjectKeys"] });
    for (const program of [
      { a: secret, b: plain },
      { a: plain, b: secret },
    ]) {
      const said = await messageOf(new Deployment().up(program));
      expect(said).toContain("is attributed to");
      expect(said).not.toContain(token);
    }
  });

  it("key is in no message, and is no hindrance: the resource's ID is the record's", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    const program = (fields: object = {}) => ({ a: customer(token, { ...fields }, { secrets: ["key"] }) });
    emulator.faults.add({ kind: "status", status: 400, echoRequest: true, match: { method: "POST" } });
    const said = await messageOf(deployment.up(program()));
    expect(said).toContain("customer [secret]");
    await deployment.up(program());
    expect([...deployment.state.values()].map(({ id }) => id)).toEqual([emulator.customers.get(token)?.id]);
    const other = await messageOf(deployment.up({ a: customer("globex", {}, { secrets: ["key"] }) }));
    emulator.customers.subscribe(token);
    const kept = await messageOf(deployment.destroy());
    const exists = await messageOf(new Deployment().up({ ...program(), b: customer(token, {}, { secrets: ["key"] }) }));
    for (const message of [said, other, kept, exists]) {
      expect(message).not.toContain(token);
    }
  });
});
