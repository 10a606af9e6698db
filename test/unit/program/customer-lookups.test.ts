import { isSecret, log, output, RunError, runtime, secret } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveObject, RecordId } from "../../../provider/src/core/port";
import { getCustomer, getCustomerOutput, getCustomers, getCustomersOutput } from "../../../provider/src/index";
import { lateFailureOf, resolved, startRun } from "./mocked-run";

const ids = { acme: "01JABCDEFGHJKMNPQRSTVWXYZ0", globex: "01JABCDEFGHJKMNPQRSTVWXYZ1" };
const live = (key: keyof typeof ids, fields: LiveObject["fields"]): LiveObject => ({
  id: ids[key] as RecordId,
  key,
  fields,
});
const acmeFields = {
  name: "Acme",
  subjectKeys: ["acme-1", "acme-2"],
  primaryEmail: "billing@acme.example",
  billingAddress: { country: "DE" },
  metadata: { plan: "pro", region: "eu" },
};
const acme = live("acme", { ...acmeFields, stripeCustomerId: "cus_1" });
const globex = live("globex", { name: "globex", currency: "EUR" });
const foundAcme = { key: "acme", customerId: ids.acme, ...acmeFields, stripeCustomerId: "cus_1" };
const listedAcme = { key: "acme", customerId: ids.acme, ...acmeFields };
const foundGlobex = {
  key: "globex",
  customerId: ids.globex,
  name: "globex",
  currency: "EUR",
  metadata: {},
  subjectKeys: [],
};

/** What a connection is asked. */
const asked: string[] = [];
const concealed: string[] = [];
let withheld: readonly string[] = [];
vi.mock("../../../provider/src/openmeter/connection", () => ({
  connectTo: () => ({
    customers: {
      async look(name: string) {
        asked.push(name);
        return [acme, globex].find(({ id, key }) => name === id || name === key);
      },
      async getAll(wanted: readonly { readonly key: string }[], take: (one: LiveObject) => unknown) {
        asked.push(...wanted.map(({ key }) => key));
        const found = wanted.flatMap(({ key }) => [acme, globex].filter((one) => one.key === key));
        return new Map(found.map((one) => [one.key, take(one)]));
      },
      list: async () => ({ objects: [acme, globex], withheld }),
    },
    redactor: { conceal: (texts: () => Iterable<string>) => void concealed.push(...texts()) },
    addressName: "openmeter:baseUrl",
  }),
}));

const warn = vi.spyOn(log, "warn").mockImplementation(async () => {});
beforeEach(async () => {
  await startRun();
  Reflect.get(globalThis, "globalStore").settings.options.engineAddr = "127.0.0.1:1";
  runtime.setAllConfig({ "openmeter:baseUrl": "http://localhost:8888" });
});
afterEach(() => {
  for (const list of [asked, concealed]) list.length = 0;
  withheld = [];
  warn.mockClear();
  runtime.setAllConfig({});
});

