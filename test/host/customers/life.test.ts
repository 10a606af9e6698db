import { describe, expect, it } from "vitest";
import { Deployment } from "./deployment";
import { customer, customerSet, live, messageOf } from "./program";

const everything = {
  name: "Acme Inc.",
  description: "Since 2019",
  subjectKeys: ["acme-eu", "acme-us"],
  primaryEmail: "billing@acme.example",
  currency: "EUR",
  billingAddress: { country: "DE", city: "Berlin", line1: "Invalidenstr. 1" },
  metadata: { plan: "pro" },
} as const;
const { subjectKeys, ...sent } = everything;
const stored = { ...sent, usageAttribution: { subjectKeys } };

/** The same customer by itself and in a set. */
const forms = [
  {
    form: "a Customer",
    declares: (fields: object, options = {}) => ({ r: customer("acme", { ...fields, ...options }) }),
  },
  { form: "a set", declares: (fields: object, options = {}) => ({ r: customerSet({ acme: fields }, options) }) },
];

describe.each(forms)("the life of $form", ({ declares }) => {
  it("begins with one request, goes on without one, and ends with the record's deletion", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    expect((await deployment.up(declares(everything))).requests).toEqual(["POST /api/v1/customers"]);
    expect(live(emulator, "acme")).toMatchObject({ key: "acme", ...stored });
    expect(await deployment.up(declares(everything))).toMatchObject({ steps: [], requests: [] });
    expect(await deployment.refreshedPreview(declares(everything))).toEqual([]);
    const { requests } = await deployment.up({});
    expect(requests).toEqual(["DELETE /api/v1/customers/{id}"]);
    expect(emulator.customers.size).toBe(0);
    expect(emulator.subjects.list().map(({ key }) => key)).toEqual(subjectKeys);
  });

  it("has updates that read the record and write what changed over it", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up(declares({ name: "Acme", metadata: { plan: "pro" } }));
    const id = String(emulator.customers.get("acme")?.id);
    emulator.customers.put(id, {
      key: "acme",
      name: "Acme",
      description: "theirs",
      currency: "USD",
      metadata: { plan: "pro", crm: "x" },
    });
    const { requests } = await deployment.up(declares({ name: "Acme", metadata: { plan: "free" } }));
    expect(requests).toEqual(["GET /api/v1/customers/{id}", "PUT /api/v1/customers/{id}"]);
    const theirs = { description: "theirs", currency: "USD" };
    expect(live(emulator, "acme")).toMatchObject({ id, name: "Acme", ...theirs, metadata: { plan: "free", crm: "x" } });
  });

  it.each(["description", "primaryEmail", "billingAddress", "subjectKeys", "metadata"])(
    "clears %s when it stops being declared, and nothing else",
    async (field) => {
      const deployment = new Deployment();
      await deployment.up(declares(everything));
      const { [field]: _gone, ...rest }: Record<string, unknown> = everything;
      await deployment.settle(declares(rest));
      const { usageAttribution, ...live_ } = live(deployment.emulator, "acme") ?? {};
      const now: Record<string, unknown> = { ...live_, ...usageAttribution };
      // OpenMeter keeps an empty text for "no email".
      expect(now[field] ?? "").toEqual("");
      expect(now).toMatchObject(rest);
    },
  );

  it("gives the key as its name to a customer whose name stops being declared", async () => {
    const deployment = new Deployment();
    await deployment.up(declares({ name: "Acme", description: "d" }));
    await deployment.settle(declares({ description: "d" }));
    expect(live(deployment.emulator, "acme")).toMatchObject({ name: "acme", description: "d" });
  });

  it("removes single parts of an address, the country too", async () => {
    const deployment = new Deployment();
    await deployment.up(declares({ billingAddress: { country: "DE", city: "Berlin", line1: "x" } }));
    await deployment.settle(declares({ billingAddress: { country: "DE", line1: "x" } }));
    expect(live(deployment.emulator, "acme")?.billingAddress?.city ?? "").toBe("");
    await deployment.settle(declares({ billingAddress: { line1: "x" } }));
    expect(live(deployment.emulator, "acme")?.billingAddress?.country).toBeUndefined();
    expect(live(deployment.emulator, "acme")?.billingAddress?.line1).toBe("x");
  });

  it("refuses to stop declaring the currency, in the check", async () => {
    const deployment = new Deployment();
    await deployment.up(declares({ currency: "EUR" }));
    const said = await messageOf(deployment.preview(declares({})));
    expect(said).toMatch(/currency:? cannot be cleared: OpenMeter keeps the currency.*Declare it as before/);
    await deployment.settle(declares({ currency: "USD" }));
    expect(live(deployment.emulator, "acme")?.currency).toBe("USD");
  });

  it("shows drift of each field in a refresh, and up repairs it", async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    await deployment.up(declares(everything));
    const before = live(deployment.emulator, "acme");
    for (const drift of [
      { name: "Other" },
      { description: "other" },
      { primaryEmail: "other@acme.example" },
      { currency: "USD" },
      { billingAddress: { ...everything.billingAddress, line2: "added" } },
      { metadata: { plan: "pro", added: "x" } },
      { usageAttribution: { subjectKeys: ["acme-eu"] } },
    ]) {
      customers.put("acme", { key: "acme", ...stored, ...drift });
      expect((await deployment.refresh()).steps, JSON.stringify(drift)).toHaveLength(1);
      await deployment.settle(declares(everything));
      expect(live(deployment.emulator, "acme")).toMatchObject({ ...before });
    }
  });

  it("begins anew when the customer was deleted outside, whether a refresh or an update finds that", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    await deployment.up(declares(everything));
    emulator.customers.delete("acme");
    await deployment.refresh();
    await deployment.settle(declares(everything));
    expect(live(emulator, "acme")).toMatchObject(stored);

    emulator.customers.delete("acme");
    const { reports } = await deployment.up(declares({ ...everything, name: "New" }));
    expect(reports.join()).toContain("was deleted outside of Pulumi since the last run");
    expect(live(emulator, "acme")).toMatchObject({ ...stored, name: "New" });
    expect(await deployment.refreshedPreview(declares({ ...everything, name: "New" }))).toEqual([]);
  });

  it("takes over a customer that exists, with what it does not declare", async () => {
    const deployment = new Deployment();
    const { id } = deployment.emulator.customers.create({
      key: "acme",
      name: "Theirs",
      description: "d",
      currency: "EUR",
    });
    await deployment.settle(declares({ metadata: { plan: "pro" } }));
    expect(live(deployment.emulator, "acme")).toMatchObject({
      id,
      name: "Theirs",
      description: "d",
      currency: "EUR",
      metadata: { plan: "pro" },
    });
  });

  it('takes it over unsent with "match" if it is as declared, and is refused otherwise and with "fail"', async () => {
    const deployment = new Deployment();
    const { customers } = deployment.emulator;
    customers.create({ key: "acme", ...stored });
    const fail = await messageOf(deployment.up(declares(everything, { onExisting: "fail" })));
    expect(fail).toMatch(/"acme".*exists in OpenMeter already, and onExisting is "fail"; nothing was sent/);
    const match = await messageOf(deployment.up(declares({ ...everything, name: "B" }, { onExisting: "match" })));
    expect(match).toMatch(/not as declared, and onExisting is "match"; nothing was sent: .*\bname\b/);
    const { requests } = await deployment.up(declares(everything, { onExisting: "match" }));
    expect(requests.filter((line) => !line.startsWith("GET"))).toEqual([]);
  });

  it("leaves metadata of others alone that it keeps, through adoption, update and refresh", async () => {
    const deployment = new Deployment();
    const { emulator } = deployment;
    const keep = { undeclaredMetadata: "keep" };
    emulator.customers.create({ key: "acme", name: "A", metadata: { crm: "x", plan: "free" } });
    await deployment.settle(declares({ metadata: { plan: "pro", seats: "5" } }, keep));
    expect(live(emulator, "acme")?.metadata).toEqual({ crm: "x", plan: "pro", seats: "5" });
    await deployment.settle(declares({ metadata: { seats: "6" } }, keep));
    expect(live(emulator, "acme")?.metadata).toEqual({ crm: "x", seats: "6" });
  });
});
