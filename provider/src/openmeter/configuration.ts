import { defined } from "../json";
import { nearest, notAmong, printable, quoted } from "../printable";
import { type Environment, type Proxies, proxyOf, readProxies, type ShownProxy } from "./http/proxy";

/** Settings of one connection to OpenMeter. */
export interface Configuration {
  /** Address of the server without a trailing slash, such as `https://openmeter.cloud`. */
  readonly baseUrl: string;
  /** Sent as Bearer token; never part of inputs, state or messages. */
  readonly apiKey?: string;
  /** How messages name the settings. */
  readonly names: SettingNames;
  /** Bound of one try of one request, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** How often a request is tried again after a transient failure. */
  readonly maxRetries: number;
  /** How many requests are under way at once. */
  readonly maxConcurrency: number;
  /** The proxies of the environment, where it names any, and the one on the way to the server. */
  readonly proxies?: Proxies;
  readonly proxy?: ShownProxy;
}

/** The settings that a user has to look at when something is wrong with the address or the key. */
export interface SettingNames {
  /** Where the address comes from, or belongs: `openmeter:baseUrl` or `OPENMETER_URL`. */
  readonly baseUrl: string;
  /** Where the key comes from: `openmeter:apiKey`, `OPENMETER_API_KEY` or `OPENMETER_TOKEN`. Absent where there is none. */
  readonly apiKey?: string;
  /** What to do to set a key: the end of a sentence. */
  readonly setApiKey: string;
  readonly requestTimeout: string;
  /** Those that a refresh and a destroy, which run no program, take from the last `up`. */
  readonly lasting: { readonly baseUrl?: string; readonly apiKey?: string };
}

/** What reading the configuration came to: settings with warnings, or the problems that must be solved first. */
export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Where OpenMeter Cloud is served; used when neither the stack nor the environment names a server. */
export const cloudUrl = "https://openmeter.cloud";

/** Names of the settings: under `openmeter:` in a stack's configuration, and as arguments of a `Provider`. */
export const configurationKeys = ["baseUrl", "apiKey", "requestTimeout", "maxRetries", "maxConcurrency"] as const;
export type SettingName = (typeof configurationKeys)[number];

/** A decimal number. JavaScript itself would take "0x10" and "1e1" too, and an empty text for 0. */
const decimal = /^\d+(\.\d+)?$/;

/** The settings that are numbers: what is taken, in words too, and what a missing one counts as. */
const numbers = {
  requestTimeout: {
    isTaken: (value: number) => value > 0 && value <= 3600,
    rule: "a number of seconds above 0 and at most 3600",
    byDefault: 30,
  },
  maxRetries: { isTaken: isWhole(0, 20), rule: "a whole number from 0 to 20", byDefault: 6 },
  maxConcurrency: { isTaken: isWhole(1, 64), rule: "a whole number from 1 to 64", byDefault: 16 },
} as const;

function isWhole(least: number, most: number): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= least && value <= most;
}

/** Where settings come from, and how messages call them. */
interface Source {
  /** A setting that has a value. */
  find(setting: SettingName): Setting | undefined;
  /** How messages call a setting that has none. */
  nameOf(setting: SettingName): string;
  /** An address that is set to nothing, by a variable that was not there: the key of a server of one's own is not to go to the cloud. */
  readonly emptyAddress: Setting | undefined;
  /** What to do to set a key: the end of a sentence. */
  readonly setApiKey: string;
  /** Whether a refresh and a destroy take what has this name from the last `up`. */
  isLasting(name: string): boolean;
  readonly problems: readonly string[];
}

const setInStack = "pulumi config set --secret openmeter:apiKey";

/**
 * Reads the configuration of a stack, and the environment where the stack says nothing.
 *
 * @param stackConfig the stack's configuration, keys with their namespace (`openmeter:baseUrl`), secrets decrypted;
 *   `undefined` where no stack is read, so that messages name the environment alone
 * @param environment `OPENMETER_URL`, `OPENMETER_API_KEY`, `OPENMETER_TOKEN` and the proxies are looked at
 * @param givenUrl an address that goes before both, with the name by which messages call it
 */
