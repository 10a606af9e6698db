/** `npm run check:docs`, after its links: whether the code in README, CONTRIBUTING, docs and examples holds. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkPages } from "./check";

const root = resolve(__dirname, "../..");
const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "");
const manifest: { scripts: Record<string, string> } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
const pages = paths.map((path) => ({ path, text: readFileSync(resolve(root, path), "utf8") }));
const problems = checkPages(root, pages, new Set(Object.keys(manifest.scripts)));
for (const { page, line, message } of problems) console.error(`${page}:${line}: ${message}`);
console.log(`${pages.length} pages, ${problems.length} problems in their code blocks.`);
if (problems.length > 0) process.exitCode = 1;
