import { describe, expect, it } from "vitest";
import { AttributionHandOver } from "../../../provider/src/core/attribution";
import type { LiveObject, RecordId } from "../../../provider/src/core/port";
import type { Run } from "../../../provider/src/core/run";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { FakeClock } from "../connection";

const holder: LiveObject = { id: "01A" as RecordId, key: "a", fields: {} };

/** A hand-over in a run that shows after so many questions that something is given up. */
function handOver(shownAfter: number) {
  const clock = new FakeClock();
  let asked = 0;
  const givesUp = () => {
    asked += 1;
    return asked > shownAfter;
  };
  const run = { givesUp, facts: { read: () => undefined } } as unknown as Run; // all that it asks of a run
  return { clock, handOver: new AttributionHandOver({ kind: customerKind, run, clock }) };
}

const slept = ({ sleeps }: FakeClock) => sleeps.reduce((sum, ms) => sum + ms, 0);

describe("the hand-over of an attributed key", () => {
  it("waits for nothing where the run has shown it", async () => {
    const scene = handOver(0);
    expect(await scene.handOver.isGivenUp(holder, "x")).toBe(true);
    expect(scene.clock.sleeps).toEqual([]);
  });

  it("waits for a resource that the engine has not shown yet", async () => {
    const scene = handOver(3);
    expect(await scene.handOver.isGivenUp(holder, "x")).toBe(true);
    expect(slept(scene.clock)).toBeLessThan(5_000);
  });

  it("waits five seconds at most, and that once in a run", async () => {
    const scene = handOver(Number.POSITIVE_INFINITY);
    expect(await scene.handOver.isGivenUp(holder, "x")).toBe(false);
    expect(slept(scene.clock)).toBe(5_000);
    expect(await scene.handOver.isGivenUp(holder, "y")).toBe(false);
    expect(slept(scene.clock)).toBe(5_000);
  });
});
