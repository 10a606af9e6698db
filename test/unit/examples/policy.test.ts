import { describe, expect, test } from "vitest";
import { personalData, stripeIdMissing } from "../../../examples/policy/pack/rules";

describe("the rules", () => {
  test.each(["email", "eMail", "contactEmail", "Phone_number", "First Name", "dateOfBirth", "IBAN"])(
    "%s is personal data, at any depth",
    (name) => {
      const [violation] = personalData({ key: "customer-1", metadata: { plan: "free", owners: [{ [name]: "…" }] } });
      expect(violation).toContain(`customer-1 has "${name}" in its metadata`);
    },
  );

  test.each(["plan", "seats", "name", "mailboxes", "microphones", "fullNames", "ibanez"])("%s is none", (name) => {
    expect(personalData({ key: "customer-1", metadata: { [name]: "email" } })).toEqual([]);
  });

  test("customers need a Stripe ID, and so do subjects that stand for one; others don't", () => {
    expect(stripeIdMissing({ key: "acme" }, "customer")).toHaveLength(1);
    expect(stripeIdMissing({ key: "acme", stripeCustomerId: "cus_1" }, "customer")).toEqual([]);
    expect(stripeIdMissing({ key: "customer-1" }, "subject")).toHaveLength(1);
    expect(stripeIdMissing({ key: "customer-1", stripeCustomerId: "cus_1" }, "subject")).toEqual([]);
    expect(stripeIdMissing({ key: "host-1" }, "subject")).toEqual([]);
  });
});
