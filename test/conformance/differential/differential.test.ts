/**
 * The emulator against a real server: random requests to both, and the same answers are expected.
 *
 * Runs only where OPENMETER_URL names a real server. DIFFERENTIAL_RUNS sets how many scenarios (default 200);
 * DIFFERENTIAL_SEED and DIFFERENTIAL_PATH replay one that a failure has printed.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server } from "../customers/server";
import { onRealServer, Target } from "../target";
import { customerScenario } from "./customer-requests";
import { type RequestTemplate, Side } from "./exchange";
import { scenario } from "./requests";

const runs = Number(process.env.DIFFERENTIAL_RUNS ?? 200);
const seed = Number(process.env.DIFFERENTIAL_SEED ?? Date.now() % 2 ** 31);
const path = process.env.DIFFERENTIAL_PATH;

describe.runIf(onRealServer)("emulator and real server", () => {
  let server: Server;
  let real: Target;
  let emulated: Target;
  beforeAll(async () => {
    server = await Server.open();
    real = server.target;
    emulated = await Target.openEmulator({ subjectHook: await real.hasSubjectHook() });
  });
  afterAll(async () => {
    await server.close();
    await emulated.close();
  });

  test.each([
    ["subjects", scenario],
    ["customers", customerScenario],
  ])(
    `answer ${runs} random scenarios about %s alike (seed ${seed})`,
    { timeout: 60_000 + runs * 2000 },
    async (_, about) => {
      await fc.assert(
        fc.asyncProperty(about, async (requests) => {
          const prefix = real.key("-");
          const sides = { real: new Side(real, prefix), emulated: new Side(emulated, prefix) };
          try {
            await compare(requests, sides.real, sides.emulated);
          } finally {
            await sides.real.clear();
            await sides.emulated.clear();
          }
        }),
        { numRuns: runs, seed, ...(path !== undefined && { path }) },
      );
    },
  );
});

async function compare(requests: readonly RequestTemplate[], real: Side, emulated: Side): Promise<void> {
  for (const request of requests) {
    expect(await emulated.exchange(request), JSON.stringify(request)).toEqual(await real.exchange(request));
  }
  expect(await emulated.listed(), "the list after all").toEqual(await real.listed());
}
