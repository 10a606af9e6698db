import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A request for a tunnel, as the proxy heard it. */
export interface TunnelRequest {
  /** `host:port`, as the client named it. */
  readonly target: string;
  readonly authorization: string | undefined;
}

/** A proxy that tunnels (CONNECT), whatever the target's name, to one port of this machine. */
export interface ConnectProxy {
  readonly url: string;
  readonly port: number;
  /** Tunnels that were asked for, also refused ones. */
  readonly tunnels: TunnelRequest[];
  /** All bytes that clients have sent through it, as far as it can read them. */
  heard(): string;
  close(): Promise<void>;
}

/**
 * @param targetPort where tunnels lead
 * @param refusal the status that is answered to each request for a tunnel instead
 */
export async function startConnectProxy(targetPort: number, refusal?: number): Promise<ConnectProxy> {
  const tunnels: TunnelRequest[] = [];
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    tunnels.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    heard.push(Buffer.from(JSON.stringify(request.rawHeaders)));
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const upstream = connect(targetPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.on("data", (data: Buffer) => heard.push(data));
      client.pipe(upstream).pipe(client);
    });
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a listening server has one
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnels,
    heard: () => Buffer.concat(heard).toString("latin1"),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
