/** What the state of a stack declares, read from the output of `pulumi stack export`. Pure. */

import type { Kind } from "../core/kind";
import { decodeByKey } from "../hosts/set-text";
import { isPlainObject, pulumiSignatureKey } from "../json";
import type { Adoptable } from "./adoptable";
import { CommandFailure } from "./command-failure";

/** The objects of one kind in one stack's state: the ids of their records, by key. */
export type StackObjects = ReadonlyMap<string, string>;

/** A state in which ids are encrypted, as those of a set are that holds a secret. */
export class EncryptedIds extends CommandFailure {}

/**
 * Reads the objects of one kind in an exported state.
 *
 * @param source where the text is from, for messages
 * @throws {EncryptedIds} when ids are encrypted in it
 * @throws {CommandFailure} when it is something else
 */
export function readState(exported: string, source: string, { kind, types }: Adoptable): StackObjects {
  const { names, cannotChangeKey } = kind;
  const objects = new Map<string, string>();
  const read = (value: unknown): unknown => decrypted(value, source, kind);
  for (const resource of resourcesOf(exported, source)) {
    // What the program only looks up (`Subject.get`), or is about to go, is not declared.
    if (!isPlainObject(resource) || resource.external === true || resource.delete === true) continue;
    const outputs = isPlainObject(resource.outputs) ? resource.outputs : {};
    if (resource.type === types.single && typeof resource.id === "string") {
      // A resource's ID is the key, or the record's id where a key might change.
      if (cannotChangeKey === undefined) objects.set(resource.id, String(read(outputs[names.id])));
      else objects.set(String(read(outputs.key)), resource.id);
    }
    if (resource.type === types.set) {
      for (const [key, id] of decodeByKey(read(outputs[names.ids]))) objects.set(key, String(id));
    }
  }
  return objects;
}

/** A value of the state. A secret has its plaintext, as JSON, only where the export was told to show it. */
function decrypted(value: unknown, source: string, { names }: Kind): unknown {
  if (!isPlainObject(value) || !(pulumiSignatureKey in value)) {
    return value;
  }
  if (typeof value.plaintext !== "string") {
    const next = "export it with: pulumi stack export --show-secrets";
    const why = "because the program makes them, or anything in their set, secret";
    throw new EncryptedIds(`${source} has the keys or ids of ${names.objects} encrypted, ${why}; ${next}`);
  }
  return JSON.parse(value.plaintext);
}

function resourcesOf(exported: string, source: string): readonly unknown[] {
  let state: unknown;
  try {
    state = JSON.parse(exported);
  } catch {
    throw new CommandFailure(`${source} is not JSON; it must be the output of: pulumi stack export`);
  }
  if (!isPlainObject(state) || !isPlainObject(state.deployment)) {
    throw new CommandFailure(`${source} is not a state; it must be the output of: pulumi stack export`);
  }
  // A stack that was never brought up has none.
  const { resources } = state.deployment;
  return Array.isArray(resources) ? resources : [];
}

/**
 * The keys that stacks declare of an account. Stacks of one project may have an account each, with the same keys, so a stack
 * counts only if at least one of its records is in this account.
 */
export function declaredIn(accountIds: ReadonlySet<string>, stacks: ReadonlyMap<string, StackObjects>) {
  const keys = new Set<string>();
  /** Stacks that declare such objects, of which this account has not one record: they are another account's. */
  const ofOtherAccounts: string[] = [];
  for (const [name, objects] of stacks) {
    if ([...objects.values()].some((id) => accountIds.has(id))) for (const key of objects.keys()) keys.add(key);
    else if (objects.size > 0) ofOtherAccounts.push(name);
  }
  return { keys, ofOtherAccounts };
}
