/** Checks what a program declares: everything at once, by property path, before anything is sent. Pure. */
import { isPlainObject, jsonEqual, normalizeJson, own, type Problem, problemsAt } from "../json";
import { notAmong } from "../printable";
import { type Conflict, namesSecretKeys, type Overlap } from "./claim-index";
import { type Declarer, type Objects, onExistingValues, type Preview, undeclaredValues } from "./declaration";
import { allowedDeletions } from "./guard";
import type { Kind, Rule } from "./kind";
import { standInProblems } from "./stand-in";
import { isUnknown } from "./unknown";
import { formatCount, namedKey, namedKeys, resourceName } from "./words";

type Raw = Readonly<Record<string, unknown>>;

/** More problems than these are counted and not listed. */
const maxProblems = 20;

/** The name of an option of a resource. */
export type OptionName = keyof Preview["options"];

/** Checks of the options of a resource: why a value is not one. */
const optionRules: Readonly<Record<OptionName, (value: unknown) => string | undefined>> = {
  onExisting: oneOf(onExistingValues),
  undeclaredMetadata: oneOf(undeclaredValues),
  maxDeletions: (value) => {
    if ((typeof value === "number" || typeof value === "string") && allowedDeletions(value, 0) !== undefined) {
      return undefined;
    }
    const isCount = typeof value === "string" && /^\d+$/.test(value.trim());
    const meant = isCount ? `: write ${value.trim()} for a count, "${value.trim()}%" for a percentage` : "";
    return `must be a whole number, or a percentage up to "100%"${meant}`;
  },
};

/** Names of the options of a single object, and of a set. */
export const optionNames = {
  single: ["onExisting", "undeclaredMetadata"],
  set: ["onExisting", "undeclaredMetadata", "maxDeletions"],
} as const satisfies Readonly<Record<string, readonly OptionName[]>>;

/** What a check makes of raw inputs. */
export interface Checked<Value> {
  readonly value: Value;
  readonly problems: readonly Problem[];
}

/** Checks options. Unknown values pass; one that is null means the same as one that is absent. */
export function checkOptions(raw: Raw, names: readonly OptionName[]): Checked<Preview["options"]> {
  const given = names.flatMap((name) => (isAbsent(raw[name]) ? [] : [[name, raw[name]] as const]));
  const problems = given.flatMap(([name, value]) => {
    const reason = isUnknown(value) ? undefined : optionRules[name](value);
    return reason === undefined ? [] : [{ path: [name], reason }];
  });
  return { value: Object.fromEntries(given), problems };
}

/**
 * Checks one object. Unknown values pass, wherever they stand. A value that is null means the same as one that is absent: the
 * field is not declared.
 *
 * @param raw its key and fields
 * @param before the inputs of the state: what a refresh has put there passes as it is, since `ignoreChanges` hands it back
 * @returns the declared fields in their normal form
 */
export function checkObject(kind: Kind, raw: Raw, before: Raw = {}): Checked<Readonly<Record<string, unknown>>> {
  const problems: Problem[] = [];
  const fields: Record<string, unknown> = {};
  const judge = (name: string, rule: Rule, value: unknown): unknown => {
    const refused = isUnknown(value) ? [] : rule(value, isUnknown);
    const found = refused.length === 0 && typeof value === "string" ? standInProblems(value) : refused;
    problems.push(...problemsAt([name], found));
    return found.length > 0 ? undefined : normalizeJson(value);
  };
  judge("key", kind.key, raw.key);
  for (const [name, value] of Object.entries(raw)) {
    const field = own(kind.fields, name);
    if (field !== undefined && !isAbsent(value)) {
      fields[name] = jsonEqual(value, before[name]) ? value : judge(name, field.declared, value);
    }
  }
  return { value: fields, problems };
}

/** Names among raw inputs that are none. */
export function notInputs(raw: Raw, names: readonly string[], what: string): Problem[] {
  return Object.keys(raw)
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: [name], reason: notAmong(name, names, { one: `an input of a ${what}`, all: "inputs" }) }));
}

/** Checks the objects of a set, by key: each as if it stood alone. */
export function checkObjects(
  kind: Kind,
  raw: ReadonlyMap<string, unknown>,
  { secretKeys }: Pick<Declarer, "secretKeys">,
): Checked<Objects> {
  const problems: Problem[] = [];
  const objects = new Map<string, Raw>();
  for (const [key, fields] of raw) {
    const path = [secretKeys ? "[secret]" : key];
    if (!isPlainObject(fields)) {
      problems.push({ path, reason: `must be an object of a ${kind.name}'s fields` });
      continue;
    }
    const checked = checkObject(kind, { ...fields, key });
    const foreign = notInputs(fields, Object.keys(kind.fields), `set's ${kind.name}`);
    problems.push(...problemsAt(path, [...checked.problems, ...foreign]));
    objects.set(key, checked.value);
  }
  return { value: objects, problems: capped(problems) };
}

