import { z } from "zod";
import { defined } from "../json";
import { printable, quoted } from "../printable";
import { type Environment, type Proxies, proxyOf, readProxies, type ShownProxy } from "./http/proxy";

/** Settings of one connection to OpenMeter. */
export interface Configuration {
  /** Address of the server without a trailing slash, such as `https://openmeter.cloud`. */
  readonly baseUrl: string;
  /** Sent as Bearer token; never part of inputs, state or messages. */
  readonly apiKey?: string;
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

/** What reading the configuration came to: settings with warnings, or the problems that must be solved first. */
export type ConfigurationResult =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Where OpenMeter Cloud is served; used when neither the stack nor the environment names a server. */
export const cloudUrl = "https://openmeter.cloud";

/** Names of the settings under `openmeter:` in a stack's configuration. */
export const configurationKeys = ["baseUrl", "apiKey", "requestTimeout", "maxRetries", "maxConcurrency"] as const;

const number = z.coerce.number<string>();

/** The settings that are numbers: what is taken, in words too, and what a missing one counts as. */
const numbers = {
  requestTimeout: { type: number.gt(0).max(3600), rule: "a number of seconds above 0 and at most 3600", byDefault: 30 },
  maxRetries: { type: number.int().min(0).max(20), rule: "a whole number from 0 to 20", byDefault: 6 },
  maxConcurrency: { type: number.int().min(1).max(64), rule: "a whole number from 1 to 64", byDefault: 16 },
} as const;

/**
 * Reads the configuration of a stack, and the environment where the stack says nothing.
 *
 * @param stackConfig the stack's configuration, keys with their namespace (`openmeter:baseUrl`), secrets decrypted
 * @param environment `OPENMETER_URL`, `OPENMETER_API_KEY`, `OPENMETER_TOKEN` and the proxies are looked at
 */
export function readConfiguration(
  stackConfig: Readonly<Record<string, unknown>>,
  environment: Environment,
): ConfigurationResult {
  const problems: string[] = unknownKeys(stackConfig);
  const fromStack = (key: (typeof configurationKeys)[number]): string | undefined => {
    const value = stackConfig[`openmeter:${key}`];
    return value === undefined || value === null || value === "" ? undefined : String(value).trim();
  };

  const urlFromStack = fromStack("baseUrl");
  const url = urlFromStack ?? nonEmpty(environment.OPENMETER_URL) ?? cloudUrl;
  const urlProblem = problemOfUrl(url);
  if (urlProblem !== undefined) {
    const source = urlFromStack === undefined ? "OPENMETER_URL" : "openmeter:baseUrl";
    problems.push(
      `${source} ${urlProblem}; set it to the server's address, such as https://openmeter.cloud or http://localhost:8888`,
    );
  }
  const baseUrl = urlProblem === undefined ? baseUrlOf(new URL(url)) : undefined;

  const apiKey =
    fromStack("apiKey") ?? nonEmpty(environment.OPENMETER_API_KEY) ?? nonEmpty(environment.OPENMETER_TOKEN);
  // A header value outside visible ASCII cannot be sent; saying so here keeps the key out of the HTTP library's own error.
  if (/[^\x21-\x7e]/.test(apiKey ?? "")) {
    problems.push(
      "openmeter:apiKey has characters that no API key has (a line break or a blank?); set it again with: pulumi config set --secret openmeter:apiKey",
    );
  }
  if (baseUrl === cloudUrl && apiKey === undefined) {
    problems.push(
      "openmeter:apiKey is missing, which OpenMeter Cloud needs. Set it with: pulumi config set --secret openmeter:apiKey (or the environment variable OPENMETER_API_KEY). For a server of your own, set openmeter:baseUrl",
    );
  }

  const { proxies, problems: proxyProblems } = readProxies(environment);
  problems.push(...proxyProblems);

  const readNumber = (key: keyof typeof numbers): number => {
    const { type, rule, byDefault } = numbers[key];
    const text = fromStack(key);
    // An empty text would count as the number 0, which nobody means by it.
    const value = text === undefined ? byDefault : text === "" ? undefined : type.safeParse(text).data;
    if (value === undefined) {
      problems.push(`openmeter:${key} is ${quoted(text)}; it must be ${rule}`);
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
  const proxy = proxyOf(baseUrl, environment);
  return {
    ok: true,
    configuration: { baseUrl, requestTimeoutMs, maxRetries, maxConcurrency, ...defined({ apiKey, proxies, proxy }) },
    warnings: apiKey === undefined ? [] : plainHttpWarning(baseUrl),
  };
}

function unknownKeys(stackConfig: Readonly<Record<string, unknown>>): string[] {
  const known = configurationKeys.map((key) => `openmeter:${key}`);
  const foreign = Object.keys(stackConfig).filter((key) => key.startsWith("openmeter:") && !known.includes(key));
  const why = `is not a setting of this provider; known are ${known.join(", ")}`;
  return foreign.map(printable).map((key) => `${key} ${why}. Remove it with: pulumi config rm ${key}`);
}

/** Why a text is not the address of a server. */
function problemOfUrl(text: string): string | undefined {
  // What stands before an @ or behind a ? may be a password or a key.
  const shown = /[@?#]/.test(text)
    ? "an address that is not repeated here, since it may hold a password"
    : quoted(text);
  if (!URL.canParse(text)) {
    return `is ${shown}, which is not a URL`;
  }
  const { protocol, username, password, search, hash, pathname } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") {
    return `is ${shown}, which is not an http or https URL`;
  }
  if (username !== "" || password !== "") {
    return "holds a user name or password; use openmeter:apiKey instead";
  }
  if (search !== "" || hash !== "") {
    return `is ${shown}, which has a query or fragment`;
  }
  return /\/api(\/v\d+)?\/*$/.test(pathname) ? `is ${quoted(text)}; the provider adds /api/v1 itself` : undefined;
}

function baseUrlOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.replace(/\/+$/, "");
}

function plainHttpWarning(baseUrl: string): string[] {
  const { protocol, hostname, host } = new URL(baseUrl);
  const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const why = `${host} is addressed with http. Use https where the server offers it.`;
  return protocol === "http:" && !loopback ? [`The OpenMeter API key is sent unencrypted: ${why}`] : [];
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
