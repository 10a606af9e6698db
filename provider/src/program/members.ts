/** The subjects of a set as a program declares them: what is wrong with them, and how they travel. */
import type { Field, Rule } from "../core/kind";
import type { JsonObject, PathSegment, Problem } from "../json";
import { encodeByKey, isPlainObject, mapValues, own, problemsAt, typeInWords } from "../json";
import { subjectKind } from "../kinds/subject/fields";
import { notAmong, quoted } from "../printable";
import { isDeferred } from "./inputs";

/** The rules of all that a subject of a set may have. */
const rules: Readonly<Record<string, Rule>> = {
  key: subjectKind.key,
  ...mapValues<Field, Rule>(subjectKind.fields, ({ declared }) => declared),
};

/** Subjects as they travel: a JSON object by key, in the form that the state has. */
export interface EncodedSubjects {
  readonly text: string;
  readonly keys: readonly string[];
}

/** Writes subjects that {@link subjectProblems} has nothing against. */
export function encodeSubjects(subjects: unknown): EncodedSubjects {
  // It has been looked at: there is an array of objects with a key each, and JSON carries them.
  const known = subjects as readonly ({ readonly key: string } & JsonObject)[];
  const byKey = new Map(known.map(({ key, ...fields }) => [key, fields]));
  return { text: encodeByKey(byKey), keys: [...byKey.keys()] };
}

/**
 * All that is wrong with the subjects of a set, as far as they are known.
 *
 * @param secretKeys whether keys stay out of the problems
 */
export function subjectProblems(subjects: unknown, secretKeys = false): Problem[] {
  if (isDeferred(subjects)) {
    return [];
  }
  if (!Array.isArray(subjects)) {
    const reason = `is ${typeInWords(subjects)}; it must be an array of subjects, each with a key`;
    return [{ path: ["subjects"], reason }];
  }
  const places = new Map<string, number>();
  return Array.from(subjects, (subject: unknown, index) => {
    const path = ["subjects", index];
    const problems = problemsOf(subject, path);
    const key = isPlainObject(subject) ? subject.key : undefined;
    const first = typeof key === "string" ? places.get(key) : undefined;
    if (first !== undefined) {
      const reason = `repeats the key ${secretKeys ? "[secret]" : quoted(key)} of subjects[${first}]`;
      problems.push({ path: [...path, "key"], reason });
    } else if (typeof key === "string" && key !== "") {
      places.set(key, index);
    }
    return problems;
  }).flat();
}

function problemsOf(subject: unknown, path: readonly PathSegment[]): Problem[] {
  if (isDeferred(subject)) {
    return [];
  }
  if (!isPlainObject(subject)) {
    return [{ path, reason: `is ${typeInWords(subject)}; it must be a subject: an object with a key` }];
  }
  return ["key", ...Object.keys(subject).filter((name) => name !== "key")].flatMap((name) => {
    const [rule, value] = [own(rules, name), subject[name]];
    if (rule === undefined) {
      const reason = notAmong(name, Object.keys(rules), { one: "a field of a set's subject", all: "its fields" });
      return [{ path: [...path, name], reason }];
    }
    // A value that is null means the same as one that is absent, as everywhere in Pulumi.
    const isAbsent = name !== "key" && (value === undefined || value === null);
    return isAbsent || isDeferred(value) ? [] : problemsAt([...path, name], rule(value, isDeferred));
  });
}
