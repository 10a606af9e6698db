import { z } from "zod";
import { defined } from "../json";
import { nearest, printable, quoted } from "../printable";
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
}

/** What reading the configuration came to: settings with warnings, or the problems that must be solved first. */
export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Where OpenMeter Cloud is served; used when neither the stack nor the environment names a server. */
export const cloudUrl = "https://openmeter.cloud";

/** Names of the settings under `openmeter:` in a stack's configuration. */
export const configurationKeys = ["baseUrl", "apiKey", "requestTimeout", "maxRetries", "maxConcurrency"] as const;

/** A decimal number. JavaScript itself would take "0x10" and "1e1" too, and an empty text for 0. */
const decimal = /^\d+(\.\d+)?$/;

/** The settings that are numbers: what is taken, in words too, and what a missing one counts as. */
const numbers = {
  requestTimeout: {
    type: z.number().gt(0).max(3600),
    rule: "a number of seconds above 0 and at most 3600",
    byDefault: 30,
  },
  maxRetries: { type: z.number().int().max(20), rule: "a whole number from 0 to 20", byDefault: 6 },
  maxConcurrency: { type: z.number().int().min(1).max(64), rule: "a whole number from 1 to 64", byDefault: 16 },
} as const;

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
  const problems: string[] = unknownKeys(stack);
  const fromStack = (key: (typeof configurationKeys)[number]): Setting | undefined => {
    const value = stack[`openmeter:${key}`];
    const isSet = value !== undefined && value !== null && value !== "";
    return isSet ? { name: `openmeter:${key}`, value: String(value).trim() } : undefined;
  };

  const url = givenUrl ??
    fromStack("baseUrl") ??
    fromEnvironment(environment, "OPENMETER_URL") ??
    emptyAddress(stack, environment) ?? { name: hasStack ? "openmeter:baseUrl" : "OPENMETER_URL", value: cloudUrl };
  const urlProblem = problemOfUrl(url.value);
  if (urlProblem !== undefined) {
    problems.push(`${url.name} ${urlProblem}`);
  }
  const baseUrl = urlProblem === undefined ? baseUrlOf(new URL(url.value)) : undefined;

  const key =
    fromStack("apiKey") ??
    fromEnvironment(environment, "OPENMETER_API_KEY") ??
    fromEnvironment(environment, "OPENMETER_TOKEN");
  const setApiKey = hasStack
    ? `set it with: ${setInStack} (or the environment variable OPENMETER_API_KEY)`
    : "set the environment variable OPENMETER_API_KEY";
  // A header value outside visible ASCII cannot be sent; saying so here keeps the key out of the HTTP library's own error.
  if (key !== undefined && /[^\x21-\x7e]/.test(key.value)) {
    const again =
      key.name === "openmeter:apiKey" ? `set it again with: ${setInStack}` : `set ${key.name} again without them`;
    problems.push(
      `${key.name} contains characters that no API key has (a line break, a space, a leading "Bearer "?); ${again}`,
    );
  }
  if (baseUrl === cloudUrl && key === undefined) {
    const [missing, address] = hasStack
      ? ["openmeter:apiKey", "openmeter:baseUrl"]
      : ["OPENMETER_API_KEY", "OPENMETER_URL"];
    problems.push(
      `${missing} is missing, and OpenMeter Cloud (${cloudUrl}) requires it: ${setApiKey}. For a server of your own, set ${address}`,
    );
  }

  const { proxies, problems: proxyProblems } = readProxies(environment);
  problems.push(...proxyProblems);

  const readNumber = (name: keyof typeof numbers): number => {
    const { type, rule, byDefault } = numbers[name];
    const text = fromStack(name)?.value;
    if (text === undefined) {
      return byDefault;
    }
    const value = decimal.test(text) ? type.safeParse(Number(text)).data : undefined;
    if (value === undefined) {
      const hint =
        name === "requestTimeout" && Number(text) > 3600 ? `: for milliseconds write ${Number(text) / 1000}` : "";
      problems.push(`openmeter:${name} is ${quoted(text)}; it must be ${rule}${hint}`);
    }
    return value ?? byDefault;
  };
  // Timers take whole milliseconds.
  const requestTimeoutMs = Math.max(1, Math.round(readNumber("requestTimeout") * 1000));
  const maxRetries = readNumber("maxRetries");
  const maxConcurrency = readNumber("maxConcurrency");
  if (problems.length > 0 || baseUrl === undefined) {
    return { ok: false, problems };
  }
  const [proxy, apiKey] = [proxyOf(baseUrl, environment), key?.value];
  const names = { baseUrl: url.name, setApiKey, ...defined({ apiKey: key?.name }) };
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

/** A value, and the name of the setting or variable that it comes from. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

function fromEnvironment(environment: Environment, name: string): Setting | undefined {
  const value = environment[name]?.trim() ?? "";
  return value === "" ? undefined : { name, value };
}

/** An address that is set to nothing, by a variable that was not there: the key of a server of one's own is not to go to the cloud. */
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

const writeAddress = "; set it to the server's address, such as https://openmeter.cloud or http://localhost:8888";

/** Why a text is not the address of a server, and what to write instead. */
function problemOfUrl(text: string): string | undefined {
  if (text === "") {
    return `is empty, which is no address${writeAddress}, or remove it for OpenMeter Cloud`;
  }
  // What stands before an @ or behind a ? may be a password or a key.
  const shown = /[@?#]/.test(text)
    ? "an address that is not repeated here, because it may contain a password"
    : quoted(text);
  if (!URL.canParse(text)) {
    return `is ${shown}, which is not a URL${writeAddress}`;
  }
  const { protocol, username, password, search, hash, origin, pathname } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") {
    return `is ${shown}, which is not an http or https URL${writeAddress}`;
  }
  if (username !== "" || password !== "") {
    return `contains a user name or password; set the address without them, and the key as openmeter:apiKey`;
  }
  if (search !== "" || hash !== "") {
    return `has a query or fragment (the address is not repeated here, because it may contain a password)${writeAddress}`;
  }
  // The API's own path, alone or with a resource behind it as copied from a request.
  const path = /^(.*?)\/+api(\/v\d+(\/(subjects|customers|meters|events)(\/.*)?)?)?\/*$/.exec(pathname);
  return path === null
    ? undefined
    : `is ${quoted(text)}; set it to ${quoted(origin + path[1])}, because the provider adds /api/v1 itself`;
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
