import fc from "fast-check";
import { startEmulator } from "openmeter-emulator";
import { it } from "vitest";
import { replayable } from "../../model/replay";
import { both, clearServers, type Servers } from "../../model/servers";
import { lifeOf, type Step } from "../../model/steps";
import { newTally, Trial } from "../../model/trial";
import { runsAll } from "../../sample";
import { StandIn } from "./stand-in";

it("random programs live on the dynamic host as the model says", { timeout: 36_000_000 }, async () => {
  const servers: Servers = { here: await startEmulator(), elsewhere: await startEmulator() };
  const stack = new StandIn(servers);
  const tally = newTally();
  const life = fc.asyncProperty(lifeOf({ length: 30, editsPerUp: 3 }), async (steps) => {
    clearServers(servers);
    stack.clear();
    await new Trial(stack, tally).live(steps);
  });
  try {
    // A life that takes so long hangs.
    await fc.assert(life, { ...replayable<[Step[]]>(runsAll ? 60 : 6, { shrink: true }), timeout: 120_000 });
  } finally {
    console.log("on the dynamic host:", tally);
    await stack.kill();
    await Promise.all(both(servers).map(([, server]) => server.close()));
  }
});
