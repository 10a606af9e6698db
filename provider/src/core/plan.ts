/**
 * What decides: pure functions from the state, the declaration and live objects to what is written and what the state then
 * holds. For each object the same, whether its resource has one or a hundred thousand.
 */
import { type Entries, isPlainObject, type JsonValue, jsonEqual, withValues } from "../json";
import { type Declaration, keepsUndeclared, type Objects, type Preview, type State } from "./declaration";
import type { Field, Kind } from "./kind";
import { isThere, mergeThreeWays, ownPart, sameValue } from "./merge";
import type { Fields, LiveObject, RecordId, Write } from "./port";
import { withoutStandIns, withStandIns } from "./stand-in";

/** What an update has to do. */
export interface Work {
  /** Keys that were not declared before. */
  readonly created: readonly string[];
  /** Names of the fields that differ, by key. */
  readonly changed: ReadonlyMap<string, readonly string[]>;
  /** Keys that are declared no more. */
  readonly removed: readonly string[];
}

/** Compares what was declared before, as far as it is live, with what is declared now. An unknown value counts as changed. */
export function workOf(kind: Kind, before: Objects, now: Objects): Work {
  const changed = new Map<string, readonly string[]>();
  for (const [key, fields] of now) {
    const previous = before.get(key) ?? fields;
    const names = fieldsWhere(kind, (field, name) => !sameDeclared(field, previous[name], fields[name]));
    if (names.length > 0) {
      changed.set(key, names);
    }
  }
  const created = [...now.keys()].filter((key) => !before.has(key));
  return { created, changed, removed: [...before.keys()].filter((key) => !now.has(key)) };
}

/** Whether anything is to be written or removed. */
export function isWork({ created, changed, removed }: Work): boolean {
  return created.length > 0 || changed.size > 0 || removed.length > 0;
}

/**
 * Whether an update has to read an object first: a map may have other writers' entries, and where others' entries are to stay, an
 * object that others have made anew must be known before all of it is written. What is replaced whole, its port reads.
 */
export function readsBeforeUpdate(kind: Kind, now: Pick<Declaration, "options">, changed: readonly string[]): boolean {
  return readsHere(kind, now) || (!kind.replacesWhole && changed.some((name) => kind.fields[name]?.isMap === true));
}

/** Whether a create has to look for the object first. */
export function readsBeforeCreate(kind: Kind, now: Declaration): boolean {
  const { onExisting = "adopt" } = now.options;
  return onExisting !== "adopt" || readsHere(kind, now);
}

/** Whether nothing can be written of an object that has not been read, and its port does not do that by itself. */
export function readsHere(kind: Kind, now: Pick<Declaration, "options">): boolean {
  return !kind.replacesWhole && keepsUndeclared(now);
}

/** The write that creates an object or takes over one that is there: all that is declared, and nothing else. */
export function creation(
  kind: Kind,
  now: Pick<Declaration, "objects" | "options">,
  key: string,
  live: LiveObject | undefined,
): Write {
  const changes = Object.entries(declaredFields(now, key)).map(([name, declared]) => {
    const value = withoutStandIns(declared);
    const isShared = keepsUndeclared(now) && kind.fields[name]?.isMap === true;
    return [name, isShared ? { ...Object(live?.fields[name]), ...Object(value) } : value] as const;
  });
  return {
    key,
    changes: withValues([...(live === undefined ? standards(kind, key) : []), ...changes]),
    declared: Object.keys(declaredFields(now, key)),
    onto: (there) => creation(kind, now, key, there),
  };
}

/** What a new object has where its program gives it nothing. */
function standards({ fields }: Kind, key: string): Entries<JsonValue> {
  return Object.entries(fields).map(([name, { standard }]) => [name, standard?.(key)] as const);
}

/**
 * The write that brings an object from one declaration to the next: fields that changed, `null` for those declared no more.
 * Unchanged fields are left out, so that one which Pulumi was told to ignore keeps its live value.
 */
export function update(
  kind: Kind,
  before: Pick<Declaration, "objects" | "options">,
  now: Pick<Declaration, "objects" | "options">,
  { key, id, names, live }: Updated,
): Write {
  const [was, is] = [declaredFields(before, key), declaredFields(now, key)];
  const keeps = keepsUndeclared(now);
  const changes = names.map((name) => {
    const [field, there] = [kind.fields[name], live?.fields[name]];
    // Of an object that stops being declared, what others have written stays.
    const none = isPlainObject(there) ? {} : undefined;
    // Where a resource begins to leave undeclared entries alone, those that it had may have come into the state by a refresh, so
    // none of them counts as one that it has dropped, be it with the whole map.
    const wanted = is[name] ?? none;
    const owned = field && ownPart(field, wanted, was[name], keeps && !keepsUndeclared(before));
    // A map that begins to be declared is owned whole, as on adoption: the next run would remove what is left of others.
    const merged = mergeThreeWays(owned ?? (keeps && field?.isMap ? none : there), wanted, there);
    return [name, withoutStandIns(merged) ?? field?.standard?.(key) ?? null] as const;
  });
  return {
    key,
    id,
    changes: withValues(changes),
    declared: Object.keys(is),
    onto: (there) =>
      there === undefined
        ? creation(kind, now, key, undefined)
        : update(kind, before, now, { key, id, names, live: there }),
  };
}

/** An object that is updated. */
interface Updated {
  readonly key: string;
  readonly id: RecordId | undefined;
  /** The fields that changed. */
  readonly names: readonly string[];
  /** The object, where it had to be read. */
  readonly live: LiveObject | undefined;
}

