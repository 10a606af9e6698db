import { createServer, request, type Server } from "node:http";

/** A server that hands every request on to another one, and that can stop to listen and begin again at the same address. */
export class Door {
  #server: Server | undefined;

  private constructor(
    private readonly target: string,
    private readonly port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Below the ports that systems give to those who ask for any, so that nobody takes this one while the door is shut. */
  static async before(target: string): Promise<Door> {
    for (let port = 20_000 + (process.pid % 10_000); ; port++) {
      const door = new Door(target, port);
      try {
        await door.open();
        return door;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
      }
    }
  }

  async open(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((incoming, response) => {
      const { method, headers, url } = incoming;
      const onward = request(`${this.target}${url}`, { method, headers }, (answer) => {
        // No connection outlives its answer, or the next request would find it broken instead of the door shut.
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, connection: "close" });
        answer.pipe(response);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.#server = server;
  }

  /** Connections are refused from now on. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }
}
