import { ComponentResource } from "@pulumi/pulumi";
import { getSubject, getSubjectOutput, getSubjects, getSubjectsOutput, Subject, SubjectSet } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { given, withStack } from "./stack";

const foreign = { key: "foreign/1", displayName: "Foreign", stripeCustomerId: "cus_1", metadata: { plan: "pro" } };

describe("a look-up", () => {
  it("reads subjects with the stack's configuration and leaves nothing in the state", async () => {
    await withStack(
      async (test) => {
        await test.stack.setConfig("openmeter:apiKey", { value: "a-key-of-this-test", secret: true });
        test.emulator.subjects.upsert(
          foreign,
          { key: "customer-1", metadata: { plan: "free" } },
          { key: "customer-2" },
        );
        const run = async () => ({
          subject: getSubject({ key: "foreign/1" }),
          nobody: getSubjects({ keys: ["nobody"] }),
          customers: (await getSubjects({ keyPrefix: "customer-" })).map(({ key }) => key),
          free: getSubjectsOutput({ metadata: { plan: "free" } }).apply((found) => found.map(({ key }) => key)),
        });
        await test.up({ run, holds: {} });
        const outputs = await test.outputs();
        expect(outputs.subject?.value).toEqual({ ...foreign, subjectId: test.emulator.subjects.get("foreign/1")?.id });
        expect(outputs.nobody?.value).toEqual([]);
        expect(outputs.customers?.value).toEqual(["customer-1", "customer-2"]);
        expect(outputs.free?.value).toEqual(["customer-1"]);
        expect(await test.stateNames()).toEqual([]);
      },
      { apiKey: "a-key-of-this-test" },
    );
  });

  it("works in a preview, and feeds other resources", async () => {
    await withStack(async (test) => {
      test.emulator.subjects.upsert(foreign);
      const run = async () => {
        const { subjectId } = getSubjectOutput({ key: "foreign/1" });
        new Subject("child", { key: "child", metadata: { parent: subjectId } });
        return undefined;
      };
      const { text } = await test.preview({ run, holds: {} });
      expect(text).toContain(test.emulator.subjects.get("foreign/1")?.id);
    });
  });

  it("of a subject that is not there fails with its key", async () => {
    await withStack(async (test) => {
      const run = async () => ({ plan: getSubjectOutput({ key: "nobody" }).displayName });
      expect(await test.failingPreview({ run, holds: {} })).toContain('there is no subject "nobody" in OpenMeter');
    });
  });

  it("that fails can be awaited later, and caught", async () => {
    await withStack(async (test) => {
      const run = async () => {
        const looking = getSubject({ key: "nobody" });
        await getSubjects();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { caught: await looking.catch(() => "caught") };
      };
      const { stdout, stderr } = await test.up({ run, holds: {} });
      expect((await test.outputs()).caught?.value).toBe("caught");
      expect(`${stdout}\n${stderr}`).not.toMatch(/reject|nobody/i);
    });
  });
});

describe("a look-up of what the same program creates", () => {
  class Tenant extends ComponentResource {
    constructor(name: string, plan: string) {
      super("app:index:Tenant", name);
      new Subject(name, { key: name, metadata: { plan } }, { parent: this });
      this.registerOutputs();
    }
  }

  const program = (plan: string) => ({
    run: async () => {
      const acme = new Subject("acme", { key: "acme", displayName: "Acme", metadata: { plan } });
      const set = new SubjectSet("set", { subjects: [{ key: "in-set", metadata: { plan } }] });
      const tenant = new Tenant("tenant", plan);
      const plans = (dependsOn: SubjectSet | Tenant) =>
        getSubjectsOutput({ metadata: { plan } }, { dependsOn }).apply((found) => found.map(({ key }) => key).sort());
      return {
        byKey: getSubjectOutput({ key: acme.key }).metadata.plan,
        byId: getSubjectOutput({ key: acme.id }).displayName,
        afterSet: plans(set).apply((keys) => keys.includes("in-set")),
        afterComponent: plans(tenant).apply((keys) => keys.includes("tenant")),
        recordId: set.subjectIdsByKey["in-set"],
        declared: set.subjectsByKey,
      };
    },
    holds: { acme: { metadata: { plan } }, "in-set": { metadata: { plan } }, tenant: { metadata: { plan } } },
  });

  it("is unknown in the first preview and sends nothing, and has what the update has stored", async () => {
    await withStack(async (test) => {
      await test.preview(program("pro"));
      expect(test.emulator.requests.list()).toEqual([]);
      await given(test, program("pro"));
      expect(await valuesOf(test)).toEqual({
        byKey: "pro",
        byId: "Acme",
        afterSet: true,
        afterComponent: true,
        recordId: test.emulator.subjects.get("in-set")?.id,
        declared: { "in-set": { metadata: { plan: "pro" } } },
      });
      await test.up(program("free"));
      expect(await valuesOf(test)).toMatchObject({ byKey: "free", afterSet: true, afterComponent: true });
    });
  });
});

async function valuesOf(test: { outputs(): Promise<Record<string, { value: unknown }>> }) {
  return Object.fromEntries(Object.entries(await test.outputs()).map(([name, { value }]) => [name, value]));
}
