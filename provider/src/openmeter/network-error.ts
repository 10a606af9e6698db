import { printable } from "../printable";

/** Codes that Node gives TLS failures which come from the certificate, so that trying again cannot help. */
const certificateCode =
  /^(CERT_|UNABLE_TO_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

/** Whether a failed request failed for the server's certificate. */
export function isCertificateError(failure: unknown): boolean {
  return certificateCode.test(codeOf(failure) ?? "");
}

/** Whether a request was given up because its time was over. */
export function isTimeout(failure: unknown): boolean {
  return failure instanceof Error && failure.name === "TimeoutError";
}

/** Why there was no answer, in words, with the remedy where there is an obvious one. */
export function describeNetworkError(failure: unknown, requestTimeoutMs: number): string {
  if (isTimeout(failure)) {
    return `none within ${requestTimeoutMs / 1000} s (openmeter:requestTimeout)`;
  }
  const code = codeOf(failure);
  const text = printable(messageOf(failure));
  if (isCertificateError(failure)) {
    return `its TLS certificate is not trusted (${code}: ${text}). If your organisation has a certificate authority of its own, set NODE_EXTRA_CA_CERTS to its file`;
  }
  return code === undefined || text.includes(code) ? text : `${text} (${code})`;
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
