/** What an object claims, so that no other one may: its key, and the keys of what it gets the usage of. Pure. */
import type { Kind } from "./kind";

/** A key of a space: that of a kind's own keys, or of those that are attributed. */
export interface ClaimedKey {
  readonly space: string;
  readonly key: string;
}

/** The space of the keys of one kind that objects of others get the usage of. */
export function attributedSpace(kind: Pick<Kind, "name">): string {
  return `attributed ${kind.name}`;
}

/** All that an object claims, as far as its fields are known. */
export function claimedKeys(
  { name, attribution }: Kind,
  key: string,
  fields: Readonly<Record<string, unknown>>,
): readonly ClaimedKey[] {
  const own = { space: name, key };
  if (attribution === undefined) {
    return [own];
  }
  const named: unknown = fields[attribution.field];
  const space = attributedSpace({ name: attribution.kind });
  const attributed = new Set([key, ...(Array.isArray(named) ? named : [])]);
  return [own, ...[...attributed].flatMap((one) => (typeof one === "string" ? [{ space, key: one }] : []))];
}
