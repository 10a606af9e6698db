/** The command line of `pulumi-openmeter adopt`: pure. */
import { parseArgs } from "node:util";
import { subjectKind } from "../kinds/subject/fields";
import { CommandFailure } from "./command-failure";

const fieldNames = Object.keys(subjectKind.fields);

/** What was asked for, in the terms of {@link adoptUsage}. */
export type AdoptOptions = Exclude<ReturnType<typeof readOptions>, "help">;

export const adoptUsage = `Writes a Pulumi program that declares the subjects of an OpenMeter account just as they are, so that its first
"pulumi up" takes them over and sends nothing.

Usage: pulumi-openmeter adopt [options] > index.ts
       pulumi-openmeter adopt --check [options]

Which subjects
  --prefix TEXT      only those whose key starts with this
  --match REGEXP     only those whose key matches this JavaScript regular expression (anywhere: anchor it with ^ and $)
  --undeclared       only those that no stack declares yet

The program
  --set NAME         one SubjectSet of this name (default for more than 100 subjects: "subjects")
  --single           one Subject each
  --fields LIST      which fields to own: ${fieldNames.join(",")} (default all), or "none".
                     Other fields, and those without a value, are left alone
  --no-protect       without Pulumi's protection against deletion
  --out FILE         write to this file instead of the standard output: JavaScript for .js, .mjs and .cjs, else TypeScript
  --force            overwrite it

Check
  --check            write no program, but list the keys that no stack declares, one JSON string per line.
                     Exit code 0: none, 1: some
  --stack NAME       look at this stack of the project in the current folder (repeatable; default all of them)
  --state FILE       look at this state, from "pulumi stack export", instead (repeatable)

Connection
  --url URL          the server's address (default OPENMETER_URL, or https://openmeter.cloud)
  --stack NAME       take address and key from this stack's configuration, as "pulumi up" does; of several, from the first.
                     Without it, and where the stack says nothing: OPENMETER_URL and OPENMETER_API_KEY (or OPENMETER_TOKEN)

Nothing is ever written to OpenMeter.

Exit code 2: a mistake on the command line, or any other failure of the command.
`;

/**
 * Reads the arguments behind `adopt`.
 *
 * @returns `"help"` when that is asked for
 * @throws {CommandFailure} naming the mistake
 */
export function readOptions(args: readonly string[]) {
  const { "no-protect": isUnprotected, ...values } = parse(args);
  if (values.help) return "help";
  const exclusive = (one: string, other: string): CommandFailure =>
    new CommandFailure(`${one} and ${other} cannot be combined`);
  if (values.set !== undefined && values.single) throw exclusive("--set", "--single");
  if (values.set === "") throw new CommandFailure("--set needs a name");
  if (values.check && values.undeclared) throw exclusive("--check", "--undeclared");
  if (values.check && values.out !== undefined) throw exclusive("--check", "--out");
  if (values.force && values.out === undefined) throw new CommandFailure("--force needs --out FILE");
  if (values.stack.length > 0 && values.state.length > 0) throw exclusive("--stack", "--state");
  if (values.state.length > 0 && !values.check && !values.undeclared) {
    throw new CommandFailure("--state needs --check or --undeclared");
  }
  const match = regularExpression(values.match);
  return { ...values, match, fields: fieldsOf(values.fields), protect: !isUnprotected };
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  const texts = { type: "string", multiple: true, default: [] as string[] } as const;
  const options = {
    help: { ...flag, short: "h" },
    url: text,
    prefix: { ...text, default: "" },
    match: { ...text, default: "" },
    undeclared: flag,
    set: text,
    single: flag,
    fields: { ...text, default: fieldNames.join(",") },
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
    throw new CommandFailure(message.split(". ")[0] ?? message);
  }
}

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source, "u");
  } catch {
    throw new CommandFailure(`--match ${JSON.stringify(source)} is not a regular expression of JavaScript`);
  }
}

function fieldsOf(list: string): readonly string[] {
  const names = list === "none" ? [] : list.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !fieldNames.includes(name));
  if (unknown !== undefined) {
    throw new CommandFailure(
      `--fields: ${JSON.stringify(unknown)} is not a field; fields are ${fieldNames.join(", ")} (or none)`,
    );
  }
  return fieldNames.filter((field) => names.includes(field));
}
