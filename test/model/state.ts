/** The stack's state as the model sees it: which resource holds which record, with which owned fields. */
import type { Fields } from "./kinds";
import { type Declared, isSet, keyOf, type Program, type ProviderName } from "./program";
import { kindOfKey } from "./servers";

/** An object that a resource of the state holds. */
export interface Held {
  /** The server's identifier of the record. */
  readonly id: string;
  /** The owned fields as they were when Pulumi last wrote or read them. */
  readonly fields: Fields;
}

export interface HeldResource {
  readonly name: string;
  /** Of the companion of a set: with no fields. */
  readonly members: ReadonlyMap<string, Held>;
  /** Of a resource of one object: what its inputs say, which after a failure is not what is stored. */
  readonly inputs: Fields;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly keepsUndeclared: boolean;
  readonly provider: ProviderName;
  /** Replaced, and still to be deleted. */
  readonly isReplaced: boolean;
  /** Whether its inputs are not what its outputs are, so that Pulumi compares with what was asked for, and not with what is stored. */
  readonly isUnsettled: boolean;
}

export type State = readonly HeldResource[];

/** The resource of the state that a declared resource continues, found by its name or else by an alias. */
export function heldBy(state: State, name: string, { options }: Declared): HeldResource | undefined {
  for (const candidate of [name, ...(options.aliases ?? [])]) {
    const found = state.find((held) => held.name === candidate && !held.isReplaced);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Whether a resource of the program is in another account than in the state, so that it is replaced. What holds nothing has nothing to move. */
export function isMoved({ provider, members }: HeldResource, { options }: Declared): boolean {
  return members.size > 0 && (provider === "elsewhere") !== (options.elsewhere === true);
}

/** `ignoreChanges` gives the ignored fields back the value that they had, unless the resource is created anew. */
export function withoutIgnored(declared: Declared, held: HeldResource | undefined): Declared {
  const ignored = declared.options.ignoreChanges ?? [];
  const [key, asked] = Object.entries(declared.members)[0] ?? [];
  if (ignored.length === 0 || key === undefined || !held?.members.has(key)) {
    return declared;
  }
  const fields = Object.fromEntries(
    kindOfKey(key).fields.flatMap((field) => {
      const value = (ignored.includes(field) ? held.inputs : asked)?.[field];
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
      if (!held.protect || held.isReplaced) {
        return false;
      }
      const declared = continued.get(held);
      if (declared === undefined) {
        return true;
      }
      const isReplaced = isSet(held.name) ? isMoved(held, declared) : !held.members.has(keyOf(declared.members));
      return declared.options.protect === true && isReplaced;
    })
    .map(({ name }) => name);
}
