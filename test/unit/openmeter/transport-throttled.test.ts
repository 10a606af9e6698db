import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SubjectsClient } from "../../../provider/src/openmeter/subjects-client";
import { createTransport } from "../../../provider/src/openmeter/transport";
import { subjects, writeAll } from "./bulk-server";
import { avoidProxies, closeServers, connect, serve } from "./connected-transport";
import { FakeClock } from "./fake-clock";
import { configuration } from "./fake-transport";
import { answer, type Step } from "./scripted-server";

beforeEach(avoidProxies);
afterEach(closeServers);

/** Asks for patience for the first half minute of the clock, then stores what is sent. */
function throttling(clock: FakeClock, headers: Record<string, string>): Step {
  const until = clock.now() + 30_000;
  return (response, request) => {
    if (clock.now() < until) return answer(429, "", headers)(response, request);
    const items: { key: string }[] = JSON.parse(request.body);
    const records = items.map(({ key }) => ({ id: `01J-${key}`, key, metadata: {} }));
    return answer(200, JSON.stringify(records), { "content-type": "application/json" })(response, request);
  };
}

describe("half a minute of 429", () => {
  it.each([
    { headers: {}, says: "without Retry-After" },
    { headers: { "retry-after": "1" }, says: "with a short Retry-After" },
    { headers: { "retry-after": "30" }, says: "with a long one" },
  ])("$says is survived by a bulk write with the default retries", async ({ headers }) => {
    const clock = new FakeClock();
    const { url, received } = await serve(throttling(clock, headers));
    const settings = { ...configuration, baseUrl: url };
    const client = new SubjectsClient(settings, createTransport(settings, clock));
    const { stored, refused, stoppedBy } = await writeAll(client, subjects(1_500));
    expect({ refused, stoppedBy }).toEqual({ refused: [], stoppedBy: undefined });
    expect(stored.size).toBe(1_500);
    expect(received.length).toBeLessThan(100);
  });

  it("leaves the retries for other failures untouched", async () => {
    const patience = Array.from({ length: 8 }, () => answer(429, "", { "retry-after": "1" }));
    const { url } = await serve(...patience, answer(503), answer(200));
    expect((await connect(url).send()).status).toBe(200);
  });
});
