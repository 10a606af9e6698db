/** A program as the model sees it: what each resource declares, and Pulumi's options that matter to its objects. */
import { type Fields, kindOf, texts } from "./kinds";
import { bareKey, keyBeside, keysIn, type Place, placeOf } from "./servers";

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
  readonly ignoreChanges?: readonly string[];
  /** Names that the resource had before. */
  readonly aliases?: readonly string[];
}

/** The providers that a resource may have: that of the stack's configuration, and the two of `Options`. */
export const providerNames = ["stack", "own", "elsewhere"] as const;
export type ProviderName = (typeof providerNames)[number];

export function providerOf({ ownProvider, elsewhere }: Options): ProviderName {
  return elsewhere === true ? "elsewhere" : ownProvider === true ? "own" : "stack";
}

/** A resource of one object has one member, a set any number. */
export interface Declared {
  readonly members: Members;
  readonly options: Options;
}

/** Resources by name. A name tells the kind of its objects, and whether it is a set. */
export type Program = Readonly<Record<string, Declared>>;

const companionEnding = "/members";

/** Whether a resource of this name is a set. */
export function isSet(name: string): boolean {
  return /^(c-)?set-/.test(name) && !isCompanion(name);
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

/** The name of a resource that gets an object of this key. One that keeps its key has another name with another one. */
export function namedFor(name: string, key: string): string {
  const [place = name] = name.split(" ");
  return !isSet(name) && kindOf(name).keepsKey ? `${place} ${bareKey(key)}` : name;
}

/** The key of a resource that has one object. */
export function keyOf(members: Members): string {
  const [key] = Object.keys(members);
  if (key === undefined) throw new Error("a resource of one object has a key");
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

/** The keys of the subjects that a customer gets the usage of: its own, and its subject keys. Of a subject none. */
export function attributedTo(key: string, fields: Fields | undefined): readonly string[] {
  if (placeOf(key).kind !== "customer") {
    return [];
  }
  const keys = new Set([bareKey(key), ...texts(fields?.subjectKeys)]);
  return [...keys].map((one) => keyBeside(key, "subject", one));
}

/** Where a resource has its objects. */
export function placeOfResource(name: string, { elsewhere }: Options): Place {
  return { isElsewhere: elsewhere === true, kind: kindOf(name).name };
}

/**
 * A program in which each key is one of the account that its resource is in; `undefined` where two would be the same, or two
 * customers would get the usage of one subject.
 */
export function placed(program: Program): Program | undefined {
  const after: Program = Object.fromEntries(
    Object.entries(program).map(([name, { members, options }]) => [
      name,
      { options, members: keysIn(placeOfResource(name, options), members) },
    ]),
  );
  const all = (one: Program) => Object.values(one).flatMap(({ members }) => Object.entries(members));
  const attributed = all(after).flatMap(([key, fields]) => attributedTo(key, fields));
  const isValid = ownersOf(after).size === all(program).length && new Set(attributed).size === attributed.length;
  return isValid ? after : undefined;
}

/** The order in which a program's resources are carried out. */
export function namesOf(program: Program, isReversed: boolean): string[] {
  const names = Object.keys(program);
  return isReversed ? names.reverse() : names;
}
