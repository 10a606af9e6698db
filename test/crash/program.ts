/** What the program of the sweep declares, as data. */
import type { CustomerArgs, SubjectArgs } from "pulumi-openmeter";

/** The resources of a program by name, in their order. */
export type Program = Readonly<Record<string, Declared>>;

export type Declared = Common &
  (
    | { readonly type: "Subject"; readonly args: PlainSubject }
    | { readonly type: "SubjectSet"; readonly args: { readonly subjects: readonly PlainSubject[] } }
    | { readonly type: "Customer"; readonly args: PlainCustomer }
    | { readonly type: "CustomerSet"; readonly args: { readonly customers: readonly PlainCustomer[] } }
  );

type PlainSubject = Omit<SubjectArgs, "key"> & { readonly key: string };

export type PlainCustomer = Omit<CustomerArgs, "key" | "subjectKeys"> & {
  readonly key: string;
  readonly subjectKeys?: readonly string[];
};

interface Common {
  readonly options?: Options;
  /**
   * Whether the program sends a request of its own between the set and its companion, so that a crash can be placed there:
   * the set is up to date in the state, and its companion not yet.
   */
  readonly pauses?: boolean;
}

interface Options {
  readonly aliases?: readonly { readonly name: string }[];
  readonly deleteBeforeReplace?: boolean;
  /** Names of resources that stand before this one. */
  readonly dependsOn?: readonly string[];
}

export function subject(args: PlainSubject, options: Options = {}): Declared {
  return { type: "Subject", args, options };
}

export function customer(args: PlainCustomer, options: Options = {}): Declared {
  return { type: "Customer", args, options };
}

export function subjectSet(subjects: readonly PlainSubject[], more: Common = {}): Declared {
  return { type: "SubjectSet", args: { subjects }, ...more };
}

export function customerSet(customers: readonly PlainCustomer[], more: Common = {}): Declared {
  return { type: "CustomerSet", args: { customers }, ...more };
}

/** A program without some of its resources. */
export function without(program: Program, ...names: readonly string[]): Program {
  return Object.fromEntries(Object.entries(program).filter(([name]) => !names.includes(name)));
}

/** The program for the run after a crash in which what has onExisting "fail" was created, and nobody could record it. */
export function adoptingForOnce(program: Program): Program {
  return Object.fromEntries(Object.entries(program).map(([name, declared]) => [name, adopting(declared)]));
}

function adopting(declared: Declared): Declared {
  switch (declared.type) {
    case "Subject":
      return { ...declared, args: { ...declared.args, onExisting: "adopt" } };
    case "Customer":
      return { ...declared, args: { ...declared.args, onExisting: "adopt" } };
    default:
      return declared;
  }
}

/** The customers that a program declares. */
export function customersOf(program: Program): readonly PlainCustomer[] {
  return Object.values(program).flatMap(({ type, args }) => {
    if (type === "CustomerSet") {
      return args.customers;
    }
    return type === "Customer" ? [args] : [];
  });
}
