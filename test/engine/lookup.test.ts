import { getSubject, getSubjectOrUndefined, listSubjects, Subject } from "pulumi-openmeter";
import { describe, expect, it } from "vitest";
import { withStack } from "./stack";

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
          subject: getSubject("foreign/1"),
          nobody: getSubjectOrUndefined("nobody").apply((found) => found === undefined),
          customers: listSubjects({ keyPrefix: "customer-" }).apply((found) => found.map(({ key }) => key)),
          free: listSubjects({ metadata: { plan: "free" } }).apply((found) => found.map(({ key }) => key)),
        });
        await test.up({ run, holds: {} });
        const outputs = await test.outputs();
        expect(outputs.subject?.value).toEqual({ ...foreign, subjectId: test.emulator.subjects.get("foreign/1")?.id });
        expect(outputs.nobody?.value).toBe(true);
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
        new Subject("child", { key: "child", metadata: { parent: getSubject("foreign/1").subjectId } });
        return undefined;
      };
      const { text } = await test.preview({ run, holds: {} });
      expect(text).toContain(test.emulator.subjects.get("foreign/1")?.id);
    });
  });

  it("of a subject that is not there fails with its key", async () => {
    await withStack(async (test) => {
      const run = async () => ({ plan: getSubject("nobody").displayName });
      expect(await test.failingPreview({ run, holds: {} })).toContain('there is no subject "nobody" in OpenMeter');
    });
  });
});
