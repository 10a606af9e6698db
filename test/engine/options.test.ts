import { describe, expect, it } from "vitest";
import { withStack } from "./stack";

const acme = { key: "acme", displayName: "Acme", metadata: { plan: "pro" } };
const urn = (name: string) => `urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:Subject::${name}`;

describe("Pulumi's resource options", () => {
  it("retainOnDelete takes the subject out of the state and leaves it in OpenMeter", async () => {
    await withStack(async (test) => {
      await test.up({ acme: { ...acme, options: { retainOnDelete: true } } });
      await test.up({});
      expect(await test.stateNames()).toEqual([]);
      expect(test.emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  it("protect refuses the deletion", async () => {
    await withStack(async (test) => {
      await test.up({ acme: { ...acme, options: { protect: true } } });
      expect(await test.failingUp({})).toMatch(/protect/);
      expect(test.emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  it("ignoreChanges leaves a drifted field alone, also when another field is updated", async () => {
    await withStack(async (test) => {
      const options = { ignoreChanges: ["displayName"] };
      await test.up({ acme: { ...acme, options } });
      test.emulator.subjects.upsert({ key: "acme", displayName: "From the CRM" });
      expect((await test.preview({ acme: { ...acme, options } }, { refresh: true })).steps).toEqual([]);
      const changed = { ...acme, displayName: "Ignored", metadata: { plan: "enterprise" }, options };
      await test.up({ acme: changed }, { unsettledBecause: "the program's display name is ignored" });
      expect(test.emulator.subjects.get("acme")).toMatchObject({
        displayName: "From the CRM",
        metadata: { plan: "enterprise" },
      });
      expect((await test.preview({ acme: changed }, { refresh: true })).steps).toEqual([]);
    });
  });

  it("aliases make a rename that changes nothing", async () => {
    await withStack(async (test) => {
      await test.up({ old: acme });
      test.emulator.requests.clear();
      await test.up({ new: { ...acme, options: { aliases: [{ name: "old" }] } } });
      expect(test.emulator.requests.list().filter(({ method }) => method !== "GET")).toEqual([]);
      expect(await test.stateNames()).toEqual(["new"]);
    });
  });

  it("deleteBeforeReplace deletes the old key before it creates the new one", async () => {
    await withStack(async (test) => {
      const options = { deleteBeforeReplace: true };
      await test.up({ acme: { ...acme, options } });
      test.emulator.requests.clear();
      await test.up({ acme: { ...acme, key: "acme-2", options } });
      const writes = test.emulator.requests
        .list()
        .map(({ method }) => method)
        .filter((method) => method !== "GET");
      expect(writes).toEqual(["DELETE", "POST"]);
      expect(test.emulator.subjects.list().map(({ key }) => key)).toEqual(["acme-2"]);
    });
  });

  it("a targeted update changes its target and nothing else", async () => {
    await withStack(async (test) => {
      await test.up({ acme, globex: { key: "globex", displayName: "Globex" } });
      const changed = { acme: { ...acme, displayName: "Acme 2" }, globex: { key: "globex", displayName: "Globex 2" } };
      await test.up(changed, { target: [urn("acme")], unsettledBecause: "globex was not targeted" });
      expect(test.emulator.subjects.get("acme")?.displayName).toBe("Acme 2");
      expect(test.emulator.subjects.get("globex")?.displayName).toBe("Globex");
      await test.up(changed);
    });
  });
});
