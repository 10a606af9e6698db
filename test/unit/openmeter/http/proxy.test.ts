import type { LookupFunction } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfiguration } from "../../../../provider/src/openmeter/configuration";
import { proxyOf, readProxies } from "../../../../provider/src/openmeter/http/proxy";
import { sendOverHttp } from "../../../../provider/src/openmeter/http/send";
import { startConnectProxy } from "../../../servers/connect-proxy";
import { startSubjectServer } from "../../../servers/subject-server";
import { configuration } from "../../connection";

const proxy = "http://proxy.test:3128";
const direct = "localhost,127.0.0.1,[::1]";

describe("the proxies of the environment", () => {
  it.each([
    [{}, undefined],
    [{ HTTP_PROXY: "", https_proxy: " ", NO_PROXY: "a" }, undefined],
    [{ HTTPS_PROXY: proxy }, { httpsProxy: proxy, noProxy: direct }],
    [{ http_proxy: proxy }, { httpProxy: proxy, noProxy: direct }],
    [
      { https_proxy: proxy, HTTPS_PROXY: "http://other.test" },
      { httpsProxy: proxy, noProxy: direct },
    ],
    [
      { https_proxy: "", HTTPS_PROXY: proxy },
      { httpsProxy: proxy, noProxy: direct },
    ],
    [{ HTTP_PROXY: "proxy.test:3128" }, { httpProxy: proxy, noProxy: direct }],
    [
      { HTTP_PROXY: proxy, NO_PROXY: "a.test, .b.test" },
      { httpProxy: proxy, noProxy: `a.test,.b.test,${direct}` },
    ],
    [
      { HTTP_PROXY: proxy, NO_PROXY: "a.test,*" },
      { httpProxy: proxy, noProxy: "*" },
    ],
    [
      { HTTP_PROXY: proxy, no_proxy: "x", NO_PROXY: "*" },
      { httpProxy: proxy, noProxy: `x,${direct}` },
    ],
  ])("are read: %j", (environment, proxies) => {
    expect(readProxies(environment)).toEqual({ proxies, problems: [] });
  });

  it.each(["ftp://user:hunter2@proxy.test", "http://user:hunter2@", "user:hunter2@ proxy"])(
    "are refused where they are none, without their password: %s",
    (HTTPS_PROXY) => {
      const result = readConfiguration({ "openmeter:apiKey": "key" }, { HTTPS_PROXY });
      expect(result).toMatchObject({
        ok: false,
        problems: [expect.stringMatching(/^HTTPS_PROXY is not the address of a proxy/)],
      });
      expect(JSON.stringify(result)).not.toContain("hunter2");
    },
  );
});

describe("the proxy on the way to a server", () => {
  it.each([
    [
      "https://a.test",
      { HTTPS_PROXY: "http://user:hunter2@proxy.test:3128" },
      { variable: "HTTPS_PROXY", origin: proxy },
    ],
    ["https://a.test", { http_proxy: "proxy.test:3128" }, { variable: "http_proxy", origin: proxy }],
    [
      "http://a.test",
      { HTTP_PROXY: proxy, HTTPS_PROXY: "http://other.test" },
      { variable: "HTTP_PROXY", origin: proxy },
    ],
    ["http://a.test", { HTTPS_PROXY: proxy }, undefined],
    ["http://localhost:8888", { HTTP_PROXY: proxy }, undefined],
    ["http://[::1]:8888", { HTTP_PROXY: proxy }, undefined],
    ["https://a.test", {}, undefined],
  ])("of %s is named without its password: %j", (baseUrl, environment, shown) => {
    expect(proxyOf(baseUrl, environment)).toEqual(shown);
  });
});

describe("NO_PROXY", () => {
  const closing: (() => Promise<void>)[] = [];
  beforeEach(() => {
    for (const name of ["http_proxy", "https_proxy", "no_proxy"]) vi.stubEnv(name, undefined);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const close of closing.splice(0)) await close();
  });

  /** Every name means this machine, so that what goes past the proxy arrives too. */
  const lookup: LookupFunction = (_name, { all }, done) => {
    if (all === true) done(null, [{ address: "127.0.0.1", family: 4 }]);
    else done(null, "127.0.0.1", 4);
  };

  it.each<[string, string, boolean]>([
    ["", "a.test", true],
    ["other.test", "a.test", true],
    ["a.test", "a.test", false],
    ["A.TEST", "a.test", false],
    ["a.test", "sub.a.test", false],
    [".a.test", "sub.a.test", false],
    ["*.a.test", "sub.a.test", false],
    ["a.test", "xa.test", true],
    ["a.test:PORT", "a.test", false],
    ["a.test:1", "a.test", true],
    ["x.test b.test,a.test", "a.test", false],
    ["*", "a.test", false],
    ["x.test,*", "a.test", false],
    ["", "localhost", false],
  ])("of %j sends %s through the proxy: %s", async (exceptions, host, proxied) => {
    const server = await startSubjectServer();
    const tunnel = await startConnectProxy(server.port);
    const NO_PROXY = exceptions.replace("PORT", String(server.port));
    const { proxies } = readProxies({ HTTP_PROXY: tunnel.url, NO_PROXY });
    const baseUrl = `http://${host}:${server.port}`;
    closing.push(server.close, tunnel.close);
    const send = sendOverHttp({ ...configuration, ...(proxies !== undefined && { proxies }) }, { connect: { lookup } });
    const request = { url: `${baseUrl}/api/v1/subjects/acme`, method: "GET", headers: {}, body: "" };
    const { status, body } = await send(request, AbortSignal.timeout(30_000));
    body.resume();
    expect(status).toBe(200);
    expect(server.authorizations).toHaveLength(1);
    expect(tunnel.tunnels).toHaveLength(proxied ? 1 : 0);
  });
});
