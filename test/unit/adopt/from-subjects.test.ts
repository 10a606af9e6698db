import { describe, expect, it } from "vitest";
import { CustomersOfSubjects, customersOf } from "../../../provider/src/adopt/from-subjects";
import type { Fields, LiveObject, RecordId } from "../../../provider/src/core/port";

const live = (key: string, fields: Fields = {}): LiveObject => ({ id: `id of ${key}` as RecordId, key, fields });

/** What becomes of subjects in an account with these customers. */
function become(subjects: readonly LiveObject[], customers: readonly LiveObject[] = []) {
  const { objects, leftOut } = customersOf(subjects, new CustomersOfSubjects(customers));
  return { customers: objects.map(({ key, fields }): Fields => ({ key, ...fields })), leftOut };
}

describe("the customers of subjects", () => {
  it("have the subject's usage, its name or else its key as their name, and its Stripe customer", () => {
    const subjects = [
      live("a", { displayName: "A", stripeCustomerId: "cus_1", metadata: { plan: "pro" } }),
      live("b", { displayName: "", metadata: {} }),
    ];
    expect(become(subjects)).toEqual({
      customers: [
        { key: "a", name: "A", subjectKeys: ["a"], metadata: { plan: "pro" }, stripeCustomerId: "cus_1" },
        { key: "b", name: "b", subjectKeys: ["b"], metadata: {} },
      ],
      leftOut: [],
    });
  });

  it("have numbers and booleans of the metadata as texts, and nothing else that is no text", () => {
    const metadata = { text: "", seats: 250, ratio: 0.5, trial: false, list: [1], nested: { a: 1 }, big: 2 ** 60 };
    const { customers, leftOut } = become([live("a", { metadata })]);
    expect(customers[0]?.metadata).toEqual({ text: "", seats: "250", ratio: "0.5", trial: "false" });
    expect(leftOut).toEqual([
      expect.stringMatching(/^"a": metadata\["list"\] is left out, .*: it is an array, and a customer's are texts$/),
      expect.stringMatching(/^"a": metadata\["nested"\] is left out, .*: it is an object/),
      expect.stringMatching(/^"a": metadata\["big"\] is left out, .*: is an integer that/),
    ]);
  });

  it("have none of OpenMeter's notes in subjects that it has made for a customer", () => {
    const metadata = { createdBy: "subject.provisioner", customerId: "01A", plan: "pro" };
    expect(become([live("a", { metadata })]).customers[0]?.metadata).toEqual({ plan: "pro" });
    const own = { createdBy: "me", customerId: "01A" };
    expect(become([live("a", { metadata: own })]).customers[0]?.metadata).toEqual(own);
  });

  it("keep, where they exist, what their subject does not say", () => {
    const existing = { name: "Acme Inc.", subjectKeys: ["a-1"], metadata: { plan: "free", list: '"1"', crm: "7" } };
    const subject = live("a", { metadata: { plan: "pro", list: [1] } });
    expect(become([subject], [live("a", existing)])).toEqual({
      customers: [
        {
          key: "a",
          name: "Acme Inc.",
          subjectKeys: ["a", "a-1"],
          metadata: { plan: "pro", list: '"1"', crm: "7" },
        },
      ],
      leftOut: [],
    });
  });

  it("are not written for subjects that are another customer's already", () => {
    const others = [
      live("acme", { subjectKeys: ["a"] }),
      { ...live("", { subjectKeys: ["b"] }), id: "01B" as RecordId },
    ];
    expect(become([live("a"), live("b"), live("c")], others)).toMatchObject({
      customers: [{ key: "c" }],
      leftOut: [
        '"a": the subject is left out, since it is attributed to customer "acme" already',
        '"b": the subject is left out, since it is attributed to customer 01B (without a key) already',
      ],
    });
  });

  it("are known by their keys and by their subject keys", () => {
    const customers = new CustomersOfSubjects([live("a"), live("acme", { subjectKeys: ["b"] })]);
    expect(["a", "b", "acme", "c", "constructor"].map((key) => customers.have(key))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
