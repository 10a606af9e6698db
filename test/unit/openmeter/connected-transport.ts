import { vi } from "vitest";
import type { Configuration } from "../../../provider/src/openmeter/configuration";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";
import { type Bounds, createTransport } from "../../../provider/src/openmeter/transport";
import { FakeClock } from "./fake-clock";
import { type Running, type Step, serveSteps } from "./scripted-server";

/** An API key that JSON and URLs spell in other ways. */
export const apiKey = 'om_secret_"k/0123';
const running: Running[] = [];

/** For beforeEach: servers on this machine are reached directly, whatever proxy this machine uses. */
export function avoidProxies(): void {
  vi.stubEnv("NO_PROXY", "127.0.0.1");
}

/** For afterEach: ends all servers of the test. */
export async function closeServers(): Promise<void> {
  vi.unstubAllEnvs();
  for (const server of running.splice(0)) await server.close();
}

/** Has a server closed after the test. */
export function closedLater<T extends Running>(server: T): T {
  running.push(server);
  return server;
}

/** A server that performs these steps, closed after the test. */
export async function serve(...steps: Step[]) {
  return closedLater(await serveSteps(steps));
}

/** A transport to one address, with a clock that stands still. */
export function connect(baseUrl: string, settings: Partial<Configuration> = {}, clock = new FakeClock()) {
  const transport = createTransport({ baseUrl, apiKey, requestTimeoutMs: 30_000, maxRetries: 6, ...settings }, clock);
  const send = (init: RequestInit = {}, bounds?: Bounds) =>
    transport(
      new Request(`${baseUrl}/api/v1/subjects`, {
        ...init,
        headers: { authorization: `Bearer ${apiKey}`, ...init.headers },
      }),
      bounds,
    );
  /** The error of a request that fails. */
  const failure = async (init: RequestInit = {}, bounds?: Bounds): Promise<OpenMeterError> => {
    try {
      await send(init, bounds);
    } catch (error) {
      if (error instanceof OpenMeterError) return error;
      throw error;
    }
    throw new Error("the request did not fail");
  };
  return { send, failure, clock };
}
