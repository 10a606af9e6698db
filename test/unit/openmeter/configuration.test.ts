import { describe, expect, it } from "vitest";
import {
  type Configuration,
  readConfiguration,
  readProviderConfiguration,
} from "../../../provider/src/openmeter/configuration";

type Settings = Readonly<Record<string, string>>;

function read(stack: Settings, environment: Settings = {}) {
  const named = Object.fromEntries(Object.entries(stack).map(([name, value]) => [`openmeter:${name}`, value]));
  return readConfiguration(named, environment);
}

function problems(stack: Settings, environment: Settings = {}): readonly string[] {
  const result = read(stack, environment);
  return result.ok ? [] : result.problems;
}

function configured(stack: Settings, environment: Settings = {}): Configuration {
  const result = read(stack, environment);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.configuration;
}

const local = { baseUrl: "http://localhost:8888" };
const key = "om_secret_0123456789";

/** What messages call the settings of a stack. */
const names = {
  baseUrl: "openmeter:baseUrl",
  setApiKey: expect.stringContaining("pulumi config set --secret"),
  requestTimeout: "openmeter:requestTimeout",
  lasting: { baseUrl: "openmeter:baseUrl", apiKey: "openmeter:apiKey" },
};

describe("the configuration", () => {
  it("of a stack with an API key alone is OpenMeter Cloud with defaults", () => {
    expect(read({ apiKey: key })).toStrictEqual({
      ok: true,
      configuration: {
        baseUrl: "https://openmeter.cloud",
        apiKey: key,
        names: { ...names, apiKey: "openmeter:apiKey" },
        requestTimeoutMs: 30_000,
        maxRetries: 6,
        maxConcurrency: 16,
      },
      warnings: [],
    });
  });

  it("of a stack with a server of its own needs no API key", () => {
    expect(configured(local)).toStrictEqual({
      ...local,
      names,
      requestTimeoutMs: 30_000,
      maxRetries: 6,
      maxConcurrency: 16,
    });
  });

  it("takes all settings of the stack", () => {
    expect(
      configured({ ...local, apiKey: key, requestTimeout: "2.5", maxRetries: "0", maxConcurrency: "3" }),
    ).toStrictEqual({
      baseUrl: "http://localhost:8888",
      apiKey: key,
      names: { ...names, apiKey: "openmeter:apiKey" },
      requestTimeoutMs: 2_500,
      maxRetries: 0,
      maxConcurrency: 3,
    });
  });

  it.each<[string, Settings, Settings, Partial<Configuration>]>([
    [
      "the environment where the stack says nothing",
      {},
      { OPENMETER_URL: "http://127.0.0.1:1", OPENMETER_API_KEY: key },
      { baseUrl: "http://127.0.0.1:1", apiKey: key },
    ],
    ["OPENMETER_TOKEN as well", local, { OPENMETER_TOKEN: key }, { apiKey: key }],
    [
      "OPENMETER_API_KEY before OPENMETER_TOKEN",
      local,
      { OPENMETER_TOKEN: "token", OPENMETER_API_KEY: key },
      { apiKey: key },
    ],
    [
      "the stack before the environment",
      { ...local, apiKey: key },
      { OPENMETER_URL: "http://127.0.0.1:1", OPENMETER_API_KEY: "e", OPENMETER_TOKEN: "t" },
      { ...local, apiKey: key },
    ],
    [
      "each setting for itself",
      local,
      { OPENMETER_URL: "http://127.0.0.1:1", OPENMETER_API_KEY: key },
      { ...local, apiKey: key },
    ],
    [
      "the environment where the stack is empty",
      { baseUrl: "", apiKey: "" },
      { OPENMETER_URL: "http://127.0.0.1:1", OPENMETER_API_KEY: key },
      { baseUrl: "http://127.0.0.1:1", apiKey: key },
    ],
    [
      "values without the blanks around them",
      { baseUrl: " http://localhost:8888\n", apiKey: ` ${key}\n` },
      {},
      { ...local, apiKey: key },
    ],
    [
      "an environment without the blanks around it",
      {},
      { OPENMETER_URL: " http://localhost:8888\n", OPENMETER_API_KEY: `${key}\n` },
      { ...local, apiKey: key },
    ],
  ])("takes %s", (_what, stack, environment, expected) => {
    expect(configured(stack, environment)).toMatchObject(expected);
  });

  it.each<[string, string]>([
    ["http://localhost:8888/", "http://localhost:8888"],
    ["http://localhost:8888///", "http://localhost:8888"],
    ["https://example.com:443", "https://example.com"],
    ["https://example.com/metering/", "https://example.com/metering"],
    ["https://example.com/api/v1/of-a-proxy", "https://example.com/api/v1/of-a-proxy"],
    ["HTTPS://Example.com", "https://example.com"],
    ["http://[::1]:8888", "http://[::1]:8888"],
    ["https://example.com/rapi", "https://example.com/rapi"],
  ])("takes the address %s as %s", (baseUrl, taken) => {
    expect(configured({ baseUrl }).baseUrl).toBe(taken);
  });

  it.each(["32.3", "16.1", "0.0001", "1.0001"])(
    "takes a timeout of %s s as whole milliseconds, which is all that a timer takes",
    (requestTimeout) => {
      const { requestTimeoutMs } = configured({ ...local, requestTimeout });
      expect(requestTimeoutMs).toSatisfy(Number.isInteger);
      expect(requestTimeoutMs).toBeGreaterThan(0);
    },
  );

  it("takes the proxies of the environment", () => {
    const { proxies, proxy } = configured({ apiKey: key }, { HTTPS_PROXY: "http://u:p@proxy.test:3128" });
    expect(proxies).toMatchObject({ httpsProxy: "http://u:p@proxy.test:3128" });
    expect(proxy).toEqual({ variable: "HTTPS_PROXY", origin: "http://proxy.test:3128" });
  });

  it("takes null, which a program's tests may set, for a setting that is missing", () => {
    const stack = { "openmeter:apiKey": key, "openmeter:requestTimeout": null };
    expect(readConfiguration(stack, {})).toMatchObject({ ok: true, configuration: { requestTimeoutMs: 30_000 } });
  });

  it.each<[string, Settings]>([
    ["without namespace, of other packages", { "aws:region": "eu-central-1", "project:openmeter:baseUrl": "x" }],
  ])("minds no keys %s", (_what, others) => {
    expect(readConfiguration({ ...others, "openmeter:apiKey": key }, {})).toMatchObject({ ok: true });
  });
});

