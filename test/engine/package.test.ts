import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "openmeter-emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Programs that a user may write, each as the files of a project. */
const projects: Record<string, Record<string, string>> = {
  "JavaScript, CommonJS": {
    "package.json": JSON.stringify({ main: "index.js" }),
    "index.js": `
      const { Subject } = require("pulumi-openmeter");
      exports.id = new Subject("acme", { key: "acme", displayName: "Acme" }).subjectId;`,
  },
  "JavaScript, ES modules": {
    "package.json": JSON.stringify({ type: "module", main: "index.js" }),
    "index.js": `
      import { Subject } from "pulumi-openmeter";
      export const id = new Subject("acme", { key: "acme", displayName: "Acme" }).subjectId;`,
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
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-package-"));
    await run(npm, ["pack", "--workspace", "provider", "--pack-destination", folder, "--ignore-scripts"], {
      cwd: root,
    });
    const [tarball] = await readdir(folder);
    await run("tar", ["-xzf", join(folder, String(tarball)), "-C", folder]);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("holds the compiled code with types, its licence and README, and nothing else", async () => {
    const files = await readdir(join(folder, "package"), { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["package.json", "LICENSE", "README.md", "index.js", "index.d.ts", "dynamic.js"]),
    );
    expect(
      names.filter((name) => !/(\.js|\.d\.ts|^package\.json|^LICENSE|^README\.md|^CHANGELOG\.md)$/.test(name)),
    ).toEqual([]);
  });

  it("asks for no install script and for no more than it needs", async () => {
    const manifest = JSON.parse(await readFile(join(folder, "package", "package.json"), "utf8"));
    expect(Object.keys(manifest.dependencies).sort()).toEqual(["@openmeter/sdk", "undici", "zod"]);
    expect(manifest.peerDependencies).toEqual({ "@pulumi/pulumi": "^3.216.0" });
    for (const script of ["preinstall", "install", "postinstall"]) expect(manifest.scripts).not.toHaveProperty(script);
  });

  it.each(Object.keys(projects))("works in an empty project: %s", async (language) => {
    const project = await mkdtemp(join(tmpdir(), "pulumi-openmeter-project-"));
    const emulator = await startEmulator();
    try {
      await installInto(project, join(folder, "package"));
      for (const [name, text] of Object.entries(projects[language] ?? {})) await writeFile(join(project, name), text);
      await writeFile(join(project, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
      const env = {
        PATH: process.env.PATH,
        HOME: project,
        PULUMI_HOME: join(project, ".home"),
        PULUMI_BACKEND_URL: `file://${project}`,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        OPENMETER_URL: emulator.url,
      };
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

/** What `npm install` of the tarball would make, from what is installed here: tests don't depend on the network. */
async function installInto(project: string, unpacked: string): Promise<void> {
  const modules = join(project, "node_modules");
  const installed = join(modules, "pulumi-openmeter");
  await mkdir(modules);
  await run("cp", ["-R", unpacked, installed]);
  for (const name of ["@pulumi", "typescript", "ts-node"]) {
    await symlink(join(root, "node_modules", name), join(modules, name), "junction");
  }
  await mkdir(join(installed, "node_modules", "@openmeter"), { recursive: true });
  for (const name of ["@openmeter/sdk", "undici", "zod"]) {
    // A dependency lies in the workspace's own folder where its version differs from that of the tools.
    const own = join(root, "provider", "node_modules", name);
    const shared = join(root, "node_modules", name);
    const source = await readdir(own).then(
      () => own,
      () => shared,
    );
    await symlink(source, join(installed, "node_modules", name), "junction");
  }
}
