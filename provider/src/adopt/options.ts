/** The command line of `pulumi-openmeter adopt`: pure. */
import { parseArgs } from "node:util";
import { nearest } from "../printable";
import type { Source } from "./adoptable";
import { CommandFailure } from "./command-failure";
import { readFields } from "./fields";

/** What was asked for, in the terms of the help text. */
export type AdoptOptions = Exclude<ReturnType<typeof readOptions>, "help">;

/**
 * Reads the arguments behind `adopt`.
 *
 * @returns `"help"` when that is asked for
 * @throws {CommandFailure} naming the mistake
 */
export function readOptions(args: readonly string[]) {
  const { "no-protect": isUnprotected, "from-subjects": isFromSubjects, customers, ...values } = parse(args);
  if (values.help) return "help";
  const exclusive = (one: string, other: string, why = ""): CommandFailure =>
    new CommandFailure(`${one} and ${other} cannot be combined${why}`);
  if (customers && isFromSubjects) {
    const why = ". Did you mean --from-subjects, which writes customers, or --customers, for those that exist?";
    throw exclusive("--customers", "--from-subjects", why);
  }
  const source: Source = customers ? "customers" : isFromSubjects ? "from-subjects" : "subjects";
  if (values.set !== undefined && values.single) throw exclusive("--set", "--single");
  if (values.set === "") throw new CommandFailure("--set needs a name");
  if (values.check && values.undeclared) throw exclusive("--check", "--undeclared");
  if (values.check && values.out !== undefined) throw exclusive("--check", "--out");
  if (values.force && values.out === undefined) throw new CommandFailure("--force needs --out FILE");
  if (values.stack.length > 0 && values.state.length > 0) throw exclusive("--stack", "--state");
  if (values.check && isFromSubjects && values.state.length > 0) {
    const why = ": it compares the subjects and customers of the account. Did you mean --check --customers?";
    throw exclusive("--check --from-subjects", "--state", why);
  }
  if (values.state.length > 0 && !values.check && !values.undeclared) {
    throw new CommandFailure("--state needs --check or --undeclared");
  }
  const match = regularExpression(values.match);
  return { ...values, match, source, fields: readFields(values.fields, source), protect: !isUnprotected };
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  const texts = { type: "string", multiple: true, default: [] as string[] } as const;
  const options = {
    help: { ...flag, short: "h" },
    customers: flag,
    "from-subjects": flag,
    url: text,
    prefix: { ...text, default: "" },
    match: { ...text, default: "" },
    undeclared: flag,
    set: text,
    single: flag,
    fields: text,
    "no-protect": flag,
    out: text,
    force: flag,
    check: flag,
    stack: texts,
    state: texts,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // Node adds advice about arguments that begin with a dash.
    const message = error instanceof Error ? error.message : String(error);
    const [reason = message] = message.split(". ");
    const [, name] = /^Unknown option '--([^'=]+)'/.exec(reason) ?? [];
    const meant = name === undefined ? undefined : optionMeant(name, Object.keys(options));
    throw new CommandFailure(meant === undefined ? reason : `${reason}. Did you mean --${meant}?`);
  }
}

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    throw new CommandFailure(`--match ${JSON.stringify(source)} is not a regular expression of JavaScript`);
  }
}

/** The option that was likely meant, also where it was spelt in camel case or without its dashes. */
function optionMeant(name: string, known: readonly string[]): string | undefined {
  const plain = (option: string): string => option.replaceAll("-", "");
  const meant = nearest(plain(name), known.map(plain));
  return known.find((option) => plain(option) === meant);
}
