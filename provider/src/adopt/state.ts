/** What the state of a stack declares, read from the output of `pulumi stack export`. Pure. */

import { resourceTypes } from "../contract";
import { decodeByKey } from "../hosts/set-text";
import { isPlainObject, pulumiSignatureKey } from "../json";
import { CommandFailure } from "./command-failure";

/** The subjects of one stack's state: the ids of their records, by key. */
export type StackSubjects = ReadonlyMap<string, string>;

/** A state in which ids are encrypted, as those of a set are that holds a secret. */
export class EncryptedIds extends CommandFailure {}

/**
 * Reads an exported state.
 *
 * @param source where the text is from, for messages
 * @throws {EncryptedIds} when ids are encrypted in it
 * @throws {CommandFailure} when it is something else
 */
export function readState(exported: string, source: string): StackSubjects {
  const subjects = new Map<string, string>();
  for (const resource of resourcesOf(exported, source)) {
    // What the program only looks up (`Subject.get`), or is about to go, is not declared.
    if (!isPlainObject(resource) || resource.external === true || resource.delete === true) continue;
    const outputs = isPlainObject(resource.outputs) ? resource.outputs : {};
    if (resource.type === resourceTypes.subject && typeof resource.id === "string") {
      subjects.set(resource.id, String(decrypted(outputs.subjectId, source)));
    }
    if (resource.type === resourceTypes.subjectSet) {
      for (const [key, id] of decodeByKey(decrypted(outputs.subjectIds, source))) subjects.set(key, String(id));
    }
  }
  return subjects;
}

/** A value of the state. A secret has its plaintext, as JSON, only where the export was told to show it. */
function decrypted(value: unknown, source: string): unknown {
  if (!isPlainObject(value) || !(pulumiSignatureKey in value)) {
    return value;
  }
  if (typeof value.plaintext !== "string") {
    const next = "export it with: pulumi stack export --show-secrets";
    throw new EncryptedIds(`${source} has the ids of subjects encrypted, because a set holds a secret; ${next}`);
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
export function declaredIn(accountIds: ReadonlySet<string>, stacks: ReadonlyMap<string, StackSubjects>) {
  const keys = new Set<string>();
  /** Stacks that declare subjects, of which this account has not one record: they are another account's. */
  const ofOtherAccounts: string[] = [];
  for (const [name, subjects] of stacks) {
    if ([...subjects.values()].some((id) => accountIds.has(id))) for (const key of subjects.keys()) keys.add(key);
    else if (subjects.size > 0) ofOtherAccounts.push(name);
  }
  return { keys, ofOtherAccounts };
}