/** The fields that one resource declared of an object, and the one that takes it over, if it is known, does not. */
export function droppedFields(kind: Kind, before: Fields, successor: Readonly<Record<string, unknown>> = before) {
  return fieldsWhere(kind, ({ cannotClear }, name) => {
    return cannotClear === undefined && before[name] !== undefined && successor[name] === undefined;
  });
}

/** A field that is otherwise in OpenMeter than it was sent or declared. */
export interface Mismatch {
  readonly field: string;
  readonly wanted: unknown;
  readonly stored: JsonValue | undefined;
}

/** Declared fields that are otherwise in OpenMeter. */
export function differing(kind: Kind, now: Declaration, live: LiveObject): Mismatch[] {
  return mismatches(kind, declaredFields(now, live.key), live, keepsUndeclared(now));
}

function mismatches(kind: Kind, wanted: Write["changes"], { fields }: LiveObject, keeps: boolean): Mismatch[] {
  return fieldsWhere(kind, (field, name) => {
    return wanted[name] !== undefined && !isThere(field, wanted[name] ?? undefined, fields[name], keeps);
  }).map((field) => ({ field, wanted: wanted[field], stored: fields[field] }));
}

/** What is remembered of an object that was written: its id, and more only where it is not as the program has it. */
export interface Written {
  readonly id: RecordId;
  readonly otherwise?: { readonly mismatches: readonly Mismatch[]; readonly stored: LiveObject };
  /** Declared fields that somebody else has changed, and that the write was not about. */
  readonly drifted?: readonly Mismatch[];
}

/** Compares an answer with its request, and with all that is declared. */
export function written(kind: Kind, now: Declaration, write: Write, stored: LiveObject): Written {
  const wrong = mismatches(kind, write.changes, stored, false);
  const drifted = differing(kind, now, stored).filter(({ field }) => !wrong.some((one) => one.field === field));
  return {
    id: stored.id,
    ...(wrong.length > 0 && { otherwise: { mismatches: wrong, stored } }),
    ...(drifted.length > 0 && { drifted }),
  };
}

/** Declared fields as they are live: the very values of before where they are equal, to hold them once. */
export function asLive(
  kind: Kind,
  before: Declaration,
  { key, fields: live }: Pick<LiveObject, "key" | "fields">,
  names: readonly string[] = Object.keys(declaredFields(before, key)),
): Fields {
  const declared = declaredFields(before, key);
  const changed = new Map<string, JsonValue | undefined>();
  for (const [name, field] of Object.entries(kind.fields)) {
    if (!names.includes(name)) {
      continue;
    }
    const own = ownPart(field, declared[name], live[name], keepsUndeclared(before));
    const value = own === undefined ? field.empty : withStandIns(own);
    if (!sameDeclared(field, declared[name], value)) {
      changed.set(name, value);
    }
  }
  return changed.size === 0 ? declared : withValues(Object.entries({ ...declared, ...Object.fromEntries(changed) }));
}

/**
 * The state after a create or update: what is declared where it was written, what is stored where that is something else, and
 * what was there before where it could not be written or had not to be.
 */
export function stateAfter(kind: Kind, before: State, now: Declaration, stored: ReadonlyMap<string, Written>): State {
  const objects = new Map<string, Fields>();
  const ids = new Map<string, RecordId>();
  for (const [key, declared] of now.objects) {
    const { id = before.ids.get(key), otherwise }: Partial<Written> = stored.get(key) ?? {};
    const asDeclared = stored.has(key) ? declared : before.objects.get(key);
    const wrong = otherwise?.mismatches.map(({ field }) => field);
    const fields = otherwise === undefined ? asDeclared : asLive(kind, now, otherwise.stored, wrong);
    if (fields !== undefined) {
      objects.set(key, fields);
    }
    if (id !== undefined) {
      ids.set(key, id);
    }
  }
  return { ...now, objects, ids };
}

/**
 * The state after a refresh: without the objects that are gone, and `before` itself when nothing differs from it. Where the key of
 * a record has changed, a single object has the new one; one of a set stays under its own, as nothing is to leave the set by that.
 */
export function stateAsLive(before: State, live: ReadonlyMap<string, LiveObject>): State {
  const found = [...before.objects].flatMap(([key, fields]) => {
    const one = live.get(key);
    const lasting = before.isSet ? key : (one?.key ?? key);
    const isSame = one?.fields === fields && one.id === before.ids.get(key) && lasting === key;
    return one === undefined ? [] : [{ ...one, key: lasting, isSame }];
  });
  if (found.length === before.objects.size && found.every(({ isSame }) => isSame)) {
    return before;
  }
  // A partial failure has left ids of what is declared no more and still to be deleted.
  const left = [...before.ids].filter(([key]) => !before.objects.has(key));
  return {
    ...before,
    objects: new Map(found.map(({ key, fields }) => [key, fields])),
    ids: new Map([...left, ...found.map(({ key, id }) => [key, id] as const)]),
  };
}

/** Options whose change alone is an update: it sends nothing. */
export function optionsDiffer(before: Omit<Preview, "objects">, now: Omit<Preview, "objects">): boolean {
  const [was, is] = [before, now].map(({ options, secretFields, secretKeys }) => [options, secretFields, secretKeys]);
  return !jsonEqual(was, is);
}

/** The fields of a kind for which something holds. */
export function fieldsWhere(kind: Kind, holds: (field: Field, name: string) => boolean): string[] {
  return Object.entries(kind.fields)
    .filter(([name, field]) => holds(field, name))
    .map(([name]) => name);
}

function declaredFields({ objects }: Pick<Declaration, "objects">, key: string): Fields {
  return objects.get(key) ?? {};
}

/** Whether two declarations say the same of a field: one that is absent does not own it, and so differs from an empty one. */
function sameDeclared(field: Field, before: unknown, now: unknown): boolean {
  return (before === undefined) === (now === undefined) && sameValue(field, before, now);
}
