/** A program as the model sees it: what each resource declares, and Pulumi's options that matter to subjects. */
import type { JsonObject } from "openmeter-emulator";
import { keysIn } from "./servers";

/** The fields of a subject that a program can own, each for itself. */
export const fieldNames = ["displayName", "metadata", "stripeCustomerId"] as const;
export type FieldName = (typeof fieldNames)[number];

/** Declared fields; those that are absent are not owned. */
export interface Fields {
  readonly displayName?: string;
  readonly metadata?: JsonObject;
  readonly stripeCustomerId?: string;
}

export type Members = Readonly<Record<string, Fields>>;

export interface Options {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  /** `undeclaredMetadata: "keep"`. */
  readonly keepsUndeclared?: boolean;
  /** A `Provider` of its own for the account of the stack's configuration, and so another process of the provider. */
  readonly ownProvider?: boolean;
  /** A `Provider` of the other account, whatever `ownProvider` says. */
  readonly elsewhere?: boolean;
  readonly ignoreChanges?: readonly FieldName[];
  /** Names that the resource had before. */
  readonly aliases?: readonly string[];
}

/** The providers that a resource may have: that of the stack's configuration, and the two of `Options`. */
export const providerNames = ["stack", "own", "elsewhere"] as const;
export type ProviderName = (typeof providerNames)[number];

export function providerOf({ ownProvider, elsewhere }: Options): ProviderName {
  return elsewhere === true ? "elsewhere" : ownProvider === true ? "own" : "stack";
}

/** A `Subject` has one member, a `SubjectSet` any number. */
export interface Declared {
  readonly members: Members;
  readonly options: Options;
}

/** Resources by name. A name tells its kind, so that no two kinds share one. */
export type Program = Readonly<Record<string, Declared>>;

export const subjectNames = ["one", "two", "three"] as const;
export const setNames = ["set-a", "set-b"] as const;

const companionEnding = "/members";

/** Whether a resource of this name is a set. */
export function isSet(name: string): boolean {
  return name.startsWith("set-") && !isCompanion(name);
}

/** Whether this is the resource that deletes for a set. */
export function isCompanion(name: string): boolean {
  return name.endsWith(companionEnding);
}

/** The model's name of the resource that deletes for a set; the program has the same name for both. */
export function companionOf(set: string): string {
  return set + companionEnding;
}

/** The set that a companion belongs to. */
export function setOf(companion: string): string {
  return companion.slice(0, -companionEnding.length);
}

/** What a set's class says of the companion that it makes. */
export function declaredCompanion({ members, options }: Declared): Declared {
  const { ignoreChanges: _ignored, aliases = [], ...rest } = options;
  return { members, options: { ...rest, protect: false, aliases: aliases.map(companionOf) } };
}

/** The key of a `Subject`. */
export function keyOf(members: Members): string {
  const [key] = Object.keys(members);
  if (key === undefined) throw new Error("a Subject has a key");
  return key;
}

/** The resource of a program that continues one of the state with this name. */
export function continuationOf(program: Program, name: string): readonly [string, Declared] | undefined {
  return Object.entries(program).find(([one, { options }]) => [one, ...(options.aliases ?? [])].includes(name));
}

/** All keys of a program, each with the name of the resource that declares it. */
export function ownersOf(program: Program): Map<string, string> {
  return new Map(
    Object.entries(program).flatMap(([name, { members }]) => Object.keys(members).map((key) => [key, name] as const)),
  );
}

/** A program in which each key is one of the account that its resource is in; `undefined` where two would be the same. */
export function placed(program: Program): Program | undefined {
  const after = Object.fromEntries(
    Object.entries(program).map(([name, { members, options }]) => [
      name,
      { options, members: keysIn(options.elsewhere === true, members) },
    ]),
  );
  const count = (one: Program) => Object.values(one).flatMap(({ members }) => Object.keys(members)).length;
  return ownersOf(after).size === count(program) ? after : undefined;
}

/** The order in which a program's resources are carried out. */
export function namesOf(program: Program, isReversed: boolean): string[] {
  const names = Object.keys(program);
  return isReversed ? names.reverse() : names;
}
