import { z } from "zod";
import {
  isPlainObject,
  isStored,
  isWellFormed,
  jsonProblems,
  normalizeJson,
  nulProblem,
  type PathSegment,
  type Problem,
  problemText,
  surrogateProblem,
} from "../json";
import { type Declaration, onExistingValues, type PreviewedDeclaration, unknown } from "./declaration";

/** What check makes of raw inputs: a declaration, or every problem with its property path. */
export type CheckedInputs =
  | { readonly ok: true; readonly declaration: PreviewedDeclaration }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The database indexes keys and names and refuses entries of more than some 2,600 bytes. */
const maxIndexedBytes = 2500;

const isUnknown = (value: unknown): boolean => value === unknown;

const storedText = z
  .string("must be a string")
  .refine((text) => !text.includes("\0"), `contains ${nulProblem}`)
  .refine(isWellFormed, `contains ${surrogateProblem}`);

const indexedText = storedText.refine(
  (text) => Buffer.byteLength(text) <= maxIndexedBytes,
  `is longer than ${maxIndexedBytes} bytes of UTF-8, which OpenMeter's database cannot index`,
);

const key = z
  .string('is required: the subject of usage events, such as "customer-42"')
  .min(1, "must not be empty")
  .refine(
    (text) => text !== "." && text !== "..",
    "must not be . or .., which URL normalisation would turn into another route",
  )
  .pipe(indexedText);

const stripeCustomerId = storedText.regex(/^cus_/, "must be a Stripe customer ID, which starts with cus_");

const metadata = z.unknown().transform((value, context) => {
  if (!isPlainObject(value)) {
    context.addIssue(isStored.value(value) ?? "must be an object of names and JSON values");
    return z.NEVER;
  }
  const nulls: Problem[] = Object.keys(value)
    .filter((name) => value[name] === null)
    .map((name) => ({
      path: [name],
      reason: "is null, which OpenMeter refuses directly in metadata; leave the entry out",
    }));
  const problems = [...jsonProblems(value, [], isStored, isUnknown), ...nulls];
  // Stryker disable next-line StringLiteral: zod's type asks for a code, and nobody reads it
  for (const { path, reason } of problems) context.addIssue({ code: "custom", path: [...path], message: reason });
  return problems.length > 0 ? z.NEVER : normalizeJson(value);
});

const fields = {
  key,
  displayName: indexedText,
  metadata,
  stripeCustomerId,
  onExisting: z.enum(onExistingValues, 'must be "adopt", "match" or "fail"'),
  secretFields: z.array(z.string()),
} as const;

/**
 * Checks the raw inputs of a subject. Unknown values pass, wherever they stand. A value that is null means the same as one
 * that is absent, as everywhere in Pulumi: the field is not declared.
 *
 * @returns all problems at once, or the declaration in its normal form
 */
export function checkInputs(raw: Readonly<Record<string, unknown>>): CheckedInputs {
  const declared = Object.entries(raw).filter(
    ([name, value]) => name === "key" || (value !== null && value !== undefined),
  );
  const given = Object.hasOwn(raw, "key") ? declared : [["key", undefined] as const, ...declared];
  const problems: Problem[] = [];
  const checked: Record<string, unknown> = {};
  for (const [name, value] of given) {
    if (!isField(name)) {
      problems.push(notAnInput(name));
      continue;
    }
    if (value === unknown) {
      checked[name] = unknown;
      continue;
    }
    const result = fields[name].safeParse(value ?? undefined);
    if (result.success) checked[name] = result.data;
    else
      problems.push(
        // No name is a symbol: the paths come from the schemas above, and from jsonProblems.
        ...result.error.issues.map(({ path, message }) => ({
          path: [name, ...(path as PathSegment[])],
          reason: message,
        })),
      );
  }
  if (Array.isArray(checked.secretFields) && checked.secretFields.includes("key")) {
    problems.push({
      path: ["key"],
      reason:
        "is secret, but becomes the resource's ID, which Pulumi stores and shows in clear. If it need not be secret, declare it with pulumi.unsecret(…)",
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  // Each field was parsed by its schema just now; the loop over names is what hides the type.
  return { ok: true, declaration: checked as unknown as PreviewedDeclaration };
}

/** Says that a subject has no such input. */
export function notAnInput(name: string): Problem {
  const inputs = Object.keys(fields).filter((field) => field !== "secretFields");
  return { path: [name], reason: `is not an input of a subject; inputs are ${inputs.join(", ")}` };
}

/**
 * The inputs of a create or update, where everything is known.
 *
 * @throws {Error} when a value is unknown: the engine promises not to ask for that
 */
export function knownDeclaration(raw: Readonly<Record<string, unknown>>): Declaration {
  const checked = checkInputs(raw);
  if (!checked.ok) {
    throw new Error(checked.problems.map(problemText).join("; "));
  }
  const at = Object.values(checked.declaration).findIndex(holdsUnknown);
  if (at !== -1) throw new Error(`${Object.keys(checked.declaration)[at]} is not known yet, so nothing was sent`);
  return checked.declaration as Declaration; // nothing in it is unknown, as was just seen
}

/** Whether any part of a value is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return value === unknown || (isPlainObject(value) && Object.values(value).some(holdsUnknown));
}

function isField(name: string): name is keyof typeof fields {
  return Object.hasOwn(fields, name);
}
