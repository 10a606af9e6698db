import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../../provider/src/", import.meta.url));

/** The modules that a file loads as it is loaded: not by `import type`, nor by an `import()` for when it is needed. */
function loadedBy(file: string): string[] {
  const text = readFileSync(file, "utf8").replaceAll(/\bimport\(/g, "later(");
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  return ts.preProcessFile(outputText, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** All that is loaded with an entry point: files of this package, and names of others. */
function reachableFrom(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(relative(source, file))) return;
    files.add(relative(source, file));
    for (const name of loadedBy(file)) {
      if (name.startsWith(".")) visit(`${join(dirname(file), name)}.ts`);
      else packages.add(name);
    }
  };
  visit(join(source, entry));
  return { files, packages };
}

describe("importing the package in a program", () => {
  it("loads Pulumi, which the program has loaded anyway, and nothing else", () => {
    expect([...reachableFrom("index.ts").packages]).toEqual(["@pulumi/pulumi"]);
  });

  it("loads no file of the provider's side", () => {
    const sides = [...reachableFrom("index.ts").files].filter((file) => /^(provider|openmeter|dynamic)\b/.test(file));
    expect(sides).toEqual([]);
  });

  it("is seen through to the resource classes", () => {
    expect([...reachableFrom("index.ts").files]).toEqual(
      expect.arrayContaining(["index.ts", "resources/subject.ts", "json.ts"]),
    );
  });
});

describe("the provider's side", () => {
  it("loads the SDK, zod and undici, which the package depends on, and no Pulumi but for types", () => {
    expect([...reachableFrom("dynamic.ts").packages].filter((name) => !name.startsWith("node:")).sort()).toEqual([
      "@openmeter/sdk",
      "undici",
      "zod",
    ]);
  });

  it("decides without network, clock or engine", () => {
    const { files, packages } = reachableFrom("provider/plan.ts");
    expect([...packages]).toEqual([]);
    expect([...files].sort()).toEqual(["json.ts", "printable.ts", "provider/declaration.ts", "provider/plan.ts"]);
  });

  it("has its entry point where the state's line expects it", () => {
    expect(existsSync(join(source, "dynamic.ts"))).toBe(true);
  });
});
