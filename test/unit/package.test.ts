import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = resolve(__dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Manifest {
  readonly name: string;
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string };
  readonly engines: { readonly node: string };
}

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> };
  readonly steps: readonly {
    readonly name?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

const published: Manifest = JSON.parse(read("provider/package.json"));
const workspace: Manifest = JSON.parse(read("package.json"));
const workflow = (name: string): Workflow => parse(read(`.github/workflows/${name}.yml`));

/** The oldest Node.js that works, and the major versions that are recommended. */
const oldest = "20.18.1";
const recommended = ["22", "24", "26"];

describe("which Node.js is supported", () => {
  it("is said to package managers", () => {
    expect(published.engines.node).toBe(`>=${oldest}`);
    expect(workspace.engines.node).toBe(`>=${oldest}`);
  });

  it.each(["README.md", "provider/README.md", "docs/configuration.md", "docs/upgrade.md"])("is said in %s", (page) => {
    expect(read(page)).toContain(`Node.js ${oldest} or newer; 22, 24 and 26 are recommended.`);
  });

  it("is said nowhere in another way", () => {
    const files = ["README.md", "provider/README.md", "CONTRIBUTING.md", ...pages()];
    const others = files.filter((file) => /Node\.js 20[^.\n]*\b2[24]\b|20\.18 or newer/.test(read(file)));
    expect(others).toEqual([]);
  });

  it("is said before anything runs on an older one", () => {
    const preflight = read("tools/preflight.cjs");
    expect(preflight).toContain("engines.node");
    expect(preflight).toContain("Install 22, 24 or 26");
  });

  it("is what CI and `npm run test:nodes` test", () => {
    const tested = Object.values(workflow("ci").jobs).flatMap(nodesOf);
    expect(new Set(tested)).toEqual(new Set([oldest, ...recommended]));
    expect(read("tools/nodes/main.ts")).toContain(
      `const versions = ${JSON.stringify(recommended).replaceAll(",", ", ")};`,
    );
  });
});

describe("the package's page in the registry", () => {
  const { repository, homepage, bugs } = published;
  const address = /^git\+(https:\/\/github\.com\/[\w-]+\/[\w-]+)\.git$/.exec(repository?.url ?? "")?.[1] ?? "";

  it("names repository, folder, homepage and where to report", () => {
    expect(address).not.toBe("");
    expect(repository).toMatchObject({ type: "git", directory: "provider" });
    expect([homepage, bugs]).toEqual([`${address}#readme`, `${address}/issues`]);
  });

  it("links to pages that are there, by whole addresses", () => {
    const links = [...read("provider/README.md").matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
    const files = links.flatMap((link) => {
      const [, file] = new RegExp(`^${address}/(?:blob|tree)/main/([^#]+)`).exec(link) ?? [];
      return file === undefined ? [] : [file];
    });
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it.skipIf(process.platform === "win32")(
    "is released only from the repository that it names, as provenance demands",
    () => {
      const steps = Object.values(workflow("release").jobs).flatMap((job) => job.steps);
      const guard =
        steps.find(({ name }) => name === "Provenance needs the package to name this repository")?.run ?? "";
      const releasedFrom = (name: string) => {
        const env = { PATH: process.env.PATH, GITHUB_REPOSITORY: name };
        return execFileSync("bash", ["-euo", "pipefail", "-c", guard], {
          cwd: root,
          env,
          encoding: "utf8",
          stdio: "pipe",
        });
      };
      expect(releasedFrom(address.replace("https://github.com/", ""))).toContain('"url"');
      expect(() => releasedFrom("somebody/fork")).toThrow();
    },
  );
});

/** The versions of Node.js that a job of a workflow runs on. */
function nodesOf({ strategy, steps }: Job): string[] {
  const versions = steps.flatMap((step) => step.with?.["node-version"] ?? []);
  const fromMatrix = [strategy?.matrix?.node ?? []].flat();
  return versions.flatMap((version) => (/matrix\.node/.test(String(version)) ? fromMatrix : version)).map(String);
}

function pages(): string[] {
  const tracked = execFileSync("git", ["ls-files", "docs/*.md"], { cwd: root, encoding: "utf8" });
  return tracked.trim().split("\n");
}
