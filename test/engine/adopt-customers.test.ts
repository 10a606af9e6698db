import type { Emulator } from "openmeter-emulator";
import { describe, expect } from "vitest";
import { longIt } from "../sample";
import { typeErrors, withProject } from "./adopt-project";

const oddKeys = [
  "a/b",
  "a b",
  "ключ",
  "😀",
  "p%2Fq",
  "100%",
  "`$" + "{boom}`",
  "it's",
  "new\nline",
  "constructor",
  "__proto__",
];

/** Customers that are hard to name, to write, or to reach; one has no key, and one is billed by Stripe. */
function fill({ customers, stripe }: Emulator): void {
  oddKeys.forEach((key, index) => {
    customers.create({
      key,
      name: `It's "№${index}"`,
      ...(index % 2 === 0 && { description: "", currency: "EUR", primaryEmail: "billing@example.com" }),
      ...(index % 3 !== 0 && { metadata: { "odd name": '"\\\n\u2028', toString: "text", empty: "" } }),
      ...(index % 4 !== 0 && { usageAttribution: { subjectKeys: [`${key} 2`, `${key} 1`] } }),
      ...(index % 5 === 0 && { billingAddress: { country: "DE", city: "", line1: "Invalidenstr. 1" } }),
    });
  });
  customers.create({ name: "Keyless", usageAttribution: { subjectKeys: ["keyless"] } });
  stripe.install();
  stripe.linkForSubject(String(customers.get("a/b")?.id), "cus_1");
}

const writes = ({ requests }: Emulator) => requests.list().filter(({ method }) => method !== "GET");

describe("an account whose customers are adopted", () => {
  longIt.each([
    ["as a set", ["--set", "all"], `set "all": ${oddKeys.length} to take over as they are (nothing is sent)`],
    [
      "as single customers, with their Stripe customers",
      ["--single", "--fields", "name,subjectKeys,metadata,stripeCustomerId"],
      'customer "a/b" will be taken over as it is; nothing is sent',
    ],
  ])("%s stays as it is, and is then declared to the last customer", async (_form, form, says) => {
    await withProject(fill, async ({ emulator, program, pulumi, adopt }) => {
      const before = emulator.customers.list();
      expect(await adopt("--customers", "--check")).toMatchObject({ code: 1 });
      const written = await adopt("--customers", ...form, "--out", "index.ts");
      expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining("1 customer left out") });
      expect(typeErrors(program)).toEqual([]);

      expect((await pulumi("preview")).stdout).toContain(says);
      const up = await pulumi("up", "--yes", "--skip-preview");
      expect(up.code, up.stdout + up.stderr).toBe(0);
      // The same to the moment of the last update.
      expect(emulator.customers.list()).toEqual(before);
      expect(writes(emulator)).toEqual([]);

      const again = await pulumi("preview", "--refresh", "--expect-no-changes");
      expect(again.code, again.stdout + again.stderr).toBe(0);
      expect(await adopt("--customers", "--check")).toMatchObject({ code: 0, stdout: "" });
    });
  });
});

describe("an account whose subjects become customers", () => {
  const subjects = [
    { key: "a", displayName: "A", metadata: { seats: 5, plan: "pro" } },
    { key: "a/b", metadata: { plan: "free" } },
    { key: "c" },
  ];
  const fillSubjects = ({ subjects: store, customers }: Emulator): void => {
    store.upsert(...subjects);
    customers.create({
      key: "a/b",
      name: "Known",
      metadata: { crm: "7", plan: "free" },
      usageAttribution: { subjectKeys: ["a/b"] },
    });
  };

  longIt("has a customer for each after the first up, and one that agreed before is as it was", async () => {
    await withProject(fillSubjects, async ({ emulator, program, pulumi, adopt }) => {
      const [known] = emulator.customers.list();
      expect(await adopt("--from-subjects", "--check")).toMatchObject({ code: 1, stdout: '"a"\n"c"\n' });
      expect(await adopt("--from-subjects", "--out", "index.ts")).toMatchObject({ code: 0 });
      expect(typeErrors(program)).toEqual([]);
      const up = await pulumi("up", "--yes", "--skip-preview");
      expect(up.code, up.stdout + up.stderr).toBe(0);

      expect(emulator.customers.get("a/b")).toEqual(known);
      expect(emulator.customers.get("a")).toMatchObject({
        name: "A",
        metadata: { seats: "5", plan: "pro" },
        usageAttribution: { subjectKeys: ["a"] },
      });
      expect(emulator.customers.get("c")).toMatchObject({ name: "c", usageAttribution: { subjectKeys: ["c"] } });
      expect(await adopt("--from-subjects", "--check")).toMatchObject({ code: 0, stdout: "" });
      expect(await adopt("--from-subjects", "--undeclared")).toMatchObject({ code: 0, stdout: "" });
    });
  });

  longIt("takes over as they are the customers that OpenMeter has made for subjects by itself", async () => {
    const metadata = { seats: 5, ratio: 0.5, trial: false, hosts: ["a", 1], nested: { a: 1 }, plan: "pro" };
    const fillOddSubjects = ({ subjects: store }: Emulator): void =>
      void store.upsert(
        ...oddKeys.map((key, index) => ({ key, metadata, ...(index % 2 === 0 && { displayName: "A" }) })),
      );
    const test: Parameters<typeof withProject>[1] = async ({ emulator, pulumi, adopt }) => {
      const before = emulator.customers.list();
      expect(before).toHaveLength(oddKeys.length);
      expect(await adopt("--from-subjects", "--check")).toMatchObject({ code: 0 });
      await adopt("--from-subjects", "--set", "all", "--out", "index.ts");
      const up = await pulumi("up", "--yes", "--skip-preview");
      expect(up.code, up.stdout + up.stderr).toBe(0);
      expect(emulator.customers.list()).toEqual(before);
      // To adopt is to try to create.
      expect(writes(emulator).filter(({ status }) => status !== 409)).toEqual([]);
    };
    await withProject(fillOddSubjects, test, { subjectHook: true });
  });
});
