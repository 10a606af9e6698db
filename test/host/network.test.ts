import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Authority, expired, selfSigned } from "../servers/certificates";
import { type ConnectProxy, startConnectProxy } from "../servers/connect-proxy";
import { type SubjectServer, startSubjectServer } from "../servers/subject-server";
import { DynamicHost } from "./dynamic-host";

const apiKey = "om-key-never-to-be-seen";
const password = "never:to be%seen";

let folder: string;
let authority: Authority;
/** The variable that makes a process trust the authority of these tests. */
let trust: { readonly NODE_EXTRA_CA_CERTS: string };
const running: { close(): Promise<void> }[] = [];
const hosts: DynamicHost[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-test-"));
  authority = await Authority.create();
  trust = { NODE_EXTRA_CA_CERTS: join(folder, "authority.pem") };
  await writeFile(trust.NODE_EXTRA_CA_CERTS, authority.pem);
});

afterEach(async () => {
  await Promise.all([...hosts.splice(0).map((host) => host.stop()), ...running.splice(0).map((one) => one.close())]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function serve(...parameters: Parameters<typeof startSubjectServer>): Promise<SubjectServer> {
  const server = await startSubjectServer(...parameters);
  running.push(server);
  return server;
}

async function proxyTo(...parameters: Parameters<typeof startConnectProxy>): Promise<ConnectProxy> {
  const proxy = await startConnectProxy(...parameters);
  running.push(proxy);
  return proxy;
}

/** A read of the one subject by a process of the provider, in this environment. */
async function read(baseUrl: string, env: Record<string, string> = {}) {
  const config = { "openmeter:baseUrl": baseUrl, "openmeter:apiKey": apiKey, "openmeter:maxRetries": "0" };
  const host = await DynamicHost.start({ config, env });
  hosts.push(host);
  const outcome = await host.read("acme").then(
    ({ outputs }) => ({ outputs, message: "" }),
    (error: unknown) => ({ outputs: undefined, message: `${error}` }),
  );
  return { ...outcome, output: host.output };
}

describe("a server's certificate", () => {
  it("is trusted when NODE_EXTRA_CA_CERTS names its authority", async () => {
    const server = await serve(await authority.issue("127.0.0.1"));
    const { outputs } = await read(`https://127.0.0.1:${server.port}`, trust);
    expect(outputs).toMatchObject({ key: "acme", displayName: "Acme" });
    expect(server.authorizations).toEqual([`Bearer ${apiKey}`]);
  });

  it.each([
    {
      what: "nobody has signed",
      make: () => selfSigned("127.0.0.1"),
      env: () => ({}),
      says: /DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/,
    },
    {
      what: "an unknown authority has signed",
      make: () => authority.issue("127.0.0.1"),
      env: () => ({}),
      says: /UNABLE_TO_VERIFY_LEAF_SIGNATURE.*NODE_EXTRA_CA_CERTS/,
    },
    {
      what: "has expired",
      make: () => authority.issue("127.0.0.1", expired),
      env: () => trust,
      says: /CERT_HAS_EXPIRED.*Renew it on the server/,
    },
    {
      what: "is for another host",
      make: () => authority.issue("openmeter.test"),
      env: () => trust,
      says: /ERR_TLS_CERT_ALTNAME_INVALID.*issued for another host: check openmeter:baseUrl/,
    },
  ])("that $what is explained, and the API key is not sent", async ({ make, env, says }) => {
    const server = await serve(await make());
    const { message } = await read(`https://127.0.0.1:${server.port}`, env());
    expect(message).toContain("its TLS certificate is not trusted (");
    expect(message).toMatch(says);
    expect(server.authorizations).toEqual([]);
  });
});

describe("a proxy", () => {
  const credentials = `user:${encodeURIComponent(password)}@`;

  it("of HTTPS_PROXY gets the target's name and its own credentials, and the API key only inside of TLS", async () => {
    const server = await serve(await authority.issue("openmeter.test"));
    const proxy = await proxyTo(server.port);
    const HTTPS_PROXY = proxy.url.replace("//", `//${credentials}`);
    const { outputs } = await read("https://openmeter.test", { ...trust, HTTPS_PROXY });
    expect(outputs).toMatchObject({ displayName: "Acme" });
    const authorization = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
    expect(proxy.tunnels).toEqual([{ target: "openmeter.test:443", authorization }]);
    expect(proxy.heard()).not.toContain(apiKey);
    expect(server.authorizations).toEqual([`Bearer ${apiKey}`]);
  });

  it("of HTTP_PROXY is used for an http address, of https_proxy before HTTPS_PROXY, also without http://", async () => {
    const server = await serve();
    const proxy = await proxyTo(server.port);
    const plain = await read("http://openmeter.test:8888", { HTTP_PROXY: proxy.url });
    expect(plain.outputs).toMatchObject({ displayName: "Acme" });
    const secure = await serve(await authority.issue("openmeter.test"));
    const other = await proxyTo(secure.port);
    const env = { ...trust, https_proxy: `127.0.0.1:${other.port}`, HTTPS_PROXY: proxy.url };
    expect((await read("https://openmeter.test", env)).outputs).toMatchObject({ displayName: "Acme" });
    expect(proxy.tunnels.map(({ target }) => target)).toEqual(["openmeter.test:8888"]);
    expect(other.tunnels).toHaveLength(1);
  });

  it("is not asked for this machine itself", async () => {
    const server = await serve();
    const proxy = await proxyTo(server.port);
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    expect((await read(`http://127.0.0.1:${server.port}`, env)).outputs).toMatchObject({ displayName: "Acme" });
    expect(proxy.tunnels).toEqual([]);
  });

  it.each([
    [407, "407 Proxy Authentication Required: it requires a user name and password"],
    [403, "403 Forbidden: it does not allow connections to this address"],
    [502, "502 Bad Gateway: it could not reach the address"],
  ])("that answers %d is explained, without its password and the API key", async (status, says) => {
    const server = await serve();
    const proxy = await proxyTo(server.port, status);
    const HTTPS_PROXY = proxy.url.replace("//", `//${credentials}`);
    const { message, output } = await read("https://openmeter.test", { HTTPS_PROXY });
    expect(message).toContain(
      `no answer from https://openmeter.test: the proxy ${proxy.url} (HTTPS_PROXY) answered ${says}`,
    );
    expect(`${message}${output}`).not.toMatch(/never|user@|user:n/);
    expect(server.authorizations).toEqual([]);
  });

  it("that is not there is named, without its password", async () => {
    const proxy = await startConnectProxy(1);
    await proxy.close();
    const { message } = await read("https://openmeter.test", {
      HTTPS_PROXY: proxy.url.replace("//", `//${credentials}`),
    });
    expect(message).toContain(
      `connect ECONNREFUSED 127.0.0.1:${proxy.port} (HTTPS_PROXY names the proxy ${proxy.url};`,
    );
    expect(message).not.toContain("never");
  });

  it("whose address is none is a problem of the configuration, without its password", async () => {
    const host = await DynamicHost.start({
      config: { "openmeter:baseUrl": "https://openmeter.test", "openmeter:apiKey": apiKey },
      env: { HTTPS_PROXY: "ftp://user:hunter2@proxy.test" },
    });
    hosts.push(host);
    const { failures } = await host.check({ key: "acme" });
    expect(failures).toEqual([
      { property: "", reason: expect.stringMatching(/^HTTPS_PROXY is not the address of a proxy/) },
    ]);
    expect(JSON.stringify(failures)).not.toContain("hunter2");
  });
});
