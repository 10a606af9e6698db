/** `pulumi-openmeter adopt`, step by step. */
import { writeFile } from "node:fs/promises";
import type { LiveObject } from "../core/port";
import { everyFewSeconds } from "../core/progress";
import { firstFew, formatCount } from "../core/words";
import { systemClock } from "../openmeter/clock";
import { type Configuration, readConfiguration } from "../openmeter/configuration";
import { type ConnectionEdges, connectTo } from "../openmeter/connection";
import { OpenMeterError } from "../openmeter/errors";
import type { Environment } from "../openmeter/http/proxy";
import { isDebugging } from "../openmeter/http/trace";
import { quoted } from "../printable";
import { CommandFailure } from "./command-failure";
import { languageOf } from "./language";
import type { AdoptOptions } from "./options";
import { programOf, subjects } from "./program";
import { declarationsOf, isMeant } from "./selection";
import { configurationOf, statesOf } from "./stacks";
import { declaredIn } from "./state";

/** Where the command writes: results, and what it has to say besides. */
export interface Output {
  readonly result: (text: string) => void;
  readonly say: (line: string) => void;
}

type Say = Output["say"];

/** Whoever has waited so long for an answer wants to know for what. */
const patienceMs = 2_000;

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
  const configuration = await configured(options, env, say);
  const { baseUrl } = configuration;
  const account = await listed(configuration, say, isDebugging(env) ? { debug: say } : {});
  const meant = account.filter(({ key }) => isMeant(key, options));
  const wanted = options.check || options.undeclared ? await undeclaredOf(meant, account, options, say) : meant;
  if (options.check) {
    for (const { key } of wanted) result(`${quoted(key)}\n`);
    say(undeclaredInWords(wanted.length, meant.length, configuration));
    return wanted.length > 0 ? 1 : 0;
  }
  const { adopted, leftOut } = declarationsOf(wanted, options.fields);
  leftOut.slice(0, maxNamed).forEach(say);
  if (leftOut.length > maxNamed) say(`${formatCount(leftOut.length - maxNamed)} more fields or subjects are left out`);
  if (adopted.length === 0) {
    say(`nothing to adopt: ${whyNothing(account.length, meant.length, configuration)}`);
    return 0;
  }
  const set = options.set ?? (options.single || adopted.length <= mostSingles ? undefined : defaultSet);
  const language = await languageOf(options.out);
  const program = programOf(adopted, { set, protect: options.protect, baseUrl, language });
  if (options.out === undefined) result(program);
  else await write(options.out, program, options.force);
  const form = set === undefined ? "a Subject each" : `in the SubjectSet ${quoted(set)}`;
  const where = options.out === undefined ? "" : `, written to ${options.out}`;
  const what = `${subjects(adopted.length)} of ${formatCount(account.length)}, ${form}${where}`;
  say(`${what}. See what an up would do with: pulumi preview`);
  return 0;
}

/** `all 300 subjects of http://localhost:8888 are declared by a stack`, `2 of 300 subjects of … are declared by no stack` */
function undeclaredInWords(count: number, of: number, { baseUrl }: Configuration): string {
  if (count > 0) {
    return `${formatCount(count)} of ${subjects(of)} of ${baseUrl} ${count === 1 ? "is" : "are"} declared by no stack`;
  }
  if (of === 0) {
    return `there are no subjects of ${baseUrl} to check`;
  }
  return of === 1
    ? `the only subject of ${baseUrl} is declared by a stack`
    : `all ${subjects(of)} of ${baseUrl} are declared by a stack`;
}

function whyNothing(account: number, meant: number, { baseUrl }: Configuration): string {
  if (account === 0) {
    return `${baseUrl} has no subjects`;
  }
  return meant === 0
    ? `${baseUrl} has ${subjects(account)}, and none matches --prefix and --match`
    : `of the ${subjects(meant)} of ${baseUrl} that match, none is left to declare`;
}

async function configured({ url, stack: [stack] }: AdoptOptions, env: Environment, say: Say): Promise<Configuration> {
  const stackConfig = stack === undefined ? undefined : await configurationOf(stack);
  const found = readConfiguration(stackConfig, env, url === undefined ? undefined : { name: "--url", value: url });
  if (!found.ok) {
    const reads =
      stack === undefined
        ? "OPENMETER_URL (or --url) and OPENMETER_API_KEY, or with --stack NAME the configuration of a stack"
        : `the configuration of stack ${stack}, and the environment where that says nothing`;
    throw new CommandFailure(`${found.problems.join("; ")}. This command reads ${reads}`);
  }
  for (const warning of found.warnings) say(`warning: ${warning}`);
  return found.configuration;
}

async function listed(configuration: Configuration, say: Say, edges: ConnectionEdges): Promise<readonly LiveObject[]> {
  const { subjects: port, waiting } = connectTo(configuration, edges);
  const stop = everyFewSeconds(systemClock, patienceMs, () => say(`waiting: ${waiting(0) ?? configuration.baseUrl}`));
  try {
    const { objects, withheld } = await port.list();
    if (withheld.length > 0) {
      const which = withheld.length === 1 ? "which contains" : "which contain";
      say(`${subjects(withheld.length)} left out, ${which} the API key: ${firstFew(withheld, maxNamed, quoted)}`);
    }
    return objects;
  } catch (error) {
    if (!(error instanceof OpenMeterError)) {
      throw error;
    }
    throw new CommandFailure(`the subjects were not listed: ${error.message}`);
  } finally {
    stop();
  }
}

async function undeclaredOf(
  meant: readonly LiveObject[],
  account: readonly LiveObject[],
  { state, stack }: AdoptOptions,
  say: Say,
): Promise<LiveObject[]> {
  const { keys, ofOtherAccounts } = declaredIn(new Set(account.map(({ id }) => id)), await statesOf(state, stack));
  for (const name of ofOtherAccounts) {
    say(
      `${name} declares subjects, but none of their records is in this account, so the stack is assumed to belong to another account`,
    );
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