describe("a bad configuration is refused with the name of the setting and the remedy:", () => {
  it.each<[string, Settings, RegExp]>([
    [
      "no API key for OpenMeter Cloud",
      {},
      /^openmeter:apiKey is missing, and OpenMeter Cloud .* requires it: set it with: pulumi config set --secret openmeter:apiKey .*OPENMETER_API_KEY.*openmeter:baseUrl$/,
    ],
    [
      "no API key for OpenMeter Cloud by its address",
      { baseUrl: "https://OPENMETER.cloud:443/" },
      /^openmeter:apiKey is missing/,
    ],
    [
      "an address that is none",
      { baseUrl: "localhost" },
      /^openmeter:baseUrl is "localhost", which is not a URL; set it to .*http:\/\/localhost:8888$/,
    ],
    [
      "an address without a scheme",
      { baseUrl: "localhost:8888" },
      /^openmeter:baseUrl is "localhost:8888", which is not an http or https URL/,
    ],
    [
      "another scheme",
      { baseUrl: "ftp://example.com" },
      /^openmeter:baseUrl is "ftp:\/\/example\.com", which is not an http or https URL/,
    ],
    ["a query", { baseUrl: "https://example.com/?a=1" }, /^openmeter:baseUrl has a query or fragment/],
    ["a fragment", { baseUrl: "https://example.com/#a" }, /^openmeter:baseUrl has a query or fragment/],
    [
      "the API's path",
      { baseUrl: "https://example.com/api/v1" },
      /^openmeter:baseUrl is .*; set it to "https:\/\/example\.com", because the provider adds \/api\/v1 itself$/,
    ],
    [
      "the address of a request",
      { baseUrl: "https://example.com/metering/api/v1/subjects/acme" },
      /; set it to "https:\/\/example\.com\/metering", because/,
    ],
    ["the API's path with a slash", { baseUrl: "https://example.com/x/api/v1/" }, /the provider adds \/api\/v1 itself/],
    [
      "the API's path of a later version",
      { baseUrl: "https://example.com/api/v12" },
      /the provider adds \/api\/v1 itself/,
    ],
    [
      "a password without a user name",
      { baseUrl: "https://:pw@example.com" },
      /^openmeter:baseUrl contains a user name or password; set the address without them, and the key as openmeter:apiKey/,
    ],
    [
      "what may be a password in an address that is none",
      { baseUrl: "user:pw@host:x" },
      /^openmeter:baseUrl is an address that is not repeated here, because it may contain a password, which is not/,
    ],
    ["the API's path without version", { baseUrl: "https://example.com/api" }, /the provider adds \/api\/v1 itself/],
    [
      "no number as timeout",
      { ...local, requestTimeout: "30s" },
      /^openmeter:requestTimeout is "30s"; it must be a number of seconds above 0 and at most 3600$/,
    ],
    ["a timeout of 0", { ...local, requestTimeout: "0" }, /^openmeter:requestTimeout is "0"/],
    ["a negative timeout", { ...local, requestTimeout: "-1" }, /^openmeter:requestTimeout is "-1"/],
    ["a timeout above an hour", { ...local, requestTimeout: "3600.1" }, /^openmeter:requestTimeout is "3600\.1"/],
    ["an endless timeout", { ...local, requestTimeout: "Infinity" }, /^openmeter:requestTimeout is "Infinity"/],
    ["a blank timeout", { ...local, requestTimeout: " " }, /^openmeter:requestTimeout is /],
    [
      "no number of retries",
      { ...local, maxRetries: "many" },
      /^openmeter:maxRetries is "many"; it must be a whole number from 0 to 20$/,
    ],
    ["half a retry", { ...local, maxRetries: "1.5" }, /^openmeter:maxRetries is "1\.5"/],
    ["hexadecimal retries", { ...local, maxRetries: "0x10" }, /^openmeter:maxRetries is "0x10"; it must be a whole/],
    ["retries with an exponent", { ...local, maxRetries: "1e1" }, /^openmeter:maxRetries is "1e1"/],
    ["negative retries", { ...local, maxRetries: "-1" }, /^openmeter:maxRetries is "-1"/],
    ["21 retries", { ...local, maxRetries: "21" }, /^openmeter:maxRetries is "21"/],
    ["blank retries", { ...local, maxRetries: " " }, /^openmeter:maxRetries is /],
    [
      "no request at once",
      { ...local, maxConcurrency: "0" },
      /^openmeter:maxConcurrency is "0"; it must be a whole number from 1 to 64$/,
    ],
    ["65 requests at once", { ...local, maxConcurrency: "65" }, /^openmeter:maxConcurrency is "65"/],
    ["half a request at once", { ...local, maxConcurrency: "1.5" }, /^openmeter:maxConcurrency is "1\.5"/],
    [
      "an unknown setting",
      { ...local, apikey: "x" },
      /^openmeter:apikey is not a setting of this provider; its settings are openmeter:baseUrl, openmeter:apiKey, openmeter:requestTimeout, openmeter:maxRetries, openmeter:maxConcurrency\. Did you mean openmeter:apiKey\? Then set that one first\. Remove it with: pulumi config rm openmeter:apikey$/,
    ],
    ["a setting that is nearly known", { ...local, maxRetry: "3" }, /Did you mean openmeter:maxRetries\?/],
    ["a setting that is like no other", { ...local, colour: "red" }, /maxConcurrency\. Remove it/],
    ["an address that is set to nothing", { baseUrl: "", apiKey: "k" }, /^openmeter:baseUrl is empty/],
    ["a number of milliseconds", { ...local, requestTimeout: "30000" }, /at most 3600: for milliseconds write 30$/],
  ])("%s", (_what, stack, message) => {
    expect(problems(stack)).toEqual([expect.stringMatching(message)]);
  });

  it("is one with an address in the environment that is set to nothing: the key is not for OpenMeter Cloud", () => {
    const { problems: found } = Object(readConfiguration({ "openmeter:apiKey": "k" }, { OPENMETER_URL: " " }));
    expect(found).toEqual([expect.stringMatching(/^OPENMETER_URL is empty, which is no address; set it to/)]);
  });

  it("names the environment variable where the address comes from there", () => {
    expect(problems({}, { OPENMETER_URL: "x", OPENMETER_API_KEY: key })).toEqual([
      expect.stringMatching(/^OPENMETER_URL is "x", which is not a URL/),
    ]);
  });

  it.each(["OPENMETER_API_KEY", "OPENMETER_TOKEN"])("names %s where the key comes from there", (variable) => {
    expect(problems(local, { [variable]: "Bearer om_secret" })).toEqual([
      expect.stringMatching(new RegExp(`^${variable} contains characters .* set ${variable} again without them$`)),
    ]);
    expect(configured(local, { OPENMETER_URL: "http://x", [variable]: key }).names).toMatchObject({
      baseUrl: "openmeter:baseUrl",
      apiKey: variable,
    });
  });

  it.each<[string, Settings, Settings, object]>([
    ["that the stack has", { ...local, apiKey: key }, {}, { baseUrl: "openmeter:baseUrl", apiKey: "openmeter:apiKey" }],
    ["and where a missing key belongs", local, {}, { baseUrl: "openmeter:baseUrl", apiKey: "openmeter:apiKey" }],
    ["but none of the environment", {}, { OPENMETER_URL: "http://x", OPENMETER_API_KEY: key }, {}],
    ["but no key of the environment", local, { OPENMETER_TOKEN: key }, { baseUrl: "openmeter:baseUrl" }],
  ])("tells which settings a refresh takes from the last up: those %s", (_what, stack, environment, lasting) => {
    expect(configured(stack, environment).names.lasting).toEqual(lasting);
  });

  it("names the environment alone where no stack is read", () => {
    const result = readConfiguration(undefined, {});
    expect(result.ok ? [] : result.problems).toEqual([
      "OPENMETER_API_KEY is missing, and OpenMeter Cloud (https://openmeter.cloud) requires it: set the environment variable OPENMETER_API_KEY. For a server of your own, set OPENMETER_URL",
    ]);
  });

  it("all of it at once", () => {
    const found = problems({ baseUrl: "x", apiKey: "a b", requestTimeout: "x", maxRetries: "x", typo: "x" });
    expect(found.map((problem) => problem.split(" ")[0])).toEqual([
      "openmeter:typo",
      "openmeter:baseUrl",
      "openmeter:apiKey",
      "openmeter:requestTimeout",
      "openmeter:maxRetries",
    ]);
  });

  it.each(["3600", "0.001"])("but a timeout of %s s is taken", (requestTimeout) => {
    expect(problems({ ...local, requestTimeout })).toEqual([]);
  });

  it.each(["0", "20"])("but %s retries are taken", (maxRetries) => {
    expect(problems({ ...local, maxRetries })).toEqual([]);
  });

  it.each(["1", "64"])("but %s requests at once are taken", (maxConcurrency) => {
    expect(problems({ ...local, maxConcurrency })).toEqual([]);
  });
});

