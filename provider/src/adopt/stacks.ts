/** Where the states of stacks come from: files, or the Pulumi CLI in the current folder. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { isPlainObject, mapValues } from "../json";
import { printable } from "../printable";
import type { Adoptable } from "./adoptable";
import { CommandFailure } from "./command-failure";
import { EncryptedIds, readState, type StackObjects } from "./state";

const execute = promisify(execFile);

const maxStateBytes = 1024 ** 3;

/**
 * Reads what states hold of one kind: from files that `pulumi stack export` wrote, or where there are none, of stacks of the
 * project in the current folder; of all its stacks when none is named.
 */
export async function statesOf(
  files: readonly string[],
  stacks: readonly string[],
  adoptable: Adoptable,
): Promise<ReadonlyMap<string, StackObjects>> {
  const states = new Map<string, StackObjects>();
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      throw new CommandFailure(`${file} was not read: ${reasonOf(error)}`);
    });
    states.set(file, readState(text, file, adoptable));
  }
  if (files.length === 0) {
    for (const name of stacks.length > 0 ? stacks : await stackNames()) {
      states.set(name, await stateOf(name, adoptable));
    }
  }
  return states;
}

/** Secrets are decrypted only where the ids are secret: that needs the stack's passphrase or the access to its key. */
async function stateOf(stack: string, adoptable: Adoptable): Promise<StackObjects> {
  const source = `the state of stack ${stack}`;
  try {
    return readState(await pulumi("stack", "export", "--stack", stack), source, adoptable);
  } catch (error) {
    if (!(error instanceof EncryptedIds)) {
      throw error;
    }
    return readState(await pulumi("stack", "export", "--show-secrets", "--stack", stack), source, adoptable);
  }
}

/** The configuration of a stack of the project in the current folder, secrets decrypted: what the provider gets of it. */
export async function configurationOf(stack: string): Promise<Readonly<Record<string, unknown>>> {
  const listed: unknown = JSON.parse(await pulumi("config", "--json", "--show-secrets", "--stack", stack));
  return isPlainObject(listed) ? mapValues(listed, (entry) => (isPlainObject(entry) ? entry.value : undefined)) : {};
}

async function stackNames(): Promise<string[]> {
  const listed: unknown = JSON.parse(await pulumi("stack", "ls", "--json"));
  return Array.isArray(listed) ? listed.filter(isPlainObject).map(({ name }) => String(name)) : [];
}

async function pulumi(...args: string[]): Promise<string> {
  try {
    const { stdout } = await execute("pulumi", [...args, "--non-interactive"], { maxBuffer: maxStateBytes });
    return stdout;
  } catch (error) {
    const command = `pulumi ${args.join(" ")}`;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new CommandFailure(
        "there is no pulumi on the PATH to read stacks with. Instead, pass states as files with --state FILE (from: pulumi stack export), and the address and the key in the environment",
      );
    }
    throw new CommandFailure(`${command} failed: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  return printable(said !== "" ? said.replace(/\s+/g, " ") : error instanceof Error ? error.message : String(error));
}
