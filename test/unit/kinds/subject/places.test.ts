import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEmulator } from "openmeter-emulator";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { optionNames } from "../../../../provider/src/core/check";
import { subjectKind } from "../../../../provider/src/kinds/subject/fields";

/** A field has a row in the kind's table, and a place in each of these. */
const root = join(import.meta.dirname, "../../../..");
const fields = Object.keys(subjectKind.fields);
const inputs = ["key", ...fields, ...optionNames.single].sort();

const program = "provider/src/program/subject.ts";
const lookups = "provider/src/program/subject-lookups.ts";

function statementsOf(file: string): readonly ts.Statement[] {
  return ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true).statements;
}

/** The documented members of an interface or class, but for methods. */
function documented(file: string, name: string): string[] {
  const found = statementsOf(file).find((one) => {
    return (ts.isInterfaceDeclaration(one) || ts.isClassDeclaration(one)) && one.name?.text === name;
  });
  const members = found && (ts.isInterfaceDeclaration(found) || ts.isClassDeclaration(found)) ? [...found.members] : [];
  return members
    .filter((one) => ts.isPropertySignature(one) || ts.isPropertyDeclaration(one))
    .filter((one) => ts.getJSDocCommentsAndTags(one).length > 0)
    .map((one) => one.name.getText());
}

/** The names in the first column of a table of the docs, from this heading on. */
function rows(file: string, heading: RegExp): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const [table = ""] = /^\|[\s\S]*?\n(?!\|)/m.exec(text.slice(text.search(heading))) ?? [];
  return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name ?? "");
}

describe("each field of the kind's table", () => {
  it("is a documented argument and a documented output of the class Subject", () => {
    expect(documented(program, "SubjectArgs").sort(), `SubjectArgs in ${program}`).toEqual(inputs);
    const outputs = ["key", ...fields, subjectKind.names.id].sort();
    expect(documented(program, "Subject").sort(), `class Subject in ${program}`).toEqual(outputs);
  });

  it("is documented in what look-ups return", () => {
    expect(documented(lookups, "GetSubjectResult"), `GetSubjectResult in ${lookups}`).toEqual(
      expect.arrayContaining(fields),
    );
  });

  it("is in the tables of inputs of the docs", () => {
    expect(rows("docs/subjects.md", /^## Inputs/m).sort(), "docs/subjects.md, Inputs").toEqual(inputs);
    expect(rows("docs/values.md", /^\| /m), "docs/values.md").toEqual(expect.arrayContaining(["key", ...fields]));
  });

  it.each(fields)("is stored and cleared by the emulator: %s", async (name) => {
    const { declared, empty } = Object(subjectKind.fields)[name];
    const sample = ["cus_1", { a: 1 }, ["a"], true, 1].find((value) => declared(value, () => false).length === 0);
    expect(sample, `no sample suits ${name}: add one to this test`).toBeDefined();
    const emulator = createEmulator();
    const stored = async (value: unknown) => {
      const body = JSON.stringify([{ key: "a", [name]: value }]);
      const headers = { "content-type": "application/json" };
      await emulator.respond(new Request("http://openmeter.test/api/v1/subjects", { method: "POST", headers, body }));
      return Object(emulator.subjects.get("a"))[name];
    };
    expect(await stored(sample), `the emulator does not store ${name}`).toEqual(sample);
    expect(await stored(null), `the emulator does not clear ${name}`).toEqual(empty);
  });
});
