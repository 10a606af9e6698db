import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "openmeter-emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sample } from "../sample";
import { environmentOf } from "./environment";
import { installInto, type PackedPackage, packProvider } from "./packed-package";

const run = promisify(execFile);

/** Programs that a user may write, each as the files of a project. TypeScript comes last: the examples are written in it. */
const projects: Record<string, Record<string, string>> = {
  "JavaScript, ES modules": {
    "package.json": JSON.stringify({ type: "module", main: "index.js" }),
    "index.js": `
      import { Subject } from "pulumi-openmeter";
      export const id = new Subject("acme", { key: "acme", displayName: "Acme" }).subjectId;`,
  },
  "JavaScript, CommonJS": {
    "package.json": JSON.stringify({ main: "index.js" }),
    "index.js": `
      const { Subject } = require("pulumi-openmeter");
      exports.id = new Subject("acme", { key: "acme", displayName: "Acme" }).subjectId;`,
  },
  TypeScript: {
    "package.json": JSON.stringify({ main: "index.ts" }),
    "tsconfig.json": JSON.stringify({
      compilerOptions: { strict: true, target: "ES2022", module: "CommonJS", moduleResolution: "Node" },
    }),
    "index.ts": `
      import { Subject, type SubjectArgs } from "pulumi-openmeter";
      const args: SubjectArgs = { key: "acme", displayName: "Acme" };
      export const id = new Subject("acme", args).subjectId;`,
  },
};

describe("the package as npm packs it", () => {
  let packed: PackedPackage;

  beforeAll(async () => {
    packed = await packProvider();
  });

  afterAll(() => packed.remove());

  it("holds the compiled code with types, its licence and README, and nothing else", async () => {
    const files = await readdir(packed.folder, { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["package.json", "LICENSE", "README.md", "index.js", "index.d.ts", "dynamic.js"]),
    );
    expect(
      names.filter((name) => !/(\.js|\.d\.ts|^package\.json|^LICENSE|^README\.md|^CHANGELOG\.md)$/.test(name)),
    ).toEqual([]);
    const sizes = await Promise.all(
      files.filter((file) => file.isFile()).map(async (file) => (await stat(join(file.parentPath, file.name))).size),
    );
    // Nobody waits for it, and nothing has got into it that doesn't belong there.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
  });

  it("has the types that its entry points lead to, which import Pulumi alone, and no others", async () => {
    const all = await readdir(packed.folder, { recursive: true });
    const names = all.filter((name) => name.endsWith(".d.ts")).map((name) => name.replaceAll("\\", "/"));
    const found = new Set<string>();
    const foreign = new Set<string>();
    const queue = ["dist/index.d.ts", "dist/dynamic.d.ts"];
    for (const name of queue) {
      if (found.has(name)) continue;
      found.add(name);
      const text = await readFile(join(packed.folder, name), "utf8");
      for (const [, from = ""] of text.matchAll(/^(?:import|export) .* from "([^"]+)";$/gm)) {
        if (from.startsWith(".")) queue.push(posix.join(posix.dirname(name), `${from}.d.ts`));
        else foreign.add(from);
      }
    }
    expect([...found].sort()).toEqual(names.sort());
    expect([...foreign]).toEqual(["@pulumi/pulumi"]);
  });

  it("asks for no install script and for no more than it needs", async () => {
    const manifest = JSON.parse(await readFile(join(packed.folder, "package.json"), "utf8"));
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["openapi-fetch", "undici", "zod"]);
    expect(manifest.peerDependencies).toEqual({ "@pulumi/pulumi": "^3.216.0" });
    for (const script of ["preinstall", "install", "postinstall"]) expect(manifest.scripts).not.toHaveProperty(script);
  });

  it.each(sample(Object.keys(projects)))("works in an empty project: %s", async (language) => {
    const project = await mkdtemp(join(tmpdir(), "pulumi-openmeter-project-"));
    const emulator = await startEmulator();
    try {
      await installInto(project, packed.folder, ["pulumi-openmeter", "@pulumi/pulumi", "typescript", "ts-node"]);
      for (const [name, text] of Object.entries(projects[language] ?? {})) await writeFile(join(project, name), text);
      await writeFile(join(project, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
      const env = environmentOf(project, emulator.url);
      const pulumi = (...args: string[]) => run("pulumi", [...args, "--non-interactive"], { cwd: project, env });
      await pulumi("stack", "init", "test");
      await pulumi("up", "--yes", "--skip-preview");
      expect(emulator.subjects.get("acme")?.displayName).toBe("Acme");
      await pulumi("preview", "--refresh", "--expect-no-changes");
      await pulumi("destroy", "--yes", "--skip-preview");
      expect(emulator.subjects.list()).toEqual([]);
    } finally {
      await emulator.close();
      await rm(project, { recursive: true, force: true });
    }
  });
});
