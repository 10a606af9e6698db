import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../../provider/src/", import.meta.url));

const loaded = new Map<string, readonly string[]>();

/** The modules that a file loads as it is loaded: not by `import type`, nor by an `import()` for when it is needed. */
function loadedBy(file: string): readonly string[] {
  const known = loaded.get(file) ?? readImports(file);
  loaded.set(file, known);
  return known;
}

function readImports(file: string): string[] {
  const text = readFileSync(file, "utf8").replaceAll(/\bimport\(/g, "later(");
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  return ts.preProcessFile(outputText, true, true).importedFiles.map(({ fileName }) => fileName);
}

function fileOf(module: string): string {
  return existsSync(`${module}.ts`) ? `${module}.ts` : join(module, "index.ts");
}

/** All that is loaded with an entry point: files of this package, and names of others. */
function reachableFrom(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(relative(source, file))) return;
    files.add(relative(source, file));
    for (const name of loadedBy(file)) {
      if (name.endsWith(".json")) continue;
      if (name.startsWith(".")) visit(fileOf(join(dirname(file), name)));
      else packages.add(name);
    }
  };
  visit(join(source, entry));
  return { files, packages };
}

/** The packages that are loaded with an entry point, but for Node's own. */
function packagesOf(entry: string): string[] {
  return [...reachableFrom(entry).packages].filter((name) => !name.startsWith("node:")).sort();
}

describe("importing the package in a program", () => {
  it("loads Pulumi, which the program has loaded anyway, and nothing else", () => {
    expect(packagesOf("index.ts")).toEqual(["@pulumi/pulumi"]);
  });

  it("loads no file of the provider's side", () => {
    const sides = [...reachableFrom("index.ts").files].filter((file) =>
      /^(core|kinds|hosts|openmeter|dynamic)\b/.test(file),
    );
    // But for the tables of fields, what they claim, and the rules of settings, which both sides go by.
    const shared =
      /^(core\/claims|kinds\/rules|kinds\/\w+\/fields|openmeter\/configuration|openmeter\/http\/proxy)\.ts$/;
    expect(sides.filter((file) => !shared.test(file))).toEqual([]);
  });

  it("is seen through to the resource classes", () => {
    expect([...reachableFrom("index.ts").files]).toEqual(
      expect.arrayContaining(["index.ts", "program/subject.ts", "json.ts"]),
    );
  });
});

describe("the provider's side", () => {
  it("loads the packages that this one depends on, and of Pulumi nothing but its version and types", () => {
    expect(packagesOf("dynamic.ts")).toEqual(["@pulumi/pulumi/version", "openapi-fetch", "undici", "zod"]);
  });

  it.each(["core", "kinds"])("decides in %s without network and host", (room) => {
    const entries = readdirSync(join(source, room), { recursive: true, encoding: "utf8" });
    const files = entries.filter((name) => name.endsWith(".ts")).map((name) => join(room, name));
    expect(files).not.toEqual([]);
    const all = files.flatMap((file) => [...reachableFrom(file).files]);
    expect(all.filter((file) => /^(openmeter\/http|hosts|program|adopt)\b/.test(file))).toEqual([]);
    expect(files.flatMap(packagesOf).filter((name) => name !== "zod")).toEqual([]);
  });

  it("has its entry point where the state's line expects it", () => {
    expect(existsSync(join(source, "dynamic.ts"))).toBe(true);
  });
});
