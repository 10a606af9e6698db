import { isPlainObject, type PathSegment, type Problem } from "../../json";
import { type OwnedFields, unknown } from "../declaration";
import { checkInputs } from "../inputs";
import { parseObject } from "./codec";
import type { SetDeclaration } from "./declaration";
import { allowedDeletions, tooManyDeletions } from "./guard";

/** A set as a preview sees it: the subjects are unknown as soon as anything in them is. */
export type PreviewedSet = Omit<SetDeclaration, "subjects"> & {
  readonly subjects: SetDeclaration["subjects"] | typeof unknown;
};

/** What check makes of raw inputs: a declaration, or the problems with their property paths. */
export type CheckedSet =
  | { readonly ok: true; readonly declaration: PreviewedSet }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** More problems than these are counted and not listed. */
const maxProblems = 20;

const inputNames = ["subjects", "onExisting", "maxDeletions", "name", "secret"];

/**
 * Checks the raw inputs of a set: every subject as a `Subject` would, and how many an update would remove.
 *
 * @param previousKeys the subjects of the set before, where the engine knows them
 */
export function checkSet(raw: Readonly<Record<string, unknown>>, previousKeys?: ReadonlySet<string>): CheckedSet {
  const { subjects: text, onExisting, maxDeletions, name, secret } = raw;
  const problems: Problem[] = Object.keys(raw)
    .filter((input) => !inputNames.includes(input))
    .map((input) => ({
      path: [input],
      reason: "is not an input of a set; inputs are subjects, onExisting, maxDeletions",
    }));
  if (onExisting !== undefined && onExisting !== null && onExisting !== "adopt" && onExisting !== "fail") {
    problems.push({ path: ["onExisting"], reason: 'must be "adopt" or "fail"' });
  }
  const limit = typeof maxDeletions === "number" || typeof maxDeletions === "string" ? maxDeletions : undefined;
  if ((maxDeletions ?? undefined) !== limit || allowedDeletions(limit, 0) === undefined) {
    problems.push({ path: ["maxDeletions"], reason: 'must be a whole number, or a percentage up to "100%"' });
  }
  const subjects = new Map<string, OwnedFields>();
  if (text !== unknown) {
    for (const [key, fields] of Object.entries(parseObject(text))) problems.push(...checkOne(key, fields, subjects));
    const guarded = previousKeys && tooManyDeletions(limit, previousKeys, new Set(subjects.keys()));
    if (guarded !== undefined && problems.length === 0) problems.push({ path: ["subjects"], reason: guarded });
  }
  if (problems.length > 0) return { ok: false, problems: capped(problems) };
  return {
    ok: true,
    declaration: {
      name: typeof name === "string" ? name : "subjects",
      subjects: text === unknown ? unknown : subjects,
      ...((onExisting === "adopt" || onExisting === "fail") && { onExisting }),
      ...(limit !== undefined && { maxDeletions: limit }),
      secret: secret === true,
    },
  };
}

function checkOne(key: string, fields: unknown, into: Map<string, OwnedFields>): Problem[] {
  const at = (path: readonly PathSegment[]): PathSegment[] => ["subjects", key, ...path];
  if (!isPlainObject(fields)) return [{ path: at([]), reason: "must be an object of a subject's inputs" }];
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
