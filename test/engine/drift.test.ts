import { describe, expect, it } from "vitest";
import { longIt, sample } from "../sample";
import { given, withStack } from "./stack";

const acme = { key: "acme", displayName: "Acme", stripeCustomerId: "cus_acme", metadata: { plan: "pro", seats: 5 } };

describe("a preview with refresh", () => {
  it.each(
    sample([
      { field: "metadata", live: { plan: "free", seats: 5, added: true } },
      { field: "displayName", live: "Somebody's name" },
      { field: "stripeCustomerId", live: "cus_somebody" },
    ] as const),
  )(
    "names exactly $field when it drifted, with the live and the declared value, and up repairs it",
    async ({ field, live }) => {
      await withStack(async (test) => {
        await given(test, { acme });
        test.emulator.subjects.upsert({ key: "acme", [field]: live });
        const { steps } = await test.preview({ acme }, { refresh: true });
        expect(steps).toEqual([{ name: "acme", op: "update", changes: { [field]: { from: live, to: acme[field] } } }]);
        await test.up({ acme }, { refresh: true });
        expect(test.emulator.subjects.get("acme")).toMatchObject(acme);
      });
    },
  );

  longIt("shows a field that somebody cleared as one to add, and several at once", async () => {
    await withStack(async (test) => {
      await test.up({ acme });
      test.emulator.subjects.upsert({
        key: "acme",
        displayName: null,
        stripeCustomerId: null,
        metadata: { plan: "pro" },
      });
      const { steps, text } = await test.preview({ acme }, { refresh: true });
      expect(steps).toEqual([
        {
          name: "acme",
          op: "update",
          changes: {
            displayName: { from: undefined, to: "Acme" },
            stripeCustomerId: { from: undefined, to: "cus_acme" },
            metadata: { from: { plan: "pro" }, to: { plan: "pro", seats: 5 } },
          },
        },
      ]);
      expect(text).toMatch(/\+ seats: 5/);
      await test.up({ acme }, { refresh: true });
    });
  });

  longIt("is empty when only fields drift that are not declared, and leaves them as they are", async () => {
    await withStack(async (test) => {
      const declared = { acme: { key: "acme", displayName: "Acme" } };
      await test.up(declared);
      test.emulator.subjects.upsert({ key: "acme", metadata: { crm: 7 }, stripeCustomerId: "cus_crm" });
      expect((await test.preview(declared, { refresh: true })).steps).toEqual([]);
      await test.up({ acme: { key: "acme", displayName: "Acme Inc." } }, { refresh: true });
      expect(test.emulator.subjects.get("acme")).toMatchObject({ metadata: { crm: 7 }, stripeCustomerId: "cus_crm" });
    });
  });

  it("shows a subject that was deleted behind Pulumi's back as one to create, and up creates it", async () => {
    await withStack(async (test) => {
      await given(test, { acme });
      test.emulator.subjects.delete("acme");
      expect((await test.preview({ acme }, { refresh: true })).steps.map(({ op }) => op)).toEqual(["create"]);
      await test.stack.refresh();
      expect(await test.stateNames()).toEqual([]);
      await given(test, { acme });
      expect(test.emulator.subjects.get("acme")).toMatchObject(acme);
    });
  });

  longIt("is empty for a subject that was re-created as declared, and takes over its new record", async () => {
    await withStack(async (test) => {
      await test.up({ acme });
      test.emulator.subjects.delete("acme");
      test.emulator.subjects.upsert(acme);
      await test.stack.refresh();
      await test.up({ acme });
      await test.up({});
      expect(test.emulator.subjects.list()).toEqual([]);
    });
  });

  it("drops nothing when the address answers, but not as OpenMeter", async () => {
    await withStack(async (test) => {
      await given(test, { acme });
      test.emulator.faults.add({ kind: "html", status: 404, times: Number.POSITIVE_INFINITY });
      const message = await test.stack.refresh().then(
        () => "",
        (error: unknown) => String(error),
      );
      expect(message).toMatch(/subject "acme" was not read.*openmeter:baseUrl/s);
      expect(await test.stateNames()).toEqual(["acme"]);
    });
  });
});

describe("an update that meets drift which no refresh has shown", () => {
  it("writes its own field, leaves the drifted one alone and says so", async () => {
    await withStack(async (test) => {
      await given(test, { acme });
      test.emulator.subjects.upsert({ key: "acme", displayName: "Drifted" });
      const { stdout } = await test.up(
        { acme: { ...acme, metadata: { plan: "enterprise" } } },
        { unsettledBecause: "the display name drifted" },
      );
      expect(stdout).toContain(
        'subject "acme": displayName changed in OpenMeter from "Acme" to "Drifted". Left unchanged',
      );
      expect(test.emulator.subjects.get("acme")).toMatchObject({
        displayName: "Drifted",
        metadata: { plan: "enterprise" },
      });
    });
  });
});
