import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("passes its unit tests, which notice a broken program, deploys, and protects who pays", async () => {
  await withExample("unit-tests", async ({ folder, run, pulumi, failingPulumi, emulator }) => {
    const { customers, subjects, requests } = emulator;
    const keys = () => [...customers.list(), ...subjects.list()].map(({ key }) => key).toSorted();
    expect(await run("npm", "test")).toMatch(/Tests\s+4 passed/);
    expect(requests.list()).toEqual([]);

    await pulumi("up", "--yes", "--skip-preview");
    expect(keys()).toEqual(["tenant-1", "tenant-1-sandbox", "tenant-2"]);
    expect(await failingPulumi("destroy", "--yes")).toContain("because it is protected");
    expect(keys()).toHaveLength(3);
    await pulumi("destroy", "--yes", "--skip-preview", "--exclude-protected");
    expect(keys()).toEqual(["tenant-1"]);
    expect(customers.get("tenant-1")?.metadata).toEqual({ plan: "enterprise" });

    const program = await readFile(join(folder, "tenants.ts"), "utf8");
    await writeFile(join(folder, "tenants.ts"), program.replace("billed: false", "billed: true"));
    await expect(run("npm", "test")).rejects.toThrow(/Tests\s+1 failed \| 3 passed/);
  });
});
