/** In which language a program is written: what its file's name, and the package that it is in, make of it. */
import { readFile } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { isPlainObject } from "../json";

/** TypeScript, or JavaScript with the one or the other way to import. */
export type Language = "typescript" | "module" | "commonjs";

/** The language of a file; without one, as for every other name, TypeScript. */
export async function languageOf(file: string | undefined): Promise<Language> {
  switch (extname(file ?? "")) {
    case ".mjs":
      return "module";
    case ".cjs":
      return "commonjs";
    case ".js":
      return (await typeOfPackage(dirname(resolve(file ?? "")))) === "module" ? "module" : "commonjs";
    default:
      return "typescript";
  }
}

/** The `type` of the nearest package.json, by which Node.js tells what a .js file is. */
async function typeOfPackage(folder: string): Promise<unknown> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => undefined);
  if (text !== undefined) {
    const manifest: unknown = JSON.parse(text);
    return isPlainObject(manifest) ? manifest.type : undefined;
  }
  return dirname(folder) === folder ? undefined : typeOfPackage(dirname(folder));
}
