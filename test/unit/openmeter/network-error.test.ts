import { describe, expect, it } from "vitest";
import { describeNetworkError, isCertificateError } from "../../../provider/src/openmeter/network-error";

function failure(message: string, code?: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), code === undefined ? {} : { code });
}

describe("a network error", () => {
  it.each<[string, unknown, string]>([
    ["names its code", failure("other side closed", "UND_ERR_SOCKET"), "other side closed (UND_ERR_SOCKET)"],
    [
      "does not repeat a code",
      failure("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED"),
      "connect ECONNREFUSED 127.0.0.1:1",
    ],
    ["may have no code", failure("bad"), "bad"],
    [
      "is told by its innermost cause",
      failure("fetch failed", undefined, failure("x", "OUTER", failure("getaddrinfo ENOTFOUND h", "ENOTFOUND"))),
      "getaddrinfo ENOTFOUND h",
    ],
    ["may be caused by something that is no error", failure("outer", "CODE", "text"), "outer (CODE)"],
    ["may be no error at all", "text", "text"],
    ["shows no control characters", failure("a\u001b[31m"), "a\\u001b[31m"],
    [
      "names the setting when the time was over",
      new DOMException("x", "TimeoutError"),
      "none within 30 s (openmeter:requestTimeout)",
    ],
    [
      "names each address that was tried",
      Object.assign(
        new AggregateError([failure("connect ECONNREFUSED ::1:1"), failure("connect ECONNREFUSED 127.0.0.1:1")]),
        { code: "ECONNREFUSED" },
      ),
      "connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1",
    ],
  ])("%s", (_what, error, words) => {
    expect(describeNetworkError(error, 30_000)).toBe(words);
  });

  it.each([
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ])("about the certificate (%s) names the remedy", (code) => {
    const error = failure("fetch failed", undefined, failure("bad certificate", code));
    expect(isCertificateError(error)).toBe(true);
    const words = describeNetworkError(error, 30_000);
    expect(words).toContain(`its TLS certificate is not trusted (${code}: bad certificate)`);
    expect(words).toContain("NODE_EXTRA_CA_CERTS");
  });

  it.each(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "UND_ERR_SOCKET", "ETIMEDOUT", "EPIPE"])(
    "with %s is not about the certificate",
    (code) => {
      expect(isCertificateError(failure("x", code))).toBe(false);
    },
  );

  it("that has no code is not about the certificate", () => {
    expect(isCertificateError(failure("CERT_HAS_EXPIRED"))).toBe(false);
    expect(isCertificateError("CERT_HAS_EXPIRED")).toBe(false);
    expect(isCertificateError(undefined)).toBe(false);
  });
});
