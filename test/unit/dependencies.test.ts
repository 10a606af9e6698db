import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

interface Installed {
  readonly name: string;
  readonly range: string;
  readonly by: string;
  readonly licence: string | undefined;
  readonly hasInstallScript: boolean;
}

const root = resolve(__dirname, "../..");
const { packages }: { packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(join(root, "package-lock.json"), "utf8"),
);

/** Where a package finds another one: in its own folder, or in one above it. */
function find(name: string, from: string): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (folder === "") throw new Error(`${name}, which ${from} needs, is not in the lockfile`);
  }
}

/** All that npm installs with a package, but not with its peers: npm installs the peers of its dependencies too. */
function installedWith(folder: string): Installed[] {
  const { dependencies, optionalDependencies } = packages[folder] ?? {};
  const found = new Map<string, Installed>();
  const queue = [{ at: folder, by: "this package", wanted: { ...optionalDependencies, ...dependencies } }];
  for (const { at: from, by, wanted } of queue) {
    for (const [name, range] of Object.entries(wanted)) {
      const at = find(name, from);
      if (found.has(at)) continue;
      const { license, hasInstallScript = false, ...locked } = packages[at] ?? {};
      found.set(at, { name, range, by, licence: license, hasInstallScript });
      const peers = Object.entries(locked.peerDependencies ?? {}).filter(
        ([peer]) => locked.peerDependenciesMeta?.[peer]?.optional !== true,
      );
      const next = { ...Object.fromEntries(peers), ...locked.optionalDependencies, ...locked.dependencies };
      queue.push({ at, by: name, wanted: next });
    }
  }
  return [...found.values()];
}

/** The rows of the document's first table, each as its cells without code marks. */
function rows(): string[][] {
  const [packagesAlone = ""] = readFileSync(join(root, "docs/dependencies.md"), "utf8").split("\n## ");
  return packagesAlone
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

describe("what is installed with the published package", () => {
  const installed = installedWith("provider");

  it("is what docs/dependencies.md says, with versions, who wants it and licences", () => {
    const documented = rows().map(([name, range, by, _why, _size, licence]) => [name, range, by, licence]);
    const actual = installed.map(({ name, range, by, licence }) => [name, range, by, licence]);
    expect(actual.sort()).toEqual(documented.sort());
  });

  it("has a reason each, and a size", () => {
    for (const [name, , , why = "", size] of rows()) {
      expect(why.length, name).toBeGreaterThan(10);
      expect(size, name).toMatch(/^\d+\.\d+ MB$/);
    }
  });

  it("runs no script as it is installed", () => {
    expect(installed.filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
  });
});
