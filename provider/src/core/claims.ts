/** What an object claims, so that no other one may: its key, and the keys of what it gets the usage of. Pure. */
import type { Kind } from "./kind";

/** A key of a space: that of a kind's own keys, or of those that are attributed. */
export interface ClaimedKey {
  readonly space: string;
  readonly key: string;
}

/** Claimed keys by their space. No map: outputs carry it, and they take maps apart. */
export type KeysBySpace = Readonly<Record<string, readonly string[]>>;

/** The space of the keys of one kind that objects of others get the usage of. */
export function attributedSpace(kind: Pick<Kind, "name">): string {
  return `attributed ${kind.name}`;
}

/** All that an object claims, as far as its fields are known. */
export function claimedKeys(kind: Kind, key: string, fields: Readonly<Record<string, unknown>>): readonly ClaimedKey[] {
  const own = { space: kind.name, key };
  if (kind.attribution === undefined) {
    return [own];
  }
  const space = attributedSpace({ name: kind.attribution.kind });
  return [own, ...attributedKeys(kind, key, fields).map((one) => ({ space, key: one }))];
}

/** All that several objects claim. */
export function claimsOf(
  kind: Kind,
  objects: readonly (readonly [key: string, fields: Readonly<Record<string, unknown>>])[],
): KeysBySpace {
  const { name, attribution } = kind;
  const own = { [name]: objects.map(([key]) => key) };
  if (attribution === undefined) {
    return own;
  }
  const space = attributedSpace({ name: attribution.kind });
  return { ...own, [space]: objects.flatMap(([key, fields]) => attributedKeys(kind, key, fields)) };
}

/** The space of the keys of those objects of which the program says all that is attributed to them, beyond their own keys. */
export function toldSpace(kind: Pick<Kind, "name">): string {
  return `told ${kind.name}`;
}

/** Of which objects all that is attributed is told. */
export function toldOf(
  kind: Kind,
  objects: readonly (readonly [key: string, fields: Readonly<Record<string, unknown>>])[],
): KeysBySpace {
  const field = kind.attribution?.field;
  return field === undefined
    ? {}
    : { [toldSpace(kind)]: objects.filter(([, fields]) => Array.isArray(fields[field])).map(([key]) => key) };
}

/** The keys of what an object gets the usage of: its own, and those that it names. */
function attributedKeys({ attribution }: Kind, key: string, fields: Readonly<Record<string, unknown>>): string[] {
  if (attribution === undefined) {
    return [];
  }
  const named: unknown = fields[attribution.field];
  const attributed: ReadonlySet<unknown> = new Set(Array.isArray(named) ? [key, ...named] : [key]);
  return [...attributed].filter((one) => typeof one === "string");
}
