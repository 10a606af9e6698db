import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withExample } from "./copied-example";

const header = "account_id,name,email,plan,seats";
const good = Array.from({ length: 3_000 }, (_, index) => `account-${index},"Customer, ${index}",,team,${index}`);

it("keeps OpenMeter as the export is, and takes no bad export", async () => {
  await withExample("crm-csv", async ({ folder, pulumi, failingPulumi, emulator: { customers, requests } }) => {
    const writeExport = async (...lines: string[]): Promise<void> => {
      await writeFile(join(folder, "export.csv"), [...lines, ""].join("\r\n"));
    };
    const up = ["up", "--yes", "--skip-preview"];

    // The file that comes with the example.
    await pulumi(...up);
    expect(customers.list()).toMatchObject([
      {
        key: "acme",
        name: "Acme Inc.",
        primaryEmail: "billing@acme.example",
        metadata: { plan: "enterprise", seats: "250" },
      },
      { key: "globex", name: "Globex, Ltd.", metadata: { plan: "free" } },
      { key: "initech", primaryEmail: "accounts@initech.example" },
    ]);

    // Thousands, as a CRM on Windows writes them, with what Excel leaves at the end.
    await pulumi("config", "set", "file", "export.csv");
    await writeExport(`\uFEFF${header}`, ...good, ",,,,");
    await pulumi(...up);
    expect(customers.size).toBe(3_000);
    expect(customers.get("account-2999")).toMatchObject({
      name: "Customer, 2999",
      metadata: { plan: "team", seats: "2999" },
    });
    await pulumi("preview", "--refresh", "--expect-no-changes");

    const before = JSON.stringify(customers.all());
    requests.clear();
    await writeExport(header, ...good, "account-7,Twin,,team,many");
    expect(await failingPulumi(...up)).toContain(
      [
        "export.csv cannot be used:",
        "  line 3002: seats is not a number: many",
        "  line 3002: account_id account-7 is on line 9 already",
      ].join("\n    "),
    );
    expect(requests.list()).toEqual([]);

    await writeExport(header);
    expect(await failingPulumi("preview")).toContain("export.csv cannot be used: it has no customers");
    await writeExport(header, ...good.slice(0, 10));
    expect(await failingPulumi("preview")).toContain("would lose 2,990 of 3,000");
    expect(JSON.stringify(customers.all())).toBe(before);
  });
});
