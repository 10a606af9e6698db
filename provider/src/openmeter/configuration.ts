import { z } from "zod";
import { printable } from "../printable";
import { type Proxies, proxyOf, readProxies, type ShownProxy } from "./proxy";
import { quote } from "./text";

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
export const configurationKeys = ["baseUrl", "apiKey", "requestTimeout", "maxRetries"] as const;

// An empty text would count as the number 0, which nobody means by it.
const digits = z.string().min(1);
const requestTimeout = digits.pipe(z.coerce.number<string>().gt(0).max(3600)).default(30);
const maxRetries = digits.pipe(z.coerce.number<string>().int().min(0).max(20)).default(6);

/**
 * Reads the configuration of a stack, and the environment where the stack says nothing.
 *
 * @param stackConfig the stack's configuration, keys with their namespace (`openmeter:baseUrl`), secrets decrypted
 * @param environment `OPENMETER_URL`, `OPENMETER_API_KEY`, `OPENMETER_TOKEN` and the proxies are looked at
 */
export function readConfiguration(
  stackConfig: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigurationResult {
  const problems: string[] = unknownKeys(stackConfig);
  const fromStack = (key: (typeof configurationKeys)[number]): string | undefined => {
    const value = stackConfig[`openmeter:${key}`];
    return value === undefined || value === null || value === "" ? undefined : String(value).trim();
  };

  const urlFromStack = fromStack("baseUrl");
  const urlSource = urlFromStack === undefined ? "OPENMETER_URL" : "openmeter:baseUrl";
  const url = readUrl(urlFromStack ?? nonEmpty(environment.OPENMETER_URL) ?? cloudUrl, urlSource);
  if (!url.ok) problems.push(url.problem);

  const apiKey =
    fromStack("apiKey") ?? nonEmpty(environment.OPENMETER_API_KEY) ?? nonEmpty(environment.OPENMETER_TOKEN);
  // A header value outside visible ASCII cannot be sent; saying so here keeps the key out of the HTTP library's own error.
  if (/[^\x21-\x7e]/.test(apiKey ?? "")) {
    problems.push(
      "openmeter:apiKey has characters that no API key has (a line break or a blank?); set it again with: pulumi config set --secret openmeter:apiKey",
    );
  }
  if (url.ok && url.value === cloudUrl && apiKey === undefined) {
    problems.push(
      "openmeter:apiKey is missing, which OpenMeter Cloud needs. Set it with: pulumi config set --secret openmeter:apiKey (or the environment variable OPENMETER_API_KEY). For a server of your own, set openmeter:baseUrl",
    );
  }

  const { proxies, problems: proxyProblems } = readProxies(environment);
  problems.push(...proxyProblems);

  const timeout = requestTimeout.safeParse(fromStack("requestTimeout"));
  if (!timeout.success) {
    problems.push(
      `openmeter:requestTimeout is ${quote(fromStack("requestTimeout"))}; it must be a number of seconds above 0 and at most 3600`,
    );
  }
  const retries = maxRetries.safeParse(fromStack("maxRetries"));
  if (!retries.success) {
    problems.push(`openmeter:maxRetries is ${quote(fromStack("maxRetries"))}; it must be a whole number from 0 to 20`);
  }

  if (problems.length > 0 || !url.ok || !timeout.success || !retries.success) return { ok: false, problems };
  const proxy = proxyOf(url.value, environment);
  return {
    ok: true,
    configuration: {
      baseUrl: url.value,
      ...(apiKey !== undefined && { apiKey }),
      // Timers take whole milliseconds.
      requestTimeoutMs: Math.max(1, Math.round(timeout.data * 1000)),
      maxRetries: retries.data,
      ...(proxies !== undefined && { proxies }),
      ...(proxy !== undefined && { proxy }),
    },
    warnings: apiKey === undefined ? [] : plainHttpWarning(url.value),
  };
}

function unknownKeys(stackConfig: Readonly<Record<string, unknown>>): string[] {
  const known = configurationKeys.map((key) => `openmeter:${key}`);
  return Object.keys(stackConfig)
    .filter((key) => key.startsWith("openmeter:") && !known.includes(key))
    .map(
      (key) =>
        `${printable(key)} is not a setting of this provider; known are ${known.join(", ")}. Remove it with: pulumi config rm ${printable(key)}`,
    );
}

type UrlResult = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: string };

function readUrl(text: string, source: string): UrlResult {
  const bad = (reason: string): UrlResult => ({
    ok: false,
    problem: `${source} ${reason}; set it to the server's address, such as https://openmeter.cloud or http://localhost:8888`,
  });
  // What stands before an @ or behind a ? may be a password or a key.
  const shown = /[@?#]/.test(text) ? "an address that is not repeated here, since it may hold a password" : quote(text);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return bad(`is ${shown}, which is not a URL`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return bad(`is ${shown}, which is not an http or https URL`);
  if (url.username !== "" || url.password !== "")
    return bad("holds a user name or password; use openmeter:apiKey instead");
  if (url.search !== "" || url.hash !== "") return bad(`is ${shown}, which has a query or fragment`);
  if (/\/api(\/v\d+)?\/*$/.test(url.pathname)) return bad(`is ${quote(text)}; the provider adds /api/v1 itself`);
  return { ok: true, value: `${url.origin}${url.pathname}`.replace(/\/+$/, "") };
}

function plainHttpWarning(baseUrl: string): string[] {
  const { protocol, hostname, host } = new URL(baseUrl);
  const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === "http:" && !loopback
    ? [
        `The OpenMeter API key is sent unencrypted: ${host} is addressed with http. Use https where the server offers it.`,
      ]
    : [];
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
