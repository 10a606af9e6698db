/** What the state of a stack declares, read from the output of `pulumi stack export`. Pure. */

import { resourceTypes } from "../contract";
import { decodeByKey } from "../hosts/set-text";
import { isPlainObject } from "../json";
import { CommandFailure } from "./command-failure";

/** The subjects of one stack's state: the ids of their records, by key. */
export type StackSubjects = ReadonlyMap<string, string>;

/**
 * Reads an exported state. Values may be encrypted in it, but neither a resource's id, which is the key, nor records' ids.
 *
 * @param source where the text is from, for messages
 * @throws {CommandFailure} when it is something else
 */
export function readState(exported: string, source: string): StackSubjects {
  const subjects = new Map<string, string>();
  for (const resource of resourcesOf(exported, source)) {
    // What the program only looks up (`Subject.get`), or is about to go, is not declared.
    if (!isPlainObject(resource) || resource.external === true || resource.delete === true) continue;
    const outputs = isPlainObject(resource.outputs) ? resource.outputs : {};
    if (resource.type === resourceTypes.subject && typeof resource.id === "string") {
      subjects.set(resource.id, String(outputs.subjectId));
    }
    if (resource.type === resourceTypes.subjectSet) {
      for (const [key, id] of decodeByKey(outputs.subjectIds)) subjects.set(key, String(id));
    }
  }
  return subjects;
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
