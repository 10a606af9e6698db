import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Emulator, startEmulator } from "openmeter-emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentOf } from "./environment";
import { installInto, type PackedPackage, packProvider } from "./packed-package";

const run = promisify(execFile);

let packed: PackedPackage;

beforeAll(async () => {
  packed = await packProvider();
});

afterAll(() => packed.remove());

interface Project {
  readonly folder: string;
  readonly emulator: Emulator;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
  /** What a command prints, whether it succeeds or not. */
  readonly pulumi: (...args: string[]) => Promise<string>;
}

/** A project whose program has this package only through `@acme/billing`, as nested and isolated installations lay it out. */
async function withProject(test: (project: Project) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pulumi-openmeter-project-")));
  const emulator = await startEmulator();
  const write = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  };
  const env = environmentOf(folder, emulator.url);
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--non-interactive"], { cwd: folder, env }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => `${error.stdout}${error.stderr}`,
    );
  try {
    await installInto(folder, packed.folder, ["@pulumi/pulumi"]);
    await installInto(join(folder, "node_modules/@acme/billing"), packed.folder, ["pulumi-openmeter"]);
    await write({
      "package.json": JSON.stringify({ main: "index.js" }),
      "Pulumi.yaml": "name: nested\nruntime: nodejs\n",
      "index.js": 'require("@acme/billing");\n',
      "node_modules/@acme/billing/index.js": `
        const { Subject, SubjectSet } = require("pulumi-openmeter");
        new Subject("acme", { key: "acme" });
        new SubjectSet("others", { subjects: [{ key: "other" }] });`,
    });
    await pulumi("stack", "init", "test");
    await test({ folder, emulator, write, pulumi });
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts the package where a package manager puts what the program itself depends on. */
function hoist(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  return rename(join(modules, "@acme/billing/node_modules/pulumi-openmeter"), join(modules, "pulumi-openmeter"));
}

describe("a program that has the package only through another one", () => {
  it("is told so by the constructor, with what to do, until it has the package itself", async () => {
    await withProject(async ({ folder, emulator, pulumi }) => {
      const text = await pulumi("preview");
      expect(text).toContain(
        `Subject "acme": Pulumi cannot load the provider, because pulumi-openmeter is not among the packages of ${folder}.`,
      );
      expect(text).toMatch(/Add "pulumi-openmeter": "\^\d+\.\d+\.\d+" to the dependencies in the package\.json/);
      expect(text).not.toMatch(/Cannot find module|\n\s+at /);

      await hoist(folder);
      await pulumi("up", "--yes", "--skip-preview");
      expect(
        emulator.subjects
          .list()
          .map(({ key }) => key)
          .sort(),
      ).toEqual(["acme", "other"]);
    });
  });

  it("is left alone when the provider is found: above a program in a subfolder, and one that changes its folder", async () => {
    await withProject(async ({ folder, write, pulumi }) => {
      await hoist(folder);
      await write({
        "Pulumi.yaml": "name: nested\nruntime: nodejs\nmain: infra/\n",
        "infra/package.json": JSON.stringify({ main: "index.js" }),
        "infra/index.js": 'require("pulumi-openmeter");\nprocess.chdir("/");\nrequire("@acme/billing");\n',
      });
      expect(await pulumi("preview")).toContain("4 to create");
    });
  });
});
