import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { listCustomers } from "../../../examples/stripe-customers/stripe";
import { type Customer, subjectsOf } from "../../../examples/stripe-customers/subjects";
import { type StripeStandIn, startStripe } from "../../examples/stripe-stand-in";

function customer(id: string, account_id?: string, name: string | null = "Acme Inc."): Customer {
  return { id, name, metadata: account_id === undefined ? {} : { account_id } };
}

function refusal(...customers: Customer[]): string {
  try {
    return `accepted: ${JSON.stringify(subjectsOf(customers))}`;
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
      "cus_1: account_id in its metadata contains invisible characters: ac<U+200B>me",
    ],
  ])("are refused when an account_id %s, with Stripe's customer", (_, account_id, expected) => {
    expect(refusal(customer("cus_0"), customer("cus_1", account_id))).toMatch(expected);
  });

  it("are refused when two have one key, with both of Stripe's customers", () => {
    expect(
      refusal(customer("cus_1", "acme"), customer("cus_2"), customer("cus_3", "acme "), customer("cus_4", "cus_2")),
    ).toBe(
      [
        "Stripe's customers cannot be used:",
        "  cus_3: has the key acme, and so has cus_1",
        "  cus_4: has the key cus_2, and so has cus_2",
      ].join("\n"),
    );
  });

  it("are refused with a count of the problems beyond the twentieth", () => {
    expect(refusal(...Array.from({ length: 25 }, (_, index) => customer(`cus_${index}`, "")))).toMatch(/and 5 more$/);
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
