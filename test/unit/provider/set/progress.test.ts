import { describe, expect, it } from "vitest";
import { startProgress } from "../../../../provider/src/provider/set/progress";

function started(total: number) {
  const lines: string[] = [];
  let now = 1_000_000;
  const tell = startProgress("customers", total, (line) => lines.push(line), { now: () => now });
  /** Tells how much is done so much later. */
  const later = (ms: number, done: number) => {
    now += ms;
    tell(done);
  };
  return { lines, later };
}

describe("the progress of a set", () => {
  it("is not told of work that is over within five seconds", () => {
    const { lines, later } = started(2_000);
    later(1_000, 500);
    later(3_900, 2_000);
    expect(lines).toEqual([]);
  });

  it("is told from five seconds on, and five seconds after the last line", () => {
    const { lines, later } = started(100);
    later(4_999, 10);
    later(1, 20);
    later(4_999, 30);
    later(1, 40);
    expect(lines).toEqual(["customers: 20 of 100 done, 4 a second", "customers: 40 of 100 done, 4 a second"]);
  });

  it("is a line at most every five seconds, with numbers and pace", () => {
    const { lines, later } = started(10_000);
    for (let done = 100; done <= 10_000; done += 100) later(300, done);
    expect(lines).toEqual([
      "customers: 1,700 of 10,000 done, 333 a second",
      "customers: 3,400 of 10,000 done, 333 a second",
      "customers: 5,100 of 10,000 done, 333 a second",
      "customers: 6,800 of 10,000 done, 333 a second",
      "customers: 8,500 of 10,000 done, 333 a second",
    ]);
  });
});
