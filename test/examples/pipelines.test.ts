import { readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ensureActionlint } from "../../tools/actionlint";
import { runIn, withExample } from "./copied-example";

const root = resolve(__dirname, "../..");
const example = join(root, "examples/pipelines");
const workflow = join(example, ".github/workflows/openmeter.yml");

interface GitHubWorkflow {
  readonly env: { readonly STACK: string };
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { name?: string; uses?: string; run?: string }[] }>
  >;
}

type GitLabPipeline = { readonly variables: { readonly STACK: string } } & Readonly<
  Record<string, { readonly script?: readonly string[] }>
>;

const github: GitHubWorkflow = parse(await readFile(workflow, "utf8"));
const gitlab: GitLabPipeline = parse(await readFile(join(example, ".gitlab-ci.yml"), "utf8"));

it("passes actionlint, as this repository's own workflows do", async ({ skip }) => {
  const actionlint = await ensureActionlint().catch((error: Error) => {
    if (process.env.CI) throw error;
    return skip(`no actionlint: ${error.message}`);
  });
  const own = join(root, ".github/workflows");
  const files = [workflow, ...(await readdir(own)).map((name) => join(own, name))];
  // Without programs that may or may not be installed beside it.
  expect(await runIn(root, process.env, actionlint, "-no-color", "-shellcheck=", "-pyflakes=", ...files)).toBe("");
});

it("pins each action by its major version", () => {
  const actions = Object.values(github.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(actions).not.toEqual([]);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
});

/** A line of a pipeline, as the runner runs it. */
function script(...lines: readonly (string | undefined)[]): [string, ...string[]] {
  return ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines.join("\n")];
}

function stepOf(job: string, name: string): string | undefined {
  return github.jobs[job]?.steps.find((step) => step.name === name)?.run;
}

it("deploys, finds nothing to do, finds drift and tells of it, and repairs it", async () => {
  await withExample("pipelines", async ({ folder, env, run, pulumi, emulator: { customers } }) => {
    expect(github.env.STACK).toBe(gitlab.variables.STACK);
    await pulumi("stack", "init", github.env.STACK);
    Object.assign(env, { STACK: github.env.STACK, PATH: `${folder}${delimiter}${env.PATH}` });
    const issue = () => run(...script(stepOf("drift", "Open an issue")));

    expect(await run(...script(...(gitlab.preview?.script ?? [])))).toContain("3 to create");
    expect(customers.list()).toEqual([]);
    await run(...script(...(gitlab.up?.script ?? [])));
    expect(customers.get("customer-42")?.name).toBe("Acme Inc.");
    await run(...script(...(gitlab.drift?.script ?? [])));

    customers.upsert({ key: "customer-42", name: "Renamed in the dashboard" });
    await expect(run(...script(stepOf("drift", "Look for drift")))).rejects.toThrow("Renamed in the dashboard");
    expect(customers.get("customer-42")?.name).toBe("Renamed in the dashboard");

    // GitHub's command line tool, as far as it is used.
    const log = join(folder, "gh.log");
    const gh = '#!/bin/sh\necho "$*" >> gh.log\nif [ "$1 $2" = "issue list" ]; then cat open.txt; fi\n';
    await writeFile(join(folder, "gh"), gh, { mode: 0o755 });
    await writeFile(join(folder, "open.txt"), "");
    await issue();
    expect(await readFile(log, "utf8")).toContain("issue create --title Drift in OpenMeter --label drift --body-file");
    expect(await readFile(join(folder, "issue.md"), "utf8")).toContain("Renamed in the dashboard");
    await writeFile(join(folder, "open.txt"), "7\n");
    await issue();
    expect(await readFile(log, "utf8")).toMatch(/issue comment 7 --body-file issue.md\n$/);

    await run(...script(...(gitlab.up?.script ?? [])));
    expect(customers.get("customer-42")?.name).toBe("Acme Inc.");
  });
});
