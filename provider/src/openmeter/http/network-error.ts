import { STATUS_CODES } from "node:http";
import { printable } from "../../printable";
import type { Configuration } from "../configuration";
import type { ShownProxy } from "./proxy";

/** Codes that Node gives TLS failures which come from the certificate, so that trying again cannot help. */
const certificateCode =
  /^(CERT_|UNABLE_TO_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

/** What to do about certain certificates; the others are signed by somebody whom this machine does not know. */
const certificateRemedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "Renew it on the server, or correct this machine's clock",
  CERT_NOT_YET_VALID: "Correct the clock of this machine, or of the one that signed it",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "It was made for another host: check openmeter:baseUrl, or what stands before the server",
};
const unknownSigner =
  "If your organisation has a certificate authority of its own, set NODE_EXTRA_CA_CERTS to its file";

/** Whether a failed request failed for the server's certificate. */
export function isCertificateError(failure: unknown): boolean {
  return certificateCodeOf(failure) !== undefined;
}

/** Whether a request failed in a way that the same request would fail again: for the certificate, or a proxy that refuses. */
export function isRefusedOnTheWay(failure: unknown): boolean {
  return isCertificateError(failure) || (proxyStatusOf(failure) ?? 500) < 500;
}

/** Whether a request was given up because its time was over. */
export function isTimeout(failure: unknown): boolean {
  return failure instanceof Error && failure.name === "TimeoutError";
}

/** Why there was no answer, in words, with the remedy where there is an obvious one. */
export function describeNetworkError(
  failure: unknown,
  { requestTimeoutMs, proxy }: Pick<Configuration, "requestTimeoutMs" | "proxy">,
): string {
  if (isTimeout(failure)) {
    return `none within ${requestTimeoutMs / 1000} s (openmeter:requestTimeout)${hintOf(proxy)}`;
  }
  const proxyStatus = proxyStatusOf(failure);
  if (proxyStatus !== undefined) return describeProxyRefusal(proxyStatus, proxy);
  const text = printable(messageOf(failure));
  const certificate = certificateCodeOf(failure);
  if (certificate !== undefined) {
    return `its TLS certificate is not trusted (${certificate}: ${text}). ${certificateRemedies[certificate] ?? unknownSigner}`;
  }
  const code = codeOf(failure);
  return `${code === undefined || text.includes(code) ? text : `${text} (${code})`.trim()}${hintOf(proxy)}`;
}

/** The HTTP library keeps the proxy's status in its message alone. */
function proxyStatusOf(failure: unknown): number | undefined {
  const status = /Proxy response \((\d{3})\) !== 200/.exec(messageOf(failure))?.[1];
  return status === undefined ? undefined : Number(status);
}

function describeProxyRefusal(status: number, proxy: ShownProxy | undefined): string {
  const who = proxy === undefined ? "the proxy" : `the proxy ${proxy.origin} (${proxy.variable})`;
  const said = `${who} answered ${`${status} ${STATUS_CODES[status] ?? ""}`.trim()}`;
  if (status === 407) {
    return `${said}: it wants a user name and password, as in http://user:password@proxy.example:3128 (special characters percent-encoded)`;
  }
  return status < 500
    ? `${said}: it lets nobody through to this address. Ask who runs it, or name the address in NO_PROXY`
    : `${said}: it could not reach the address`;
}

function hintOf(proxy: ShownProxy | undefined): string {
  return proxy === undefined ? "" : ` (${proxy.variable} names the proxy ${proxy.origin}; NO_PROXY makes exceptions)`;
}

function certificateCodeOf(failure: unknown): string | undefined {
  const code = codeOf(failure);
  return code?.match(certificateCode) ? code : undefined;
}

function codeOf(failure: unknown): string | undefined {
  const inner = innermost(failure);
  return inner instanceof Error && "code" in inner && typeof inner.code === "string" ? inner.code : undefined;
}

function messageOf(failure: unknown): string {
  const inner = innermost(failure);
  // Node names each address it tried in an AggregateError's members, and nothing in its own message.
  if (inner instanceof AggregateError && inner.message === "") return inner.errors.map(messageOf).join(", ");
  return inner instanceof Error ? inner.message : String(inner);
}

function innermost(failure: unknown): unknown {
  return failure instanceof Error && failure.cause instanceof Error ? innermost(failure.cause) : failure;
}
