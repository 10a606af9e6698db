import type { CustomResourceOptions } from "@pulumi/pulumi";
import { Customer, type CustomerArgs, CustomerSet, type CustomerSetMember, Subject } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { hostsProvider, kill, startedBy } from "../crash/processes";
import { longIt } from "../sample";
import { sharedAccounts } from "./accounts/scene";
import { declares } from "./promise/scene";
import { given, type TestStack, withStack } from "./stack";

const acme = {
  key: "acme",
  name: "Acme Inc.",
  subjectKeys: ["acme-eu", "acme-us"],
  primaryEmail: "billing@acme.example",
  currency: "EUR",
  billingAddress: { country: "DE", city: "Berlin" },
  metadata: { plan: "pro" },
} as const satisfies CustomerArgs;

/** A program of Customers by name. */
const customers = (all: Readonly<Record<string, CustomerArgs>>, options?: CustomResourceOptions) =>
  declares(() => Object.entries(all).map(([name, args]) => new Customer(name, args, options)));

/** Keys and ids of the live customers. */
function records({ emulator }: Pick<TestStack, "emulator">): Record<string, string> {
  return Object.fromEntries(emulator.customers.list().map(({ key, id }) => [String(key), id]));
}

function subjectKeys({ emulator }: TestStack): Record<string, readonly string[]> {
  const all = emulator.customers.list();
  return Object.fromEntries(all.map(({ key, usageAttribution }) => [String(key), usageAttribution?.subjectKeys ?? []]));
}

/** DELETE requests so far. */
const deletions = ({ emulator }: TestStack) => emulator.requests.count(/^DELETE /);

describe("a program with a Customer, a CustomerSet and a Subject", () => {
  const program = (name: string, members: readonly CustomerSetMember[]) =>
    declares(() => {
      const one = new Customer("acme", { ...acme, name });
      new CustomerSet("many", { customers: members });
      new Subject("eu", { key: "acme-eu", metadata: { customer: one.key } });
    });
  const members = [
    { key: "b", name: "B" },
    { key: "c", subjectKeys: ["c-1"] },
  ];

  it("is applied, shows no difference, repairs drift, and deletes what leaves it", async () => {
    await withStack(async (test) => {
      await test.up(program("Acme Inc.", members));
      const { id } = test.emulator.customers.get("acme") ?? {};
      const { subjectKeys: keys, ...fields } = acme;
      expect(test.emulator.customers.get("acme")).toMatchObject({ ...fields, usageAttribution: { subjectKeys: keys } });
      expect(test.emulator.subjects.get("acme-eu")?.metadata).toEqual({ customer: "acme" });
      expect(Object.keys(records(test)).sort()).toEqual(["acme", "b", "c"]);

      test.emulator.customers.put("acme", { ...test.emulator.customers.get("acme"), name: "Drifted" });
      const drifted = await test.preview(program("Acme Inc.", members), { refresh: true });
      expect(drifted.steps).toEqual([
        { name: "acme", op: "update", changes: { name: { from: "Drifted", to: "Acme Inc." } } },
      ]);
      await test.up(program("Acme Corp.", members.slice(0, 1)), { refresh: true });
      expect(test.emulator.customers.get("acme")).toMatchObject({
        id,
        name: "Acme Corp.",
        primaryEmail: acme.primaryEmail,
      });
      expect(Object.keys(records(test)).sort()).toEqual(["acme", "b"]);
      await test.stack.destroy();
      expect(records(test)).toEqual({});
      expect(
        test.emulator.subjects
          .list()
          .map(({ key }) => key)
          .sort(),
      ).toEqual(["acme-us", "c-1"]);
    });
  });
});

describe("subject keys that each of many Customers takes from another one", () => {
  const names = Array.from({ length: 16 }, (_, index) => `c${index}`);
  const program = (shift: number) => {
    const keyOf = (index: number) => `k${(index + shift) % names.length}`;
    return customers(Object.fromEntries(names.map((key, index) => [key, { key, subjectKeys: [keyOf(index)] }])));
  };

  it("are taken in one up, though the engine does not show all Customers before it asks for the first writes", async () => {
    await withStack(async (test) => {
      await given(test, program(0));
      const before = records(test);
      await test.up(program(8), { parallel: 2 });
      expect(subjectKeys(test)).toEqual(
        Object.fromEntries(names.map((key, index) => [key, [`k${(index + 8) % names.length}`]])),
      );
      expect(records(test)).toEqual(before);
    });
  });
});

