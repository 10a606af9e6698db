/** `pulumi-openmeter adopt`, step by step. */
import { writeFile } from "node:fs/promises";
import type { LiveObject } from "../core/port";
import { firstFew, formatCount } from "../core/words";
import { type Configuration, readConfiguration } from "../openmeter/configuration";
import { connectTo } from "../openmeter/connection";
import { OpenMeterError } from "../openmeter/errors";
import type { Environment } from "../openmeter/http/proxy";
import { quoted } from "../printable";
import { CommandFailure } from "./command-failure";
import type { AdoptOptions } from "./options";
import { programOf, subjects } from "./program";
import { declarationsOf, isMeant } from "./selection";
import { statesOf } from "./stacks";
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
export async function adopt(options: AdoptOptions, env: Environment, { result, say }: Output): Promise<number> {
  const configuration = configured(options, env, say);
  const { baseUrl } = configuration;
  const account = await listed(configuration, say);
  const meant = account.filter(({ key }) => isMeant(key, options));
  const wanted = options.check || options.undeclared ? await undeclaredOf(meant, account, options, say) : meant;
  if (options.check) {
    for (const { key } of wanted) result(`${quoted(key)}\n`);
    const are = wanted.length === 1 ? "is" : "are";
    say(`${formatCount(wanted.length)} of ${subjects(meant.length)} of ${baseUrl} ${are} declared by no stack`);
    return wanted.length > 0 ? 1 : 0;
  }
  const { adopted, leftOut } = declarationsOf(wanted, options.fields);
  leftOut.slice(0, maxNamed).forEach(say);
  if (leftOut.length > maxNamed) say(`${formatCount(leftOut.length - maxNamed)} more fields or subjects are left out`);
  if (adopted.length === 0) {
    const found = `${baseUrl} has ${subjects(account.length)}, of which ${formatCount(meant.length)} match the filter`;
    say(`nothing to adopt: ${found}`);
    return 0;
  }
  const set = options.set ?? (options.single || adopted.length <= mostSingles ? undefined : defaultSet);
  const program = programOf(adopted, { set, protect: options.protect, baseUrl });
  if (options.out === undefined) result(program);
  else await write(options.out, program, options.force);
  const form = set === undefined ? "a Subject each" : `in the SubjectSet ${quoted(set)}`;
  const where = options.out === undefined ? "" : `, written to ${options.out}`;
  const what = `${subjects(adopted.length)} of ${formatCount(account.length)}, ${form}${where}`;
  say(`${what}. See what an up would do with: pulumi preview`);
  return 0;
}

function configured({ url }: AdoptOptions, env: Environment, say: Output["say"]): Configuration {
  const found = readConfiguration({}, { ...env, ...(url !== undefined && { OPENMETER_URL: url }) });
  if (!found.ok) {
    throw new CommandFailure(
      `${found.problems.join("; ")}. This command reads OPENMETER_URL (or --url) and OPENMETER_API_KEY, and no stack's configuration`,
    );
  }
  for (const warning of found.warnings) say(`warning: ${warning}`);
  return found.configuration;
}

async function listed(configuration: Configuration, say: Output["say"]): Promise<readonly LiveObject[]> {
  try {
    const { objects, withheld } = await connectTo(configuration).subjects.list();
    if (withheld.length > 0) {
      say(`${subjects(withheld.length)} left out, which contain the API key: ${firstFew(withheld, maxNamed, quoted)}`);
    }
    return objects;
  } catch (error) {
    if (!(error instanceof OpenMeterError)) {
      throw error;
    }
    throw new CommandFailure(`the subjects were not listed: ${error.message}`);
  }
}

async function undeclaredOf(
  meant: readonly LiveObject[],
  account: readonly LiveObject[],
  { state, stack }: AdoptOptions,
  say: Output["say"],
): Promise<LiveObject[]> {
  const { keys, ofOtherAccounts } = declaredIn(new Set(account.map(({ id }) => id)), await statesOf(state, stack));
  for (const name of ofOtherAccounts) {
    say(`${name} declares subjects, but this account has none of their records: it is taken for another account's`);
  }
  return meant.filter(({ key }) => !keys.has(key)).sort((a, b) => (a.key < b.key ? -1 : 1));
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