describe("the arguments of a Provider", () => {
  const readArguments = (args: Readonly<Record<string, unknown>>, environment: Settings = {}) =>
    readProviderConfiguration(args, environment, { label: 'Provider "eu"' });
  const problemsOf = (args: Readonly<Record<string, unknown>>): readonly string[] => {
    const result = readArguments(args);
    return result.ok ? [] : result.problems;
  };

  it("are named as such, and are all lasting", () => {
    expect(readArguments({ ...local, apiKey: key, requestTimeout: 2, maxRetries: 0, maxConcurrency: 3 })).toEqual({
      ok: true,
      configuration: {
        ...local,
        apiKey: key,
        names: {
          baseUrl: 'baseUrl of Provider "eu"',
          apiKey: 'apiKey of Provider "eu"',
          setApiKey: 'set apiKey of Provider "eu"',
          requestTimeout: 'requestTimeout of Provider "eu"',
          lasting: { baseUrl: 'baseUrl of Provider "eu"', apiKey: 'apiKey of Provider "eu"' },
        },
        requestTimeoutMs: 2_000,
        maxRetries: 0,
        maxConcurrency: 3,
      },
      warnings: [],
    });
  });

  it("take neither address nor key from the environment, but the proxy", () => {
    const others = { OPENMETER_URL: "http://other.test", OPENMETER_API_KEY: "other", OPENMETER_TOKEN: "other" };
    expect(readArguments(local, others)).toMatchObject({ ok: true, configuration: local });
    expect(Object(readArguments(local, others)).configuration).not.toHaveProperty("apiKey");
    expect(problemsOf({})).toEqual([
      'apiKey of Provider "eu" is missing, and OpenMeter Cloud (https://openmeter.cloud) requires it: set apiKey of Provider "eu". For a server of your own, set baseUrl of Provider "eu"',
    ]);
    const proxied = readArguments({ apiKey: key }, { HTTPS_PROXY: "http://proxy.test:3128" });
    expect(proxied).toMatchObject({ configuration: { proxy: { variable: "HTTPS_PROXY" } } });
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["an address that is none", { baseUrl: 42 }, /^baseUrl of Provider "eu" is "42", which is not a URL/],
    [
      "an address that is empty",
      { baseUrl: "", apiKey: key },
      /^baseUrl of Provider "eu" is empty, which is no address/,
    ],
    [
      "a password in the address",
      { baseUrl: "https://:hunter2@example.com" },
      /contains a user name or password; set the address without them, and the key as apiKey of Provider "eu"$/,
    ],
    [
      "a key that none can be",
      { ...local, apiKey: "Bearer hunter2" },
      /^apiKey of Provider "eu" contains characters .* set apiKey of Provider "eu" again without them$/,
    ],
    [
      "a number out of range",
      { ...local, requestTimeout: 30_000 },
      /^requestTimeout of Provider "eu" is "30000"; it must be .*: for milliseconds write 30$/,
    ],
    [
      "a name that is none",
      { ...local, apikey: "hunter2" },
      /^apikey is not an argument; arguments are baseUrl, apiKey, requestTimeout, maxRetries, maxConcurrency\. Did you mean apiKey\?$/,
    ],
    ["a name that is like no other", { ...local, colour: "red" }, /maxConcurrency$/],
  ])("are refused for %s", (_what, args, message) => {
    expect(problemsOf(args)).toEqual([expect.stringMatching(message)]);
    expect(problemsOf(args).join()).not.toContain("hunter2");
  });
});

