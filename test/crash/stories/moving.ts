/** Subjects beside the customers that have their usage, in the steps of docs/from-subjects-to-customers.md, and back. */
import { customer, customerSet, type Program, subject, subjectSet, without } from "../program";
import type { Story } from "./story";

const subjectsAlone: Program = {
  single: subject({ key: "single" }),
  unattributed: subject({ key: "unattributed" }),
  hosts: subjectSet([{ key: "host-1" }, { key: "host-2" }]),
};

const beside: Program = {
  ...subjectsAlone,
  own: customer({ key: "single", name: "Own", subjectKeys: ["single"], metadata: { plan: "pro" } }, after("single")),
  ofHosts: customerSet(
    [
      { key: "host-1", name: "One", subjectKeys: ["host-1"] },
      { key: "host-2", subjectKeys: ["host-2"] },
    ],
    { options: after("hosts") },
  ),
  fresh: subject({ key: "fresh" }),
  owner: customer({ key: "owner", subjectKeys: ["fresh"] }, after("fresh")),
};

const customersAlone = without(beside, "single", "unattributed", "hosts");

/** A subject is declared again, another one is written while its key goes over to another customer. */
const again: Program = {
  ...customersAlone,
  single: subject({ key: "single" }),
  fresh: subject({ key: "fresh", metadata: { tier: "silver" } }),
  owner: customer({ key: "owner", subjectKeys: [] }, after("fresh")),
  own: customer({ key: "single", name: "Own", subjectKeys: ["single", "fresh"] }, after("single", "fresh")),
};

const end: Program = {
  ...without(again, "fresh", "owner", "own"),
  own: customer({ key: "single", name: "Own", subjectKeys: ["single"] }, after("single")),
};

function after(...dependsOn: readonly string[]) {
  return { dependsOn };
}

/** @param subjectHook whether the server makes a customer for each subject */
export function moving(name: string, subjectHook: boolean): Story {
  return {
    name,
    subjectHook,
    madeByOthers: {
      subjects: [{ key: "foreign", metadata: { of: "others" } }],
      customers: [{ key: "theirs", name: "Theirs", usageAttribution: { subjectKeys: ["theirs-1"] } }],
    },
    steps: [
      { name: "prepare", program: subjectsAlone, swept: false },
      { name: "declare customers", program: beside, swept: true },
      { name: "remove subjects", program: customersAlone, swept: true },
      { name: "declare again", program: again, swept: true },
      { name: "end", program: end, swept: true },
    ],
  };
}
