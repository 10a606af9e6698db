import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = resolve(__dirname, "../..");

/** The provider's package as npm packs it. */
export interface PackedPackage {
  /** Where it lies unpacked. */
  readonly folder: string;
  remove(): Promise<void>;
}

/** Packs the provider and unpacks the tarball into a folder of its own. */
export async function packProvider(): Promise<PackedPackage> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-package-"));
  await run("npm", ["pack", "--workspace", "provider", "--pack-destination", folder, "--ignore-scripts"], {
    cwd: root,
    // There, npm is a command file, which Node.js runs through a shell only.
    shell: process.platform === "win32",
  });
  const [tarball] = await readdir(folder);
  await run("tar", ["-xzf", join(folder, String(tarball)), "-C", folder]);
  return { folder: join(folder, "package"), remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * What `npm install` would make of a project that depends on these packages, from the packed provider and what is
 * installed in this workspace: tests don't depend on the network. Nothing else can be imported by the project.
 *
 * @param member the folder of the workspace that the project is a copy of, if it is one
 */
export async function installInto(
  project: string,
  unpacked: string,
  packages: readonly string[],
  member = root,
): Promise<void> {
  const modules = join(project, "node_modules");
  const installed = join(modules, "pulumi-openmeter");
  for (const name of packages) {
    if (name === "pulumi-openmeter") await cp(unpacked, installed, { recursive: true });
    else await link(name, modules, member);
  }
  if (!packages.includes("pulumi-openmeter")) return;
  const { dependencies } = await manifestOf(installed);
  for (const name of Object.keys(dependencies ?? {})) {
    await link(name, join(installed, "node_modules"), join(root, "provider"));
  }
}

/** What these functions read of a package.json. */
export interface Manifest {
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
}

/** Links a package with its commands; one that the workspace's member has for itself goes before the shared one. */
async function link(name: string, modules: string, member: string): Promise<void> {
  const own = join(member, "node_modules", name);
  const source = await access(own).then(
    () => own,
    () => join(root, "node_modules", name),
  );
  await mkdir(dirname(join(modules, name)), { recursive: true });
  await symlink(source, join(modules, name), "junction");

  const { bin = {} } = await manifestOf(source);
  const commands = typeof bin === "string" ? { [basename(name)]: bin } : bin;
  await mkdir(join(modules, ".bin"), { recursive: true });
  for (const [command, file] of Object.entries(commands)) {
    await symlink(join(source, file), join(modules, ".bin", command));
  }
}
