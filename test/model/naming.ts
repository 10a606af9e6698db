/** What a preview names, key by key: read from the steps that it announced, and told by the model, in the same words. */

import type { Claims } from "./claims";
import { type Fields, kindOf } from "./kinds";
import {
  continuationOf,
  isCompanion,
  isSet,
  keyOf,
  type Members,
  type Program,
  placeOfResource,
  providerOf,
  setOf,
} from "./program";
import { keyIn, keysIn, kindOfKey } from "./servers";
import type { AnnouncedStep } from "./stack-under-trial";
import { heldBy, type State } from "./state";
import { changedFields } from "./world";

/** Words such as `a: create displayName, metadata`, `a: change metadata` or `a: let go`. Sorted, each once. */
export type Naming = readonly string[];

/** What a preview has announced. What `retainOnDelete` lets go of is announced too, though nothing happens to it. */
export function namedBy(steps: readonly AnnouncedStep[], state: State, program: Program): Naming {
  const retained = new Set(state.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name));
  const words = ({ name, op, changes, provider }: AnnouncedStep): string[] => {
    const kind = kindOf(name);
    const place = placeOfResource(name, { elsewhere: provider === "elsewhere" });
    const members = (text: unknown) => keysIn(place, membersOf(text));
    if (isCompanion(name)) {
      // What it replaces it deletes for the set; its other steps only store ids.
      const kept = continuationOf(program, setOf(name))?.[1].members ?? {};
      const letGo = Object.keys(members(changes[kind.ids]?.from)).filter((key) => kept[key] === undefined);
      return op.startsWith("delete") ? letGo.map((key) => `${key}: let go`) : [];
    }
    if (isSet(name)) {
      return namedInSet(op, members(changes[kind.objects]?.from), members(changes[kind.objects]?.to));
    }
    const fields = kind.fields.filter((field) => changes[field] !== undefined);
    if (op === "update") {
      return namedAs(keyOf(program[name]?.members ?? {}), "change", fields);
    }
    return op.startsWith("create")
      ? namedAs(keyIn(place, String(changes.key?.to)), "create", fields)
      : namedAs(keyIn(place, String(changes.key?.from)), "let go", []);
  };
  const named = steps.flatMap((step) => {
    const { name, op, changes } = step;
    if (!announcedOps.includes(op) || (op.startsWith("delete") && retained.has(name))) {
      return [];
    }
    const said = words(step);
    const isOfSomething =
      said.length > 0 ||
      isCompanion(name) ||
      changes.undeclaredMetadata !== undefined ||
      hasOtherProvider(name, state, program);
    return op === "update" && !isOfSomething && !isRemovalOnly(changes[kindOf(name).objects])
      ? [`${name}: an update of nothing`]
      : said;
  });
  return unique(named);
}

/** Another provider of the same account is an update of the state alone. */
function hasOtherProvider(name: string, state: State, program: Program): boolean {
  const declared = program[name];
  const held = declared && heldBy(state, name, declared);
  return declared !== undefined && held !== undefined && held.provider !== providerOf(declared.options);
}

const announcedOps = ["create", "update", "delete", "create-replacement", "delete-replaced"];

/** What a preview has to announce. */
export function namingOf(claims: ReadonlyMap<string, Claims>): Naming {
  const named = [...claims].flatMap(([key, { declared, leaving }]) => [
    ...(declared === undefined ? [] : namedInMember(key, declared.before?.fields, declared.fields)),
    ...leaving.map(() => `${key}: let go`),
  ]);
  return unique(named);
}

/** What the one-line summaries of sets have to name, by set: `+"a"`, `~"b" (displayName)`, `-"c"`. Sorted. */
export function summariesOf(steps: readonly AnnouncedStep[]): Map<string, string[]> {
  const summaries = new Map<string, string[]>();
  for (const { name, op, changes } of steps) {
    if (!isSet(name) || !["create", "update", "create-replacement"].includes(op)) {
      continue;
    }
    const kind = kindOf(name);
    const from = membersOf(changes[kind.objects]?.from);
    const to = membersOf(changes[kind.objects]?.to);
    const words = keysOf(from, to).flatMap((key) => {
      const [before, now] = [from[key], to[key]];
      if (before === undefined || now === undefined) {
        return [`${now === undefined ? "-" : "+"}${JSON.stringify(key)}`];
      }
      const changed = Object.keys(changedFields(kind, before, now));
      return changed.length > 0 ? [`~${JSON.stringify(key)} (${changed.join(", ")})`] : [];
    });
    if (words.length > 0) {
      summaries.set(name, words.sort());
    }
  }
  return summaries;
}

/** The summaries that a person reads in a run's output. */
export function summariesIn(output: string): Map<string, string[]> {
  const lines = output.matchAll(/set "((?:c-)?set-\w+)": \d+ to (?:create|update|remove)[^:\n]* of \d+: (.*)$/gm);
  return new Map(
    [...lines].map(([, name = "", named = ""]) => [name, named.match(/[+~-]"[^"]*"(?: \([^)]*\))?/g)?.sort() ?? []]),
  );
}

type Change = { readonly from: unknown; readonly to: unknown } | undefined;

function namedInSet(op: string, from: Members, to: Members): string[] {
  // What leaves a set that stays, its companion lets go of.
  return keysOf(op === "update" ? {} : from, to).flatMap((key) => namedInMember(key, from[key], to[key]));
}

function isRemovalOnly(change: Change): boolean {
  const [from, to] = [membersOf(change?.from), membersOf(change?.to)];
  return Object.keys(from).some((key) => to[key] === undefined);
}

function namedInMember(key: string, before: Fields | undefined, now: Fields | undefined): string[] {
  if (now === undefined) {
    return namedAs(key, "let go", []);
  }
  return before === undefined
    ? namedAs(key, "create", namesOf(key, now))
    : namedAs(key, "change", Object.keys(changedFields(kindOfKey(key), before, now)));
}

function namedAs(key: string, what: "create" | "change" | "let go", fields: readonly string[]): string[] {
  return what === "change" && fields.length === 0 ? [] : [`${key}: ${[what, ...fields].join(" ")}`];
}

function namesOf(key: string, fields: Fields): string[] {
  return kindOfKey(key).fields.filter((name) => fields[name] !== undefined);
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

function membersOf(text: unknown): Members {
  return typeof text === "string" ? JSON.parse(text) : {};
}

function keysOf(...objects: object[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))];
}
