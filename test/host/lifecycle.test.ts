import { describe, expect, it } from "vitest";
import { hostPackages, unknownValue } from "./dynamic-host";
import { subjectInputs } from "./set-fixtures";
import { withHost } from "./with-host";

const declared = subjectInputs({
  key: "acme",
  displayName: "Acme",
  stripeCustomerId: "cus_1",
  metadata: { plan: "pro", nested: { x: [null, 1.5] } },
});
const { __openmeter: marks, ...fields } = declared;

describe.each(hostPackages)("a subject on the dynamic host of %s", (hostPackage) => {
  it("is created with one request, with the key as its id and the declared fields as its outputs", async () => {
    await withHost(
      async ({ host, emulator }) => {
        const { inputs, failures } = await host.check(declared);
        expect(failures).toEqual([]);
        const { id, outputs } = await host.create(inputs);
        const live = emulator.subjects.get("acme");
        expect(live).toMatchObject(fields);
        expect(id).toBe("acme");
        expect(outputs).toEqual({ ...declared, subjectId: live?.id });
        expect(emulator.requests.list()).toHaveLength(1);
      },
      { package: hostPackage },
    );
  });

  it("shows no difference to what is declared, and one for each kind of change", async () => {
    await withHost(
      async ({ host }) => {
        const { outputs } = await host.create(declared);
        const same = { ...declared, metadata: { nested: { x: [null, 1.5] }, plan: "pro" } };
        expect(await host.diff("acme", outputs, same)).toEqual({ changes: false, replaces: [] });
        for (const change of [
          { displayName: "Other" },
          { stripeCustomerId: undefined },
          { metadata: {} },
          { onExisting: "fail" },
        ]) {
          expect(await host.diff("acme", outputs, { ...declared, ...change })).toEqual({ changes: true, replaces: [] });
        }
        const moved = { ...declared, key: "other" };
        expect(await host.diff("acme", outputs, moved)).toEqual({ changes: true, replaces: ["key"] });
        // Of a key that is not known yet, only a later run can tell whether it is another one.
        const unknownKey = { ...declared, key: unknownValue };
        expect(await host.diff("acme", outputs, unknownKey)).toEqual({ changes: true, replaces: [] });
        const unknownInside = { ...declared, metadata: { plan: "pro", nested: { x: [null, unknownValue] } } };
        expect(await host.diff("acme", outputs, unknownInside)).toEqual({ changes: true, replaces: [] });
      },
      { package: hostPackage },
    );
  });

  it("is updated with the fields that changed and null for those no longer declared", async () => {
    await withHost(
      async ({ host, emulator }) => {
        const { outputs } = await host.create(declared);
        emulator.requests.clear();
        const { stripeCustomerId: _dropped, ...rest } = declared;
        const updated = await host.update("acme", outputs, { ...rest, displayName: "Acme Inc." });
        expect(updated).toEqual({ ...rest, displayName: "Acme Inc.", subjectId: outputs.subjectId });
        expect(emulator.requests.list().map(({ body }) => body)).toEqual([
          [{ key: "acme", displayName: "Acme Inc.", stripeCustomerId: null }],
        ]);
        expect(emulator.subjects.get("acme")).not.toHaveProperty("stripeCustomerId");
      },
      { package: hostPackage },
    );
  });

  it("is read with the owned fields as they are live, as outputs and as inputs", async () => {
    await withHost(
      async ({ host, emulator }) => {
        const { outputs } = await host.create(
          subjectInputs({ key: "acme", displayName: "Acme", metadata: { plan: "pro" }, onExisting: "adopt" }),
        );
        emulator.subjects.upsert({
          key: "acme",
          displayName: null,
          metadata: { plan: "free" },
          stripeCustomerId: "cus_foreign",
        });
        const inputs = { key: "acme", metadata: { plan: "free" }, onExisting: "adopt", __openmeter: marks };
        expect(await host.read("acme", outputs)).toEqual({
          id: "acme",
          inputs,
          outputs: { ...inputs, subjectId: outputs.subjectId },
        });
      },
      { package: hostPackage },
    );
  });

  it("is reported missing when it is gone", async () => {
    await withHost(
      async ({ host, emulator }) => {
        const { outputs } = await host.create(declared);
        emulator.subjects.delete("acme");
        expect((await host.read("acme", outputs)).id).toBe("");
      },
      { package: hostPackage },
    );
  });

  it("is deleted by the server's id, once more without an error, and never a re-created one", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const { outputs } = await host.create(declared);
        const destroying = await another();
        emulator.requests.clear();
        await destroying.delete("acme", outputs);
        expect(emulator.requests.list().map(({ method, path }) => `${method} ${path}`)).toEqual([
          `DELETE /api/v1/subjects/${String(outputs.subjectId)}`,
        ]);
        emulator.subjects.upsert({ key: "acme", displayName: "Re-created" });
        await destroying.delete("acme", outputs);
        expect(emulator.subjects.get("acme")?.displayName).toBe("Re-created");
      },
      { package: hostPackage },
    );
  });

  it("stays in the state as it is stored when OpenMeter stores something else", async () => {
    await withHost(
      async ({ host, emulator }) => {
        emulator.faults.add({
          kind: "alter",
          change: (answer) => (Array.isArray(answer) ? answer.map((one) => ({ ...one, displayName: "ACME" })) : answer),
        });
        const failure = await host.create(declared).catch((error: unknown) => error);
        expect(failure).toMatchObject({
          message: expect.stringContaining('displayName is "ACME" in OpenMeter and "Acme" in the program'),
          partial: {
            id: "acme",
            properties: { ...declared, displayName: "ACME", subjectId: emulator.subjects.get("acme")?.id },
            // Of a resource that exists all the same, the engine shows the reasons and not the message.
            reasons: [
              expect.stringMatching(
                /^subject "acme" was stored, but not as declared: displayName is "ACME".*pulumi up/,
              ),
            ],
            // Or a later refresh or destroy would find no provider.
            provider: 'exports.handler=require("pulumi-openmeter/dynamic").subject',
          },
        });
      },
      { package: hostPackage },
    );
  });
});