export function readConfiguration(
  stackConfig: Readonly<Record<string, unknown>> | undefined,
  environment: Environment,
  givenUrl?: Setting,
): ConfigurationResult {
  const hasStack = stackConfig !== undefined;
  const stack = stackConfig ?? {};
  const inEnvironment = (setting: SettingName): Setting | undefined => {
    const names = variables[setting] ?? [];
    return names.flatMap((name) => given(name, environment[name]?.trim()) ?? [])[0];
  };
  return readFrom(
    {
      find: (setting) =>
        (setting === "baseUrl" ? givenUrl : undefined) ??
        given(`openmeter:${setting}`, stack[`openmeter:${setting}`]) ??
        inEnvironment(setting),
      nameOf: (setting) => (hasStack ? undefined : variables[setting]?.[0]) ?? `openmeter:${setting}`,
      emptyAddress: emptyAddress(stack, environment),
      setApiKey: hasStack
        ? `set it with: ${setInStack} (or the environment variable OPENMETER_API_KEY)`
        : "set the environment variable OPENMETER_API_KEY",
      isLasting: (name) => name.startsWith("openmeter:"),
      problems: unknownKeys(stack),
    },
    environment,
  );
}

/**
 * Reads the arguments of a `Provider`, and of the environment only the proxies: no account's key is to reach another's server.
 *
 * @param args by name, secrets decrypted
 * @param label how messages name the provider, where they do not begin with it: `Provider "eu"`
 * @param secrets names of arguments that no message repeats: a key may stand in the wrong one
 */
export function readProviderConfiguration(
  args: Readonly<Record<string, unknown>>,
  environment: Environment,
  { label, secrets = [] }: { readonly label?: string; readonly secrets?: readonly string[] } = {},
): ConfigurationResult {
  const nameOf = (argument: SettingName) => (label === undefined ? argument : `${argument} of ${label}`);
  return readFrom(
    {
      find: (setting) => {
        const found = given(nameOf(setting), args[setting]);
        return found && { ...found, isSecret: secrets.includes(setting) };
      },
      nameOf,
      emptyAddress: args.baseUrl === "" ? { name: nameOf("baseUrl"), value: "" } : undefined,
      setApiKey: `set ${nameOf("apiKey")}`,
      isLasting: () => true,
      problems: unknownArguments(args),
    },
    environment,
  );
}

function readFrom(source: Source, environment: Environment): ConfigurationResult {
  const problems: string[] = [...source.problems];
  const url = source.find("baseUrl") ?? source.emptyAddress ?? { name: source.nameOf("baseUrl"), value: cloudUrl };
  const urlProblem = problemOfUrl(url, source.nameOf("apiKey"));
  if (urlProblem !== undefined) {
    problems.push(`${url.name} ${urlProblem}`);
  }
  const baseUrl = urlProblem === undefined ? baseUrlOf(new URL(url.value)) : undefined;

  const key = source.find("apiKey");
  const { setApiKey } = source;
  // A header value outside visible ASCII cannot be sent; saying so here keeps the key out of the HTTP library's own error.
  if (key !== undefined && /[^\x21-\x7e]/.test(key.value)) {
    const again =
      key.name === "openmeter:apiKey" ? `set it again with: ${setInStack}` : `set ${key.name} again without them`;
    problems.push(
      `${key.name} contains characters that no API key has (a line break, a space, a leading "Bearer "?); ${again}`,
    );
  }
  if (baseUrl === cloudUrl && key === undefined) {
    problems.push(
      `${source.nameOf("apiKey")} is missing, and OpenMeter Cloud (${cloudUrl}) requires it: ${setApiKey}. For a server of your own, set ${source.nameOf("baseUrl")}`,
    );
  }

  const { proxies, problems: proxyProblems } = readProxies(environment);
  problems.push(...proxyProblems);

  const readNumber = (name: keyof typeof numbers): number => {
    const { isTaken, rule, byDefault } = numbers[name];
    const found = source.find(name);
    if (found === undefined) {
      return byDefault;
    }
    const { value: text, isSecret } = found;
    const value = Number(text);
    if (decimal.test(text) && isTaken(value)) {
      return value;
    }
    const isMilliseconds = name === "requestTimeout" && value > 3600 && isSecret !== true;
    const hint = isMilliseconds ? `: for milliseconds write ${value / 1000}` : "";
    problems.push(`${found.name} is ${shownOf(found)}; it must be ${rule}${hint}`);
    return byDefault;
  };
  // Timers take whole milliseconds.
  const requestTimeoutMs = Math.max(1, Math.round(readNumber("requestTimeout") * 1000));
  const maxRetries = readNumber("maxRetries");
  const maxConcurrency = readNumber("maxConcurrency");
  if (problems.length > 0 || baseUrl === undefined) {
    return { ok: false, problems };
  }
  const [proxy, apiKey] = [proxyOf(baseUrl, environment), key?.value];
  const lasting = source.isLasting(url.name) ? { baseUrl: url.name } : {};
  // A key that is missing belongs where the address comes from.
  const keyName = key?.name ?? (source.isLasting(url.name) ? source.nameOf("apiKey") : "");
  const names: SettingNames = {
    baseUrl: url.name,
    ...defined({ apiKey: key?.name }),
    setApiKey,
    requestTimeout: source.find("requestTimeout")?.name ?? source.nameOf("requestTimeout"),
    lasting: source.isLasting(keyName) ? { ...lasting, apiKey: keyName } : lasting,
  };
  return {
    ok: true,
    configuration: {
      baseUrl,
      names,
      requestTimeoutMs,
      maxRetries,
      maxConcurrency,
      ...defined({ apiKey, proxies, proxy }),
    },
    warnings: apiKey === undefined ? [] : plainHttpWarning(baseUrl),
  };
}

