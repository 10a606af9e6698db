import { describe, expect, it } from "vitest";
import { Deployment } from "./deployment";
import { customer, customerSet, live, messageOf } from "./program";

/** Keys that addresses, templates, or JavaScript take for something else. */
const oddKeys = [
  "a/b",
  "a?b#c",
  "100%",
  "%",
  "p%2Fq",
  " lead",
  "ключ",
  "🦆",
  "a+b&c=d",
  "tab\tnew\nline",
  "...",
  "__proto__",
];

describe("the key of a customer", () => {
  it("may be of any shape, in all operations, and no other customer is touched", async () => {
    for (const key of oddKeys) {
      const deployment = new Deployment();
      const { customers } = deployment.emulator;
      const neighbours = ["a", "p/q", "b", "100", "%25", "lead"].filter((neighbour) => neighbour !== key);
      customers.upsert(...neighbours.map((neighbour) => ({ key: neighbour, name: "Neighbour" })));
      customers.create({ key, name: "Theirs", description: "d" });
      await deployment.settle({ odd: customer(key, { name: "Odd" }) });
      expect(customers.get(key), key).toMatchObject({ name: "Odd", description: "d" });
      await deployment.settle({ odd: customer(key, { name: "Odd 2" }) });
      expect(customers.get(key)?.name, key).toBe("Odd 2");
      await deployment.destroy();
      expect(customers.list().map((one) => [one.key, one.name])).toEqual(neighbours.map((one) => [one, "Neighbour"]));
    }
  });

  it("cannot be changed: the diff names both and sends nothing but the question for the record", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ a: customer("acme", { name: "A" }) });
    const before = live(emulator, "acme");
    const said = await messageOf(deployment.up({ a: customer("globex", { name: "A" }) }));
    expect(said).toMatch(
      /customer "acme": the key of a customer cannot be changed, here from "acme" to "globex".*subscriptions/,
    );
    expect(emulator.requests.list().map(({ method }) => method)).toEqual(["GET"]);
    expect(live(emulator, "acme")).toEqual(before);
  });

  it("may change in the program once the record bears it, also together with other fields", async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    await deployment.up({ a: customer("acme", { name: "A" }) });
    const { id } = customers.put("acme", { key: "globex", name: "A" });
    const { steps } = await deployment.up({ a: customer("globex", { name: "B" }) });
    expect(steps).toEqual(["~ Customer a"]);
    expect(customers.list()).toMatchObject([{ id, key: "globex", name: "B" }]);
    expect(await deployment.refreshedPreview({ a: customer("globex", { name: "B" }) })).toEqual([]);
  });

  it("that was changed outside is found by the record's id, and shown by a refresh", async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    await deployment.up({ a: customer("acme", { name: "A" }) });
    const { id } = customers.put("acme", { key: "globex", name: "A" });
    expect((await deployment.refresh()).steps).toEqual(["~ Customer a"]);
    expect(deployment.outputs("a")).toMatchObject({ key: "globex", customerId: id });
    expect(await messageOf(deployment.up({ a: customer("acme", { name: "A" }) }))).toContain(
      'cannot be changed, here from "globex" to "acme"',
    );
    expect((await deployment.up({ a: customer("globex", { name: "A" }) })).steps).toEqual([]);
  });

  it("makes a new customer of a record that is gone", async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    await deployment.up({ a: customer("acme", { name: "A" }) });
    customers.delete("acme");
    await deployment.up({ a: customer("globex", { name: "A" }) });
    expect(customers.list()).toMatchObject([{ key: "globex", name: "A" }]);
    expect(await deployment.refreshedPreview({ a: customer("globex", { name: "A" }) })).toEqual([]);
  });

  it("that was changed outside under a set stays in the set, and is told with what to do", async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    await deployment.up({ s: customerSet({ acme: { name: "A" }, b: {} }) });
    const { id } = customers.put("acme", { key: "globex", name: "A" });
    const { reports } = await deployment.refresh();
    expect(reports.join()).toContain('"acme" is "globex" now');
    expect(JSON.parse(String(deployment.outputs("s").customerIds))).toMatchObject({ acme: id });
    await deployment.up({ s: customerSet({ globex: { name: "A" }, b: {} }) });
    expect(customers.get("globex")?.id).toBe(id);
    expect(customers.size).toBe(2);
    expect(await deployment.refreshedPreview({ s: customerSet({ globex: { name: "A" }, b: {} }) })).toEqual([]);
  });

  it("is looked up by itself, and the customer by its id", async () => {
    const deployment = new Deployment();
    const { id } = deployment.emulator.customers.create({ key: "acme", name: "A" });
    await deployment.up({ a: customer("acme") });
    expect(await deployment.lookUp("acme")).toMatchObject({ id, props: { key: "acme", name: "A", customerId: id } });
    expect(await deployment.lookUp(id)).toMatchObject({ id, props: { key: "acme" } });
    expect(await messageOf(deployment.lookUp("nobody"))).toContain('there is no customer "nobody" in OpenMeter');
  });
});

describe("wrong inputs of customers", () => {
  it("are told at once, each with its path, and nothing is sent", async () => {
    const deployment = new Deployment();
    const wrong = {
      name: "",
      description: "x".repeat(1_025),
      subjectKeys: ["fine", "", 5],
      primaryEmail: "",
      currency: "eur",
      billingAddress: { country: "Germany", town: "Berlin" },
      metadata: { seats: 5, fine: "x" },
      stripeCustomerId: "acct_1",
    };
    const paths = [
      "billingAddress.country",
      "billingAddress.town",
      "currency",
      "description",
      "metadata.seats",
      "name",
      "primaryEmail",
      "stripeCustomerId",
      "subjectKeys[1]",
      "subjectKeys[2]",
    ];
    const single = await messageOf(
      deployment.preview({ a: customer("..", { ...wrong, displayName: "x", onExisting: "x" }) }),
    );
    const named = single.split("\n").map((line) => line.split(": ")[0]);
    expect(named.sort()).toEqual([...paths, "displayName", "key", "onExisting"].sort());
    const many = await messageOf(deployment.preview({ s: customerSet({ acme: wrong }) }));
    for (const path of paths) {
      expect(many).toContain(`customers.acme.${path}`);
    }
    expect(deployment.emulator.requests.list()).toEqual([]);
  });

  it("may be unknown in a preview, wherever they stand", async () => {
    const deployment = new Deployment();
    const { unknownValue: later } = await import("../dynamic-host");
    const fields = {
      name: later,
      subjectKeys: ["a", later],
      billingAddress: { city: later },
      metadata: { plan: later },
    };
    expect((await deployment.preview({ a: customer(later, fields) })).steps).toEqual(["+ Customer a"]);
    expect((await deployment.preview({ a: customer("a", { ...fields, subjectKeys: later }) })).steps).toHaveLength(1);
  });
});
