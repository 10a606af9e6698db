/** The program that declares subjects as they are: pure, TypeScript or JavaScript as text. */
import { formatCount } from "../core/words";
import type { Language } from "./language";
import { literal, member, text } from "./literal";
import { namesOf } from "./names";
import type { AdoptedSubject } from "./selection";

/** The form of a program. */
export interface ProgramForm {
  /** Name of the one `SubjectSet`; absent for a `Subject` each. */
  readonly set?: string | undefined;
  /** Whether Pulumi is to refuse to delete what was adopted, as it does after `pulumi import`. */
  readonly protect: boolean;
  /** The server's address, for the comment on top. */
  readonly baseUrl: string;
  /** Default: TypeScript. */
  readonly language?: Language;
}

/** Writes the program. The same subjects make the same text. */
export function programOf(all: readonly AdoptedSubject[], form: ProgramForm): string {
  const count = subjects(all.length);
  const header = `// ${count} of ${form.baseUrl}, as found by \`pulumi-openmeter adopt\`. Yours to edit.`;
  const body = form.set === undefined ? singles(all, form) : set(all, form.set, form);
  return `${header}\n${body}`;
}

/** `1 subject`, `2,000 subjects`. */
export function subjects(count: number): string {
  return count === 1 ? "1 subject" : `${formatCount(count)} subjects`;
}

const matchComment = [
  "// Takes over existing subjects that are exactly as declared; nothing is sent for them.",
  "// Needed only for the first `pulumi up`; remove it later, or leave it in.",
];

const protectComment = "// As after `pulumi import`: remove this before you delete subjects.";

/** How a class of this package gets into the program, with a type beside it where there are types. */
function imported(language: Language, name: string, type?: string): string {
  const names = type === undefined || language !== "typescript" ? name : `${name}, type ${type}`;
  return language === "commonjs"
    ? `const { ${name} } = require("pulumi-openmeter");`
    : `import { ${names} } from "pulumi-openmeter";`;
}

function singles(subjects: readonly AdoptedSubject[], { protect, language = "typescript" }: ProgramForm): string {
  const names = namesOf(subjects.map(({ key }) => key));
  const lines = [imported(language, "Subject"), "", ...matchComment, 'const onExisting = "match";'];
  if (protect) {
    lines.push("", protectComment, "const options = { protect: true };");
  }
  const made = subjects.flatMap(({ key, fields }) => single(names.get(key) ?? key, { key, ...fields }, protect));
  return `${[...lines, "", ...made].join("\n")}\n`;
}

function single(name: string, fields: Readonly<Record<string, unknown>>, protect: boolean): string[] {
  const line = literal(fields, 0, 0);
  const short = `new Subject(${text(name)}, ${line.slice(0, -2)}, onExisting }${protect ? ", options" : ""});`;
  if (!line.includes("\n") && short.length <= 80) {
    return [short];
  }
  const members = (depth: number) => Object.entries(fields).map(([field, value]) => member(field, value, depth));
  const args = (depth: number) => [...members(depth), ...indented(depth, ["onExisting,"])];
  return construction("Subject", { name, args, options: protect ? ["options,"] : undefined });
}

function set(
  subjects: readonly AdoptedSubject[],
  name: string,
  { protect, language = "typescript" }: ProgramForm,
): string {
  const list = "subjects: Object.keys(subjects).map((key) => ({ key, ...subjects[key] })),";
  const args = (depth: number) => indented(depth, [list, ...matchComment, 'onExisting: "match",']);
  const options = protect ? [protectComment, "{ protect: true },"] : undefined;
  return `${[
    imported(language, "SubjectSet", "SubjectSetMember"),
    "",
    // As an array of thousands of different objects, TypeScript finds their type "too complex to represent".
    "/** By key. Fields that are not declared are left as they are in OpenMeter. */",
    `const subjects${language === "typescript" ? ': Record<string, Omit<SubjectSetMember, "key">>' : ""} = {`,
    ...subjects.map(({ key, fields }) => member(key, fields, 1)),
    "};",
    "",
    ...construction("SubjectSet", { name, args, options }),
  ].join("\n")}\n`;
}

/** Makes a resource of arguments that take lines of their own. With options behind it, an object makes each of them take one. */
function construction(
  type: string,
  { name, args, options }: { name: string; args: (depth: number) => string[]; options: readonly string[] | undefined },
): string[] {
  return options === undefined
    ? [`new ${type}(${text(name)}, {`, ...args(1), "});"]
    : [`new ${type}(`, `  ${text(name)},`, "  {", ...args(2), "  },", ...indented(1, options), ");"];
}

function indented(depth: number, lines: readonly string[]): string[] {
  return lines.map((line) => "  ".repeat(depth) + line);
}
