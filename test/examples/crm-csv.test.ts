import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withExample } from "./copied-example";

const header = "account_id,name,plan,seats,stripe_customer_id";
const good = Array.from({ length: 3_000 }, (_, index) => `account-${index},"Customer, ${index}",team,${index},`);

it("keeps OpenMeter as the export is, and takes no bad export", async () => {
  await withExample("crm-csv", async ({ folder, pulumi, failingPulumi, emulator: { subjects, requests } }) => {
    const writeExport = async (...lines: string[]): Promise<void> => {
      await writeFile(join(folder, "export.csv"), [...lines, ""].join("\r\n"));
    };
    const up = ["up", "--yes", "--skip-preview"];

    // The file that comes with the example.
    await pulumi(...up);
    expect(subjects.list()).toMatchObject([
      {
        key: "acme",
        displayName: "Acme Inc.",
        stripeCustomerId: "cus_JMOlctsKV8",
        metadata: { plan: "enterprise", seats: 250 },
      },
      { key: "globex", displayName: "Globex, Ltd.", metadata: { plan: "free" } },
      { key: "initech", stripeCustomerId: "cus_QXg1o8vcGm" },
    ]);

    // Thousands, as a CRM on Windows writes them, with what Excel leaves at the end.
    await pulumi("config", "set", "file", "export.csv");
    await writeExport(`\uFEFF${header}`, ...good, ",,,,");
    await pulumi(...up);
    expect(subjects.size).toBe(3_000);
    expect(subjects.get("account-2999")).toMatchObject({
      displayName: "Customer, 2999",
      metadata: { plan: "team", seats: 2999 },
    });
    await pulumi("preview", "--refresh", "--expect-no-changes");

    const before = JSON.stringify(subjects.all());
    requests.clear();
    await writeExport(header, ...good, "account-7,Twin,team,many,");
    expect(await failingPulumi(...up)).toContain(
      [
        "export.csv cannot be used:",
        "  line 3002: seats is not a number: many",
        "  line 3002: account_id account-7 is on line 9 already",
      ].join("\n    "),
    );
    expect(requests.list()).toEqual([]);

    await writeExport(header);
    expect(await failingPulumi("preview")).toContain("would lose 3,000 of 3,000");
    expect(JSON.stringify(subjects.all())).toBe(before);
  });
});
