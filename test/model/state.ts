/** The stack's state as the model sees it: which resource holds which record, with which owned fields. */
import { type Declared, type Fields, fieldNames, isSet, keyOf, type Program } from "./program";

/** A subject that a resource of the state holds. */
export interface Held {
  /** The server's identifier of the record. */
  readonly id: string;
  /** The owned fields as they were when Pulumi last wrote or read them. */
  readonly fields: Fields;
}

export interface HeldResource {
  readonly name: string;
  readonly members: ReadonlyMap<string, Held>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Left over by a replacement that a cut run has begun: still to be deleted, or deleted and not created again. */
  readonly pending?: "deletion" | "creation";
  /** Whether its last operation failed in part, so that Pulumi compares with what was asked for, and not with what is stored. */
  readonly isUnsettled: boolean;
}

export type State = readonly HeldResource[];

/** The resource of the state that a declared resource continues, found by its name or else by an alias. */
export function heldBy(state: State, name: string, { options }: Declared): HeldResource | undefined {
  for (const candidate of [name, ...(options.aliases ?? [])]) {
    const found = state.find((held) => held.name === candidate && held.pending !== "deletion");
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `ignoreChanges` gives the ignored fields back the value that they had, unless the resource is created anew. */
export function withoutIgnored(declared: Declared, held: HeldResource | undefined): Declared {
  const ignored = declared.options.ignoreChanges ?? [];
  if (ignored.length === 0) return declared;
  const key = Object.keys(declared.members)[0];
  const before = key === undefined ? undefined : held?.members.get(key)?.fields;
  if (before === undefined || held?.pending !== undefined || key === undefined) return declared;
  const fields = Object.fromEntries(
    fieldNames.flatMap((field) => {
      const value = ignored.includes(field) ? before[field] : declared.members[key]?.[field];
      return value === undefined ? [] : [[field, value]];
    }),
  );
  return { ...declared, members: { [key]: fields } };
}

/** What Pulumi refuses because a resource is protected: its deletion, and its replacement. */
export function protectedFrom(state: State, program: Program): string[] {
  const continued = new Map(
    Object.entries(program).map(([name, declared]) => [heldBy(state, name, declared), declared] as const),
  );
  return state
    .filter((held) => {
      if (!held.protect || held.pending !== undefined) return false;
      const declared = continued.get(held);
      if (declared === undefined) return true;
      return !isSet(held.name) && declared.options.protect === true && !held.members.has(keyOf(declared.members));
    })
    .map(({ name }) => name);
}
