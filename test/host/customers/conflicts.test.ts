import { describe, expect, it } from "vitest";
import { Deployment, type Program } from "./deployment";
import { customer, customerSet, live, messageOf, subject, subjectKeysOf, subjectSet } from "./program";

const conflicts: readonly { readonly what: string; readonly program: Program; readonly says: RegExp }[] = [
  {
    what: "two Customers of one key",
    program: { one: customer("acme"), two: customer("acme") },
    says: /"acme" is declared by Customer "two" and by Customer "one"\. A key belongs to one resource/,
  },
  {
    what: "a Customer and a set that has its key",
    program: { one: customer("acme"), many: customerSet({ acme: {} }) },
    says: /customers\.acme.*is declared by CustomerSet "many" and by Customer "one"/,
  },
  {
    what: "one subject key in two Customers",
    program: { one: customer("a", { subjectKeys: ["k", "x"] }), two: customer("b", { subjectKeys: ["k"] }) },
    says: /"k" is attributed to customer "b" \(Customer "two"\) and to customer "a" \(Customer "one"\)/,
  },
  {
    what: "a subject key that is another's key",
    program: { one: customer("a"), two: customer("b", { subjectKeys: ["a"] }) },
    says: /"a" is attributed to customer "b" \(Customer "two"\) and to customer "a" \(Customer "one"\)/,
  },
  {
    what: "a key that is another's subject key",
    program: { one: customer("a", { subjectKeys: ["b"] }), two: customer("b") },
    says: /"b" is attributed to customer "b" \(Customer "two"\) and to customer "a" \(Customer "one"\)/,
  },
  {
    what: "one subject key twice in a set",
    program: { many: customerSet({ a: { subjectKeys: ["k"] }, b: { subjectKeys: ["k"] } }) },
    says: /customers\.b\.subjectKeys.*"k" is attributed to customers "b" and "a" of CustomerSet "many"/,
  },
];

describe("a preview", () => {
  it.each(conflicts)("refuses $what and names both", async ({ program, says }) => {
    const deployment = new Deployment();
    expect(await messageOf(deployment.preview(program))).toMatch(says);
    expect(deployment.emulator.requests.list()).toEqual([]);
  });

  it("takes the same key of a customer and of a subject, and the customer's own among its subject keys", async () => {
    const deployment = new Deployment();
    const program = { s: subject("acme"), c: customer("acme", { subjectKeys: ["acme", "acme-2", "acme-2"] }) };
    await deployment.settle(program);
    expect(subjectKeysOf(deployment.emulator, "acme")).toEqual(["acme", "acme-2"]);
  });
});

describe("a subject key that a customer outside of the program has", () => {
  it("is refused by name of that customer, which stays as it is, and nothing is stored", async () => {
    const deployment = new Deployment();
    const { id } = deployment.emulator.customers.create({
      key: "theirs",
      name: "Theirs",
      usageAttribution: { subjectKeys: ["k", "l"] },
    });
    const said = await messageOf(deployment.up({ a: customer("acme", { subjectKeys: ["k"] }) }));
    expect(said).toContain(`subject key "k" is attributed to customer "theirs" (id ${id})`);
    expect(said).toContain("None of it was stored");
    expect(subjectKeysOf(deployment.emulator, "theirs")).toEqual(["k", "l"]);
    expect(live(deployment.emulator, "acme")).toBeUndefined();
  });

  it("that nobody can have any more is told so", async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    const { id } = customers.create({ key: "old", name: "Old" });
    customers.delete(id);
    customers.burn(id, "k");
    const said = await messageOf(deployment.up({ a: customer("acme", { subjectKeys: ["k"] }) }));
    expect(said).toMatch(/No customer has it any more.*Use another subject key/);
  });
});

