import { describe, expect, it } from "vitest";
import { longIt } from "../sample";
import { given, withStack } from "./stack";

const acme = { key: "acme", displayName: "Acme", metadata: { plan: "pro" } };
const urn = (name: string) => `urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:Subject::${name}`;

describe("Pulumi's resource options", () => {
  it("retainOnDelete takes the subject out of the state and leaves it in OpenMeter", async () => {
    await withStack(async (test) => {
      await given(test, { acme: { ...acme, options: { retainOnDelete: true } } });
      await given(test, {});
      expect(await test.stateNames()).toEqual([]);
      expect(test.emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  it("protect refuses the deletion", async () => {
    await withStack(async (test) => {
      await given(test, { acme: { ...acme, options: { protect: true } } });
      expect(await test.failingUp({})).toMatch(/protect/);
      expect(test.emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  it("aliases make a rename that changes nothing", async () => {
    await withStack(async (test) => {
      await given(test, { old: acme });
      test.emulator.requests.clear();
      await test.up({ new: { ...acme, options: { aliases: [{ name: "old" }] } } });
      expect(test.emulator.requests.list().filter(({ method }) => method !== "GET")).toEqual([]);
      expect(await test.stateNames()).toEqual(["new"]);
    });
  });

  longIt("a targeted update changes its target and nothing else", async () => {
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
