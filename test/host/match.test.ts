import { describe, expect, it } from "vitest";
import { hostPackages } from "./dynamic-host";
import { customers, setInputs } from "./set-fixtures";
import { withHost } from "./with-host";

describe.each(hostPackages)('onExisting "match" on the dynamic host of %s', (hostPackage) => {
  it("takes over a subject that is there as declared, without a write", async () => {
    await withHost(
      async ({ host, emulator }) => {
        emulator.subjects.upsert({ key: "acme", displayName: "Acme", metadata: { plan: "pro" } });
        const before = emulator.subjects.list();
        const { inputs, failures } = await host.check({ key: "acme", displayName: "Acme", onExisting: "match" });
        expect(failures).toEqual([]);
        const { outputs } = await host.create(inputs);
        expect(outputs).toMatchObject({ displayName: "Acme", subjectId: before[0]?.id });
        expect(emulator.subjects.list()).toEqual(before);
        expect(emulator.requests.count("POST /api/v1/subjects")).toBe(0);
      },
      { package: hostPackage },
    );
  });

  it("takes over the subjects of a set that are there as declared, without a write", async () => {
    await withHost(
      async ({ host: { set }, emulator }) => {
        emulator.subjects.upsert(...Object.entries(customers(30)).map(([key, fields]) => ({ key, ...fields })));
        const before = emulator.subjects.list();
        const { inputs, failures } = await set.check(setInputs(customers(30), { onExisting: "match" }));
        expect(failures).toEqual([]);
        await set.create(inputs);
        expect(emulator.subjects.list()).toEqual(before);
        expect(emulator.requests.count("POST /api/v1/subjects")).toBe(0);
      },
      { package: hostPackage },
    );
  });

  it("fails the check, with the reason, when OpenMeter can't be asked what is there", async () => {
    await withHost(
      async ({ host, emulator }) => {
        emulator.faults.add({ kind: "status", status: 401, times: Number.POSITIVE_INFINITY });
        const single = await host.check({ key: "acme", onExisting: "match" });
        expect(single.failures).toEqual([
          { property: "", reason: expect.stringMatching(/^subject "acme" was not read: .*401/) },
        ]);
        const many = await host.set.check(setInputs(customers(1), { onExisting: "match" }));
        expect(many.failures).toEqual([
          { property: "", reason: expect.stringMatching(/^set "customers" was not read: .*401/) },
        ]);
      },
      { package: hostPackage },
    );
  });
});
