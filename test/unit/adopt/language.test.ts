import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { languageOf } from "../../../provider/src/adopt/language";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-language-"));
  await mkdir(join(folder, "esm/src"), { recursive: true });
  await writeFile(join(folder, "package.json"), "{}");
  await writeFile(join(folder, "esm/package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the language of a program", () => {
  it.each([
    ["index.ts", "typescript"],
    ["program", "typescript"],
    ["index.mjs", "module"],
    ["esm/index.cjs", "commonjs"],
    ["index.js", "commonjs"],
    ["esm/src/index.js", "module"],
  ])("in %s is what Node.js and Pulumi take the file for: %s", async (file, language) => {
    expect(await languageOf(join(folder, file))).toBe(language);
  });

  it("is TypeScript on the standard output", async () => {
    expect(await languageOf(undefined)).toBe("typescript");
  });
});
