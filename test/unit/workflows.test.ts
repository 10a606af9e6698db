import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const folder = resolve(__dirname, "../../.github/workflows");
const files = readdirSync(folder);

describe.each(files)("the workflow %s", (file) => {
  const text = readFileSync(join(folder, file), "utf8");

  it("names each action by a commit, which nobody can move, and says its version", () => {
    const uses = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
    expect(uses).not.toEqual([]);
    for (const line of uses) {
      expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it("does not run twice at once", () => {
    expect(text).toMatch(/^concurrency:/m);
  });
});

it("has one commit for each action in all workflows", () => {
  const all = files.flatMap((file) => readFileSync(join(folder, file), "utf8").match(/uses: \S+/g) ?? []);
  const actions = new Set(all.map((use) => use.split("@")[0]));
  expect(new Set(all).size).toBe(actions.size);
});
