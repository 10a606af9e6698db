import { expect, it } from "vitest";
import { withExample } from "./copied-example";

it("creates its subjects, one key from another resource's output, and removes them", async () => {
  await withExample("quickstart", async ({ pulumi, outputs, emulator: { subjects } }) => {
    await pulumi("up", "--yes", "--skip-preview");
    const hostId = subjects.get("quickstart-host-1")?.id;
    const serviceKey = `quickstart-service-on-${hostId}`;
    expect(await outputs()).toEqual({ customers: ["quickstart-acme", "quickstart-globex"], serviceKey });
    expect(subjects.get("quickstart-acme")).toMatchObject({ stripeCustomerId: "cus_QuickstartAcme" });
    expect(subjects.get(serviceKey)).toMatchObject({
      displayName: "Builds",
      metadata: { runsOn: "quickstart-host-1" },
    });
    await pulumi("preview", "--refresh", "--expect-no-changes");
    await pulumi("destroy", "--yes", "--skip-preview");
    expect(subjects.list()).toEqual([]);
  });
});
