import fc from "fast-check";
import { startEmulator } from "openmeter-emulator";
import { replayable } from "../../model/replay";
import { lifeOf, type Step } from "../../model/steps";
import { newTally, Trial } from "../../model/trial";
import { longIt } from "../../sample";
import { withStack } from "../stack";
import { EngineUnderTrial } from "./engine-under-trial";

longIt("random programs live on the engine as the model says", { timeout: 36_000_000 }, async () => {
  const tally = newTally();
  const life = fc.asyncProperty(lifeOf({ length: 10, editsPerUp: 4 }), (steps) =>
    withStack(async (test) => {
      const elsewhere = await startEmulator();
      try {
        await new Trial(new EngineUnderTrial(test, elsewhere), tally).live(steps);
      } finally {
        await elsewhere.close();
      }
    }),
  );
  try {
    // Looking for a smaller example takes many minutes here.
    await fc.assert(life, replayable<[Step[]]>(2, { shrink: false }));
  } finally {
    console.log("on the engine:", tally);
  }
});
