/** `npm run check:docs`, after its links: whether the code in README, CONTRIBUTING, docs and examples holds. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { checkPages } from "./check";

const root = resolve(__dirname, "../..");
const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "");
const pages = paths.map((path) => {
  const page = resolve(root, path);
  return { path, text: readFileSync(page, "utf8"), scripts: scriptsOf(dirname(page)) };
});
const problems = checkPages(root, pages, scriptsOf(root));
for (const { page, line, message } of problems) console.error(`${page}:${line}: ${message}`);
console.log(`${pages.length} pages, ${problems.length} problems in their code blocks.`);
if (problems.length > 0) process.exitCode = 1;

function scriptsOf(folder: string): ReadonlySet<string> {
  const manifest = resolve(folder, "package.json");
  if (!existsSync(manifest)) return new Set();
  const { scripts = {} }: { scripts?: Record<string, string> } = JSON.parse(readFileSync(manifest, "utf8"));
  return new Set(Object.keys(scripts));
}
