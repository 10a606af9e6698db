/** The objects of a set as a program declares them: what is wrong with them, and how they travel. */
import { claimsOf, type KeysBySpace, toldOf } from "../core/claims";
import type { Field, Kind, Rule } from "../core/kind";
import type { JsonObject, PathSegment, Problem } from "../json";
import { encodeByKey, formatPath, isPlainObject, mapValues, own, problemsAt, typeInWords } from "../json";
import { notAmong, quoted } from "../printable";
import { isDeferred } from "./inputs";

/** Objects as they travel: a JSON object by key, in the form that the state has. */
export interface EncodedMembers {
  readonly text: string;
  readonly claims: KeysBySpace;
  /** Of which of them all that is attributed is told. */
  readonly told: KeysBySpace;
}

/** Writes objects that {@link memberProblems} has nothing against. */
export function encodeMembers(kind: Kind, members: unknown): EncodedMembers {
  // It has been looked at: there is an array of objects with a key each, and JSON carries them.
  const known = members as readonly ({ readonly key: string } & JsonObject)[];
  const byKey = new Map(known.map(({ key, ...fields }) => [key, fields]));
  return { text: encodeByKey(byKey), claims: claimsOf(kind, [...byKey]), told: toldOf(kind, [...byKey]) };
}

/**
 * All that is wrong with the objects of a set, as far as they are known.
 *
 * @param secretKeys whether keys stay out of the problems
 */
export function memberProblems(kind: Kind, members: unknown, secretKeys = false): Problem[] {
  const { objects } = kind.names;
  if (isDeferred(members)) {
    return [];
  }
  if (!Array.isArray(members)) {
    const reason = `is ${typeInWords(members)}; it must be an array of ${objects}, each with a key`;
    return [{ path: [objects], reason }];
  }
  const rules = rulesOf(kind);
  const places = new Places(kind, secretKeys);
  return Array.from(members, (member: unknown, index) => {
    const path = [objects, index];
    return [...problemsOf(member, path, kind, rules), ...(isPlainObject(member) ? places.problems(member, path) : [])];
  }).flat();
}

/** The rules of all that an object of a set may have. */
function rulesOf(kind: Kind): Readonly<Record<string, Rule>> {
  return { key: kind.key, ...mapValues<Field, Rule>(kind.fields, ({ declared }) => declared) };
}

function problemsOf(
  member: unknown,
  path: readonly PathSegment[],
  kind: Kind,
  rules: Readonly<Record<string, Rule>>,
): Problem[] {
  if (isDeferred(member)) {
    return [];
  }
  if (!isPlainObject(member)) {
    return [{ path, reason: `is ${typeInWords(member)}; it must be a ${kind.name}: an object with a key` }];
  }
  return ["key", ...Object.keys(member).filter((name) => name !== "key")].flatMap((name) => {
    const [rule, value] = [own(rules, name), member[name]];
    if (rule === undefined) {
      const reason = notAmong(name, Object.keys(rules), { one: `a field of a set's ${kind.name}`, all: "its fields" });
      return [{ path: [...path, name], reason }];
    }
    // A value that is null means the same as one that is absent, as everywhere in Pulumi.
    const isAbsent = name !== "key" && (value === undefined || value === null);
    return isAbsent || isDeferred(value) ? [] : problemsAt([...path, name], rule(value, isDeferred));
  });
}

/** Where each key of a set stands first, and each key that one of its objects is attributed. */
class Places {
  readonly #keys = new Map<string, readonly PathSegment[]>();
  readonly #attributed = new Map<string, { readonly owner: unknown; readonly path: readonly PathSegment[] }>();

  constructor(
    private readonly kind: Kind,
    private readonly secretKeys: boolean,
  ) {}

  /** What an object claims that one before it has claimed. */
  problems(member: Readonly<Record<string, unknown>>, path: readonly PathSegment[]): Problem[] {
    const { key } = member;
    const first = typeof key === "string" ? this.#keys.get(key) : undefined;
    if (first !== undefined) {
      const reason = `repeats the key ${this.#shown(key)} of ${formatPath(first)}`;
      return [{ path: [...path, "key"], reason }];
    }
    if (typeof key === "string" && key !== "") {
      this.#keys.set(key, path);
    }
    return this.#repeatedAttributions(member, path);
  }

  #repeatedAttributions(member: Readonly<Record<string, unknown>>, path: readonly PathSegment[]): Problem[] {
    const { attribution } = this.kind;
    if (attribution === undefined) {
      return [];
    }
    const named: unknown = member[attribution.field];
    const all = [
      { attributed: member.key, at: [...path, "key"] },
      ...(Array.isArray(named) ? named : []).map((attributed: unknown, index) => ({
        attributed,
        at: [...path, attribution.field, index],
      })),
    ];
    return all.flatMap(({ attributed, at }) => {
      if (typeof attributed !== "string" || attributed === "") {
        return [];
      }
      const first = this.#attributed.get(attributed);
      if (first === undefined) {
        this.#attributed.set(attributed, { owner: member, path: at });
      }
      // One and the same may name a key twice.
      if (first === undefined || first.owner === member) {
        return [];
      }
      const reason = `is ${this.#shown(attributed)}, as is ${formatPath(first.path)}: a ${attribution.kind} key belongs to one ${this.kind.name}, which has its own key without naming it`;
      return [{ path: at, reason }];
    });
  }

  #shown(key: unknown): string {
    return this.secretKeys ? "[secret]" : quoted(key);
  }
}
