import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("passes its unit tests, which notice a broken program, deploys, and protects who pays", async () => {
  await withExample("unit-tests", async ({ folder, run, pulumi, failingPulumi, emulator }) => {
    const { subjects, requests } = emulator;
    expect(await run("npm", "test")).toMatch(/Tests\s+4 passed/);
    expect(requests.list()).toEqual([]);

    await pulumi("up", "--yes", "--skip-preview");
    expect(subjects.list().map(({ key }) => key)).toEqual(
      expect.arrayContaining(["tenant-1", "tenant-1-sandbox", "tenant-2"]),
    );
    expect(subjects.size).toBe(3);
    expect(await failingPulumi("destroy", "--yes")).toContain("because it is protected");
    expect(subjects.size).toBe(3);
    await pulumi("destroy", "--yes", "--skip-preview", "--exclude-protected");
    expect(subjects.list().map(({ key }) => key)).toEqual(["tenant-1"]);

    const program = await readFile(join(folder, "customers.ts"), "utf8");
    await writeFile(join(folder, "customers.ts"), program.replace("billed: false", "billed: true"));
    await expect(run("npm", "test")).rejects.toThrow(/Tests\s+1 failed \| 3 passed/);
  });
});
