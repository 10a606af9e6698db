import { expect, it } from "vitest";
import { longIt } from "../sample";
import { withExample } from "./copied-example";

it("creates its customers and subjects, one key from another resource's output, and removes them", async () => {
  await story(false);
});

longIt("does the same where OpenMeter makes a customer for each subject", async () => {
  await story(true);
});

async function story(subjectHook: boolean): Promise<void> {
  await withExample(
    "quickstart",
    async ({ pulumi, outputs, emulator: { customers, subjects } }) => {
      await pulumi("up", "--yes", "--skip-preview");
      const hostId = subjects.get("quickstart-host-1")?.id;
      const serviceKey = `quickstart-service-on-${hostId}`;
      expect(await outputs()).toEqual({ customers: ["quickstart-acme", "quickstart-globex"], serviceKey });
      expect(customers.get("quickstart-acme")).toMatchObject({
        name: "Acme Inc.",
        primaryEmail: "billing@acme.example",
        currency: "EUR",
        metadata: { plan: "enterprise", seats: "250" },
      });
      expect(customers.attributedTo("quickstart-acme-eu")).toEqual([customers.get("quickstart-acme")?.id]);
      expect(subjects.get(serviceKey)).toMatchObject({
        displayName: "Builds",
        metadata: { runsOn: "quickstart-host-1" },
      });
      await pulumi("preview", "--refresh", "--expect-no-changes");
      await pulumi("destroy", "--yes", "--skip-preview");
      // What OpenMeter has added by itself stays.
      expect(keysOf(subjects)).toEqual(["quickstart-acme-eu", "quickstart-acme-us"]);
      expect(keysOf(customers)).toEqual(subjectHook ? ["quickstart-host-1", serviceKey] : []);
    },
    { server: { subjectHook } },
  );
}

function keysOf(store: { list(): readonly { readonly key?: string }[] }): (string | undefined)[] {
  return store
    .list()
    .map(({ key }) => key)
    .toSorted();
}
