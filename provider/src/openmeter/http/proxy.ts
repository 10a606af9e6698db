/** Proxies, as the environment names them. */

import { defined } from "../../json";

/** What the environment says of proxies. May hold their passwords: for no message. */
export interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  /** Hosts that are reached directly, separated by commas. */
  readonly noProxy: string;
}

/** A proxy as it may be named in a message. */
export interface ShownProxy {
  /** The variable that names it. */
  readonly variable: string;
  /** Its address, without user name and password. */
  readonly origin: string;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

const wrongAddress =
  "is not the address of a proxy; set it to one, such as http://proxy.example:3128 (it is not repeated here, because it may contain a password)";

/** Nobody's proxy can reach this machine under its loopback names. Go's programs, the engine among them, do the same. */
const alwaysDirect = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`; their small forms come first. An address without `http://` means that.
 *
 * @returns what they say, `undefined` where they name none; and the problems of addresses that are none
 */
export function readProxies(environment: Environment): { proxies: Proxies | undefined; problems: readonly string[] } {
  const http = namedIn(environment, "HTTP_PROXY");
  const https = namedIn(environment, "HTTPS_PROXY");
  const named = [http, https].flatMap((one) => one ?? []);
  const except = namedIn(environment, "NO_PROXY")?.value.split(/[\s,]+/) ?? [];
  const proxies = {
    ...defined({ httpProxy: http && addressOf(http.value), httpsProxy: https && addressOf(https.value) }),
    noProxy: except.includes("*") ? "*" : [...except, ...alwaysDirect].filter((host) => host !== "").join(","),
  };
  return {
    proxies: named.length === 0 ? undefined : proxies,
    problems: named
      .filter(({ value }) => !isProxyAddress(addressOf(value)))
      .map(({ variable }) => `${variable} ${wrongAddress}`),
  };
}

/** The proxy through which a server is reached, unless `NO_PROXY` makes an exception. */
export function proxyOf(baseUrl: string, environment: Environment): ShownProxy | undefined {
  const { protocol: scheme, hostname } = new URL(baseUrl);
  if (alwaysDirect.includes(hostname)) return undefined;
  const https = scheme === "https:" ? namedIn(environment, "HTTPS_PROXY") : undefined;
  const named = https ?? namedIn(environment, "HTTP_PROXY");
  if (named === undefined || !URL.canParse(addressOf(named.value))) return undefined;
  const { protocol, host } = new URL(addressOf(named.value));
  return { variable: named.variable, origin: `${protocol}//${host}` };
}

function namedIn(environment: Environment, name: string) {
  return [name.toLowerCase(), name]
    .map((variable) => ({ variable, value: environment[variable]?.trim() ?? "" }))
    .find(({ value }) => value !== "");
}

function addressOf(value: string): string {
  return value.includes("://") ? value : `http://${value}`;
}

function isProxyAddress(address: string): boolean {
  return URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol);
}
