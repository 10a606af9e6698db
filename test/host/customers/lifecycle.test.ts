import { describe, expect, it } from "vitest";
import { sample } from "../../sample";
import { type DynamicHost, hostPackages } from "../dynamic-host";
import type { Properties } from "../operations";
import { createSet, parsed } from "../set-fixtures";
import { withHost } from "../with-host";

/** What the state of every stack says of customers' providers. Written out here: they must never change. */
const lines = {
  single: 'exports.handler=require("pulumi-openmeter/dynamic").customer',
  set: 'exports.handler=require("pulumi-openmeter/dynamic").customerSet',
  members: 'exports.handler=require("pulumi-openmeter/dynamic").customerSetMembers',
};

const customersOf = (host: DynamicHost) => ({
  single: host.of(lines.single),
  set: host.of(lines.set),
  members: host.of(lines.members),
});

const marks = (type: string, name: string): Properties => ({
  __openmeter: { urn: `urn:pulumi:test::customers::pulumi-nodejs:dynamic/openmeter:${type}::${name}` },
});

const acme = {
  key: "acme",
  name: "Acme",
  subjectKeys: ["acme-us", "acme-eu"],
  currency: "EUR",
  metadata: { plan: "pro" },
};

describe.each(sample(hostPackages))("customers on the dynamic host of %s", (hostPackage) => {
  it("are created, compared, updated, read and deleted by the record's id", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const { single } = customersOf(host);
        const declared = { ...acme, ...marks("Customer", "acme") };
        const { inputs, failures } = await single.check(declared);
        expect(failures).toEqual([]);
        const { id, outputs } = await single.create(inputs);
        expect(emulator.customers.get("acme")).toMatchObject({ id, name: "Acme", currency: "EUR" });
        expect(outputs).toEqual({ ...declared, customerId: id });
        expect(await single.diff(id, outputs, inputs)).toEqual({ changes: false, replaces: [] });

        const next = customersOf(await another()).single;
        const now = { ...declared, name: "Acme Inc." };
        expect(await next.diff(id, outputs, now)).toEqual({ changes: true, replaces: [] });
        const updated = await next.update(id, outputs, now);
        expect(updated).toEqual({ ...now, customerId: id });
        const rekeyed = { ...now, key: "globex" };
        expect((await next.check(rekeyed, now)).failures).toEqual([]);
        await expect(next.diff(id, updated, rekeyed)).rejects.toThrow(/cannot be changed, here from/);
        expect(await next.read(id, updated)).toEqual({ id, outputs: updated, inputs: now });
        expect((await next.read("acme")).outputs).toMatchObject({ key: "acme", name: "Acme Inc.", customerId: id });
        await next.delete(id, updated);
        expect(emulator.customers.size).toBe(0);
        expect((await next.read(id, updated)).id).toBe("");
      },
      { package: hostPackage },
    );
  });

  it("of a set are created, and leave it by its companion", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const { set, members } = customersOf(host);
        const inputs = (all: object) => ({ customers: JSON.stringify(all), ...marks("CustomerSet", "many") });
        const outputs = await createSet(set, inputs({ a: { name: "A" }, b: {} }));
        const { customerIds } = outputs;
        expect(parsed(customerIds)).toEqual(
          Object.fromEntries(emulator.customers.list().map(({ key, id }) => [String(key), id])),
        );
        const companion = await createSet(members, { customerIds, ...marks("CustomerSet", "many") });

        const next = customersOf(await another());
        const { customerIds: _ids, ...before } = outputs;
        const { inputs: now } = await next.set.check(inputs({ a: { name: "A" } }), before);
        expect(await next.set.diff("many", outputs, now)).toEqual({ changes: true, replaces: [] });
        const updated = await next.set.update("many", outputs, now);
        const left = { customerIds: updated.customerIds, ...marks("CustomerSet", "many") };
        const checked = await next.members.check(left, companion);
        expect((await next.members.diff("many", companion, checked.inputs)).replaces).toEqual(["customerIds"]);
        await next.members.create(checked.inputs);
        await next.members.delete("many", companion);
        expect(emulator.customers.list().map(({ key }) => key)).toEqual(["a"]);
      },
      { package: hostPackage },
    );
  });
});
