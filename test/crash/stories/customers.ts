/** What customers are asked for, alone: the subject hook makes no difference here, since nobody writes a subject. */
import { customer, customerSet, type Program, without } from "../program";
import type { Story } from "./story";

const berlin = { city: "Berlin", line1: "Platz 1" };

/**
 * Subject keys stand in the order in which OpenMeter answers them, so that a state from an answer is like one from the program.
 * Two customers each, of which one gives a subject key to the other, or both swap theirs.
 */
const before: Program = {
  taker: customer({ key: "taker", subjectKeys: ["taker-1"] }),
  giver: customer({ key: "giver", subjectKeys: ["given", "giver-1"] }),
  left: customer({ key: "left", subjectKeys: ["x"] }),
  right: customer({ key: "right", subjectKeys: ["y"] }),
  cleared: customer({
    key: "cleared",
    name: "Cleared",
    description: "Goes",
    primaryEmail: "goes@acme.example",
    billingAddress: { country: "DE", ...berlin },
    metadata: { plan: "free", will: "go" },
    stripeCustomerId: "cus_unlinked",
  }),
  relinked: customer({ key: "relinked", stripeCustomerId: "cus_old" }),
  old: customer({ key: "renamed", name: "Renamed", subjectKeys: ["renamed-1"] }),
  into: customer({ key: "in", name: "Into a set", subjectKeys: ["in-1"], description: "Of a single one" }),
  gone: customer({ key: "gone", subjectKeys: ["gone-1"], stripeCustomerId: "cus_gone" }),
  few: customerSet([
    { key: "leaves", subjectKeys: ["leaves-1"] },
    { key: "out", name: "Out of a set", subjectKeys: ["out-1"] },
    { key: "set-giver", subjectKeys: ["set-given"] },
    { key: "set-taker", subjectKeys: [] },
  ]),
};

const created: Program = {
  ...before,
  plain: customer({ key: "plain", name: "Plain", subjectKeys: ["plain-1", "plain-2"], metadata: { will: "go" } }),
  linked: customer({ key: "linked", subjectKeys: ["linked-1"], currency: "EUR", stripeCustomerId: "cus_linked" }),
  adopted: customer({ key: "adopted", name: "Adopted", subjectKeys: ["adopted-1"] }),
  careful: customer({
    key: "careful",
    subjectKeys: ["careful-1"],
    stripeCustomerId: "cus_careful",
    onExisting: "fail",
  }),
  many: customerSet([
    { key: "many-1", subjectKeys: ["m1"], stripeCustomerId: "cus_many_1" },
    { key: "many-2", subjectKeys: ["m2"] },
  ]),
};

const changed: Program = {
  ...without(created, "old", "into", "gone"),
  taker: customer({ key: "taker", subjectKeys: ["given", "taker-1"] }),
  giver: customer({ key: "giver", subjectKeys: ["giver-1"] }),
  left: customer({ key: "left", subjectKeys: ["y"] }),
  right: customer({ key: "right", subjectKeys: ["x"] }),
  cleared: customer({ key: "cleared", billingAddress: berlin, metadata: { plan: "pro" } }),
  relinked: customer({ key: "relinked", name: "Relinked", stripeCustomerId: "cus_new" }),
  new: customer({ key: "renamed", name: "Renamed", subjectKeys: ["renamed-1"] }),
  apart: customer({ key: "out", name: "Out of a set", subjectKeys: ["out-1", "out-2"] }),
  few: customerSet(
    [
      { key: "in", name: "Into a set", subjectKeys: ["in-1"] },
      { key: "set-giver", subjectKeys: [] },
      { key: "set-taker", subjectKeys: ["set-given"] },
    ],
    { pauses: true },
  ),
};

/** Back, with what the set has declared, and a subject key that goes from a set to a single customer. */
const returned: Program = {
  ...without(changed, "apart", "plain", "linked"),
  into: customer({ key: "in", name: "Into a set", subjectKeys: ["in-1"] }),
  giver: customer({ key: "giver", subjectKeys: ["giver-1", "set-given"] }),
  few: customerSet([
    { key: "out", name: "Out of a set", subjectKeys: ["out-1", "out-2"] },
    { key: "set-giver", subjectKeys: [] },
    { key: "set-taker", subjectKeys: [] },
  ]),
};

export const customers: Story = {
  name: "customers",
  // No program declares `foreign`, nor what others have written at those that it adopts.
  madeByOthers: {
    subjects: [{ key: "adopted-1", metadata: { of: "others" } }],
    customers: [
      {
        key: "foreign",
        name: "Foreign",
        metadata: { of: "others" },
        usageAttribution: { subjectKeys: ["foreign-1"] },
        stripeCustomerId: "cus_foreign",
      },
      { key: "adopted", name: "Not yet", primaryEmail: "others@acme.example", stripeCustomerId: "cus_adopted" },
      { key: "many-2", name: "Not yet", description: "Of others", metadata: { of: "others" } },
    ],
  },
  steps: [
    { name: "prepare", program: before, swept: false },
    { name: "create", program: created, swept: true },
    { name: "change", program: changed, swept: true },
    { name: "return", program: returned, swept: true },
  ],
};
