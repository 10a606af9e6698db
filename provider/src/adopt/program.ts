/** The program that declares objects as they are: pure, TypeScript or JavaScript as text. */
import { type Adoptable, counted, kindsOf, type Source } from "./adoptable";
import type { Language } from "./language";
import { literal, member, text } from "./literal";
import { namesOf } from "./names";
import type { Adopted } from "./selection";

/** The form of a program. */
export interface ProgramForm {
  /** What it is written of; it tells the classes and the comments. */
  readonly source: Source;
  /** Name of the one set; absent for a resource each. */
  readonly set?: string | undefined;
  /** Whether Pulumi is to refuse to delete what was adopted, as it does after `pulumi import`. */
  readonly protect: boolean;
  /** The server's address, for the comment on top. */
  readonly baseUrl: string;
  /** Default: TypeScript. */
  readonly language?: Language;
}

/** What the parts of a program are written by. */
interface Writing extends Adoptable {
  readonly protect: boolean;
  readonly language: Language;
  /** Whether what exists must be exactly as declared: it is declared as it is. Else it may be changed. */
  readonly matches: boolean;
}

/** Writes the program. The same objects make the same text. */
export function programOf(all: readonly Adopted[], form: ProgramForm): string {
  const { source, protect, language = "typescript" } = form;
  const adoptable = kindsOf[source].declared;
  const writing = { ...adoptable, protect, language, matches: source !== "from-subjects" };
  const count = counted(all.length, adoptable.kind);
  const header =
    source === "from-subjects"
      ? [
          `// ${count} for subjects of ${form.baseUrl}, made by \`pulumi-openmeter adopt --from-subjects\`. Yours to edit.`,
          ...migrationComment,
        ]
      : [`// ${count} of ${form.baseUrl}, as found by \`pulumi-openmeter adopt\`. Yours to edit.`];
  const body = form.set === undefined ? singles(all, writing) : set(all, form.set, writing);
  return `${[...header, ...body].join("\n")}\n`;
}

/** For whoever has subjects in a program. */
const migrationComment = [
  "//",
  "// If a program declares these subjects (Subject or SubjectSet), take two steps:",
  "// 1. Add these customers, and in the same `pulumi up` declare only the keys of",
  "//    the subjects: remove displayName, metadata and stripeCustomerId there.",
  "// 2. In a later `pulumi up`, remove the subjects from the program. They stay in",
  "//    OpenMeter as long as a customer of the program has their usage.",
  "// Customers that exist already are taken over; only what differs is changed.",
  "// https://github.com/pulumi-openmeter/pulumi-openmeter/blob/main/docs/from-subjects-to-customers.md",
  "//",
];

function matchComment({ kind }: Adoptable): string[] {
  return [
    `// Takes over existing ${kind.names.objects} that are exactly as declared; nothing is sent for them.`,
    "// Needed only for the first `pulumi up`; remove it later, or leave it in.",
  ];
}

function protectComment({ kind }: Adoptable): string {
  return `// As after \`pulumi import\`: remove this before you delete ${kind.names.objects}.`;
}

/** How a class of this package gets into the program, with a type beside it where there are types. */
function imported(language: Language, name: string, type?: string): string {
  const names = type === undefined || language !== "typescript" ? name : `${name}, type ${type}`;
  return language === "commonjs"
    ? `const { ${name} } = require("pulumi-openmeter");`
    : `import { ${names} } from "pulumi-openmeter";`;
}

function singles(all: readonly Adopted[], writing: Writing): string[] {
  const { kind, classes, matches, protect, language } = writing;
  const names = namesOf(
    all.map(({ key }) => key),
    kind.name,
  );
  return [
    imported(language, classes.single),
    "",
    ...(matches ? [...matchComment(writing), 'const onExisting = "match";', ""] : []),
    ...(protect ? [protectComment(writing), "const options = { protect: true };", ""] : []),
    ...all.flatMap(({ key, fields }) => single(names.get(key) ?? key, { key, ...fields }, writing)),
  ];
}

function single(name: string, fields: Readonly<Record<string, unknown>>, writing: Writing): string[] {
  const { classes, matches, protect } = writing;
  const line = literal(fields, 0, 0);
  const object = matches ? `${line.slice(0, -2)}, onExisting }` : line;
  const short = `new ${classes.single}(${text(name)}, ${object}${protect ? ", options" : ""});`;
  if (!line.includes("\n") && short.length <= 80) {
    return [short];
  }
  const members = (depth: number) => Object.entries(fields).map(([field, value]) => member(field, value, depth));
  const args = (depth: number) => [...members(depth), ...indented(depth, matches ? ["onExisting,"] : [])];
  return construction(classes.single, { name, args, options: protect ? ["options,"] : undefined });
}

function set(all: readonly Adopted[], name: string, writing: Writing): string[] {
  const { kind, classes, matches, protect, language } = writing;
  const { objects } = kind.names;
  const list = `${objects}: Object.entries(${objects}).map(([key, one]) => ({ key, ...one })),`;
  const existing = matches ? [...matchComment(writing), 'onExisting: "match",'] : [];
  const args = (depth: number) => indented(depth, [list, ...existing]);
  const options = protect ? [protectComment(writing), "{ protect: true },"] : undefined;
  const type = language === "typescript" ? `: Record<string, Omit<${classes.member}, "key">>` : "";
  return [
    imported(language, classes.set, classes.member),
    "",
    // As an array of thousands of different objects, TypeScript finds their type "too complex to represent".
    "/** By key. Fields that are not declared are left as they are in OpenMeter. */",
    `const ${objects}${type} = {`,
    ...all.map(({ key, fields }) => member(key, fields, 1)),
    "};",
    "",
    ...construction(classes.set, { name, args, options }),
  ];
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
