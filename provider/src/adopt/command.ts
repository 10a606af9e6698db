/** `pulumi-openmeter adopt`, step by step. */
import { writeFile } from "node:fs/promises";
import { type Configuration, readConfiguration } from "../openmeter/configuration";
import { connectTo } from "../openmeter/connection";
import { OpenMeterError } from "../openmeter/errors";
import type { LiveSubject } from "../openmeter/subject";
import { quote } from "../openmeter/text";
import { printable } from "../printable";
import { formatCount } from "../provider/set/named-keys";
import { CommandFailure } from "./failure";
import type { AdoptOptions } from "./options";
import { programOf } from "./program";
import { declarationsOf, isMeant, type LeftOut } from "./selection";
import { statesOfFiles, statesOfStacks } from "./stacks";
import { declaredIn } from "./state";

/** Where the command writes: results, and what it has to say besides. */
export interface Output {
  readonly result: (text: string) => void;
  readonly say: (line: string) => void;
}

/** From more subjects on, one resource for all of them: the engine needs minutes for thousands of resources. */
const mostSingles = 100;

const defaultSet = "subjects";

/** More subjects that can't be declared are counted and not named. */
const maxNamed = 20;

/**
 * Runs the command.
 *
 * @returns the exit code
 * @throws {CommandFailure}
 */
export async function adopt(
  options: AdoptOptions,
  env: Readonly<Record<string, string | undefined>>,
  { result, say }: Output,
): Promise<number> {
  const configuration = configured(options, env, say);
  const { baseUrl } = configuration;
  const account = await listed(configuration);
  const meant = account.filter(({ key }) => isMeant(key, options.filter));
  if (options.check) {
    const undeclared = await undeclaredOf(meant, account, options, say);
    for (const { key } of undeclared) result(`${jsonLine(key)}\n`);
    say(
      `${formatCount(undeclared.length)} of ${subjects(meant.length)} of ${baseUrl} ${are(undeclared.length)} declared by no stack`,
    );
    return undeclared.length > 0 ? 1 : 0;
  }
  const wanted = options.undeclared ? await undeclaredOf(meant, account, options, say) : meant;
  const { adopted, leftOut } = declarationsOf(wanted, options.fields);
  sayLeftOut(leftOut, say);
  if (adopted.length === 0) {
    say(
      `nothing to adopt: ${baseUrl} has ${subjects(account.length)}, of which ${formatCount(meant.length)} ${are(meant.length)} meant`,
    );
    return 0;
  }
  const set = setName(options, adopted.length);
  const program = programOf(adopted, { ...(set !== undefined && { set }), protect: options.protect, baseUrl });
  if (options.out === undefined) result(program);
  else await write(options.out, program, options.force);
  const form = set === undefined ? "a Subject each" : `in the SubjectSet ${quote(set)}`;
  say(
    `${subjects(adopted.length)} of ${formatCount(account.length)}, ${form}${options.out === undefined ? "" : `, written to ${options.out}`}. See what an up would do with: pulumi preview`,
  );
  return 0;
}

function configured(
  { url }: AdoptOptions,
  env: Readonly<Record<string, string | undefined>>,
  say: Output["say"],
): Configuration {
  const found = readConfiguration({}, { ...env, ...(url !== undefined && { OPENMETER_URL: url }) });
  if (!found.ok) {
    throw new CommandFailure(
      `${found.problems.join("; ")}. This command reads OPENMETER_URL (or --url) and OPENMETER_API_KEY, and no stack's configuration`,
    );
  }
  for (const warning of found.warnings) say(`warning: ${warning}`);
  return found.configuration;
}

async function listed(configuration: Configuration): Promise<LiveSubject[]> {
  try {
    // Divisible: a list that the server can't answer is told at once, and not asked for again for a minute.
    return await connectTo(configuration).client.list({ divisible: true });
  } catch (error) {
    if (!(error instanceof OpenMeterError)) throw error;
    const limit =
      error.status === 500
        ? ". The Subject API can't list an account of more than 65,535 subjects, and has no pages"
        : "";
    throw new CommandFailure(`the subjects were not listed: ${error.message}${limit}`);
  }
}

async function undeclaredOf(
  meant: readonly LiveSubject[],
  account: readonly LiveSubject[],
  { states, stacks }: AdoptOptions,
  say: Output["say"],
): Promise<LiveSubject[]> {
  const found = states.length > 0 ? await statesOfFiles(states) : await statesOfStacks(stacks);
  const { keys, elsewhere } = declaredIn(new Set(account.map(({ id }) => id)), found);
  for (const name of elsewhere) {
    say(`${name} declares subjects, but this account has none of their records: it is taken for another account's`);
  }
  return meant.filter(({ key }) => !keys.has(key)).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function setName({ form }: AdoptOptions, count: number): string | undefined {
  if (form.kind === "any") return count > mostSingles ? defaultSet : undefined;
  return form.kind === "set" ? form.name : undefined;
}

function sayLeftOut(leftOut: readonly LeftOut[], say: Output["say"]): void {
  for (const { key, field, reason } of leftOut.slice(0, maxNamed)) {
    say(`${quote(key)}: ${field ?? "the subject"} is left out, since a program can't declare it: ${reason}`);
  }
  if (leftOut.length > maxNamed) say(`${formatCount(leftOut.length - maxNamed)} more fields or subjects are left out`);
}

async function write(file: string, program: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, program, { flag: force ? "w" : "wx" });
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exists ? `${file} exists; --force overwrites it` : `${file} was not written: ${reason}`);
  }
}

/** The whole key as a JSON string that is harmless to a terminal: a result is not cut. */
function jsonLine(key: string): string {
  return printable(JSON.stringify(key));
}

function subjects(count: number): string {
  return count === 1 ? "1 subject" : `${formatCount(count)} subjects`;
}

function are(count: number): string {
  return count === 1 ? "is" : "are";
}
