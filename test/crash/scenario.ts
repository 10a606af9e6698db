/** The changes that crashes interrupt: every kind that a program can ask for, in as few requests as that takes. */
import type { SubjectUpsert } from "openmeter-emulator";
import type { SubjectArgs, SubjectSetMember } from "pulumi-openmeter";

/** A program as data: resources by name. */
export interface Program {
  readonly subjects: Readonly<Record<string, SubjectArgs & { readonly options?: Options }>>;
  readonly sets: Readonly<Record<string, SetDeclaration>>;
}

interface SetDeclaration {
  readonly subjects: readonly SubjectSetMember[];
  /**
   * Whether the program sends a request of its own between the set and its companion, so that a crash can be placed there:
   * the set is up to date in the state, and its companion not yet.
   */
  readonly pauses?: boolean;
}

interface Options {
  readonly aliases?: readonly { readonly name: string }[];
  readonly deleteBeforeReplace?: boolean;
}

/** One `pulumi up`. */
export interface Step {
  readonly name: string;
  readonly program: Program;
  /** Whether it is cut at each of its requests, or only leads to the next one. */
  readonly swept: boolean;
}

/** What others have made at the server before. No program declares `foreign`, nor the Stripe IDs. */
export const madeByOthers: readonly SubjectUpsert[] = [
  { key: "foreign", displayName: "Foreign", metadata: { of: "others" }, stripeCustomerId: "cus_foreign" },
  { key: "adopted", displayName: "Not yet", stripeCustomerId: "cus_adopted" },
  { key: "customer-3", stripeCustomerId: "cus_customer_3" },
  { key: "out", stripeCustomerId: "cus_out" },
];

/** The subject that is created only if nobody else has it. */
export const careful = "careful";

/** Three requests: two of 500, one of 1. */
const customerCount = 1_001;

const customers = (plan: string) =>
  Array.from({ length: customerCount }, (_, index) => ({ key: `customer-${index}`, metadata: { plan } }));

const replacing = { deleteBeforeReplace: true };
const kept = { key: "kept", displayName: "Kept" };
const moved = { key: "moves", displayName: "To another set", metadata: { of: "others" } };

const beforeAll: Program = {
  subjects: {
    old: { key: "renamed", displayName: "Renamed", metadata: { by: "old" } },
    aliased: { key: "aliased", displayName: "Aliased" },
    rekeyed: { key: "key-1", displayName: "Another key" },
    rekeyedInPlace: { key: "key-a", displayName: "Another key, deleted first", options: replacing },
    left: { key: "x", displayName: "X" },
    right: { key: "y", displayName: "Y" },
    single: { key: "in", displayName: "Into a set", metadata: { of: "single" } },
    kept,
  },
  sets: {
    few: {
      subjects: [
        { key: "leaves", displayName: "Leaves a set" },
        { key: "moves", displayName: "To another set", metadata: { of: "few" } },
        { key: "out", displayName: "Out of a set", metadata: { of: "few" } },
        { key: "stays", displayName: "Stays" },
      ],
    },
  },
};

const created: Program = {
  subjects: {
    ...beforeAll.subjects,
    plain: { key: "plain", displayName: "Plain", metadata: { will: "go" } },
    adopted: { key: "adopted", displayName: "Adopted" },
    [careful]: { key: careful, displayName: "Careful", onExisting: "fail" },
  },
  sets: { ...beforeAll.sets, customers: { subjects: customers("free") } },
};

const { old: _old, aliased: _aliased, single: _single, ...unmoved } = created.subjects;

const changed: Program = {
  subjects: {
    ...unmoved,
    new: { key: "renamed", displayName: "Renamed" },
    withAlias: { key: "aliased", displayName: "With an alias", options: { aliases: [{ name: "aliased" }] } },
    rekeyed: { key: "key-2", displayName: "Another key" },
    rekeyedInPlace: { key: "key-b", displayName: "Another key, deleted first", options: replacing },
    left: { key: "y", displayName: "Y" },
    right: { key: "x", displayName: "X" },
    plain: { key: "plain", displayName: "Changed" },
    movedOut: { key: "out", displayName: "Out of a set", metadata: { of: "itself" } },
  },
  sets: {
    few: {
      subjects: [
        { key: "in", displayName: "Into a set" },
        { key: "stays", displayName: "Stays" },
      ],
      pauses: true,
    },
    others: {
      subjects: [{ key: "back", displayName: "Back out of a set" }, moved],
    },
    customers: { subjects: customers("pro").slice(0, -2) },
  },
};

const { plain: _plain, movedOut: _movedOut, ...staying } = changed.subjects;

const deleted: Program = {
  subjects: { ...staying, back: { key: "back", displayName: "Back out of a set" } },
  sets: {
    others: {
      subjects: [{ key: "in", displayName: "Into another set" }, moved],
    },
    customers: { subjects: customers("pro").slice(0, -2) },
  },
};

export const steps: readonly Step[] = [
  { name: "prepare", program: beforeAll, swept: false },
  { name: "create", program: created, swept: true },
  { name: "change", program: changed, swept: true },
  { name: "delete", program: deleted, swept: true },
];

/** The program for the run after a crash in which the careful subject was created, and nobody could record it. */
export function adoptingForOnce(program: Program): Program {
  const { [careful]: subject, ...others } = program.subjects;
  if (subject === undefined) return program;
  return { ...program, subjects: { ...others, [careful]: { ...subject, onExisting: "adopt" } } };
}
