/** Why there was no answer: in words, with what to do, and whether anything can have been sent. */
import { STATUS_CODES } from "node:http";
import { printable } from "../../printable";
import type { Configuration } from "../configuration";
import type { ShownProxy } from "./proxy";

/** Codes that Node gives TLS failures which come from the certificate, so that trying again cannot help. */
const certificateCode =
  /^(CERT_|UNABLE_TO_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

/** Codes of failures before the connection was there, so that nothing can have been sent over it. */
const unconnectedCode =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO|ERR_SSL_.*|UND_ERR_CONNECT_TIMEOUT)$/;

const unknownSigner =
  "If your organisation has a certificate authority of its own, set NODE_EXTRA_CA_CERTS to its certificate file";

/** Whether a request failed in a way that the same request would fail again: for the certificate, or a proxy that refuses. */
export function isRefusedOnTheWay(failure: unknown): boolean {
  return isCertificateError(failure) || (proxyStatusOf(failure) ?? 500) < 500;
}

/** Whether a request failed before anything of it could be sent to the server. */
export function isUnsent(failure: unknown): boolean {
  return (
    isCertificateError(failure) || proxyStatusOf(failure) !== undefined || unconnectedCode.test(codeOf(failure) ?? "")
  );
}

/** Whether a request was given up because its time was over. */
export function isTimeout(failure: unknown): boolean {
  return failure instanceof Error && failure.name === "TimeoutError";
}

/** A failure in words. */
export interface NetworkFailure {
  /** What goes on the words "no answer from the server". */
  readonly reason: string;
  /** What to do, where that is clear. */
  readonly remedy?: string;
}

/**
 * Why there was no answer, in words, and what to do about it.
 *
 * @param hasAnswered whether the server has answered before, so that its address is right
 */
export function describeNetworkError(
  failure: unknown,
  { requestTimeoutMs, proxy, names }: Pick<Configuration, "requestTimeoutMs" | "proxy" | "names">,
  hasAnswered = false,
): NetworkFailure {
  if (isTimeout(failure)) {
    return { reason: ` within ${requestTimeoutMs / 1000} s (${names.requestTimeout})${hintOf(proxy)}` };
  }
  const proxyStatus = proxyStatusOf(failure);
  if (proxyStatus !== undefined) {
    return describeProxyRefusal(proxyStatus, proxy);
  }
  const text = printable(messageOf(failure).trim());
  const code = codeOf(failure);
  if (isCertificateError(failure)) {
    return {
      reason: `: its TLS certificate is not trusted (${code}: ${text})`,
      remedy: certificateRemedy(code, names.baseUrl),
    };
  }
  const reason = `: ${code === undefined || text.includes(code) ? text : `${text} (${code})`.trim()}${hintOf(proxy)}`;
  const remedy = hasAnswered
    ? "It answered earlier in this run: check that OpenMeter is still running"
    : connectionRemedy(code, names.baseUrl);
  return { reason, ...(proxy === undefined && remedy !== undefined && { remedy }) };
}

/** What to do about certain certificates; the others are signed by somebody whom this machine does not know. */
function certificateRemedy(code: string | undefined, address: string): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return "Renew it on the server, or correct this machine's clock";
    case "CERT_NOT_YET_VALID":
      return "Correct the clock of this machine, or of the one that signed it";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `It was issued for another host: check ${address}, and any proxy in front of the server`;
    default:
      return unknownSigner;
  }
}

function connectionRemedy(code: string | undefined, address: string): string | undefined {
  switch (code) {
    case "ECONNREFUSED":
      return `Nothing listens there: check ${address}, and that OpenMeter is running`;
    case "ENOTFOUND":
      return `The host name is unknown: check ${address}`;
    case "EPROTO":
      return `The server does not use TLS there: check whether ${address} should begin with http://`;
    default:
      return code?.startsWith("ERR_SSL_") === true ? connectionRemedy("EPROTO", address) : undefined;
  }
}

/** The HTTP library keeps the proxy's status in its message alone. */
function proxyStatusOf(failure: unknown): number | undefined {
  const status = /Proxy response \((\d{3})\) !== 200/.exec(messageOf(failure))?.[1];
  return status === undefined ? undefined : Number(status);
}

function describeProxyRefusal(status: number, proxy: ShownProxy | undefined): NetworkFailure {
  const who = proxy === undefined ? "the proxy" : `the proxy ${proxy.origin} (${proxy.variable})`;
  const said = `: ${who} answered ${`${status} ${STATUS_CODES[status] ?? ""}`.trim()}`;
  if (status === 407) {
    return {
      reason: `${said}: it requires a user name and password`,
      remedy: `Set ${proxy?.variable ?? "the proxy"} to an address with both, as in http://user:password@proxy.example:3128 (special characters percent-encoded)`,
    };
  }
  return status < 500
    ? {
        reason: `${said}: it does not allow connections to this address`,
        remedy: "Ask whoever runs the proxy, or name the address in NO_PROXY",
      }
    : { reason: `${said}: it could not reach the address` };
}

function hintOf(proxy: ShownProxy | undefined): string {
  return proxy === undefined ? "" : ` (${proxy.variable} names the proxy ${proxy.origin}; NO_PROXY makes exceptions)`;
}

function isCertificateError(failure: unknown): boolean {
  return certificateCode.test(codeOf(failure) ?? "");
}

function codeOf(failure: unknown): string | undefined {
  const inner = innermost(failure);
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : undefined;
}

function messageOf(failure: unknown): string {
  const inner = innermost(failure);
  // Node names each address it tried in an AggregateError's members, and nothing in its own message.
  if (inner instanceof AggregateError && inner.message === "") return inner.errors.map(messageOf).join(", ");
  const text = inner instanceof Error ? inner.message : String(inner);
  // OpenSSL puts a thread, numbers, functions and files around its reason.
  return /:SSL routines:[^:]*:([^:]+)/.exec(text)?.[1] ?? text;
}

function innermost(failure: unknown): unknown {
  return failure instanceof Error && failure.cause instanceof Error ? innermost(failure.cause) : failure;
}
