import { describe, expect, it } from "vitest";
import { withProgress } from "../../../provider/src/core/progress";

/** Time that passes only when the work says so, and brings the ticks that are due. */
class Time {
  #now = 1_000_000;
  readonly #ticks = new Set<{ due: number; readonly every: number; readonly ring: () => void }>();

  now(): number {
    return this.#now;
  }

  every(ms: number, ring: () => void): () => void {
    const tick = { due: this.#now + ms, every: ms, ring };
    this.#ticks.add(tick);
    return () => void this.#ticks.delete(tick);
  }

  pass(ms: number): void {
    for (let rest = ms; rest > 0; rest--) {
      this.#now += 1;
      for (const tick of this.#ticks) {
        if (tick.due > this.#now) continue;
        tick.due += tick.every;
        tick.ring();
      }
    }
  }
}

/** The lines of a piece of work on 10,000 objects, and what it may do while it goes on. */
async function linesOf(
  carryOut: (tell: (done: number) => void, time: Time, pause: (paused: boolean) => void) => Promise<void>,
  { isSet = true, what = "done" as const } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const time = new Time();
  let paused = false;
  const around = {
    report: (line: string) => void lines.push(line),
    clock: { now: () => time.now(), every: time.every.bind(time), sleep: async () => {} },
    connect: () => ({ isPaused: () => paused }) as never, // nothing else of the connection is asked
  };
  const work = withProgress(around, { label: 'set "s"', isSet }, { total: 10_000, what }, (tell) =>
    carryOut(tell, time, (now) => {
      paused = now;
    }),
  );
  try {
    await work;
  } finally {
    // Whatever is over says no more.
    time.pass(20_000);
  }
  return lines;
}

describe("the progress of a set", () => {
  it("is not told of work that is over within five seconds", async () => {
    const lines = await linesOf(async (tell, time) => {
      time.pass(4_999);
      tell(10_000);
    });
    expect(lines).toEqual([]);
  });

  it("is a line every five seconds, with numbers and pace", async () => {
    const lines = await linesOf(async (tell, time) => {
      for (let done = 100; done <= 5_000; done += 100) {
        tell(done);
        time.pass(300);
      }
    });
    expect(lines).toEqual([
      'set "s": 1,700 of 10,000 done, 340 a second',
      'set "s": 3,400 of 10,000 done, 340 a second',
      'set "s": 5,000 of 10,000 done, 333 a second',
    ]);
  });

  it("goes on while nothing gets done, and says when the server has asked for patience", async () => {
    const lines = await linesOf(async (tell, time, pause) => {
      tell(2_000);
      time.pass(5_000);
      pause(true);
      time.pass(5_000);
      pause(false);
      time.pass(5_000);
    });
    expect(lines).toEqual([
      'set "s": 2,000 of 10,000 done, 400 a second',
      'set "s": 2,000 of 10,000 done, 200 a second; waiting, since OpenMeter asks for patience (429)',
      'set "s": 2,000 of 10,000 done, 133 a second',
    ]);
  });

  it("is not told of a single object, nor after work that fails", async () => {
    expect(await linesOf(async (_tell, time) => time.pass(20_000), { isSet: false })).toEqual([]);
    const lines: string[] = [];
    const failing = linesOf(async () => {
      throw new Error("cut");
    }).then((all) => lines.push(...all));
    await expect(failing).rejects.toThrow("cut");
    expect(lines).toEqual([]);
  });
});
