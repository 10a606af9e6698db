import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificates";

/** A server that has one subject, and remembers who asked. */
export interface SubjectServer {
  readonly port: number;
  /** The authorization of each request that reached it. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

const subject = { id: "01J0000000000000000000000A", key: "acme", displayName: "Acme", metadata: {} };

/** Serves over TLS where there is a certificate. */
export async function startSubjectServer(certificate?: Certificate): Promise<SubjectServer> {
  const authorizations: (string | undefined)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(subject));
  };
  const server = certificate === undefined ? createServer(answer) : createTlsServer({ ...certificate }, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a listening server has one
  return {
    port,
    authorizations,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
