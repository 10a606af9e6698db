import { describe, expect, it } from "vitest";
import { Patience, withProgress } from "../../../provider/src/core/progress";

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

  get isQuiet(): boolean {
    return this.#ticks.size === 0;
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
  carryOut: (tell: (done: number) => void, time: Time, wait: (why?: string) => void) => Promise<void>,
  { isSet = true, what = "done" as const, labels = ['set "s"'] } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const time = new Time();
  let why: string | undefined;
  const clock = { now: () => time.now(), every: time.every.bind(time), sleep: async () => {} };
  const report = (line: string, about?: { readonly urn?: string | undefined; readonly level?: string | undefined }) => {
    lines.push(line);
    expect(about).toEqual(isSet ? { urn: "urn:s", level: "status" } : { level: "status" });
  };
  const waiting = () => why;
  const around = {
    report,
    clock,
    patience: new Patience(clock, report, waiting),
    connect: () => ({ waiting }) as never, // nothing else of the connection is asked
  };
  const work = (label: string) =>
    withProgress(around, { label, isSet, urn: "urn:s" }, { total: 10_000, what }, (tell) =>
      carryOut(tell, time, (now) => {
        why = now;
      }),
    );
  try {
    await Promise.all(labels.map(work));
  } finally {
    // Whatever is over says no more.
    time.pass(20_000);
    expect(time.isQuiet).toBe(true);
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

  it("goes on while nothing gets done, and says what is waited for", async () => {
    const lines = await linesOf(async (tell, time, wait) => {
      tell(2_000);
      time.pass(5_000);
      wait("a server answered 429");
      time.pass(5_000);
      wait();
      time.pass(5_000);
    });
    expect(lines).toEqual([
      'set "s": 2,000 of 10,000 done, 400 a second',
      'set "s": 2,000 of 10,000 done, 200 a second; waiting: a server answered 429',
      'set "s": 2,000 of 10,000 done, 133 a second',
    ]);
  });

  it("takes less room the longer it lasts, and never stops", async () => {
    const lines = await linesOf(async (_tell, time) => time.pass(600_000));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThan(35);
  });

  it("is not told after work that fails", async () => {
    const lines: string[] = [];
    const failing = linesOf(async () => {
      throw new Error("cut");
    }).then((all) => lines.push(...all));
    await expect(failing).rejects.toThrow("cut");
    expect(lines).toEqual([]);
  });
});

describe("single objects", () => {
  const single = { isSet: false };

  it("are not told of while they get along", async () => {
    expect(await linesOf(async (_tell, time) => time.pass(20_000), single)).toEqual([]);
  });

  it("say in one line for all what they wait for", async () => {
    const waits = async (_tell: unknown, time: Time, wait: (why?: string) => void) => {
      wait("a server answered 429");
      time.pass(10_000);
    };
    expect(await linesOf(waits, { ...single, labels: ['subject "a"'] })).toEqual(
      Array(2).fill('subject "a" waits: a server answered 429'),
    );
    let turn: Promise<unknown> = Promise.resolve();
    const inTurn = (_tell: unknown, time: Time, wait: (why?: string) => void): Promise<void> => {
      const own = turn.then(() => {
        wait("a server answered 429");
        time.pass(5_000);
      });
      turn = own.then(() => new Promise(setImmediate));
      return own;
    };
    const several = { ...single, labels: ['subject "a"', 'subject "b"', 'subject "c"'] };
    // The others go on where one is over.
    expect(await linesOf(inTurn, several)).toEqual([
      'subject "a" and 2 more wait: a server answered 429',
      'subject "b" and 1 more wait: a server answered 429',
      'subject "c" waits: a server answered 429',
    ]);
  });
});