/** The environment variables of settings, where they have some. */
const variables: Readonly<Partial<Record<SettingName, readonly [string, ...string[]]>>> = {
  baseUrl: ["OPENMETER_URL"],
  apiKey: ["OPENMETER_API_KEY", "OPENMETER_TOKEN"],
};

/** A value, and the name of the setting or variable that it comes from. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** Whether messages leave it out. Those of a stack's configuration the engine itself takes out of all that it shows. */
  readonly isSecret?: boolean;
}

/** A value that is there. One of blanks alone counts as one in a stack, where somebody wrote it. */
function given(name: string, value: unknown): Setting | undefined {
  return value === undefined || value === null || value === "" ? undefined : { name, value: String(value).trim() };
}

function emptyAddress(stack: Readonly<Record<string, unknown>>, environment: Environment): Setting | undefined {
  if (stack["openmeter:baseUrl"] === "") {
    return { name: "openmeter:baseUrl", value: "" };
  }
  return environment.OPENMETER_URL?.trim() === "" ? { name: "OPENMETER_URL", value: "" } : undefined;
}

function unknownKeys(stackConfig: Readonly<Record<string, unknown>>): string[] {
  const known = configurationKeys.map((key) => `openmeter:${key}`);
  const foreign = Object.keys(stackConfig).filter((key) => key.startsWith("openmeter:") && !known.includes(key));
  const why = `is not a setting of this provider; its settings are ${known.join(", ")}`;
  return foreign.map(printable).map((key) => {
    const meant = nearest(key, known);
    const first = meant === undefined ? "" : ` Did you mean ${meant}? Then set that one first.`;
    return `${key} ${why}.${first} Remove it with: pulumi config rm ${key}`;
  });
}

function unknownArguments(args: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(args)
    .filter((name) => !configurationKeys.some((known) => known === name))
    .map((name) => `${printable(name)} ${notAmong(name, configurationKeys, { one: "an argument", all: "arguments" })}`);
}

const writeAddress = "; set it to the server's address, such as https://openmeter.cloud or http://localhost:8888";

/** Why a setting is not the address of a server, and what to write instead. */
function problemOfUrl(setting: Setting, apiKeyName: string): string | undefined {
  const { value: text, isSecret } = setting;
  if (text === "") {
    return `is empty, which is no address${writeAddress}, or remove it for OpenMeter Cloud`;
  }
  // What stands before an @ or behind a ? may be a password or a key.
  const shown = /[@?#]/.test(text)
    ? "an address that is not repeated here, because it may contain a password"
    : shownOf(setting);
  if (!URL.canParse(text)) {
    return `is ${shown}, which is not a URL${writeAddress}`;
  }
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") {
    return `is ${shown}, which is not an http or https URL${writeAddress}`;
  }
  if (username !== "" || password !== "") {
    return `contains a user name or password; set the address without them, and the key as ${apiKeyName}`;
  }
  if (search !== "" || hash !== "") {
    return `has a query or fragment (the address is not repeated here, because it may contain a password)${writeAddress}`;
  }
  // The API's own path, alone or with a resource behind it as copied from a request.
  const path = /^(.*?)\/+api(\/v\d+(\/(subjects|customers|meters|events)(\/.*)?)?)?\/*$/.exec(pathname);
  return path === null
    ? undefined
    : `is ${shown}; set it to ${isSecret === true ? "what is before /api" : quoted(origin + path[1])}, because the provider adds /api/v1 itself`;
}

function shownOf({ value, isSecret }: Setting): string {
  return isSecret === true ? "[secret]" : quoted(value);
}

function baseUrlOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.replace(/\/+$/, "");
}

function plainHttpWarning(baseUrl: string): string[] {
  const { protocol, hostname, host } = new URL(baseUrl);
  const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const why = `the connection to ${host} uses http. Use https if the server offers it.`;
  return protocol === "http:" && !loopback ? [`The OpenMeter API key is sent unencrypted: ${why}`] : [];
}
