import fc from "fast-check";
import { startEmulator } from "openmeter-emulator";
import { it } from "vitest";
import { type LifeOptions, lifeOf } from "../../model/lives";
import { replayable } from "../../model/replay";
import { both, clearServers, type Servers } from "../../model/servers";
import type { Step } from "../../model/steps";
import { newTally, Trial } from "../../model/trial";
import { runsAll } from "../../sample";
import { StandIn } from "./stand-in";

interface Row extends Pick<LifeOptions, "withCustomers" | "subjectHook"> {
  readonly what: string;
  /** How many lives `npm test` tries, and how many the long form. */
  readonly runs: readonly [number, number];
}

const rows: readonly Row[] = [
  { what: "of subjects", withCustomers: false, subjectHook: false, runs: [3, 60] },
  { what: "of subjects and customers", withCustomers: true, subjectHook: false, runs: [4, 80] },
  { what: "of both, where subjects make customers,", withCustomers: true, subjectHook: true, runs: [3, 80] },
];

it.each(rows)(
  "random programs $what live on the dynamic host as the model says",
  { timeout: 36_000_000 },
  async ({ runs, ...kinds }) => {
    const { subjectHook } = kinds;
    const servers: Servers = {
      here: await startEmulator({ subjectHook }),
      elsewhere: await startEmulator({ subjectHook }),
      subjectHook,
    };
    const stack = new StandIn(servers);
    const tally = newTally();
    const options = { length: runsAll ? 30 : 20, editsPerUp: 3, ...kinds };
    const life = fc.asyncProperty(lifeOf(options), async (steps) => {
      clearServers(servers);
      stack.clear();
      await new Trial(stack, tally).live(steps);
    });
    try {
      // A life that takes so long hangs.
      await fc.assert(life, { ...replayable<[Step[]]>(runs[runsAll ? 1 : 0], { shrink: true }), timeout: 120_000 });
    } finally {
      console.log("on the dynamic host:", tally);
      await stack.kill();
      await Promise.all(both(servers).map(([, server]) => server.close()));
    }
  },
);