describe("subject keys that two Customers swap", () => {
  const program = (first: string, second: string) =>
    customers({ a: { key: "a", subjectKeys: [first] }, b: { key: "b", subjectKeys: [second] } });

  longIt("are swapped in one up, also after one in the middle of which the provider was killed", async () => {
    await withStack(async (test) => {
      await test.up(program("x", "y"));
      const before = records(test);
      let isCut = false;
      test.emulator.faults.add({
        kind: "call",
        match: { method: "PUT" },
        skip: 1,
        times: Number.POSITIVE_INFINITY,
        before: async () => {
          isCut = true;
          kill((await startedBy(process.pid)).filter(hostsProvider).map(({ pid }) => pid));
          throw new Error("the client is gone before its request was carried out");
        },
      });
      await test.failingUp(program("y", "x"));
      expect(isCut, "whether the provider was killed").toBe(true);
      test.emulator.faults.clear();
      await test.up(program("y", "x"));
      expect(subjectKeys(test)).toEqual({ a: ["y"], b: ["x"] });
      expect(records(test)).toEqual(before);
    });
  });
});

describe("a customer that changes hands", () => {
  longIt("between a CustomerSet and a Customer keeps its record, and is never deleted", async () => {
    await withStack(async (test) => {
      const { key: _key, ...fields } = acme;
      const inSet = declares(() => new CustomerSet("many", { customers: [acme, { key: "b" }] }));
      const apart = declares(() => {
        new CustomerSet("many", { customers: [{ key: "b" }] });
        new Customer("acme", acme);
      });
      await test.up(inSet);
      const before = records(test);
      for (const program of [apart, inSet, apart]) {
        await test.up(program);
        expect(records(test)).toEqual(before);
        expect(test.emulator.customers.get("acme")).toMatchObject({ name: fields.name, currency: "EUR" });
      }
      expect(deletions(test)).toBe(0);
    });
  });

  longIt("by a rename without an alias, or a forced replacement, keeps its record", async () => {
    await withStack(async (test) => {
      await test.up(customers({ old: acme }));
      const before = records(test);
      await test.up(customers({ new: acme }));
      await test.up(customers({ new: acme }), {
        replace: ["urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:Customer::new"],
      });
      expect(records(test)).toEqual(before);
      expect(deletions(test)).toBe(0);
    });
  });
});

describe("a Customer", () => {
  longIt("is looked up by key and by id", async () => {
    await withStack(async (test) => {
      const { id } = test.emulator.customers.create({ key: "theirs", name: "Theirs", currency: "USD" });
      const run = async () => {
        const [byKey, byId] = [Customer.get("key", "theirs"), Customer.get("id", id)];
        return { keys: [byKey.customerId, byId.key], currency: byKey.currency, name: byId.name };
      };
      await test.up({ run, holds: {} });
      const outputs = await test.outputs();
      expect(outputs.keys?.value).toEqual([id, "theirs"]);
      expect(outputs.currency?.value).toBe("USD");
      expect(outputs.name?.value).toBe("Theirs");
      await test.stack.destroy();
      expect(records(test)).toEqual({ theirs: id });
    });
  });

  longIt("that is protected stays, and one with a subscription is told why it does", async () => {
    await withStack(async (test) => {
      await test.up(customers({ acme }, { protect: true }));
      expect(await test.failingUp(customers({}))).toMatch(/protect/);
      expect(Object.keys(records(test))).toEqual(["acme"]);
      await test.up(customers({ acme }, { protect: false }));
      test.emulator.customers.subscribe("acme");
      expect(await test.failingUp(customers({ b: { key: "b" } }))).toContain("Nothing was cancelled");
      test.emulator.customers.settle("acme");
      await test.up(customers({ b: { key: "b" } }));
      expect(Object.keys(records(test))).toEqual(["b"]);
    });
  });

  longIt("whose key changes is an error of the preview, until OpenMeter has that key", async () => {
    await withStack(async (test) => {
      await test.up(customers({ acme }));
      const { id } = test.emulator.customers.get("acme") ?? {};
      const renamed = customers({ acme: { ...acme, key: "acme-2" } });
      expect(await test.failingPreview(renamed)).toContain('cannot be changed, here from "acme" to "acme-2"');
      test.emulator.customers.put(String(id), {
        ...test.emulator.customers.get("acme"),
        name: acme.name,
        key: "acme-2",
      });
      await test.up(renamed);
      expect(records(test)).toEqual({ "acme-2": id });
    });
  });
});

describe("customers of two accounts", () => {
  const accounts = sharedAccounts();

  longIt("move between them: created in the one, then deleted in the other", async () => {
    const { stack, servers, provider } = accounts();
    const at = (account: "eu" | "us") =>
      declares(() => {
        const options = { provider: provider(account) };
        new Customer("acme", acme, options);
        new CustomerSet("many", { customers: [{ key: "b" }, { key: "c" }] }, options);
      });
    const keys = () => (["eu", "us"] as const).map((name) => Object.keys(records({ emulator: servers[name] })).sort());
    await stack.up(at("eu"));
    expect(keys()).toEqual([["acme", "b", "c"], []]);
    const { text } = await stack.preview(at("us"));
    expect(text).toContain('customer "acme" moves to another account');
    await stack.up(at("us"));
    expect(keys()).toEqual([[], ["acme", "b", "c"]]);
  });
});
