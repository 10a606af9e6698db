import { access, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { copyAndInstall, runIn } from "./copied-example";

const examples = resolve(__dirname, "../../examples");

const folders = (await readdir(examples, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

it.each(folders)("%s has what a user needs", async (name) => {
  for (const file of ["README.md", "Pulumi.yaml", "package.json"]) await access(join(examples, name, file));
});

it.each([...folders, "policy/pack"])("%s type-checks where it was copied to", async (name) => {
  const folder = await mkdtemp(join(tmpdir(), "openmeter-types-"));
  try {
    await copyAndInstall(join(examples, name), folder);
    expect(await runIn(folder, process.env, "node_modules/.bin/tsc", "--project", folder)).toBe("");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
