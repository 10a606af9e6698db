import { describe, expect, it } from "vitest";
import { unknownValue } from "./dynamic-host";
import { setInputs } from "./set-fixtures";
import { withHost } from "./with-host";

describe("check on the dynamic host", () => {
  it("reports every problem at once with its property path, and sends nothing", async () => {
    await withHost(async ({ host, emulator }) => {
      const { failures } = await host.check({
        key: "..",
        displayName: 5,
        stripeCustomerId: "acct_1",
        onExisting: "replace",
        undeclaredMetadata: "merge",
        dispalyName: "typo",
        metadata: { top: null, "a b": [{ deep: "nul\0" }], big: 2 ** 60, fine: { nested: null } },
      });
      expect(failures.map(({ property }) => property).sort()).toEqual(
        [
          "displayName",
          "dispalyName",
          "key",
          'metadata["a b"][0].deep',
          "metadata.big",
          "metadata.top",
          "onExisting",
          "stripeCustomerId",
          "undeclaredMetadata",
        ].sort(),
      );
      expect(emulator.requests.list()).toEqual([]);
    });
  });

  it("refuses what no key can be", async () => {
    await withHost(async ({ host }) => {
      for (const key of [undefined, null, "", ".", "x".repeat(2501), "a\0b", 5]) {
        const { failures } = await host.check({ key });
        expect(failures, String(key)).toMatchObject([{ property: "key" }]);
      }
    });
  });

  it("lets unknown values pass wherever they stand", async () => {
    await withHost(async ({ host }) => {
      const inputs = {
        key: unknownValue,
        displayName: unknownValue,
        stripeCustomerId: unknownValue,
        metadata: { a: unknownValue, b: [{ c: unknownValue }] },
      };
      expect(await host.check(inputs)).toEqual({ inputs, failures: [] });
      expect(await host.check({ key: "k", metadata: unknownValue })).toMatchObject({ failures: [] });
    });
  });

  it("takes null for not declared", async () => {
    await withHost(async ({ host }) => {
      const inputs = { key: "acme", displayName: null, metadata: null, stripeCustomerId: null };
      expect(await host.check(inputs)).toEqual({ inputs: { key: "acme" }, failures: [] });
    });
  });

  it.each([
    {
      config: { "openmeter:baseurl": "x" },
      says: /openmeter:baseurl is not a setting.*pulumi config rm openmeter:baseurl/,
    },
    { config: { "openmeter:baseUrl": "nonsense" }, says: /openmeter:baseUrl is "nonsense", which is not a URL/ },
    { config: { "openmeter:requestTimeout": "soon" }, says: /openmeter:requestTimeout is "soon"/ },
    {
      config: { "openmeter:baseUrl": "https://openmeter.cloud" },
      says: /openmeter:apiKey is missing.*config set --secret/,
    },
  ])("says what is wrong with the configuration $config", async ({ config, says }) => {
    await withHost(
      async ({ host }) => {
        const { failures } = await host.check({ key: "acme" });
        expect(failures).toMatchObject([{ property: "", reason: expect.stringMatching(says) }]);
      },
      { config },
    );
  });

  it("warns of an API key that travels unencrypted to another host, once", async () => {
    await withHost(
      async ({ host }) => {
        await host.check({ key: "a" });
        await host.check({ key: "b" });
        await expect
          .poll(() => host.output, { timeout: 30_000 })
          .toContain("sent unencrypted: the connection to openmeter.example");
        expect(host.output.match(/unencrypted/g)).toHaveLength(1);
        expect(host.output).not.toContain("sk-very-secret");
      },
      { config: { "openmeter:baseUrl": "http://openmeter.example", "openmeter:apiKey": "sk-very-secret" } },
    );
  });

  it("takes server and key from the environment where the stack says nothing", async () => {
    await withHost(
      async ({ emulator, another }) => {
        const host = await another({
          config: { "openmeter:baseUrl": "" },
          env: { OPENMETER_URL: emulator.url, OPENMETER_TOKEN: "sk-very-secret" },
        });
        await host.create({ key: "acme" });
        expect(emulator.subjects.get("acme")).toBeDefined();
      },
      { emulator: { apiKey: "sk-very-secret" } },
    );
  });
});

describe("an input that the classes do not have", () => {
  it("is refused by a Subject, also one by whose name the provider keeps something", async () => {
    await withHost(async ({ host }) => {
      for (const name of ["secretFields", "subjectId", "id", "name", "constructor", "toString", "hasOwnProperty"]) {
        const { failures } = await host.check({ key: "acme", displayName: "Acme", [name]: ["displayName"] });
        const inputs = "key, displayName, metadata, stripeCustomerId, onExisting, undeclaredMetadata";
        expect(failures).toEqual([
          { property: name, reason: `${name} is not an input of a subject; inputs are ${inputs}` },
        ]);
      }
    });
  });

  it("is refused by a set, also where nothing else has changed since the run before", async () => {
    await withHost(async ({ host: { set } }) => {
      for (const name of ["name", "secret", "secretKeys", "subjectIds", "ids", "constructor"]) {
        const inputs = setInputs({ a: {} }, { [name]: "x" });
        const names = "subjects, onExisting, undeclaredMetadata, maxDeletions";
        const reason = `${name} is not an input of a subject set; inputs are ${names}`;
        for (const previous of [{}, setInputs({ a: {} })]) {
          expect((await set.check(inputs, previous)).failures).toEqual([{ property: name, reason }]);
        }
      }
    });
  });
});
