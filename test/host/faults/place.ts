import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type Emulator, startEmulator } from "openmeter-emulator";
import { DynamicHost } from "../dynamic-host";
import { subjectInputs } from "../set-fixtures";
import { Door } from "./door";

/** Nothing may ever show it but the Authorization header of requests to OpenMeter. */
export const apiKey = "om_secret_0123456789";

/** Where the cases of the fault table take place: an OpenMeter, and hosts whose clocks stand still unless they only wait. */
export interface Place {
  readonly emulator: Emulator;
  /** The run that meets the faults. OpenMeter has answered it before. */
  readonly struck: DynamicHost;
  /** The same, on its way through the door. */
  readonly outside: DynamicHost;
  /** A run that has never had an answer: for it the door is always shut. */
  readonly newcomer: DynamicHost;
  readonly door: Door;
  /** The runs before and after, which meet none. */
  readonly others: DynamicHost;
  /** Another server, which has no business here. */
  readonly foreign: { readonly url: string; readonly received: readonly IncomingHttpHeaders[] };
  close(): Promise<void>;
}

export async function openPlace(): Promise<Place> {
  const emulator = await startEmulator({ apiKey });
  const door = await Door.before(emulator.url);
  const received: IncomingHttpHeaders[] = [];
  const foreign = createServer((request, response) => {
    received.push(request.headers);
    response.end("{}");
  });
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  const host = (url: string) =>
    DynamicHost.start({ heldClock: true, config: { "openmeter:baseUrl": url, "openmeter:apiKey": apiKey } });
  const [struck, outside, newcomer, others] = await Promise.all([
    host(emulator.url),
    host(door.url),
    host(door.url),
    host(emulator.url),
  ]);
  // A server that has answered once is waited for.
  emulator.subjects.upsert({ key: "first" });
  await Promise.all([struck.read("first"), outside.read("first")]);
  // Each run applies a program: in a destroy nothing is checked.
  await Promise.all([struck, outside, newcomer].map((run) => run.check(subjectInputs({ key: "checked" }))));
  return {
    emulator,
    struck,
    outside,
    newcomer,
    door,
    others,
    // A server that listens on a port has an address with one.
    foreign: { url: `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`, received },
    close: async () => {
      await Promise.all([struck, outside, newcomer, others].map((one) => one.stop()));
      await door.shut();
      await emulator.close();
      await new Promise((resolve) => foreign.close(resolve));
    },
  };
}
