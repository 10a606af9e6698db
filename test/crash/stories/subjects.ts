/** What subjects are asked for: every kind of change that a program can make, in as few requests as that takes. */
import { type Program, subject, subjectSet, without } from "../program";
import type { Story } from "./story";

/** Three requests: two of 500, one of 1. */
const customerCount = 1_001;

const customers = (plan: string) =>
  Array.from({ length: customerCount }, (_, index) => ({ key: `customer-${index}`, metadata: { plan } }));

const replacing = { deleteBeforeReplace: true };
const kept = subject({ key: "kept", displayName: "Kept" });
const stays = { key: "stays", displayName: "Stays" };
const moved = { key: "moves", displayName: "To another set", metadata: { of: "others" } };

const singles: Program = {
  old: subject({ key: "renamed", displayName: "Renamed", metadata: { by: "old" } }),
  aliased: subject({ key: "aliased", displayName: "Aliased" }),
  rekeyed: subject({ key: "key-1", displayName: "Another key" }),
  rekeyedInPlace: subject({ key: "key-a", displayName: "Another key, deleted first" }, replacing),
  left: subject({ key: "x", displayName: "X" }),
  right: subject({ key: "y", displayName: "Y" }),
  single: subject({ key: "in", displayName: "Into a set", metadata: { of: "single" } }),
  kept,
};

const few = subjectSet([
  { key: "leaves", displayName: "Leaves a set" },
  { key: "moves", displayName: "To another set", metadata: { of: "few" } },
  { key: "out", displayName: "Out of a set", metadata: { of: "few" } },
  stays,
]);

const created: Program = {
  ...singles,
  plain: subject({ key: "plain", displayName: "Plain", metadata: { will: "go" } }),
  adopted: subject({ key: "adopted", displayName: "Adopted" }),
  careful: subject({ key: "careful", displayName: "Careful", onExisting: "fail" }),
  few,
  customers: subjectSet(customers("free")),
};

const changed: Program = {
  ...without(created, "old", "aliased", "single", "few", "customers"),
  new: subject({ key: "renamed", displayName: "Renamed" }),
  withAlias: subject({ key: "aliased", displayName: "With an alias" }, { aliases: [{ name: "aliased" }] }),
  rekeyed: subject({ key: "key-2", displayName: "Another key" }),
  rekeyedInPlace: subject({ key: "key-b", displayName: "Another key, deleted first" }, replacing),
  left: subject({ key: "y", displayName: "Y" }),
  right: subject({ key: "x", displayName: "X" }),
  plain: subject({ key: "plain", displayName: "Changed" }),
  movedOut: subject({ key: "out", displayName: "Out of a set", metadata: { of: "itself" } }),
  few: subjectSet([{ key: "in", displayName: "Into a set" }, stays], { pauses: true }),
  others: subjectSet([{ key: "back", displayName: "Back out of a set" }, moved]),
  customers: subjectSet(customers("pro").slice(0, -2)),
};

const deleted: Program = {
  ...without(changed, "plain", "movedOut", "few"),
  back: subject({ key: "back", displayName: "Back out of a set" }),
  others: subjectSet([{ key: "in", displayName: "Into another set" }, moved]),
};

export const subjects: Story = {
  name: "subjects",
  // No program declares `foreign`, nor the Stripe IDs.
  madeByOthers: {
    subjects: [
      { key: "foreign", displayName: "Foreign", metadata: { of: "others" }, stripeCustomerId: "cus_foreign" },
      { key: "adopted", displayName: "Not yet", stripeCustomerId: "cus_adopted" },
      { key: "customer-3", stripeCustomerId: "cus_customer_3" },
      { key: "out", stripeCustomerId: "cus_out" },
    ],
  },
  steps: [
    { name: "prepare", program: { ...singles, few }, swept: false },
    { name: "create", program: created, swept: true },
    { name: "change", program: changed, swept: true },
    { name: "delete", program: deleted, swept: true },
  ],
};
