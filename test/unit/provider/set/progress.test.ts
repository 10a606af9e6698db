import { describe, expect, it } from "vitest";
import { type ProgressReport, type Work, withProgress } from "../../../../provider/src/provider/set/progress";

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

/** The lines of a piece of work on 10,000 subjects, and what it may do while it goes on. */
async function linesOf(
  carryOut: (tell: ProgressReport, time: Time, pause: (paused: boolean) => void) => Promise<void>,
  work: Partial<Work> = {},
): Promise<string[]> {
  const lines: string[] = [];
  const time = new Time();
  let paused = false;
  const surroundings = { report: (line: string) => void lines.push(line), clock: time, isPaused: () => paused };
  await withProgress({ name: "customers", total: 10_000, what: "done", ...work }, surroundings, (tell) =>
    carryOut(tell, time, (now) => {
      paused = now;
    }),
  );
  // Whatever is over says no more.
  time.pass(20_000);
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
      "customers: 1,700 of 10,000 done, 340 a second",
      "customers: 3,400 of 10,000 done, 340 a second",
      "customers: 5,000 of 10,000 done, 333 a second",
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
      "customers: 2,000 of 10,000 done, 400 a second",
      "customers: 2,000 of 10,000 done, 200 a second; waiting, since OpenMeter asks for patience (429)",
      "customers: 2,000 of 10,000 done, 133 a second",
    ]);
  });

  it("speaks of reading where that is the work, and makes a name harmless", async () => {
    const lines = await linesOf(async (_tell, time) => time.pass(5_000), {
      what: "read",
      name: "a\u001b[2J",
      total: 7,
    });
    expect(lines).toEqual([expect.stringMatching(/^a.*: 0 of 7 read, 0 a second$/)]);
    expect(lines.join()).not.toContain("\u001b");
  });

  it("ends with work that fails, whose error it hands on", async () => {
    const lines: string[] = [];
    const time = new Time();
    const surroundings = { report: (line: string) => void lines.push(line), clock: time, isPaused: () => false };
    const work = withProgress({ name: "customers", total: 1, what: "done" }, surroundings, async () => {
      throw new Error("cut");
    });
    await expect(work).rejects.toThrow("cut");
    time.pass(10_000);
    expect(lines).toEqual([]);
  });
});
