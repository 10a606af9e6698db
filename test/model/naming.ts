/** What a preview names, key by key: read from the steps that it announced, and told by the model, in the same words. */
import { type Fields, fieldNames, isSet, keyOf, ownersOf, type Program } from "./program";
import type { AnnouncedStep } from "./stack-under-trial";
import type { State } from "./state";
import { type Claims, changedFields } from "./world";

/** Words such as `a: create displayName, metadata`, `a: change metadata` or `a: let go displayName`. Sorted. */
export type Naming = readonly string[];

/** What a preview has announced. What `retainOnDelete` lets go of is announced too, though nothing happens to it. */
export function namedBy(steps: readonly AnnouncedStep[], state: State, program: Program): Naming {
  const retained = new Set(state.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name));
  const words = (name: string, op: string, changes: AnnouncedStep["changes"]): string[] => {
    if (isSet(name)) return namedInSet(changes.subjects);
    const fields = fieldNames.filter((field) => changes[field] !== undefined);
    if (op === "update") return namedAs(keyOf(program[name]?.members ?? {}), "change", fields);
    if (op.startsWith("create")) return namedAs(String(changes.key?.to), "create", fields);
    return namedAs(String(changes.key?.from), "let go", fields);
  };
  return steps
    .flatMap(({ name, op, changes }) => {
      if (!["create", "update", "delete", "create-replacement", "delete-replaced"].includes(op)) return [];
      if (op.startsWith("delete") && retained.has(name)) return [];
      const named = words(name, op, changes);
      return op === "update" && named.length === 0 ? [`${name}: an update of nothing`] : named;
    })
    .sort();
}

/** What a preview has to announce. */
export function namingOf(claims: ReadonlyMap<string, Claims>): Naming {
  return [...claims]
    .flatMap(([key, { declared, leaving }]) => [
      ...(declared === undefined ? [] : namedInMember(key, declared.before?.fields, declared.fields)),
      ...leaving.flatMap(({ fields }) => namedInMember(key, fields, undefined)),
    ])
    .sort();
}

/** What the one-line summaries of sets have to name, by set: `+"a"`, `~"b" (displayName)`, `-"c"`, `>"d"`. Sorted. */
export function summariesOf(steps: readonly AnnouncedStep[], program: Program): Map<string, string[]> {
  const owners = ownersOf(program);
  const summaries = new Map<string, string[]>();
  for (const { name, op, changes } of steps) {
    if (!isSet(name) || !["create", "update"].includes(op)) continue;
    const from = membersOf(changes.subjects?.from);
    const to = membersOf(changes.subjects?.to);
    const words = keysOf(from, to).flatMap((key) => {
      const [before, now] = [from[key], to[key]];
      if (before === undefined) return [`+${JSON.stringify(key)}`];
      if (now === undefined) return [`${owners.has(key) ? ">" : "-"}${JSON.stringify(key)}`];
      const changed = Object.keys(changedFields(before, now));
      return changed.length > 0 ? [`~${JSON.stringify(key)} (${changed.join(", ")})`] : [];
    });
    if (words.length > 0) summaries.set(name, words.sort());
  }
  return summaries;
}

/** The summaries that a person reads in a run's output. */
export function summariesIn(output: string): Map<string, string[]> {
  const lines = output.matchAll(/\b(set-\w+): \d+ to (?:create|update|hand over|delete)[^:\n]* of \d+: (.*)$/gm);
  return new Map(
    [...lines].map(([, name = "", named = ""]) => [name, named.match(/[+~>-]"[^"]*"(?: \([^)]*\))?/g)?.sort() ?? []]),
  );
}

function namedInSet(change: { readonly from: unknown; readonly to: unknown } | undefined): string[] {
  const from = membersOf(change?.from);
  const to = membersOf(change?.to);
  return keysOf(from, to).flatMap((key) => namedInMember(key, from[key], to[key]));
}

function namedInMember(key: string, before: Fields | undefined, now: Fields | undefined): string[] {
  if (before === undefined) return namedAs(key, "create", namesOf(now ?? {}));
  if (now === undefined) return namedAs(key, "let go", namesOf(before));
  return namedAs(key, "change", Object.keys(changedFields(before, now)));
}

function namedAs(key: string, what: "create" | "change" | "let go", fields: readonly string[]): string[] {
  return what === "change" && fields.length === 0 ? [] : [`${key}: ${[what, ...fields].join(" ")}`];
}

function namesOf(fields: Fields): string[] {
  return fieldNames.filter((name) => fields[name] !== undefined);
}

function membersOf(text: unknown): Readonly<Record<string, Fields>> {
  return typeof text === "string" ? JSON.parse(text) : {};
}

function keysOf(...objects: object[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))];
}
