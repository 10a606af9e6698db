import { createServer as createTlsServer } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { startEmulator } from "openmeter-emulator";
import { afterEach, describe, expect, it } from "vitest";
import { connectTo } from "../../../../provider/src/openmeter/connection";
import { sendOverHttp } from "../../../../provider/src/openmeter/http/send";
import { selfSigned } from "../../../servers/certificates";
import { configuration, FakeClock } from "../../connection";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the server has no port");
  }
  return address.port;
}

/** Answers each connection with these bytes, for answers that no HTTP library would write. */
async function serveBytes(bytes: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(Buffer.from(bytes, "utf8")));
  });
  const port = await listen(server);
  closing.push(() => sockets.forEach((socket) => void socket.destroy()));
  return `http://127.0.0.1:${port}`;
}

/** What a connection to an address says of a subject that it cannot read. */
async function failureAt(baseUrl: string, clock = new FakeClock()): Promise<unknown> {
  const { subjects } = connectTo({ ...configuration, baseUrl, maxRetries: 2 }, { clock });
  return subjects.get({ key: "acme" }).catch((error: unknown) => error);
}

describe("a request over HTTP", () => {
  it("arrives as it was written, and its answer comes back whole", async () => {
    const emulator = await startEmulator();
    closing.push(emulator.close);
    const path = "/api/v1/subjects/%70%252Fq%2F";
    const headers = { authorization: "Bearer secret" };
    const request = { url: `${emulator.url}${path}`, method: "GET", headers, body: "" };
    const answer = await sendOverHttp(configuration)(request, AbortSignal.timeout(30_000));
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.body.toArray()).not.toEqual([]);
    const [received] = emulator.requests.list();
    expect(received).toMatchObject({ method: "GET", path, headers });
    expect(received?.headers).not.toHaveProperty("accept-encoding");
  });

  it("is understood whatever bytes a proxy puts into the headers of the answer", async () => {
    const url = await serveBytes("HTTP/1.1 200 OK\r\nx-city: Łódź\r\nset-cookie: a\r\nset-cookie: b\r\n\r\n{}");
    const request = { url, method: "GET", headers: {}, body: "" };
    const { headers, body } = await sendOverHttp(configuration)(request, AbortSignal.timeout(30_000));
    body.resume();
    expect(headers.get("set-cookie")).toBe("a, b");
  });

  it("to an address where nobody listens names address and reason", async () => {
    const server = createServer();
    const url = `http://127.0.0.1:${await listen(server)}`;
    await closing.pop()?.();
    expect(await failureAt(url)).toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(
        new RegExp(
          `^no answer from ${url}: connect ECONNREFUSED .* \\(3 tries in 1 s\\)\\. Nothing listens there: check openmeter:baseUrl`,
        ),
      ),
    });
  });

  it("to something that speaks no HTTP is told as one that had no answer", async () => {
    expect(await failureAt(await serveBytes("SSH-2.0-OpenSSH_9.6\r\n"))).toMatchObject({ kind: "unavailable" });
  });

  it("to a server whose certificate is not trusted is told at once, with the remedy, before the API key is sent", async () => {
    let received = 0;
    const server = createTlsServer(await selfSigned("127.0.0.1"), (_request, response) => {
      received += 1;
      response.end("{}");
    });
    closing.push(() => server.closeAllConnections());
    const clock = new FakeClock();
    expect(await failureAt(`https://127.0.0.1:${await listen(server)}`, clock)).toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(
        /its TLS certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT: .*NODE_EXTRA_CA_CERTS/,
      ),
    });
    expect([clock.sleeps, received]).toEqual([[], 0]);
  });
});
