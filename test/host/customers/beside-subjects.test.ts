import { describe, expect, it } from "vitest";
import { Deployment, type Program } from "./deployment";
import { customer, customerSet, live, messageOf, subject, subjectKeysOf, subjectSet } from "./program";

/** OpenMeter with and without its hook that makes and changes customers as subjects are written. */
const servers = [
  { server: "without the subject hook", subjectHook: false },
  { server: "with the subject hook", subjectHook: true },
];

describe.each(servers)("a Subject beside the Customer that has its usage, $server", ({ subjectHook }) => {
  const orders: readonly { readonly first: string; readonly program: (s: Program, c: Program) => Program }[] = [
    { first: "the Subject", program: (s, c) => ({ ...s, ...c }) },
    { first: "the Customer", program: (s, c) => ({ ...c, ...s }) },
  ];

  describe.each(orders)("of which $first comes first", ({ program }) => {
    it.each(["acme", "other"])("comes to what is declared in one run, for subject %s of customer acme", async (key) => {
      const deployment = new Deployment({ subjectHook });
      const { emulator } = deployment;
      const all = program(
        { s: subject(key, { metadata: { tier: "gold" } }) },
        { c: customer("acme", { name: "Acme", subjectKeys: [key] }) },
      );
      await deployment.up(all);
      expect(subjectKeysOf(emulator, "acme")).toEqual([key]);
      expect(live(emulator, "acme")?.name).toBe("Acme");
      expect(emulator.subjects.get(key)?.metadata).toEqual({ tier: "gold" });
      expect(emulator.customers.attributedTo(key)).toEqual([emulator.customers.get("acme")?.id]);
      expect(await deployment.refreshedPreview(all)).toEqual([]);
    });

    it.each(["fail", "match"])('is created with onExisting "%s" at once with the Customer', async (onExisting) => {
      const deployment = new Deployment({ subjectHook });
      const all = program(
        { s: subject("k", { displayName: "K", onExisting }) },
        { c: customer("acme", { name: "Acme", subjectKeys: ["k"] }) },
      );
      await deployment.up(all);
      expect(deployment.emulator.subjects.get("k")).toMatchObject({ displayName: "K" });
      expect(deployment.emulator.subjects.size).toBe(1);
    });
  });

  it.each(["fail", "match"])('is created with onExisting "%s" also after the Customer', async (onExisting) => {
    const deployment = new Deployment({ subjectHook });
    const c = customer("acme", { subjectKeys: ["k", "l"] });
    const options = { onExisting };
    const all: Program = {
      c,
      s: { ...subject("k", { metadata: { tier: "gold" }, ...options }), after: "c" },
      many: { ...subjectSet({ l: { displayName: "L" } }, options), after: "c" },
    };
    await deployment.up(all);
    expect(deployment.emulator.subjects.get("k")).toMatchObject({ metadata: { tier: "gold" } });
    expect(deployment.emulator.subjects.get("l")).toMatchObject({ displayName: "L" });
    expect(await deployment.refreshedPreview(all)).toEqual([]);
  });

  it('is still refused with onExisting "fail" where the subject is another\'s', async () => {
    const deployment = new Deployment({ subjectHook });
    deployment.emulator.subjects.upsert({ key: "k", displayName: "Theirs" });
    const said = await messageOf(
      deployment.up({ s: subject("k", { onExisting: "fail" }), c: customer("k", { subjectKeys: ["k"] }) }),
    );
    expect(said).toContain('subject "k" exists in OpenMeter already');
    const other = new Deployment({ subjectHook });
    other.emulator.customers.create({ key: "theirs", name: "T", usageAttribution: { subjectKeys: ["k"] } });
    expect(await messageOf(other.up({ s: subject("k", { onExisting: "fail" }) }))).toContain("exists in OpenMeter");
    expect(deployment.emulator.subjects.get("k")?.displayName).toBe("Theirs");
  });

  it("warns of fields that both declare, once for each pair", async () => {
    const deployment = new Deployment({ subjectHook });
    const both: Program = {
      s: subject("k", { displayName: "K", metadata: { a: "1" } }),
      c: customer("acme", { name: "Acme", metadata: { a: "2" }, subjectKeys: ["k"] }),
    };
    const { reports } = await deployment.preview(both);
    const warnings = reports.filter((line) => line.includes("would overwrite the other"));
    expect(warnings).toEqual([
      expect.stringMatching(/customer "acme": Subject "s" declares name \(displayName\), metadata too, for "k"/),
    ]);
    const apart: Program = { s: subject("k"), c: customer("acme", { name: "Acme", subjectKeys: ["k"] }) };
    expect((await deployment.preview(apart)).reports.join()).not.toContain("overwrite");
  });

  it("is kept when it leaves the program, and the customer keeps its usage", async () => {
    const deployment = new Deployment({ subjectHook });
    const { emulator } = deployment;
    const c = customer("acme", { name: "Acme", subjectKeys: ["k", "l"] });
    await deployment.up({ s: subject("k"), many: subjectSet({ l: {} }), c });
    const ids = emulator.subjects.list().map(({ id }) => id);
    const { requests, reports } = await deployment.up({ c });
    expect(requests.filter((line) => line.startsWith("DELETE"))).toEqual([]);
    expect(reports.join()).toContain('subject "k" is kept: another resource of the program has the usage of it');
    expect(emulator.subjects.list().map(({ id }) => id)).toEqual(ids);
    expect(subjectKeysOf(emulator, "acme")).toEqual(["k", "l"]);
    expect(await deployment.refreshedPreview({ c })).toEqual([]);
  });

  it("is deleted when it leaves together with the subject key, or with the Customer", async () => {
    const deployment = new Deployment({ subjectHook });
    const { emulator } = deployment;
    await deployment.up({ s: subject("k"), t: subject("l"), c: customer("acme", { subjectKeys: ["k", "l"] }) });
    await deployment.up({ t: subject("l"), c: customer("acme", { subjectKeys: ["l"] }) });
    expect(emulator.subjects.list().map(({ key }) => key)).toEqual(["l"]);
    expect(subjectKeysOf(emulator, "acme")).toEqual(["l"]);
    await deployment.up({});
    expect(emulator.subjects.size).toBe(0);
    expect(emulator.customers.get("acme")).toBeUndefined();
  });

  it("gives way to Customers, which have its usage from the first run on", async () => {
    const deployment = new Deployment({ subjectHook });
    const { emulator } = deployment;
    const customers = customerSet({ a: { name: "A" }, both: { name: "B", subjectKeys: ["b"] } });
    const program: Program = { many: subjectSet({ a: {}, b: {} }), customers };
    await deployment.up(program);
    expect(emulator.customers.attributedTo("a")).toEqual([emulator.customers.get("a")?.id]);
    expect(emulator.customers.attributedTo("b")).toEqual([emulator.customers.get("both")?.id]);
    expect(await deployment.refreshedPreview(program)).toEqual([]);
    await deployment.up({ customers });
    expect(emulator.customers.attributedTo("b")).toEqual([emulator.customers.get("both")?.id]);
    expect(emulator.customers.attributedTo("a")).toEqual([emulator.customers.get("a")?.id]);
  });

  it("of an earlier run has kept what OpenMeter made for it, until somebody deletes that", async () => {
    const deployment = new Deployment({ subjectHook });
    const { emulator } = deployment;
    const many = subjectSet({ a: {}, b: {} });
    await deployment.up({ many });
    const made = emulator.customers.get("b")?.id;
    const program: Program = { many, customers: customerSet({ both: { name: "B", subjectKeys: ["b"] } }) };
    if (made !== undefined) {
      expect(await messageOf(deployment.up(program))).toContain(`is attributed to customer "b" (id ${made})`);
      expect(emulator.customers.get("b")?.id).toBe(made);
      emulator.customers.remove(made);
    }
    await deployment.up(program);
    expect(emulator.customers.attributedTo("b")).toEqual([emulator.customers.get("both")?.id]);
  });
});