/** Keys that another object claims, as problems. A key belongs to one resource, and is attributed to one object. */
export function conflictProblems(
  kind: Kind,
  who: Declarer & { readonly urn: string },
  conflicts: readonly Conflict[],
): Problem[] {
  const own = resourceName(who.urn);
  const problems = conflicts.map(({ key, claimed, other, isSecret }) => {
    const place = placeOf(kind, who, key);
    const theirs = resourceName(other.urn);
    if (claimed.space === kind.name) {
      const subject = who.isSet ? "" : `${namedKey(key, who.secretKeys)} `;
      const reason = `${subject}is declared by ${own} and by ${theirs}. A key belongs to one resource: remove one of the two, or give it another key`;
      return { path: who.isSet ? place : ["key"], reason };
    }
    const { field = "key", kind: named = "" } = kind.attribution ?? {};
    const [mine, their, attributed] = [key, other.key, claimed.key].map((one) => namedKey(one, isSecret));
    const by =
      other.urn === who.urn
        ? `${kind.name}s ${mine} and ${their} of ${own}`
        : `${kind.name} ${mine} (${own}) and to ${kind.name} ${their} (${theirs})`;
    const reason = `${attributed} is attributed to ${by}. A ${named} key belongs to one ${kind.name}, and so does the ${kind.name}'s own key`;
    return { path: [...place, claimed.key === key ? "key" : field], reason };
  });
  return capped(problems);
}

/** What is known of values that may be declared, of objects that are new or whose value has changed. */
export function fieldWarnings(
  kind: Kind,
  { secretKeys, secretFields, isSet }: Declarer,
  before: Objects,
  now: Objects,
): string[] {
  return Object.entries(kind.fields).flatMap(([name, { warning }]) => {
    if (warning === undefined || secretFields.includes(name)) {
      return [];
    }
    const found = [...now].flatMap(([key, fields]) => {
      const isOld = jsonEqual(before.get(key)?.[name], fields[name]);
      const said = isOld || fields[name] === undefined ? undefined : warning(fields[name]);
      return said === undefined ? [] : [{ key, said }];
    });
    const [first] = found;
    if (first === undefined) {
      return [];
    }
    const more = found.length > 1 ? ` (and ${formatCount(found.length - 1)} more)` : "";
    return [isSet ? `${namedKey(first.key, secretKeys)}${more}: ${name} ${first.said}` : `${name} ${first.said}`];
  });
}

/** Two kinds that declare the same of what OpenMeter may take for one, in words: once for each pair of resources. */
export function overlapWarnings(
  kind: Kind,
  who: Pick<Declarer, "secretKeys" | "secretFields">,
  overlaps: readonly Overlap[],
): string[] {
  const isOwnSecret = namesSecretKeys(kind, who);
  const byOther = new Map<string, Overlap[]>();
  for (const one of overlaps) {
    byOther.set(one.otherUrn, [...(byOther.get(one.otherUrn) ?? []), one]);
  }
  return [...byOther].map(([otherUrn, some]) => {
    const keys = namedKeys(
      some.map(({ key }) => key),
      3,
      isOwnSecret || some.some(({ isSecret }) => isSecret),
    );
    const fields = [
      ...new Set(some.flatMap((one) => one.fields.map(([own, their]) => (own === their ? own : `${own} (${their})`)))),
    ];
    return `${resourceName(otherUrn)} declares ${fields.join(", ")} too, for ${keys}. Where OpenMeter keeps subjects and customers in step (as OpenMeter Cloud does), each of the two would overwrite the other in every run. Declare these fields once, best in the customer`;
  });
}

/** Fields that stop being declared though they cannot be cleared, as problems. */
export function unclearedProblems(kind: Kind, who: Declarer, before: Objects, now: Objects): Problem[] {
  const fields = Object.entries(kind.fields).filter(([, { cannotClear }]) => cannotClear !== undefined);
  const problems = fields.flatMap(([name, { cannotClear }]) => {
    // A set is one input, of which no part can be ignored.
    const next = who.isSet ? "" : ", or add it to ignoreChanges";
    const reason = `cannot be cleared: ${cannotClear}. Declare it as before${next}`;
    const cleared = [...now].filter(([key, is]) => before.get(key)?.[name] !== undefined && is[name] === undefined);
    return cleared.map(([key]) => ({ path: [...placeOf(kind, who, key), name], reason }));
  });
  return capped(problems);
}

/** Where an object stands in the inputs. */
function placeOf(kind: Kind, { isSet, secretKeys }: Declarer, key: string): string[] {
  return isSet ? [kind.names.objects, secretKeys ? "[secret]" : key] : [];
}

/** A secret cannot be a resource's ID. */
export const secretKeyProblem: Problem = {
  path: ["key"],
  reason:
    "is secret, but becomes the resource's ID, which Pulumi stores and shows in plain text. If it need not be secret, declare it with pulumi.unsecret(…)",
};

function capped(problems: readonly Problem[]): Problem[] {
  const rest = problems.length - maxProblems;
  return rest <= 0
    ? [...problems]
    : [
        ...problems.slice(0, maxProblems),
        { path: [], reason: `and ${formatCount(rest)} more ${rest === 1 ? "problem" : "problems"}` },
      ];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function oneOf(values: readonly string[]): (value: unknown) => string | undefined {
  const quoted = values.map((value) => `"${value}"`);
  return (value) =>
    values.some((one) => one === value) ? undefined : `must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
