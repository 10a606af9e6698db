import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";

/** A request that reached the server. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on this machine, and how to end it. */
export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** What to do with one request. */
export type Step = (response: ServerResponse, request: ReceivedRequest) => void;

/** A step that answers. */
export function answer(status: number, body = "", headers: Readonly<Record<string, string>> = {}): Step {
  return (response) => response.writeHead(status, headers).end(body);
}

/** A step that resets the connection without an answer. */
export const reset: Step = (response) => response.socket?.resetAndDestroy();

/** A step that announces more than it sends. */
export const truncate: Step = (response) => {
  response.writeHead(200, { "content-length": "1000", "content-type": "application/json" });
  response.write('{"id":"01J"', () => response.socket?.destroy());
};

/** A step that never answers. */
export const silence: Step = () => undefined;

/** Serves the steps in order; the last one again and again. */
export async function serveSteps(steps: readonly Step[]): Promise<Running & { readonly received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") };
      received.push(request);
      const step = steps[Math.min(received.length, steps.length) - 1];
      if (step !== undefined) step(response, request);
    });
  });
  const url = await listen(server);
  return {
    url,
    received,
    close: async () => {
      server.closeAllConnections();
      await closed(server);
    },
  };
}

/** Answers each connection with these bytes, for answers that no HTTP library would write. */
export async function serveBytes(bytes: Buffer): Promise<Running> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(bytes));
  });
  const url = await listen(server);
  return {
    url,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closed(server);
    },
  };
}

/** A server whose certificate nobody has signed. */
export async function serveUntrusted(): Promise<Running & { received(): number }> {
  let received = 0;
  const server = createTlsServer({ key: untrustedKey, cert: untrustedCertificate }, (_request, response) => {
    received++;
    response.end("{}");
  });
  const url = await listen(server);
  return {
    url: url.replace("http:", "https:"),
    received: () => received,
    close: async () => {
      server.closeAllConnections();
      await closed(server);
    },
  };
}

/** An address where nobody listens. */
export async function deadAddress(): Promise<string> {
  const server = createTcpServer();
  const url = await listen(server);
  await closed(server);
  return url;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

/** Made for this test only; it opens nothing. */
const untrustedKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRkhl6KLH//BV9y8B
cVaTqXD87EJLDqruGmkS2r+T5FKhRANCAAQRMBPnx21GKMzTJux+kNhb7LEjv6hr
V1R9xCuS4LbyEV+2ZH5tZoJ0ZnOI8hnTJQTvEmDOrNrD1qC2EUX/pfoN
-----END PRIVATE KEY-----`;

const untrustedCertificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUCV6tBFM2yRyVVjhgcRgjWZaMCvwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzE0MTY0OVoYDzIxMjYxMDMw
MTQxNjQ5WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQRMBPnx21GKMzTJux+kNhb7LEjv6hrV1R9xCuS4LbyEV+2ZH5tZoJ0
ZnOI8hnTJQTvEmDOrNrD1qC2EUX/pfoNo1MwUTAdBgNVHQ4EFgQUi1ORmkqzQlXr
aApVhZFxq9IrsZ0wHwYDVR0jBBgwFoAUi1ORmkqzQlXraApVhZFxq9IrsZ0wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA99fyOjUj30PNlU7LaIbV
dYfuWmz9bs8iv0uG0yXaqaQCIBoz1x23+ZxK05ayOtlg6ms8r2WwWuQpKcd74+GK
OxpI
-----END CERTIFICATE-----`;
