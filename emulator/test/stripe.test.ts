import { beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type InProcessEmulator } from "../src/index";
import { sendTo } from "./send";

let emulator: InProcessEmulator;
let id: string;
let app: string;
beforeEach(() => {
  emulator = createEmulator({ stripe: true });
  ({ id } = emulator.customers.create({ key: "a", name: "A" }));
  app = emulator.stripe.app?.id ?? "";
});

const send = (method: string, path: string, body?: unknown) => sendTo(emulator, method, path, body);

const link = { stripeCustomerId: "cus_1" };

function unmet(condition: string) {
  const detail = `precondition failed error: customer with id ${id} does not meet condition ${condition} for stripe app type with id ${app} in namespace default`;
  return { status: 412, body: { detail } };
}

describe("a customer is linked to Stripe", () => {
  test("by PUT /stripe, as often as it is sent, and shown by both routes", async () => {
    const shown = { id: app, type: "stripe", ...link, app: { id: app, type: "stripe" } };
    for (const method of ["PUT", "PUT"]) {
      expect(await send(method, "customers/a/stripe", link)).toMatchObject({ status: 200, body: shown });
    }
    expect(await send("GET", "customers/a/stripe")).toMatchObject({ status: 200, body: shown });
    const list = { items: [shown], page: 1, pageSize: 100, totalCount: 1 };
    expect(await send("GET", "customers/a/apps")).toMatchObject({ status: 200, body: list });
    expect((await send("GET", "customers/a/apps?type=sandbox")).body.totalCount).toBe(0);
  });

  test("by PUT /apps, with an empty answer", async () => {
    const answer = await send("PUT", "customers/a/apps", [{ type: "stripe", ...link }]);
    expect(answer).toEqual({ status: 200, body: undefined });
    expect(emulator.stripe.linkOf(id)).toEqual(link);
  });

  test("by PUT /apps with the app's id where the billing profile does not use it", async () => {
    expect(emulator.stripe.install({ inProfile: false })).toBe(app);
    const detail = `precondition failed error: no stripe app found in billing profile for customer ${id}`;
    expect(await send("PUT", "customers/a/stripe", link)).toMatchObject({ status: 412, body: { detail } });
    expect(await send("PUT", "customers/a/apps", [{ type: "stripe", ...link }])).toMatchObject({ status: 412 });
    expect(await send("PUT", "customers/a/apps", [{ type: "stripe", id: app, ...link }])).toMatchObject({
      status: 200,
    });
  });

  test("not to what Stripe does not have", async () => {
    emulator.stripe.setCustomers(["cus_2"]);
    const condition = "stripe customer cus_1 not found in stripe account: acct_emulator";
    expect(await send("PUT", "customers/a/stripe", link)).toMatchObject(unmet(condition));
    emulator.stripe.setCustomers(undefined);
    expect(await send("PUT", "customers/a/stripe", link)).toMatchObject({ status: 200 });
  });

  test("not to what another customer is linked to", async () => {
    emulator.customers.create({ key: "b", name: "B" });
    await send("PUT", "customers/b/stripe", link);
    expect(await send("PUT", "customers/a/stripe", link)).toMatchObject(unmet("unique stripe customer id"));
    emulator.customers.delete("b");
    expect(await send("PUT", "customers/a/stripe", link)).toMatchObject({ status: 200 });
  });

  test("not to an empty id", async () => {
    const body = { detail: "validation error: stripe customer id is required" };
    expect(await send("PUT", "customers/a/stripe", { stripeCustomerId: "" })).toMatchObject({ status: 400, body });
  });
});

describe("a link", () => {
  test("that is not there cannot be read", async () => {
    expect(await send("GET", "customers/a/stripe")).toMatchObject(unmet("customer has no data for stripe app"));
  });

  test("is removed with 204, and again", async () => {
    await send("PUT", "customers/a/stripe", link);
    for (const _ of [1, 2]) {
      expect(await send("DELETE", `customers/a/apps/${app}`)).toMatchObject({ status: 204 });
    }
    expect((await send("GET", "customers/a/apps")).body.items).toEqual([]);
  });

  test("outlives a PUT of the customer, not the app", async () => {
    await send("PUT", "customers/a/stripe", link);
    await send("PUT", "customers/a", { key: "a", name: "New" });
    expect(emulator.stripe.linkOf(id)).toEqual(link);
    emulator.stripe.uninstall();
    expect(emulator.stripe.linkOf(id)).toBeUndefined();
    expect(await send("GET", "customers/a/stripe")).toMatchObject({ status: 412 });
  });
});

describe("the stripeCustomerId of a subject", () => {
  test("links no customer without the hook", async () => {
    await send("POST", "subjects", [{ key: "a", ...link }]);
    expect(emulator.stripe.linkOf(id)).toBeUndefined();
  });

  test("links its customer at every upsert, and null unlinks nothing", async () => {
    emulator = createEmulator({ stripe: true, subjectHook: true });
    await send("POST", "subjects", [{ key: "s", ...link }]);
    const customer = emulator.customers.get("s")?.id ?? "";
    expect(emulator.stripe.linkOf(customer)).toEqual(link);
    await send("PUT", "customers/s/stripe", { stripeCustomerId: "cus_2" });
    await send("POST", "subjects", [{ key: "s" }]);
    expect(emulator.stripe.linkOf(customer)).toEqual(link);
    await send("POST", "subjects", [{ key: "s", stripeCustomerId: null }]);
    expect(emulator.stripe.linkOf(customer)).toEqual(link);
  });

  test("that Stripe does not have is a 412, and nothing is stored", async () => {
    emulator = createEmulator({ stripe: true, subjectHook: true });
    emulator.stripe.setCustomers([]);
    expect(await send("POST", "subjects", [{ key: "s", ...link }])).toMatchObject({ status: 412 });
    expect([emulator.subjects.all(), emulator.customers.all()]).toEqual([[], []]);
  });

  test("is passed over where the billing profile uses another app", async () => {
    emulator = createEmulator({ subjectHook: true });
    expect(await send("POST", "subjects", [{ key: "s", ...link }])).toMatchObject({ status: 200 });
  });
});
