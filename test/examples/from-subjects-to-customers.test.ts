import { expect, it } from "vitest";
import { sample } from "../sample";
import { withExample } from "./copied-example";

const keys = ["customer-42", "customer-43"];
const unchanged = ["preview", "--refresh", "--expect-no-changes"];

it.each(
  sample([
    { subjectHook: true, where: "where OpenMeter makes a customer of each subject" },
    { subjectHook: false, where: "where OpenMeter keeps subjects and customers apart" },
  ]),
)("every subject key has one customer at each step, $where", async ({ subjectHook }) => {
  await withExample(
    "from-subjects-to-customers",
    async ({ pulumi, outputs, emulator: { customers, requests, subjects } }) => {
      const attribution = () => keys.map((key) => customers.attributedTo(key));
      const records = () => keys.map((key) => subjects.get(key)?.id);

      await pulumi("up", "--yes", "--skip-preview");
      const made = attribution();
      expect(made.map((ids) => ids.length)).toEqual(subjectHook ? [1, 1] : [0, 0]);
      const before = records();

      await pulumi("config", "set", "step", "both");
      // Neither the preview nor the run warns that two resources declare the same.
      expect(await pulumi("up", "--yes")).not.toContain("warning");
      const attributed = attribution();
      expect(attributed.map((ids) => ids.length)).toEqual([1, 1]);
      if (subjectHook) {
        expect(attributed).toEqual(made);
      }
      expect(await outputs()).toEqual({
        customerIds: Object.fromEntries(keys.map((key, index) => [key, attributed[index]?.[0]])),
      });
      expect(customers.get("customer-42")).toMatchObject({
        name: "Acme Inc.",
        metadata: { plan: "enterprise" },
        usageAttribution: { subjectKeys: ["customer-42"] },
      });
      expect(subjects.get("customer-42")).not.toHaveProperty("displayName");
      await pulumi(...unchanged);

      await pulumi("config", "set", "step", "customers");
      requests.clear();
      expect(await pulumi("up", "--yes", "--skip-preview")).toContain(
        'subject "customer-42" is kept: another resource of the program has the usage of it',
      );
      expect(requests.list()).toEqual([]);
      expect(attribution()).toEqual(attributed);
      expect(records()).toEqual(before);
      await pulumi(...unchanged);
    },
    { server: { subjectHook } },
  );
});
