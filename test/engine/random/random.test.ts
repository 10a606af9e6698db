import fc from "fast-check";
import { startEmulator } from "openmeter-emulator";
import { describe } from "vitest";
import { lifeOf } from "../../model/lives";
import { replayable } from "../../model/replay";
import type { Step } from "../../model/steps";
import { newTally, Trial } from "../../model/trial";
import { longIt } from "../../sample";
import { withStack } from "../stack";
import { EngineUnderTrial } from "./engine-under-trial";

const rows = [
  { where: "where subjects and customers stand by themselves", subjectHook: false },
  { where: "where subjects make customers", subjectHook: true },
];

describe.each(rows)("random programs, $where,", ({ subjectHook }) => {
  longIt("live on the engine as the model says", { timeout: 36_000_000 }, async () => {
    const tally = newTally();
    const options = { length: 10, editsPerUp: 4, withCustomers: true, subjectHook };
    const life = fc.asyncProperty(lifeOf(options), (steps) =>
      withStack(
        async (test) => {
          const elsewhere = await startEmulator({ subjectHook });
          try {
            await new Trial(new EngineUnderTrial(test, elsewhere, subjectHook), tally).live(steps);
          } finally {
            await elsewhere.close();
          }
        },
        { subjectHook },
      ),
    );
    try {
      // Looking for a smaller example takes many minutes here.
      await fc.assert(life, replayable<[Step[]]>(2, { shrink: false }));
    } finally {
      console.log("on the engine:", tally);
    }
  });
});
