/** Whose each key is: who declares it, and who lets go of it. */
import type { Fields, ModelKind } from "./kinds";
import {
  attributedTo,
  companionOf,
  continuationOf,
  type Declared,
  declaredCompanion,
  isCompanion,
  isSet,
  ownersOf,
  type Program,
  providerOf,
  setOf,
} from "./program";
import { kindOfKey } from "./servers";
import { type Held, type HeldResource, heldBy, isMoved, type State, withoutIgnored } from "./state";

/** What a program says of one key. */
export interface DeclaredKey {
  readonly resource: string;
  readonly fields: Fields;
  readonly options: Declared["options"];
  /** What the same resource holds already; absent where the resource comes to own the object in this run. */
  readonly before?: Held;
  /** Whether the resource has just begun to leave undeclared metadata alone. */
  readonly beginsToKeep: boolean;
}

/** What a program and a state say of one key: who declares it, and who lets go of it. */
export interface Claims {
  readonly key: string;
  readonly kind: ModelKind;
  readonly declared?: DeclaredKey;
  readonly leaving: readonly Held[];
  /** Whether a customer of the program gets the usage of it, which keeps it. */
  readonly isAttributed: boolean;
}

/** Of a key that nobody says anything of. */
export function unclaimed(key: string): Claims {
  return { key, kind: kindOfKey(key), leaving: [], isAttributed: false };
}

/**
 * Sorts keys into those that are declared and those that are let go of. `retainOnDelete` lets go without a trace.
 *
 * @param program absent for a destroy, which asks no program
 */
export function claimsOf(state: State, program?: Program): Map<string, Claims> {
  const claims = new Map<string, Claims & { declared?: DeclaredKey; leaving: Held[]; isAttributed: boolean }>();
  const attributed = attributedBy(program ?? {});
  const at = (key: string) => {
    const found = claims.get(key) ?? { ...unclaimed(key), leaving: [] };
    claims.set(key, found);
    return found;
  };
  const continued = new Map<HeldResource, string>();
  for (const [name, declared] of Object.entries(program ?? {})) {
    const held = heldBy(state, name, declared);
    const companion = heldBy(state, companionOf(name), declaredCompanion(declared));
    for (const one of [held, companion]) {
      if (one !== undefined) {
        continued.set(one, name);
      }
    }
    const { options } = declared;
    const beginsToKeep = options.keepsUndeclared === true && held?.keepsUndeclared === false;
    for (const [key, fields] of Object.entries(withoutIgnored(declared, held).members)) {
      const before = held?.members.get(key);
      at(key).declared = { resource: name, fields, options, beginsToKeep, ...(before !== undefined && { before }) };
    }
  }
  for (const held of state) {
    const isLetGo = leftBy(held, continued.get(held), state, program);
    for (const [key, member] of held.retainOnDelete ? [] : held.members) {
      const left = isLetGo(key, member);
      if (left !== undefined) {
        const claim = at(key);
        const { declared, leaving } = claim;
        claim.isAttributed ||= ownersOf(program ?? {}).has(attributed.get(key) ?? "");
        // Only the process that has seen who takes a subject over can clear what that one does not declare.
        const seesTaker = declared === undefined || isInProcessOf(held, declared.options);
        leaving.push(seesTaker ? left : { ...left, fields: {} });
      }
    }
  }
  return claims;
}

/** The subjects whose usage goes to a customer of a program, each with the key of that customer. */
export function attributedBy(program: Program): Map<string, string> {
  return new Map(
    Object.values(program).flatMap(({ members }) =>
      Object.entries(members).flatMap(([key, fields]) => attributedTo(key, fields).map((one) => [one, key] as const)),
    ),
  );
}

type LetGo = (key: string, member: Held) => Held | undefined;

/**
 * What a resource of the state lets go of.
 *
 * @param name the resource of the program that continues it
 */
function leftBy(held: HeldResource, name: string | undefined, state: State, program: Program | undefined): LetGo {
  if (!isCompanion(held.name)) {
    const continuation = name === undefined ? undefined : program?.[name];
    // What leaves a set is let go of by its companion, unless the set goes to another account.
    return (key, member) =>
      name === undefined ||
      (continuation !== undefined && isMoved(held, continuation)) ||
      (!isSet(name) && program?.[name]?.members[key] === undefined)
        ? member
        : undefined;
  }
  const programs = Object.entries(program ?? {});
  const [set, declared] = continuationOf(program ?? {}, setOf(held.name)) ?? [];
  if (set !== undefined && declared !== undefined) {
    const before = heldBy(state, set, declared);
    const isSameProcess = isInProcessOf(held, declared.options);
    return (key, { id }) => {
      const known = isSameProcess ? before?.members.get(key) : undefined;
      return declared.members[key] === undefined ? (known ?? { id, fields: {} }) : undefined;
    };
  }
  // A set that goes takes along what its companion still has to delete, where the process has seen anything of the program.
  const gone = state.find((one) => one.name === setOf(held.name) && one.provider === held.provider);
  const isSeen = programs.some(([, { options }]) => isInProcessOf(held, options));
  return (key, member) =>
    isSeen && gone?.retainOnDelete === false && !gone.members.has(key) ? { ...member, fields: {} } : undefined;
}

function isInProcessOf({ provider }: HeldResource, options: Declared["options"]): boolean {
  return providerOf(options) === provider;
}
