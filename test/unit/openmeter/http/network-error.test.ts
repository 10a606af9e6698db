import { describe, expect, it } from "vitest";
import {
  describeNetworkError,
  isRefusedOnTheWay,
  isUnsent,
} from "../../../../provider/src/openmeter/http/network-error";
import { configuration } from "../../connection";

const { names } = configuration;

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
    [
      "is told by OpenSSL's reason alone",
      failure("80:error:0A:SSL routines:ssl3_get_record:wrong version number:../ssl3_record.c:350:\n", "ERR_SSL_X"),
      "wrong version number (ERR_SSL_X)",
    ],
    ["shows no control characters", failure("a\u001b[31m"), "a\\u001b[31m"],
    [
      "names each address that was tried",
      Object.assign(
        new AggregateError([failure("connect ECONNREFUSED ::1:1"), failure("connect ECONNREFUSED 127.0.0.1:1")]),
        { code: "ECONNREFUSED" },
      ),
      "connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1",
    ],
  ])("%s", (_what, error, words) => {
    expect(describeNetworkError(error, { requestTimeoutMs: 30_000, names }).reason).toBe(`: ${words}`);
  });

  it("names the setting when the time was over", () => {
    const error = new DOMException("x", "TimeoutError");
    expect(describeNetworkError(error, { requestTimeoutMs: 30_000, names })).toEqual({
      reason: " within 30 s (openmeter:requestTimeout)",
    });
  });

  it.each([
    ["ECONNREFUSED", /Nothing listens there: check openmeter:baseUrl/],
    ["ENOTFOUND", /host name is unknown: check openmeter:baseUrl/],
    ["EPROTO", /does not use TLS there: .* http:/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /does not use TLS there/],
  ])("before there was a connection (%s) has sent nothing, and says what to look at: %s", (code, remedy) => {
    const error = failure("fetch failed", undefined, failure("why", code));
    expect(describeNetworkError(error, { requestTimeoutMs: 1, names }).remedy).toMatch(remedy);
    expect(isUnsent(error)).toBe(true);
    // A server that has answered has a right address.
    expect(describeNetworkError(error, { requestTimeoutMs: 1, names }, true).remedy).toMatch(/answered earlier/);
  });

  it.each(["ECONNRESET", "UND_ERR_SOCKET", "EPIPE", "UND_ERR_HEADERS_TIMEOUT"])(
    "of a connection that was there (%s) may have sent everything",
    (code) => {
      expect(isUnsent(failure("x", code))).toBe(false);
      expect(describeNetworkError(failure("x", code), { requestTimeoutMs: 1, names })).not.toHaveProperty("remedy");
    },
  );

  it.each([
    ["SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "NODE_EXTRA_CA_CERTS"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "NODE_EXTRA_CA_CERTS"],
    ["CERT_HAS_EXPIRED", "Renew it"],
    ["CERT_NOT_YET_VALID", "clock"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "openmeter:baseUrl"],
  ])("about the certificate (%s) names the remedy: %s", (code, remedy) => {
    const error = failure("fetch failed", undefined, failure("bad certificate", code));
    expect([isRefusedOnTheWay(error), isUnsent(error)]).toEqual([true, true]);
    const described = describeNetworkError(error, { requestTimeoutMs: 30_000, names });
    expect(described.reason).toBe(`: its TLS certificate is not trusted (${code}: bad certificate)`);
    expect(described.remedy).toContain(remedy);
  });

  const proxy = { variable: "HTTPS_PROXY", origin: "http://proxy.test:3128" };
  const tunnel = (status: number) =>
    failure(`Proxy response (${status}) !== 200 when HTTP Tunneling`, "UND_ERR_ABORTED");

  it.each<[number, string, boolean]>([
    [407, "407 Proxy Authentication Required: it requires a user name and password", true],
    [403, "403 Forbidden: it does not allow connections to this address", true],
    [500, "500 Internal Server Error: it could not reach the address", false],
    [502, "502 Bad Gateway: it could not reach the address", false],
    [599, "599: it could not reach the address", false],
  ])("of a proxy that answers %d is told as its refusal: %s", (status, words, final) => {
    const reasonBy = (more: object) => describeNetworkError(tunnel(status), { requestTimeoutMs: 1, names, ...more });
    expect(reasonBy({ proxy }).reason).toBe(`: the proxy http://proxy.test:3128 (HTTPS_PROXY) answered ${words}`);
    expect(reasonBy({}).reason).toBe(`: the proxy answered ${words}`);
    expect([isRefusedOnTheWay(tunnel(status)), isUnsent(tunnel(status))]).toEqual([final, true]);
  });

  it.each([failure("connect ECONNREFUSED 10.0.0.1:3128"), new DOMException("x", "TimeoutError")])(
    "names the proxy that may be its reason: %s",
    (error) => {
      expect(describeNetworkError(error, { requestTimeoutMs: 1_000, proxy, names }).reason).toMatch(
        /\(HTTPS_PROXY names the proxy http:\/\/proxy\.test:3128; NO_PROXY makes exceptions\)$/,
      );
      expect(isRefusedOnTheWay(error)).toBe(false);
    },
  );

  it.each(["ECONNRESET", "ECONNREFUSED", "ENOTFOUND", "UND_ERR_SOCKET", "ETIMEDOUT", "EPIPE", "NO_CERT_ASKED_FOR"])(
    "with %s may not be met again",
    (code) => {
      expect(isRefusedOnTheWay(failure("x", code))).toBe(false);
    },
  );

  it("that has no code is not about the certificate", () => {
    for (const error of [failure("CERT_HAS_EXPIRED"), "CERT_HAS_EXPIRED", undefined]) {
      expect(isRefusedOnTheWay(error)).toBe(false);
    }
  });
});
