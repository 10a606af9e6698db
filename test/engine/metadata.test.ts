import { SubjectSet, type SubjectSetArgs } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { longIt, sample } from "../sample";
import { given, type Program, withStack } from "./stack";

const acme = { key: "acme", metadata: { a: 1, b: 2 } };

function inSet(subjects: SubjectSetArgs["subjects"], options: Partial<SubjectSetArgs> = {}): Program {
  const run = async () => {
    new SubjectSet("customers", { subjects, ...options });
    return undefined;
  };
  return { run, holds: {} };
}

describe("an update of metadata to which somebody else writes too", () => {
  it("changes what the preview showed, leaves the rest and says so; a refresh shows it, and up repairs it", async () => {
    await withStack(async (test) => {
      await given(test, { acme });
      test.emulator.subjects.upsert({ key: "acme", metadata: { a: 1, b: 2, crm: "x" } });
      const now = { acme: { ...acme, metadata: { a: 1, b: 3 } } };
      const { steps } = await test.preview(now);
      expect(steps[0]?.changes).toEqual({ metadata: { from: { a: 1, b: 2 }, to: { a: 1, b: 3 } } });
      const { stdout } = await test.up(now, { unsettledBecause: "the CRM's entry is drift" });
      expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ a: 1, b: 3, crm: "x" });
      expect(stdout).toContain('subject "acme": metadata.crm changed in OpenMeter from nothing to "x". Left unchanged');
      await test.up(now, { refresh: true });
      expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ a: 1, b: 3 });
    });
  });

  longIt("does so in a set too", async () => {
    await withStack(async (test) => {
      await test.up(inSet([acme]));
      test.emulator.subjects.upsert({ key: "acme", metadata: { a: 1, b: 2, crm: "x" } });
      const now = inSet([{ ...acme, metadata: { a: 1, b: 3 } }]);
      const { stdout } = await test.up(now, { unsettledBecause: "the CRM's entry is drift" });
      expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ a: 1, b: 3, crm: "x" });
      expect(stdout).toContain('set "customers": "acme" (metadata) changed in OpenMeter since the last run');
      await test.up(now, { refresh: true });
      expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ a: 1, b: 3 });
    });
  });

  const keep = { undeclaredMetadata: "keep" } as const;
  const forms = [
    { form: "a Subject", declares: (metadata: Record<string, number>) => ({ acme: { ...acme, metadata, ...keep } }) },
    { form: "a set", declares: (metadata: Record<string, number>) => inSet([{ ...acme, metadata }], keep) },
  ];

  it.each(sample(forms))(
    'leaves it alone with undeclaredMetadata: "keep", where it is no drift, in $form',
    async ({ declares }) => {
      await withStack(async (test) => {
        test.emulator.subjects.upsert({ key: "acme", metadata: { crm: "x", b: 1 } });
        await given(test, declares({ a: 1, b: 2 }));
        expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ a: 1, b: 2, crm: "x" });
        test.emulator.subjects.upsert({ key: "acme", metadata: { a: 1, b: 2, crm: "y" } });
        expect((await test.preview(declares({ a: 1, b: 2 }), { refresh: true })).steps).toEqual([]);
        await test.up(declares({ b: 3 }), { unsettledBecause: "the last preview said so" });
        expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ b: 3, crm: "y" });
      });
    },
  );
});

describe("ignoreChanges", () => {
  longIt(
    "leaves a drifted field alone, also when another field is updated, and the update says what has drifted",
    async () => {
      await withStack(async (test) => {
        const options = { ignoreChanges: ["displayName"] };
        const named = { ...acme, displayName: "Acme", options };
        await test.up({ acme: named });
        test.emulator.subjects.upsert({ key: "acme", displayName: "From the CRM" });
        expect((await test.preview({ acme: named }, { refresh: true })).steps).toEqual([]);
        const changed = { ...named, displayName: "Ignored", metadata: { plan: "enterprise" } };
        const { stdout } = await test.up({ acme: changed }, { unsettledBecause: "the display name is ignored" });
        expect(test.emulator.subjects.get("acme")).toMatchObject({
          displayName: "From the CRM",
          metadata: { plan: "enterprise" },
        });
        expect(stdout).toContain(
          'displayName changed in OpenMeter from "Acme" to "From the CRM". Left unchanged: this update does not touch it. ' +
            "Run pulumi up --refresh to repair it (fields in ignoreChanges stay as they are)",
        );
        expect((await test.preview({ acme: changed }, { refresh: true })).steps).toEqual([]);
      });
    },
  );

  it.each(sample(['metadata.limits["a.b"]', "metadata.lastSeen", 'metadata["a.b"]']))(
    "of %s leaves it to another writer, whatever else of the metadata is updated",
    async (path) => {
      await withStack(async (test) => {
        const metadata = (n: number, plan: string) => ({ lastSeen: n, "a.b": n, limits: { "a.b": n, seats: 5 }, plan });
        const ignoring = (n: number, plan: string) => ({
          acme: { key: "acme", metadata: metadata(n, plan), options: { ignoreChanges: [path] } },
        });
        await given(test, ignoring(1, "free"));
        const theirs = { "metadata.lastSeen": { lastSeen: 7 }, 'metadata["a.b"]': { "a.b": 7 } }[path];
        const live = { ...metadata(1, "free"), ...(theirs ?? { limits: { "a.b": 7, seats: 5 } }) };
        test.emulator.subjects.upsert({ key: "acme", metadata: live });
        await test.up(ignoring(1, "pro"), { unsettledBecause: "the state has not seen the other writer's value" });
        expect(test.emulator.subjects.get("acme")?.metadata).toEqual({ ...live, plan: "pro" });
        expect((await test.preview(ignoring(1, "pro"), { refresh: true })).steps).toEqual([]);
      });
    },
  );
});