describe("a look-up of one customer", () => {
  it("by key or by id has all of its fields, and those that are not there are absent or empty", async () => {
    expect(await getCustomer({ key: "acme" })).toEqual(foundAcme);
    expect(await getCustomer({ id: ids.globex })).toEqual(foundGlobex);
    expect(await resolved(getCustomerOutput({ key: output("globex") }))).toEqual(foundGlobex);
    expect(await resolved(getCustomerOutput({ id: output(ids.acme) }))).toEqual(foundAcme);
  });

  it.each([
    [
      { key: "nobody" },
      /there is no customer "nobody" in OpenMeter\. Check the key and openmeter:baseUrl\. .* getCustomers\(\{ keys/,
    ],
    [
      { id: `${ids.acme.slice(0, -1)}Z` },
      /there is no customer "01J\w+Z" in OpenMeter\. Check the id and openmeter:baseUrl$/,
    ],
    // OpenMeter would answer the customer of this id.
    [{ key: ids.acme }, /there is no customer "01J\w+" in OpenMeter\. Check the key/],
  ])("that is not there fails, and says what to do: %o", async (args, says) => {
    await expect(getCustomer(args)).rejects.toThrow(RunError);
    await expect(getCustomer(args)).rejects.toThrow(says);
  });

  it("with a secret key names no key, and the result is secret", async () => {
    const failure = await lateFailureOf(() => getCustomerOutput({ key: secret("hunter2") }).apply(() => {}));
    expect(failure).toMatch(/there is no customer \[secret\] in OpenMeter/);
    expect(concealed).toEqual(["hunter2"]);
    expect(await isSecret(getCustomerOutput({ key: secret("acme") }))).toBe(true);
  });
});

describe("a look-up of many customers", () => {
  const keys = async (...args: Parameters<typeof getCustomers>) => (await getCustomers(...args)).map(({ key }) => key);

  it("without a filter has all of the account, without the Stripe IDs that lists do not have", async () => {
    expect(await getCustomers()).toEqual([listedAcme, foundGlobex]);
    expect(await resolved(getCustomersOutput())).toEqual([listedAcme, foundGlobex]);
    expect(await getCustomers({ keys: ["acme"] })).toEqual([listedAcme]);
  });

  it.each([
    [{ keyPrefix: "ac" }, ["acme"]],
    [{ subjectKey: "acme-2" }, ["acme"]],
    [{ subjectKey: "acme" }, ["acme"]],
    [{ subjectKey: "globex" }, ["globex"]],
    [{ subjectKey: "acme-" }, []],
    [{ primaryEmail: "billing@acme.example" }, ["acme"]],
    [{ primaryEmail: "BILLING@acme.example" }, []],
    [{ metadata: { plan: "pro", region: undefined } }, ["acme"]],
    [{ metadata: { plan: "free" } }, []],
    [{ metadata: { constructor: "c" } }, []],
    [{ keyPrefix: "g", subjectKey: "acme-1" }, []],
    [{ keys: ["nobody", "globex", "acme", "globex"] }, ["globex", "acme"]],
    [{ keys: [ids.acme] }, []],
    [{}, ["acme", "globex"]],
  ])("keeps those that meet all conditions: %o", async (filter, found) => {
    expect(await keys(filter)).toEqual(found);
  });

  it("takes outputs in its filter", async () => {
    const filter = { metadata: { plan: output("pro") }, subjectKey: output("acme-1") };
    expect(await resolved(getCustomersOutput(filter))).toEqual([listedAcme]);
  });

  it("leaves out those that contain the API key, and a warning counts them", async () => {
    withheld = ["a", "b"];
    expect(await keys()).toEqual(["acme", "globex"]);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^getCustomers leaves out 2 customers that contain the API key\./)],
    ]);
    withheld = ["a"];
    await keys();
    expect(warn).toHaveBeenLastCalledWith(expect.stringContaining("leaves out 1 customer that contains the API key."));
  });
});

describe("arguments of a look-up of customers that cannot be meant", () => {
  it.each<[(args: never) => unknown, unknown, RegExp]>([
    [getCustomer, {}, /^getCustomer: key is required, or id$/],
    [
      getCustomer,
      { key: "acme", id: ids.acme },
      /^getCustomer: id cannot be given beside key: either names the customer$/,
    ],
    [getCustomer, { key: 42 }, /^getCustomer: key is a number; it must be a string/],
    [
      getCustomer,
      { id: "acme" },
      /^getCustomer: id must be OpenMeter's identifier of a customer, a ULID; give .* as key$/,
    ],
    [getCustomer, { keys: ["a"] }, /^getCustomer: keys is not an argument; arguments are key, id\. Did you mean key\?/],
    [getCustomer, { key: output("a") }, /^getCustomer: an argument is an output or a promise, .* getCustomerOutput,/],
    [getCustomers, { subjectKeys: ["a"] }, /arguments are keys, keyPrefix, subjectKey, .* Did you mean subjectKey\?/],
    [getCustomers, { subjectKey: ["a"] }, /^getCustomers: subjectKey must be a string$/],
    [getCustomers, { metadata: { seats: 5 } }, /^getCustomers: metadata\.seats is a number; it must be a string/],
    [getCustomers, { keys: ["a", ""] }, /^getCustomers: keys\[1\] must not be empty$/],
  ])("are errors that name them (%#)", async (form, args, says) => {
    // Plain JavaScript callers can pass what the types forbid.
    await expect(Reflect.apply(form, undefined, [args])).rejects.toThrow(says);
    expect(asked).toEqual([]);
  });
});

describe("in a unit test of a program, with mocks and without an engine, a look-up of customers", () => {
  it("calls the program's mocks, of many for the array `customers` of what they return", async () => {
    const calls: unknown[] = [];
    const call = ({ token, inputs }: runtime.MockCallArgs) => {
      calls.push([token, inputs]);
      return token.endsWith("getCustomers") ? { customers: [listedAcme] } : foundAcme;
    };
    await runtime.setMocks({ call, newResource: ({ inputs }) => ({ id: "k", state: inputs }) });
    Reflect.get(globalThis, "globalStore").settings.options.engineAddr = undefined;
    expect(await getCustomer({ key: "acme" })).toEqual(foundAcme);
    expect(await resolved(getCustomersOutput({ subjectKey: "acme-1" }))).toEqual([listedAcme]);
    expect(calls).toEqual([
      ["openmeter:index:getCustomer", { key: "acme" }],
      ["openmeter:index:getCustomers", { subjectKey: "acme-1" }],
    ]);
    expect(asked).toEqual([]);
  });
});
