import { afterEach, beforeEach, expect, it } from "vitest";
import { connectTo } from "../../../provider/src/openmeter/connection";
import { idOf } from "./client-answered";
import { avoidProxies, closeServers, serve } from "./connected-transport";
import { FakeClock } from "./fake-clock";
import { configuration } from "./fake-transport";
import { answer } from "./scripted-server";

beforeEach(avoidProxies);
afterEach(closeServers);

/** A clock that calls back while somebody sleeps on it. */
class WatchedClock extends FakeClock {
  onSleep: () => void = () => {};

  override async sleep(ms: number): Promise<void> {
    this.onSleep();
    await super.sleep(ms);
  }
}

it.each([
  { status: 429, says: "a server asked for patience", paused: true },
  { status: 503, says: "one request is to be tried again", paused: false },
])("tells whether all of its requests wait since $says", async ({ status, paused }) => {
  const { url } = await serve(answer(status, "", { "retry-after": "7" }), answer(204));
  const clock = new WatchedClock();
  const { client, pause } = connectTo({ ...configuration, baseUrl: url }, clock);
  const seen: boolean[] = [];
  clock.onSleep = () => seen.push(pause.isOn);
  await client.delete(idOf({ id: "01JABC", key: "acme", metadata: {} }));
  expect(clock.sleeps).toEqual([7_000]);
  expect(seen).toEqual([paused]);
  expect(pause.isOn).toBe(false);
});
