import { CustomResource, isSecret, output, RunError, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { marksProperty, providerLines, resourceTypes } from "../../../provider/src/contract";
import { Customer, CustomerSet, Subject } from "../../../provider/src/index";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { lateFailureOf, registration, resolved, startRun } from "./mocked-run";

const urnOf = (name: string, type: string = resourceTypes.customer) => `urn:pulumi:stack::project::${type}::${name}`;
const all = {
  key: "customer-42",
  name: "Acme",
  description: "Since 2019",
  subjectKeys: ["b", "a", "b"],
  primaryEmail: "billing@acme.example",
  currency: "EUR",
  billingAddress: { country: "DE", postalCode: "10115", city: "Berlin", line1: "Invalidenstr. 1" },
  metadata: { plan: "pro" },
  stripeCustomerId: "cus_1",
};

describe("a Customer", () => {
  it("is registered with its type, its arguments, the constant provider and its marks", async () => {
    const { registered } = await startRun();
    const declared = { ...all, onExisting: "fail", undeclaredMetadata: "keep" } as const;
    await registration(new Customer("acme", declared));
    const inputs = { ...declared, [marksProperty]: { urn: urnOf("acme") }, __provider: providerLines.customer };
    expect(registered).toEqual([{ type: resourceTypes.customer, name: "acme", id: undefined, inputs }]);
  });

  it("has an output for each of its fields and its id, and no other for what is not declared", async () => {
    await startRun({ name: "Stored", customerId: "01J", subjectKeys: ["a", "b"] });
    const customer = new Customer("acme", { key: "k", metadata: { a: "1" } });
    expect(await resolved(customer.key)).toBe("k");
    expect(await resolved(customer.name)).toBe("Stored");
    expect(await resolved(customer.subjectKeys)).toEqual(["a", "b"]);
    expect(await resolved(customer.metadata)).toEqual({ a: "1" });
    expect(await resolved(customer.customerId)).toBe("01J");
    expect(await resolved(customer.billingAddress)).toBeUndefined();
    for (const field of ["description", "primaryEmail", "currency", "stripeCustomerId"] as const) {
      expect(await resolved(customer[field])).toBeUndefined();
    }
    expect(Object.keys(customer)).toEqual(expect.arrayContaining(Object.keys(customerKind.fields)));
  });

  it("takes outputs and promises anywhere", async () => {
    const { registered } = await startRun();
    const customer = new Customer("acme", {
      key: output("k"),
      subjectKeys: ["a", output("b"), Promise.resolve("c")],
      billingAddress: { country: output("DE"), city: undefined },
      metadata: { plan: output("pro") },
    });
    await registration(customer);
    expect(registered[0]?.inputs).toMatchObject({
      key: "k",
      subjectKeys: ["a", "b", "c"],
      billingAddress: { country: "DE" },
      metadata: { plan: "pro" },
    });
    expect(registered[0]?.inputs[marksProperty]).toEqual({ urn: urnOf("acme") });
  });

  it("may have a secret key, of which its ID tells nothing", async () => {
    const { registered } = await startRun();
    const customer = new Customer("acme", { key: secret("hunter2"), subjectKeys: ["a", secret("b")] });
    await registration(customer);
    expect(await isSecret(customer.key)).toBe(true);
    expect(registered[0]?.inputs[marksProperty]).toEqual({ urn: urnOf("acme"), secrets: ["key", "subjectKeys"] });
  });

  it("may have no subject keys, which is not the same as to leave them out", async () => {
    const { registered } = await startRun();
    await registration(new Customer("acme", { key: "k", subjectKeys: [] }));
    expect(registered[0]?.inputs.subjectKeys).toEqual([]);
  });

  it("may have metadata with the names of an object's own methods", async () => {
    const { registered } = await startRun();
    const metadata = { toString: "text", valueOf: "1", constructor: "c" };
    await registration(new Customer("acme", { key: "k", metadata }));
    expect(registered[0]?.inputs.metadata).toEqual(metadata);
  });

  it("is refused with arguments that would be lost on the way, by one message with their paths", async () => {
    const { registered } = await startRun();
    // Plain JavaScript callers can pass what the types forbid.
    const args = { key: "k", subjectKeys: [new Date(0)], billingAddress: { country: () => "DE" }, [marksProperty]: {} };
    const construct = () => Reflect.construct(Customer, ["acme", args]);
    expect(construct).toThrow(RunError);
    expect(construct).toThrow(
      /^Customer "acme": 3 problems\n {2}subjectKeys\[0\] is a Date.*\n {2}billingAddress\.country is a function.*\n {2}__openmeter is not an input/,
    );
    expect(registered).toEqual([]);
  });

  it("is refused with such arguments as soon as they are known", async () => {
    const { registered } = await startRun();
    const late = output("x").apply((): Record<string, string> => ({ n: Number.NaN as unknown as string }));
    const message = await lateFailureOf(() => new Customer("acme", { key: "k", metadata: late }));
    expect(message).toContain('Customer "acme": metadata.n is NaN, which JSON cannot carry');
    expect(registered).toEqual([]);
  });

  it("is found by isInstance, other resources are not", async () => {
    await startRun();
    const [customer, set] = [new Customer("acme", { key: "k" }), new CustomerSet("all", { customers: [] })];
    const subject = new Subject("acme", { key: "k" });
    expect([customer, set, subject].map((one) => [Customer.isInstance(one), CustomerSet.isInstance(one)])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
    expect(Subject.isInstance(customer)).toBe(false);
    for (const value of [{}, undefined, null, "acme", { __pulumiType: resourceTypes.customer }]) {
      expect(Customer.isInstance(value)).toBe(false);
    }
    expect(customer).toBeInstanceOf(CustomResource);
    await registration(customer, set, subject);
  });
});

describe("Customer.get", () => {
  it.each(["customer-42", "01JABCDEFGHJKMNPQRSTVWXYZ0"])("reads by key or id and declares nothing: %s", async (id) => {
    const { registered } = await startRun({ ...all, customerId: "01J" });
    const customer = Customer.get("acme", output(id));
    expect(await resolved(customer.key)).toBe("customer-42");
    expect(await resolved(customer.billingAddress)).toEqual(all.billingAddress);
    expect(await resolved(customer.stripeCustomerId)).toBe("cus_1");
    expect(await resolved(customer.customerId)).toBe("01J");
    expect(registered).toEqual([
      { type: resourceTypes.customer, name: "acme", id, inputs: { __provider: providerLines.customer } },
    ]);
  });
});

describe("a CustomerSet", () => {
  it("is registered with its type, one JSON string of its customers, the constant provider and its marks", async () => {
    const { registered } = await startRun();
    const { key, ...fields } = all;
    const set = new CustomerSet("customers", {
      customers: [all, { key: "10", name: undefined, metadata: { b: "2", a: "1" } }],
      onExisting: "match",
      maxDeletions: 3,
      undeclaredMetadata: "keep",
    });
    await registration(set);
    const { customers, ...inputs } = registered[0]?.inputs ?? {};
    expect(JSON.parse(String(customers))).toEqual({ [key]: fields, 10: { metadata: { a: "1", b: "2" } } });
    expect(String(customers)).toMatch(/^\{"10":\{"metadata":\{"a":"1","b":"2"\}\},"customer-42":\{"billingAddress":/);
    expect(inputs).toEqual({
      onExisting: "match",
      maxDeletions: 3,
      undeclaredMetadata: "keep",
      [marksProperty]: { urn: urnOf("customers", resourceTypes.customerSet) },
      __provider: providerLines.customerSet,
    });
  });

  it("has the customers and their ids as outputs, and as records by key", async () => {
    const customers = { a: { name: "Stored", subjectKeys: ["x"], billingAddress: { city: "Bonn" } }, b: {} };
    const customerIds = { a: "01J", b: "01K" };
    await startRun({ customers: JSON.stringify(customers), customerIds: JSON.stringify(customerIds) });
    const set = new CustomerSet("customers", { customers: [{ key: "a" }, { key: "b" }] });
    expect(await resolved(set.customers)).toBe(JSON.stringify(customers));
    expect(await resolved(set.customerIds)).toBe(JSON.stringify(customerIds));
    expect(await resolved(set.customersByKey)).toEqual(customers);
    expect(await resolved(set.customerIdsByKey)).toEqual(customerIds);
  });

  it.each([
    ["a value", [{ key: "a", primaryEmail: secret("a@b.example") }], {}],
    ["a subject key", [{ key: "a", subjectKeys: [secret("x")] }], {}],
    ["a key", [{ key: secret("a") }], { secretKeys: true }],
  ])("tells the provider whether values, and whether keys, are secret: %s", async (_what, customers, keys) => {
    const { registered } = await startRun();
    await registration(new CustomerSet("customers", { customers }));
    const urn = urnOf("customers", resourceTypes.customerSet);
    const [set, members] = [resourceTypes.customerSet, resourceTypes.customerSetMembers].map(
      (type) => registered.find((one) => one.type === type)?.inputs,
    );
    expect(set).toMatchObject({ customers: { value: expect.stringContaining('"a"') } });
    expect(set?.[marksProperty]).toEqual({ urn, secrets: ["customers"], ...keys });
    expect(members?.[marksProperty]).toEqual({ urn, ...keys });
  });

  it.each<[string, (customers: unknown) => unknown]>([
    ["at once", (customers) => customers],
    ["where they are still to come", (customers) => output(customers)],
  ])("names all problems of its customers in one error %s", async (_when, given) => {
    const { registered } = await startRun();
    const args = {
      customers: given([{ key: "a", subjectKey: "x" }, { key: "b", currency: "Euro" }, { key: 7 }, { key: "a" }]),
    };
    const failure = await lateFailureOf(() => {
      try {
        Reflect.construct(CustomerSet, ["customers", args]);
      } catch (error) {
        void Promise.reject(error);
      }
    });
    expect(failure).toContain(`CustomerSet "customers": 4 problems
  customers[0].subjectKey is not a field of a set's customer; its fields are key, name, description, subjectKeys, primaryEmail, currency, billingAddress, metadata, stripeCustomerId. Did you mean subjectKeys?
  customers[1].currency must be the three capital letters of a currency, such as EUR
  customers[2].key is a number; it must be a string: convert it with String(…)
  customers[3].key repeats the key "a" of customers[0]`);
    expect(registered).toEqual([]);
  });
});
