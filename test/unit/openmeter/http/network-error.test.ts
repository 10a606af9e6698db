import { describe, expect, it } from "vitest";
import {
  describeNetworkError,
  isCertificateError,
  isRefusedOnTheWay,
} from "../../../../provider/src/openmeter/http/network-error";

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
    ["may have a number for a code, as a DOMException has", Object.assign(failure("bad"), { code: 20 }), "bad"],
    ["may have nothing but a code", failure("", "ECONNRESET"), "(ECONNRESET)"],
    ["may be many in one, with words of its own", new AggregateError([failure("one")], "none worked"), "none worked"],
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
    expect(describeNetworkError(error, { requestTimeoutMs: 30_000 })).toBe(words);
  });

  it.each([
    ["SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "NODE_EXTRA_CA_CERTS"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "NODE_EXTRA_CA_CERTS"],
    ["CERT_HAS_EXPIRED", "Renew it"],
    ["CERT_NOT_YET_VALID", "clock"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "openmeter:baseUrl"],
  ])("about the certificate (%s) names the remedy: %s", (code, remedy) => {
    const error = failure("fetch failed", undefined, failure("bad certificate", code));
    expect(isCertificateError(error)).toBe(true);
    expect(isRefusedOnTheWay(error)).toBe(true);
    const words = describeNetworkError(error, { requestTimeoutMs: 30_000 });
    expect(words).toContain(`its TLS certificate is not trusted (${code}: bad certificate)`);
    expect(words).toContain(remedy);
  });

  const proxy = { variable: "HTTPS_PROXY", origin: "http://proxy.test:3128" };
  const tunnel = (status: number) =>
    failure(`Proxy response (${status}) !== 200 when HTTP Tunneling`, "UND_ERR_ABORTED");

  it.each<[number, string, boolean]>([
    [407, "407 Proxy Authentication Required: it wants a user name and password", true],
    [403, "403 Forbidden: it lets nobody through to this address", true],
    [500, "500 Internal Server Error: it could not reach the address", false],
    [502, "502 Bad Gateway: it could not reach the address", false],
    [599, "599: it could not reach the address", false],
  ])("of a proxy that answers %d is told as its refusal: %s", (status, words, final) => {
    expect(describeNetworkError(tunnel(status), { requestTimeoutMs: 1, proxy })).toContain(
      `the proxy http://proxy.test:3128 (HTTPS_PROXY) answered ${words}`,
    );
    expect(describeNetworkError(tunnel(status), { requestTimeoutMs: 1 })).toContain(`the proxy answered ${words}`);
    expect(isRefusedOnTheWay(tunnel(status))).toBe(final);
  });

  it.each([failure("connect ECONNREFUSED 10.0.0.1:3128"), new DOMException("x", "TimeoutError")])(
    "names the proxy that may be its reason: %s",
    (error) => {
      expect(describeNetworkError(error, { requestTimeoutMs: 1_000, proxy })).toMatch(
        /\(HTTPS_PROXY names the proxy http:\/\/proxy\.test:3128; NO_PROXY makes exceptions\)$/,
      );
      expect(isRefusedOnTheWay(error)).toBe(false);
    },
  );

  it.each(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "UND_ERR_SOCKET", "ETIMEDOUT", "EPIPE", "NO_CERT_ASKED_FOR"])(
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