describe("a secret never stands in a problem:", () => {
  it.each<[string, Settings]>([
    ["an API key with a line break", { ...local, apiKey: "hunter2\nhunter2" }],
    ["an API key beyond ASCII", { ...local, apiKey: "hunter2é" }],
    ["a password in the address", { baseUrl: "https://user:hunter2@example.com" }],
    ["a user name in the address", { baseUrl: "https://hunter2@example.com" }],
    ["a password in an address with a query", { baseUrl: "https://user:hunter2@example.com/?a=1" }],
    ["a password in an address of another scheme", { baseUrl: "ftp://user:hunter2@example.com" }],
    ["a password in an address without a scheme", { baseUrl: "user:hunter2@example.com" }],
    ["a password that makes the address unreadable", { baseUrl: "https://user:hunter2/x@example.com" }],
    ["a password in an address without a host", { baseUrl: "https://user:hunter2@" }],
    [
      "the API key in the address's query",
      { baseUrl: "https://example.com/?apiKey=hunter2-secret", apiKey: "hunter2-secret" },
    ],
    ["a password under an unknown name", { ...local, token: "hunter2" }],
  ])("%s", (_what, stack) => {
    const found = problems(stack);
    expect(found).not.toEqual([]);
    expect(found.join()).not.toContain("hunter2");
  });
});

describe("an API key over http", () => {
  it.each([
    "http://openmeter.example",
    "http://10.0.0.1:8888",
    "http://localhost.example",
    "http://127.example.com",
    "http://notlocalhost",
    "http://[::2]",
  ])("to %s draws a warning, without the key", (baseUrl) => {
    const result = read({ baseUrl, apiKey: key });
    const warnings = result.ok ? result.warnings : [];
    expect(warnings).toEqual([
      expect.stringContaining(`the connection to ${new URL(baseUrl).host} uses http. Use https`),
    ]);
    expect(warnings.join()).not.toContain(key);
  });

  it.each([
    "http://localhost:8888",
    "http://127.0.0.1",
    "http://127.1.2.3:1",
    "http://127.0.0.10",
    "http://[::1]:8888",
    "http://app.localhost",
    "https://openmeter.example",
  ])("to %s draws none", (baseUrl) => {
    expect(read({ baseUrl, apiKey: key })).toMatchObject({ warnings: [] });
  });

  it("that is not there draws none", () => {
    expect(read({ baseUrl: "http://openmeter.example" })).toMatchObject({ warnings: [] });
  });
});
