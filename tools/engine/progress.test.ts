import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { duration, narrated } from "./progress";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  [0, "0s"],
  [59_400, "59s"],
  [59_600, "1m 0s"],
  [235_000, "3m 55s"],
])("says %d ms as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

function forMs(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, "result"));
}

it("repeats itself every 15 s in a log", async () => {
  const said: string[] = [];
  const work = narrated(
    { say: (line) => said.push(line) },
    () => "compiling",
    () => forMs(40_000),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await work).toBe("result");
  expect(said).toEqual(["  15s  compiling", "  30s  compiling"]);
});

it("repaints one line on a terminal, and takes it away at the end, also when the work fails", async () => {
  const shown: string[] = [];
  const said: string[] = [];
  const voice = { say: (line: string) => said.push(line), show: (line: string) => shown.push(line) };
  const work = narrated(
    voice,
    () => "compiling",
    async () => {
      await forMs(2_500);
      throw new Error("no");
    },
  );
  const outcome = expect(work).rejects.toThrow("no");
  await vi.advanceTimersByTimeAsync(10_000);
  await outcome;
  expect(shown).toEqual(["  1s  compiling", "  2s  compiling", ""]);
  expect(said).toEqual([]);
});
