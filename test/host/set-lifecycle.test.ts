import { describe, expect, it } from "vitest";
import { sample } from "../sample";
import { hostPackages, unknownValue } from "./dynamic-host";
import { calls, createSet, customers, declareSet, parsed, setInputs, urnOf } from "./set-fixtures";
import { withHost } from "./with-host";

describe.each(sample(hostPackages))("a set on the dynamic host of %s", (hostPackage) => {
  it("is created in requests of 500, with its name as its id, and then shows no difference", async () => {
    await withHost(
      async ({ host: { set }, emulator }) => {
        const inputs = setInputs(customers(1_200), { onExisting: "adopt", maxDeletions: "5%" });
        const checked = await set.check(inputs);
        expect(checked.failures).toEqual([]);
        const { id, outputs } = await set.create(checked.inputs);
        expect(id).toBe("customers");
        expect(calls(emulator.requests).sort()).toEqual(["POST 200", "POST 500", "POST 500"]);
        expect(emulator.subjects.size).toBe(1_200);
        expect(emulator.subjects.get("c1199")).toMatchObject({ displayName: "Customer 1199", metadata: { n: 1199 } });
        const { subjects, subjectIds, ...options } = outputs;
        expect(parsed(subjects)).toEqual(customers(1_200));
        expect(parsed(subjectIds).c7).toBe(emulator.subjects.get("c7")?.id);
        expect(options).toEqual({
          onExisting: "adopt",
          maxDeletions: "5%",
          __openmeter: { urn: urnOf("SubjectSet", "customers") },
        });
        emulator.requests.clear();
        expect(await set.diff(id, outputs, checked.inputs)).toEqual({ changes: false, replaces: [] });
        expect(calls(emulator.requests)).toEqual([]);
      },
      { package: hostPackage },
    );
  });

  it("is updated with what changed: one of 1,200 is one request with one item", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const outputs = await createSet(host.set, setInputs(customers(1_200)));
        const { set } = await another();
        emulator.requests.clear();
        const now = { ...customers(1_200), c700: { displayName: "Customer 700", metadata: { plan: "free" } } };
        const inputs = await declareSet(set, outputs, setInputs(now));
        expect(await set.diff("customers", outputs, inputs)).toEqual({ changes: true, replaces: [] });
        const updated = await set.update("customers", outputs, inputs);
        expect(calls(emulator.requests)).toEqual(["GET /api/v1/subjects/c700", "POST 1"]);
        expect(emulator.requests.list()[1]?.body).toEqual([{ key: "c700", metadata: { plan: "free" } }]);
        expect(parsed(updated.subjects)).toEqual(now);
        expect(updated.subjectIds).toBe(outputs.subjectIds);
      },
      { package: hostPackage },
    );
  });

  it("is read by one list, as outputs and as inputs, without those that are gone", async () => {
    await withHost(
      async ({ host, emulator, another }) => {
        const outputs = await createSet(host.set, setInputs(customers(100)));
        emulator.subjects.upsert({ key: "c3", displayName: "Drifted" });
        emulator.subjects.upsert({ key: "foreign" });
        emulator.subjects.delete("c9");
        const run = await another();
        emulator.requests.clear();
        const read = await run.set.read("customers", outputs);
        expect(calls(emulator.requests)).toEqual(["GET /api/v1/subjects", "GET /api/v1/subjects/c9"]);
        const { c9: _gone, ...rest } = customers(100);
        const live = { ...rest, c3: { ...rest.c3, displayName: "Drifted" } };
        expect(read.id).toBe("customers");
        expect(parsed(read.outputs.subjects)).toEqual(live);
        expect(parsed(read.inputs?.subjects)).toEqual(live);
        expect(read.inputs).not.toHaveProperty("subjectIds");
        const { inputs } = await run.set.check(setInputs(customers(100)), read.inputs);
        expect((await run.set.diff("customers", read.outputs, inputs)).changes).toBe(true);
      },
      { package: hostPackage },
    );
  });

  it("is read without its inputs when nothing has drifted: the engine has them", async () => {
    await withHost(
      async ({ host, another }) => {
        const outputs = await createSet(host.set, setInputs(customers(20)));
        const { set } = await another();
        expect(await set.read("customers", outputs)).toEqual({ id: "customers", outputs, inputs: undefined });
      },
      { package: hostPackage },
    );
  });
});

describe("a set on the dynamic host", () => {
  it("with unknown subjects passes check and counts as changed", async () => {
    await withHost(async ({ host: { set } }) => {
      const outputs = await createSet(set, setInputs(customers(2)));
      const { inputs, failures } = await set.check({ ...setInputs({}), subjects: unknownValue });
      expect(failures).toEqual([]);
      expect(inputs.subjects).toBe(unknownValue);
      expect(await set.diff("customers", outputs, inputs)).toEqual({ changes: true, replaces: [] });
    });
  });

  it("keeps what was stored when some subjects are refused, and the next update sends only these", async () => {
    await withHost(async ({ host, emulator, another }) => {
      emulator.faults.add({ kind: "status", status: 400, match: { key: "c7" }, times: Number.POSITIVE_INFINITY });
      const failure = await createSet(host.set, setInputs(customers(20))).catch((error: unknown) => error);
      const { c7: _refused, ...stored } = customers(20);
      expect(failure).toMatchObject({
        partial: {
          id: "customers",
          reasons: expect.arrayContaining([expect.stringContaining('"c7": ')]),
          // Or a later refresh or destroy would find no provider.
          provider: 'exports.handler=require("pulumi-openmeter/dynamic").subjectSet',
        },
      });
      const partial: unknown = Reflect.get(Object(failure), "partial");
      const outputs = Reflect.get(Object(partial), "properties");
      expect(parsed(outputs.subjects)).toEqual(stored);
      emulator.faults.clear();
      // The state's inputs are those that failed: a refresh corrects them, so that the next preview shows what is missing.
      const read = await (await another()).set.read("customers", outputs);
      expect(parsed(read.inputs?.subjects)).toEqual(stored);
      expect(await (await another()).set.read("customers", read.outputs)).toMatchObject({ inputs: undefined });
      const { set } = await another();
      emulator.requests.clear();
      const updated = await set.update("customers", outputs, await declareSet(set, outputs, setInputs(customers(20))));
      expect(emulator.requests.list().map(({ body }) => body)).toEqual([[{ key: "c7", ...customers(20).c7 }]]);
      expect(Object.keys(parsed(updated.subjectIds))).toHaveLength(20);
    });
  });

  it("keeps odd keys apart from the objects that JavaScript makes of them", async () => {
    await withHost(async ({ host: { set }, emulator }) => {
      const text = '{"__proto__":{"displayName":"P"},"10":{"metadata":{"constructor":1,"9":2}},"a/b ?ü😀":{}}';
      const outputs = await createSet(set, { ...setInputs({}), subjects: text });
      expect(emulator.subjects.get("__proto__")?.displayName).toBe("P");
      expect(emulator.subjects.get("10")?.metadata).toEqual({ constructor: 1, "9": 2 });
      expect(Object.keys(parsed(outputs.subjectIds)).sort()).toEqual(["10", "__proto__", "a/b ?ü😀"]);
      const read = await set.read("odd", outputs);
      expect(read.outputs).toEqual(outputs);
    });
  });
});
