import { type Emulator, startEmulator } from "openmeter-emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sample } from "../sample";
import { hostPackages } from "./dynamic-host";
import type { Properties } from "./operations";
import { calls, setInputs, subjectInputs } from "./set-fixtures";
import { withHost } from "./with-host";

const [euKey, usKey] = ["om-eu-key-never-to-be-seen", "om-us-key-never-to-be-seen"];

/** The inputs of a `Provider`, as the engine hands them to the process that it starts for it. */
function providerInputs(name: string, settings: Properties): Properties {
  const given = Object.entries(settings).map(([setting, value]) => [`openmeter:${setting}`, value] as const);
  const urn = `urn:pulumi:test::subjects::pulumi:providers:pulumi-nodejs::${name}`;
  return { ...Object.fromEntries(given), __openmeter: { urn } };
}

describe.each(sample(hostPackages))("the process of a Provider, on the dynamic host of %s", (hostPackage) => {
  let us: Emulator;
  beforeAll(async () => {
    us = await startEmulator({ apiKey: usKey });
  });
  beforeEach(() => {
    us.subjects.clear();
    us.requests.clear();
  });
  afterAll(() => us.close());

  const acme = subjectInputs({ key: "acme" });
  /** Runs a test with the account of the EU, whose server `withHost` starts. */
  const inEurope = (test: Parameters<typeof withHost>[0]) =>
    withHost(test, { package: hostPackage, emulator: { apiKey: euKey } });
  const euIn = (emulator: Emulator, settings: Properties = {}) =>
    providerInputs("eu", { baseUrl: emulator.url, apiKey: euKey, maxRetries: 0, ...settings });
  const usInputs = () => providerInputs("us", { baseUrl: us.url, apiKey: usKey, maxRetries: 0 });

  it("takes address, key and numbers from its arguments, and nothing from the environment", async () => {
    await inEurope(async ({ emulator, another }) => {
      const env = { OPENMETER_URL: us.url, OPENMETER_API_KEY: usKey };
      const eu = await another({ config: euIn(emulator, { requestTimeout: 20 }), env });
      await eu.create(acme);
      expect(emulator.subjects.size).toBe(1);
      const keyless = await another({ config: euIn(emulator, { apiKey: undefined }), env });
      await expect(keyless.create(subjectInputs({ key: "globex" }))).rejects.toThrow(/401 Unauthorized/);
      expect(us.requests.list()).toEqual([]);
    });
  });

  it("names the arguments and the Provider in its errors, and not the key", async () => {
    await inEurope(async ({ emulator, another }) => {
      const wrong = await another({ config: euIn(emulator, { apiKey: usKey }) });
      const refused = await wrong.create(acme).catch(String);
      expect(refused).toMatch(/answered 401 Unauthorized.*apiKey of Provider "eu"/);
      expect(refused).not.toContain("never-to-be-seen");
      const nowhere = await another({ config: euIn(emulator, { baseUrl: "nowhere", maxRetries: 99 }) });
      const { failures } = await nowhere.check(acme);
      expect(failures.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^baseUrl of Provider "eu" is "nowhere", which is not a URL/),
        expect.stringMatching(/^maxRetries of Provider "eu" is "99"; it must be a whole number from 0 to 20/),
      ]);
    });
  });

  it("marks what it has in the state", async () => {
    await inEurope(async ({ emulator, another }) => {
      const eu = await another({ config: euIn(emulator) });
      for (const [operations, news] of [
        [eu, acme],
        [eu.set, setInputs({ a: {} })],
      ] as const) {
        const { inputs } = await operations.check(news);
        const { outputs } = await operations.create(inputs);
        expect(outputs.__openmeter).toMatchObject({ provider: "pulumi:providers:pulumi-nodejs::eu" });
      }
    });
  });

  it("learns by one request for the record whether what it gets has moved", async () => {
    await inEurope(async ({ emulator, another }) => {
      const eu = await another({ config: euIn(emulator) });
      const { inputs } = await eu.check(acme);
      const { id, outputs } = await eu.create(inputs);
      const byRecord = [`GET /api/v1/subjects/${outputs.subjectId}`];

      const elsewhere = await another({ config: usInputs() });
      const moved = await elsewhere.check(acme, inputs);
      expect(await elsewhere.diff(id, outputs, moved.inputs)).toEqual({ changes: true, replaces: ["key"] });
      expect(calls(us.requests)).toEqual(byRecord);

      const renamed = await another({ config: { ...euIn(emulator), ...providerInputs("europe", {}) } });
      emulator.requests.clear();
      const stayed = await renamed.check(acme, inputs);
      expect(await renamed.diff(id, outputs, stayed.inputs)).toEqual({ changes: true, replaces: [] });
      expect(calls(emulator.requests)).toEqual(byRecord);
    });
  });
});
