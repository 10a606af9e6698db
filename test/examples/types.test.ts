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

it("type-check where they were copied to, each with what its own package.json names", async () => {
  const copies = await mkdtemp(join(tmpdir(), "openmeter-types-"));
  try {
    const projects = [...folders, "policy/pack"];
    for (const name of projects) {
      await copyAndInstall(join(examples, name), join(copies, name));
    }
    // At once, since all of them read the same declarations of Pulumi.
    const tsc = join(copies, "quickstart/node_modules/.bin/tsc");
    expect(await runIn(copies, process.env, tsc, "--build", ...projects)).toBe("");
  } finally {
    await rm(copies, { recursive: true, force: true });
  }
});
