/** `pulumi-openmeter adopt`, step by step. */
import { writeFile } from "node:fs/promises";
import type { LiveObject } from "../core/port";
import { firstFew, formatCount } from "../core/words";
import { type Configuration, readConfiguration } from "../openmeter/configuration";
import type { Environment } from "../openmeter/http/proxy";
import { isDebugging } from "../openmeter/http/trace";
import { quoted } from "../printable";
import { Account } from "./account";
import { counted, kindsOf } from "./adoptable";
import { CommandFailure } from "./command-failure";
import { CustomersOfSubjects, customersOf } from "./from-subjects";
import { languageOf } from "./language";
import type { AdoptOptions } from "./options";
import { programOf } from "./program";
import { byKey, declarationsOf, isMeant } from "./selection";
import { configurationOf, statesOf } from "./stacks";
import { declaredIn } from "./state";
import { checkedInWords, whyNothing } from "./words";

/** Where the command writes: results, and what it has to say besides. */
export interface Output {
  readonly result: (text: string) => void;
  readonly say: (line: string) => void;
}

type Say = Output["say"];

/** From more objects on, one resource for all of them: the engine needs minutes for thousands of resources. */
const mostSingles = 100;

/** More objects that can't be declared are counted and not named. */
const maxNamed = 20;

/** What was found in the account. */
interface Found {
  readonly account: Account;
  /** All objects of the kind that is looked at. */
  readonly all: readonly LiveObject[];
  /** Those among them that are meant. */
  readonly meant: readonly LiveObject[];
  /** All customers, those without a key too, where the program is written from subjects; else none. */
  readonly customers: readonly LiveObject[];
}

/**
 * Runs the command.
 *
 * @returns the exit code
 * @throws {CommandFailure}
 */
export async function adopt(options: AdoptOptions, env: Environment, output: Output): Promise<number> {
  const { say } = output;
  const configuration = await configured(options, env, say);
  const account = new Account(configuration, say, isDebugging(env) ? { debug: say } : {});
  const found = await find(account, options, say);
  return options.check ? check(found, configuration, options, output) : write(found, configuration, options, output);
}

async function find(account: Account, options: AdoptOptions, say: Say): Promise<Found> {
  const { found: kind, declared } = kindsOf[options.source];
  const { objects: all, keyless = [] } = await account.list(kind);
  if (keyless.length > 0) {
    const ids = firstFew(keyless, maxNamed, ({ id }) => id);
    const { names } = kind.kind;
    say(
      `${counted(keyless.length, kind.kind)} left out: a program can't declare ${names.objects} without a key (${ids})`,
    );
  }
  const meant = all.filter(({ key }) => isMeant(key, options));
  if (options.source !== "from-subjects") {
    return { account, all, meant, customers: [] };
  }
  const listed = await account.list(declared);
  return { account, all, meant, customers: [...listed.objects, ...(listed.keyless ?? [])] };
}

async function check(
  found: Found,
  { baseUrl }: Configuration,
  options: AdoptOptions,
  { result, say }: Output,
): Promise<number> {
  const { source } = options;
  const missing = source === "from-subjects" ? withoutCustomer(found) : await undeclaredOf(found, options, say);
  for (const { key } of missing) result(`${quoted(key)}\n`);
  say(checkedInWords(source, { missing: missing.length, of: found.meant.length, baseUrl }));
  return missing.length > 0 ? 1 : 0;
}

async function write(
  found: Found,
  { baseUrl }: Configuration,
  options: AdoptOptions,
  { result, say }: Output,
): Promise<number> {
  const { source } = options;
  const { adopted, leftOut } = await declared(found, options, say);
  leftOut.slice(0, maxNamed).forEach(say);
  const { kind, classes } = kindsOf[source].declared;
  const counts = { all: found.all.length, meant: found.meant.length, baseUrl };
  if (leftOut.length > maxNamed) {
    say(`${formatCount(leftOut.length - maxNamed)} more fields or ${kind.names.objects} are left out`);
  }
  if (adopted.length === 0) {
    say(`nothing to adopt: ${whyNothing(source, counts)}`);
    return 0;
  }
  const set = options.set ?? (options.single || adopted.length <= mostSingles ? undefined : kind.names.objects);
  const language = await languageOf(options.out);
  const program = programOf(adopted, { source, set, protect: options.protect, baseUrl, language });
  if (options.out === undefined) result(program);
  else await save(options.out, program, options.force);
  const form = set === undefined ? `a ${classes.single} each` : `in the ${classes.set} ${quoted(set)}`;
  const where = options.out === undefined ? "" : `, written to ${options.out}`;
  const of =
    source === "from-subjects"
      ? `for ${counted(counts.all, kindsOf[source].found.kind)}`
      : `of ${formatCount(counts.all)}`;
  say(`${counted(adopted.length, kind)} ${of}, ${form}${where}. See what an up would do with: pulumi preview`);
  return 0;
}

/** What the program declares, and in words what is left out of it. */
async function declared(found: Found, options: AdoptOptions, say: Say) {
  const { source, fields } = options;
  const adoptable = kindsOf[source].declared;
  const wanted = options.undeclared ? await undeclaredOf(found, options, say) : found.meant;
  if (source === "from-subjects") {
    const { objects, leftOut } = customersOf(byKey(wanted), new CustomersOfSubjects(found.customers));
    const declarations = declarationsOf(adoptable.kind, objects, fields);
    return { ...declarations, leftOut: [...leftOut, ...declarations.leftOut] };
  }
  const isListed = !fields.some((field) => adoptable.unlisted.includes(field));
  const complete = isListed ? wanted : await found.account.complete(adoptable, wanted, fields);
  return declarationsOf(adoptable.kind, complete, fields);
}

function withoutCustomer({ meant, customers }: Found): LiveObject[] {
  const existing = new CustomersOfSubjects(customers);
  return byKey(meant.filter(({ key }) => !existing.have(key)));
}

/** What no stack declares. From subjects, that is what no stack declares a customer for. */
async function undeclaredOf(
  { all, meant, customers }: Found,
  { source, state, stack }: AdoptOptions,
  say: Say,
): Promise<LiveObject[]> {
  const { declared } = kindsOf[source];
  const inAccount = source === "from-subjects" ? customers : all;
  const { keys, ofOtherAccounts } = declaredIn(
    new Set(inAccount.map(({ id }) => id)),
    await statesOf(state, stack, declared),
  );
  for (const name of ofOtherAccounts) {
    say(
      `${name} declares ${declared.kind.names.objects}, but none of their records is in this account, so the stack is assumed to belong to another account`,
    );
  }
  return byKey(meant.filter(({ key }) => !keys.has(key)));
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

async function save(file: string, program: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, program, { flag: force ? "w" : "wx" });
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exists ? `${file} exists; --force overwrites it` : `${file} was not written: ${reason}`);
  }
}