describe("subject keys that change hands within a program", () => {
  const swapped = (first: string, second: string): Program => ({
    a: customer("a", { subjectKeys: [first, "a-own"] }),
    b: customer("b", { subjectKeys: [second] }),
  });

  it("are swapped in one run, by the same records, and each key is of one customer at the end", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up(swapped("x", "y"));
    const ids = emulator.customers.list().map(({ id }) => id);
    await deployment.up(swapped("y", "x"));
    expect(emulator.customers.list().map(({ id }) => id)).toEqual(ids);
    expect(subjectKeysOf(emulator, "a")).toEqual(["a-own", "y"]);
    expect(subjectKeysOf(emulator, "b")).toEqual(["x"]);
    expect(await deployment.refreshedPreview(swapped("y", "x"))).toEqual([]);
  });

  it("are swapped in a set, and between a set and a Customer", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    const program = (first: string, second: string, third: string): Program => ({
      c: customer("c", { subjectKeys: [third] }),
      s: customerSet({ a: { subjectKeys: [first] }, b: { subjectKeys: [second] } }),
    });
    await deployment.up(program("x", "y", "z"));
    await deployment.up(program("y", "z", "x"));
    expect(["a", "b", "c"].map((key) => subjectKeysOf(emulator, key))).toEqual([["y"], ["z"], ["x"]]);
    expect(await deployment.refreshedPreview(program("y", "z", "x"))).toEqual([]);
  });

  it("move from a customer that is deleted in the same run only with advice", async () => {
    const deployment = new Deployment();
    await deployment.up({ a: customer("a", { subjectKeys: ["k"] }) });
    const said = await messageOf(deployment.up({ b: customer("b", { subjectKeys: ["k"] }) }));
    expect(said).toContain('subject key "k" is attributed to customer "a"');
    expect(said).toContain("pulumi up of its own");
    await deployment.up({});
    await deployment.settle({ b: customer("b", { subjectKeys: ["k"] }) });
  });
});

describe("a customer that changes hands", () => {
  const acme = { name: "Acme", subjectKeys: ["k"] };

  it("moves between Customer and set and back, by rename too, is never deleted, and loses what is declared no more", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ one: customer("acme", { ...acme, description: "d" }), many: customerSet({ b: {} }) });
    const { id } = emulator.customers.get("acme") ?? {};
    for (const program of [
      { many: customerSet({ b: {}, acme }) },
      { one: customer("acme", acme), many: customerSet({ b: {} }) },
      { other: customer("acme", acme), many: customerSet({ b: {} }) },
    ]) {
      const { requests } = await deployment.up(program);
      expect(requests.filter((line) => line.startsWith("DELETE"))).toEqual([]);
      expect(live(emulator, "acme")).toMatchObject({ id, name: "Acme", usageAttribution: { subjectKeys: ["k"] } });
      expect(live(emulator, "acme")).not.toHaveProperty("description");
      expect(await deployment.refreshedPreview(program)).toEqual([]);
    }
  });

  it("leaves a set by the companion's delete, at the end of the run", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up({ many: customerSet({ a: {}, b: {} }) });
    const { requests, steps } = await deployment.up({ many: customerSet({ b: {} }), c: customer("c") });
    expect(steps).toEqual(["~ CustomerSet many", "+ Customer c", "+- CustomerSetMembers many"]);
    expect(requests.at(-1)).toBe("DELETE /api/v1/customers/{id}");
    expect(
      emulator.customers
        .list()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(["b", "c"]);
  });

  it("does not leave a set together with too many others", async () => {
    const deployment = new Deployment();
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`c${index}`, {}]));
    await deployment.up({ many: customerSet(many) });
    const said = await messageOf(deployment.up({ many: customerSet({ c0: {} }) }));
    expect(said).toMatch(/would lose 19 of 20 customers|would lose 19 of 20/);
    expect(deployment.emulator.customers.size).toBe(20);
  });
});

describe("subjects and subject sets beside customers", () => {
  it("are each other's neighbours without a difference", async () => {
    const deployment = new Deployment();
    await deployment.settle({
      s: subjectSet({ k: { displayName: "K" }, l: {} }),
      c: customer("c", { name: "C", subjectKeys: ["k", "l"] }),
    });
    expect(deployment.emulator.subjects.list()).toHaveLength(2);
  });
});
