import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { type CopiedExample, copyAndInstall, withExample } from "./copied-example";

const pack = resolve(__dirname, "../../examples/policy/pack");

it("keeps what breaks the policy from OpenMeter, and lets the rest pass", async () => {
  const test = async (example: CopiedExample): Promise<void> => {
    const { folder, pulumi, failingPulumi, emulator } = example;
    await copyAndInstall(pack, join(folder, "pack"));

    const program = await readFile(join(folder, "index.ts"), "utf8");
    const bad = program
      .replace('stripeCustomerId: "cus_JMOlctsKV8",', "")
      .replace('metadata: { plan: "team" }', 'metadata: { plan: "team", phoneNumber: "…" }')
      .replace('owner: { team: "builds" }', 'owner: { email: "…" }')
      .replace('key: "host-2"', 'key: "customer-hooli"');
    await writeFile(join(folder, "index.ts"), bad);
    let path = "pack";
    const preview = () => failingPulumi("preview", "--policy-pack", path);
    let refusal = await preview();
    if (refusal.includes("could not read plugin [pack]: not supported")) {
      path = await asProgram(example);
      refusal = await preview();
    }
    expect(refusal).toContain("customer-acme has no stripeCustomerId");
    expect(refusal).toContain('customer-initech has "phoneNumber" in its metadata');
    expect(refusal).toContain('host-1 has "email" in its metadata');
    expect(refusal).toContain("customer-hooli has no stripeCustomerId");
    expect(refusal).not.toMatch(/host-1 has no|customer-globex has/);

    const up = ["up", "--yes", "--skip-preview", "--policy-pack", path];
    await failingPulumi(...up);
    expect(emulator.customers.list()).toEqual([]);

    await writeFile(join(folder, "index.ts"), program);
    expect(await pulumi(...up)).toContain("✅ openmeter");
    expect(emulator.customers.size).toBe(3);
    expect(emulator.subjects.size).toBe(2);
  };
  await withExample("policy", test, { server: { stripe: true } });
});

/**
 * The Node.js language host that can be built from Go modules is too old to run policy packs. The engine also takes a program in
 * place of a folder, which then is the pack. On such an engine, this path differs from what the user types.
 */
async function asProgram({ folder }: CopiedExample): Promise<string> {
  const program = join(folder, "pack", "run");
  const runner = `node -e "console.log(require.resolve('@pulumi/pulumi/cmd/run-policy-pack'))"`;
  const script = `#!/bin/sh\ncd "$(dirname "$0")" && exec node "$(${runner})" "$@" .\n`;
  await writeFile(program, script, { mode: 0o755 });
  return program;
}
