import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programOf } from "../../../provider/src/adopt/program";
import { type Adopted, byKey, declarationsOf } from "../../../provider/src/adopt/selection";
import { marksProperty, resourceTypes } from "../../../provider/src/contract";
import type { RecordId } from "../../../provider/src/core/port";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { anyFields, oddName as oddKey } from "../core/any-value";
import { declaredBy } from "./declared-by";

const baseUrl = "https://openmeter.example";
const source = "subjects";
const require = createRequire(import.meta.url);

const oddName = "all `$" + "{x}`";

/** Keys that want to break out of the program that they are written into. */
const evilKey = fc.oneof(
  oddKey,
  fc.constantFrom('"', "'", "`$" + "{boom}`", "\\", "\n", "*/", "\u2028", "</script>", "x".repeat(2_000)),
);

/** The declarations of an account's subjects; what no program can declare is left out of them. */
const anyAccount: fc.Arbitrary<readonly Adopted[]> = fc
  .uniqueArray(fc.record({ key: evilKey, fields: anyFields }), { selector: ({ key }) => key, maxLength: 12 })
  .map((all) =>
    all.map(({ key, fields }) => ({ id: `id of ${key}` as RecordId, key, fields: { metadata: {}, ...fields } })),
  )
  .map((account) => declarationsOf(subjectKind, account, Object.keys(subjectKind.fields)).adopted);

describe("the program", () => {
  it("declares exactly the subjects as they are, a Subject each, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(anyAccount, fc.boolean(), async (subjects, protect) => {
        const declared = await declaredBy(programOf(subjects, { source, protect, baseUrl }));
        const found = declared.map(({ inputs: { __provider: _code, [marksProperty]: _marks, ...inputs } }) => inputs);
        expect(byKey(found.map((inputs) => ({ ...inputs, key: String(inputs.key) })))).toEqual(
          subjects.map(({ key, fields }) => ({ key, ...fields, onExisting: "match" })),
        );
        expect(new Set(declared.map(({ name }) => name)).size).toBe(subjects.length);
      }),
      { numRuns: 30 },
    );
  });

  it("declares exactly the subjects as they are, in one set, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(anyAccount, fc.boolean(), async (subjects, protect) => {
        const [declared, ...companions] = await declaredBy(
          programOf(subjects, { source, protect, baseUrl, set: oddName }),
        );
        expect([declared?.name, declared?.inputs.onExisting]).toEqual([oddName, "match"]);
        expect(companions.map(({ type }) => type)).toEqual(companions.map(() => resourceTypes.subjectSetMembers));
        expect(JSON.parse(String(declared?.inputs.subjects))).toEqual(
          Object.fromEntries(subjects.map(({ key, fields }) => [key, fields])),
        );
      }),
      { numRuns: 30 },
    );
  });

  it.each(["module", "commonjs"] as const)("is JavaScript where the file is (%s)", (language) => {
    const subjects = [{ key: "a", fields: { displayName: "A" } }];
    const imports = {
      module: /^import \{ (\w+) \} from "pulumi-openmeter";$/m,
      commonjs: /^const \{ (\w+) \} = require\("/m,
    };
    for (const [form, name] of [[{}, "Subject"] as const, [{ set: "all" }, "SubjectSet"] as const]) {
      const program = programOf(subjects, { ...form, source, protect: true, baseUrl, language });
      expect(imports[language].exec(program)?.[1]).toBe(name);
      expect(ts.transpileModule(program, { reportDiagnostics: true, fileName: "index.js" }).diagnostics).toEqual([]);
      expect(program).not.toMatch(/: Record<|type /);
    }
  });

  it("is the same for the same subjects", () => {
    const subjects = [{ key: "a", fields: { displayName: "A" } }];
    expect(programOf(subjects, { source, protect: false, baseUrl })).toBe(
      [
        "// 1 subject of https://openmeter.example, as found by `pulumi-openmeter adopt`. Yours to edit.",
        'import { Subject } from "pulumi-openmeter";',
        "",
        "// Takes over existing subjects that are exactly as declared; nothing is sent for them.",
        "// Needed only for the first `pulumi up`; remove it later, or leave it in.",
        'const onExisting = "match";',
        "",
        'new Subject("a", { key: "a", displayName: "A", onExisting });',
        "",
      ].join("\n"),
    );
  });
});

describe("the program's text", () => {
  const long = {
    list: Array.from({ length: 60 }, (_, index) => index),
    note: "n".repeat(90),
    rows: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
  };
  const subjects: Adopted[] = [
    { key: "plain", fields: {} },
    { key: 'with "quotes"', fields: { displayName: "It's", metadata: { "odd name": [true, null, [[1]]], ключ: {} } } },
    { key: "long", fields: { displayName: "L".repeat(60), metadata: long, stripeCustomerId: "cus_1" } },
    { key: "just fits or just does not", fields: { metadata: { nested: { deep: { deeper: ["x", "y", "z"] } } } } },
  ];
  const sources = ["subjects", "customers", "from-subjects"] as const;
  const forms = sources.flatMap((source) =>
    [{ set: "customers" }, {}].flatMap((form) =>
      [true, false].map((protect) => ({ ...form, source, protect, baseUrl })),
    ),
  );
  let folder = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-openmeter-program-"));
    forms.forEach((form, index) => void writeFileSync(join(folder, `form-${index}.ts`), programOf(subjects, form)));
    writeFileSync(join(folder, "biome.json"), JSON.stringify({ root: true, formatter: { indentStyle: "space" } }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is as a formatter with its default width leaves it", () => {
    const biome = join(require.resolve("@biomejs/biome/package.json"), "..", "bin", "biome");
    execFileSync(process.execPath, [biome, "format", ...forms.map((_, index) => `form-${index}.ts`)], {
      cwd: folder,
      stdio: "pipe",
    });
  });
});
