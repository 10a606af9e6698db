import type { JsonObject } from "openmeter-emulator";
import { describe, expect, it } from "vitest";
import { sample } from "../sample";
import { type DynamicHost, unknownValue } from "./dynamic-host";
import { type Form, forms, update } from "./forms";
import type { Properties } from "./operations";
import { createSet, customers, parsed, setInputs } from "./set-fixtures";
import { type HostTest, withHost } from "./with-host";

const signature = "4dabf18193072939515e22adb298388d";
const standIn = "(cannot be shown: ";
const declared = { displayName: "Acme", metadata: { plan: "pro" } };

/** Metadata of other writers that no state can carry as it is. As text, for what a JavaScript literal cannot say. */
const foreign: readonly { readonly what: string; readonly metadata: string }[] = [
  { what: "an integer beyond 2^53", metadata: '{"plan":"pro","at":1732622460123456789}' },
  { what: "nesting over 100", metadata: `{"plan":"pro","deep":${"[".repeat(120)}${"]".repeat(120)}}` },
  { what: "Pulumi's secret", metadata: `{"plan":"pro","x":[{"${signature}":"1b47061264138c4ac30d75fd1eb44270"}]}` },
  { what: "the same as the whole", metadata: `{"${signature}":"1b47061264138c4ac30d75fd1eb44270","value":"x"}` },
  { what: "an asset", metadata: `{"plan":"pro","x":{"${signature}":"c44067f5952c0a294b673a41bacd8c17","text":"t"}}` },
  { what: "the text of an unknown value", metadata: `{"plan":"pro","x":"${unknownValue}"}` },
  { what: "a name that JavaScript reserves", metadata: '{"plan":"pro","__proto__":{"plan":"free"}}' },
];

/** A refresh, then an up: what was stored is shown as drift, and repaired. Returns the state after the refresh. */
async function refreshedAndRepaired(
  { operations, inputs, fieldsOf }: Form,
  emulator: HostTest["emulator"],
  { run, state }: { readonly run: DynamicHost; readonly state: Properties },
) {
  const read = await operations(run).read("acme", state);
  expect(fieldsOf(read.inputs ?? {})).toEqual(fieldsOf(read.outputs));
  emulator.requests.clear();
  const repaired = await update(operations(run), read.outputs, inputs(declared));
  expect(repaired.changes).toBe(true);
  expect(JSON.stringify(emulator.requests.list())).not.toContain(standIn);
  return fieldsOf(read.outputs);
}

describe.each(sample(forms))("a refresh on the dynamic host, in $form,", (form) => {
  it("shows as drift what no state can carry, and up repairs it; what stands for it is never sent", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const state = await createSet(form.operations(host), form.inputs(declared));
      const run = await another();
      for (const { what, metadata } of foreign) {
        // JSON.parse makes an own property of any name.
        emulator.subjects.upsert({ key: "acme", metadata: JSON.parse(metadata) as JsonObject });
        const shown = await refreshedAndRepaired(form, emulator, { run, state });
        expect(JSON.stringify(shown), what).toContain(standIn);
        expect(emulator.subjects.get("acme"), what).toMatchObject(declared);
        expect(emulator.subjects.get("acme")?.metadata, what).toEqual(declared.metadata);
      }
    });
  });

  it("leaves what no state can carry alone, where the program changes something else of the same metadata", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const state = await createSet(form.operations(host), form.inputs(declared));
      const theirs = { plan: "pro", ref: unknownValue, deep: [{ at: 2 ** 60 }] };
      emulator.subjects.upsert({ key: "acme", metadata: theirs });
      const run = await another();
      const { outputs } = await form.operations(run).read("acme", state);
      // As the engine hands it over under ignoreChanges: ["metadata.ref", "metadata.deep"].
      const { metadata } = form.fieldsOf(outputs) as { metadata: Record<string, string> };
      await update(
        form.operations(run),
        outputs,
        form.inputs({ ...declared, metadata: { ...metadata, plan: "free" } }),
      );
      expect(emulator.subjects.get("acme")?.metadata).toEqual({ ...theirs, plan: "free" });
    });
  });

  it("takes a display name that no program could declare, and one that is the text of an unknown value", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const state = await createSet(form.operations(host), form.inputs(declared));
      const run = await another();
      for (const displayName of ["ü".repeat(1_500), unknownValue]) {
        emulator.faults.add({
          kind: "alter",
          match: { method: "GET" },
          change: (answer) => JSON.parse(JSON.stringify(answer).replace('"Acme"', JSON.stringify(displayName))),
        });
        const shown = await refreshedAndRepaired(form, emulator, { run, state });
        expect(shown).not.toMatchObject({ displayName: "Acme" });
      }
    });
  });
});

describe("a subject that the program cannot declare as it is", () => {
  it("passes the check where the state has it so, as with ignoreChanges", async () => {
    await withHost(async ({ host, emulator, another }) => {
      const { inputs, operations } = forms[0] as Form;
      const state = await createSet(operations(host), inputs(declared));
      const metadata = { [signature]: "1b47061264138c4ac30d75fd1eb44270" };
      emulator.subjects.upsert({ key: "acme", metadata });
      const run = await another();
      const { outputs } = await run.read("acme", state);
      await update(run, outputs, inputs({ displayName: "Acme Inc.", metadata: outputs.metadata }));
      expect(emulator.subjects.get("acme")).toMatchObject({ displayName: "Acme Inc.", metadata });
    });
  });
});

describe("a foreign subject that contains the API key", () => {
  const apiKey = "om-key-never-to-be-seen";
  const config = { "openmeter:apiKey": apiKey };

  it("does not stop the refresh of a set by a list, which one of its own does, by name", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const outputs = await createSet(host.set, setInputs(customers(40)));
        emulator.subjects.upsert({ key: "foreign", metadata: { note: `the key is ${apiKey}` } });
        emulator.subjects.upsert({ key: "c3", displayName: "Drifted" });
        const read = await (await another()).set.read("customers", outputs);
        expect(parsed(read.outputs.subjects)).toMatchObject({ c3: { displayName: "Drifted" } });
        expect(emulator.requests.count("GET /api/v1/subjects")).toBe(1);

        emulator.subjects.upsert({ key: "c5", displayName: apiKey });
        const run = await another();
        const failure = await run.set.read("customers", outputs).catch((error: unknown) => `${error}`);
        expect(failure).toContain('"c5"');
        expect(`${failure}${run.output}`).not.toContain(apiKey);
      },
      { config, emulator: { apiKey } },
    );
  });
});
