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

    // Thousands, as a CRM on Windows writes them.
    await pulumi("config", "set", "file", "export.csv");
    await writeExport(`\uFEFF${header}`, ...good);
    await pulumi(...up);
    expect(subjects.size).toBe(3_000);
    expect(subjects.get("account-2999")).toMatchObject({
      displayName: "Customer, 2999",
      metadata: { plan: "team", seats: 2999 },
    });
    await pulumi("preview", "--refresh", "--expect-no-changes");

    const before = JSON.stringify(subjects.all());
    requests.clear();
    await writeExport(
      header,
      ...good,
      ",Nobody,team,1,",
      "account-7,Twin,team,1,cus_1",
      "x,X,team,many,none",
      "short,Short",
    );
    const refusal = await failingPulumi(...up);
    expect(refusal).toContain(
      [
        "export.csv cannot be used:",
        "  line 3002: account_id is missing",
        "  line 3003: account_id account-7 is on line 9 already",
        "  line 3004: seats is no number: many",
        "  line 3004: no Stripe ID: none",
        "  line 3005: Invalid Record Length: columns length is 5, got 2 on line 3005",
      ].join("\n    "),
    );
    await writeExport();
    expect(await failingPulumi(...up)).toContain("export.csv cannot be used: its header lacks account_id");
    expect(requests.list()).toEqual([]);

    await writeExport(header);
    expect(await failingPulumi("preview")).toContain("would remove 3,000 of 3,000");
    expect(JSON.stringify(subjects.all())).toBe(before);
  });
});
