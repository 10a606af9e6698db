import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { customersOf, type StripeCustomer } from "../../../examples/stripe-customers/customers";
import { listCustomers } from "../../../examples/stripe-customers/stripe";
import { subjectsOf } from "../../../examples/stripe-customers/subjects";
import { type StripeStandIn, startStripe } from "../../examples/stripe-stand-in";

function customer(id: string, account_id?: string, name: string | null = "Acme Inc."): StripeCustomer {
  return { id, name, email: null, metadata: account_id === undefined ? {} : { account_id } };
}

function refusal(make: (customers: StripeCustomer[]) => unknown, ...customers: StripeCustomer[]): string {
  try {
    return `accepted: ${JSON.stringify(make(customers))}`;
  } catch (error) {
    return error instanceof Error ? error.message : "no error";
  }
}

describe("the subjects of Stripe's customers", () => {
  it("have account_id as their key, without the spaces around it, else Stripe's ID", () => {
    expect(
      subjectsOf([customer("cus_1", " acme "), customer("cus_2", undefined, null), customer("cus_3", "a b", "")]),
    ).toEqual([
      { key: "acme", displayName: "Acme Inc.", stripeCustomerId: "cus_1" },
      { key: "cus_2", stripeCustomerId: "cus_2" },
      { key: "a b", stripeCustomerId: "cus_3" },
    ]);
  });

  test.each([
    ["is empty", "", "cus_1: account_id in its metadata is empty"],
    ["has nothing but spaces", "  \u00A0", "cus_1: account_id in its metadata is empty"],
    [
      "contains what nobody sees",
      "ac\u200Bme",
      "cus_1: a key in its metadata contains invisible characters: ac<U+200B>me",
    ],
  ])("are refused when an account_id %s, with Stripe's customer", (_, account_id, expected) => {
    expect(refusal(subjectsOf, customer("cus_0"), customer("cus_1", account_id))).toMatch(expected);
  });

  it("are refused when two have one key, with both of Stripe's customers", () => {
    expect(
      refusal(
        subjectsOf,
        customer("cus_1", "acme"),
        customer("cus_2"),
        customer("cus_3", "acme "),
        customer("cus_4", "cus_2"),
      ),
    ).toBe(
      [
        "Stripe's customers cannot be used:",
        "  cus_3: has the key acme, and so has cus_1",
        "  cus_4: has the key cus_2, and so has cus_2",
      ].join("\n"),
    );
  });

  it("are refused with a count of the problems beyond the twentieth", () => {
    expect(refusal(subjectsOf, ...Array.from({ length: 25 }, (_, index) => customer(`cus_${index}`, "")))).toMatch(
      /and 5 more$/,
    );
  });
});

describe("OpenMeter's customers for those of Stripe", () => {
  it("have its name, e-mail address, currency and address, and the subjects that its metadata lists", () => {
    const acme: StripeCustomer = {
      ...customer("cus_1", "acme"),
      email: "billing@acme.example",
      phone: "+49 30 1234",
      currency: "eur",
      address: { line1: "Street 1", line2: "", postal_code: "10115", city: "Berlin", state: null, country: "DE" },
      metadata: { account_id: "acme", subject_keys: "acme-us, acme-eu,, acme" },
    };
    expect(customersOf([acme])).toEqual([
      {
        key: "acme",
        subjectKeys: ["acme", "acme-us", "acme-eu"],
        stripeCustomerId: "cus_1",
        name: "Acme Inc.",
        primaryEmail: "billing@acme.example",
        currency: "EUR",
        billingAddress: {
          line1: "Street 1",
          postalCode: "10115",
          city: "Berlin",
          country: "DE",
          phoneNumber: "+49 30 1234",
        },
      },
    ]);
  });

  it("do not declare what Stripe does not have", () => {
    const address = { line1: null, line2: null, postal_code: null, city: null, state: null, country: null };
    const bare: StripeCustomer = { ...customer("cus_1", undefined, null), phone: null, currency: null };
    const expected = { key: "cus_1", subjectKeys: ["cus_1"], stripeCustomerId: "cus_1" };
    expect(customersOf([bare])).toEqual([expected]);
    expect(customersOf([{ ...bare, address }])).toEqual([expected]);
  });

  it("are refused when a subject is listed by two, or by one and is the key of another, or has what nobody sees", () => {
    const listing = (id: string, subject_keys: string) => ({ ...customer(id), metadata: { subject_keys } });
    expect(
      refusal(
        customersOf,
        listing("cus_1", "eu"),
        listing("cus_2", "us, eu"),
        listing("cus_3", "cus_1"),
        listing("cus_4", "u\u200Bs"),
      ),
    ).toBe(
      [
        "Stripe's customers cannot be used:",
        "  cus_2: has the key eu, and so has cus_1",
        "  cus_3: has the key cus_1, and so has cus_1",
        "  cus_4: a key in its metadata contains invisible characters: u<U+200B>s",
      ].join("\n"),
    );
  });
});

describe("the list of Stripe's customers", () => {
  const apiKey = "rk_test_of_the_example";
  let stripe: StripeStandIn;
  beforeEach(async () => {
    stripe = await startStripe(apiKey);
    stripe.customers = Array.from({ length: 250 }, (_, index) => ({
      id: `cus_${index}`,
      name: null,
      email: `${index}@example.com`,
      metadata: {},
    }));
  });
  afterEach(() => stripe.close());

  it("has those of every page, also when Stripe refuses one for too many requests", async () => {
    stripe.busyPage = 2;
    const customers = await listCustomers(apiKey, stripe.url);
    expect(customers.map(({ id }) => id)).toEqual(stripe.customers.map(({ id }) => id));
    expect([stripe.busyPage, stripe.pages()]).toEqual([undefined, 3]);
  });

  it("is none when Stripe refuses the key, with Stripe's reason", async () => {
    const refused = listCustomers("rk_test_wrong", stripe.url);
    await expect(refused).rejects.toThrow("Stripe's customers cannot be read: Invalid API Key provided");
  });
});
