import { isPlainObject, type PathSegment, type Problem } from "../../json";
import { type OnExisting, type OwnedFields, onExistingValues, type Previewed, unknown } from "../declaration";
import { checkInputs } from "../inputs";
import { parseObject } from "./codec";
import type { Subjects } from "./declaration";
import { allowedDeletions, tooManyDeletions } from "./guard";

/** A set as a preview sees it: the subjects are unknown as soon as anything in them is. */
export interface PreviewedSet {
  readonly name: string;
  readonly subjects: Previewed<Subjects>;
  readonly onExisting?: Previewed<OnExisting>;
  readonly maxDeletions?: Previewed<number | string>;
  readonly secret: boolean;
  readonly secretKeys?: boolean;
}

/** What check makes of raw inputs: a declaration, or the problems with their property paths. */
export type CheckedSet =
  | { readonly ok: true; readonly declaration: PreviewedSet }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** More problems than these are counted and not listed. */
const maxProblems = 20;

const inputNames = ["subjects", "onExisting", "maxDeletions", "name", "secret", "secretKeys"];

/**
 * Checks the raw inputs of a set: every subject as a `Subject` would, and how many an update would remove.
 *
 * @param previousKeys the subjects of the set before, where the engine knows them
 */
export function checkSet(raw: Readonly<Record<string, unknown>>, previousKeys?: ReadonlySet<string>): CheckedSet {
  const { subjects: text, name, secret } = raw;
  const secretKeys = raw.secretKeys === true;
  const onExisting = checkOnExisting(raw.onExisting ?? undefined);
  const maxDeletions = checkMaxDeletions(raw.maxDeletions ?? undefined);
  const problems: Problem[] = Object.keys(raw)
    .filter((input) => !inputNames.includes(input))
    .map(notAnInputOfSets);
  if (onExisting === "wrong") problems.push({ path: ["onExisting"], reason: 'must be "adopt", "match" or "fail"' });
  if (maxDeletions === "wrong") {
    problems.push({ path: ["maxDeletions"], reason: 'must be a whole number, or a percentage up to "100%"' });
  }
  const subjects = new Map<string, OwnedFields>();
  if (text !== unknown) {
    for (const [key, fields] of Object.entries(parseObject(text)))
      problems.push(...checkOne(key, fields, subjects, secretKeys));
    if (problems.length === 0 && previousKeys !== undefined) {
      const reason = tooManyDeletions(maxDeletions, previousKeys, subjects, secretKeys);
      if (reason !== undefined) problems.push({ path: ["subjects"], reason });
    }
  }
  if (problems.length > 0) return { ok: false, problems: capped(problems) };
  return {
    ok: true,
    declaration: {
      name: typeof name === "string" ? name : "subjects",
      subjects: text === unknown ? unknown : subjects,
      // There is no problem, so it is not wrong.
      ...(onExisting !== undefined && { onExisting: onExisting as Previewed<OnExisting> }),
      ...(maxDeletions !== undefined && { maxDeletions }),
      secret: secret === true,
      ...(secretKeys && { secretKeys }),
    },
  };
}

/** Says that a set has no such input. */
export function notAnInputOfSets(name: string): Problem {
  return { path: [name], reason: "is not an input of a set; inputs are subjects, onExisting, maxDeletions" };
}

function checkOnExisting(value: unknown): Previewed<OnExisting> | undefined | "wrong" {
  if (value === undefined || value === unknown) return value;
  return onExistingValues.find((known) => known === value) ?? "wrong";
}

/** `"wrong"` is no limit that {@link allowedDeletions} knows, so that it cannot be taken for one. */
function checkMaxDeletions(value: unknown): Previewed<number | string> | undefined {
  if (value === undefined || value === unknown) return value;
  if (typeof value !== "number" && typeof value !== "string") return "wrong";
  return allowedDeletions(value, 0) === undefined ? "wrong" : value;
}

function checkOne(key: string, fields: unknown, into: Map<string, OwnedFields>, secretKeys: boolean): Problem[] {
  const at = (path: readonly PathSegment[]): PathSegment[] => ["subjects", secretKeys ? "[secret]" : key, ...path];
  if (!isPlainObject(fields)) return [{ path: at([]), reason: "must be an object of a subject's inputs" }];
  const foreign = ["onExisting", "secretFields"].filter((name) => name in fields);
  if (foreign.length > 0) {
    return foreign.map((name) => ({
      path: at([name]),
      reason: "is not an input of a set's subject; onExisting is the set's",
    }));
  }
  const checked = checkInputs({ ...fields, key });
  if (!checked.ok) return checked.problems.map(({ path, reason }) => ({ path: at(path), reason }));
  const { key: _key, ...owned } = checked.declaration;
  // The text was JSON, which has no unknowns.
  into.set(key, owned as OwnedFields);
  return [];
}

function capped(problems: readonly Problem[]): Problem[] {
  if (problems.length <= maxProblems) return [...problems];
  const rest = { path: ["subjects"], reason: `has ${problems.length - maxProblems} more problems` };
  return [...problems.slice(0, maxProblems), rest];
}
