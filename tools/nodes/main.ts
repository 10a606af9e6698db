/**
 * `npm run test:nodes`: the host and engine suites under each Node.js that users run, beside the one that runs the tests.
 * The binaries are npm packages, kept in a folder of the user's cache.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

const versions = ["22", "24", "26"];
const projects = ["host", "engine"];
const root = resolve(__dirname, "../..");

/** The folder of a Node.js binary of this major version. */
function nodeFolder(major: string): string {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pulumi-openmeter", `node-${major}`);
  const bin = join(folder, "node_modules", name, "bin");
  if (existsSync(bin)) return bin;
  console.log(`Fetching Node.js ${major} (${name}) …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  execFileSync("npm", ["install", "--no-save", "--ignore-scripts", `${name}@${major}`], {
    cwd: folder,
    stdio: "inherit",
    // There, npm is a command file, which Node.js runs through a shell only.
    shell: process.platform === "win32",
  });
  return bin;
}

let failed = false;
for (const major of versions) {
  const bin = nodeFolder(major);
  const node = join(bin, process.platform === "win32" ? "node.exe" : "node");
  console.log(`\n▶ Node.js ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}`);
  const vitest = resolve(root, "node_modules/vitest/vitest.mjs");
  // The engine starts whatever `node` is first on PATH.
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const { status } = spawnSync(node, [vitest, "run", ...projects.flatMap((name) => ["--project", name])], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
