import type { RequestCounts } from "./sample";

/** How figures are written; a dash where there is none. */
type Write = (value: number | undefined) => string;

const NONE = "–";

const write =
  (text: (value: number) => string): Write =>
  (value) =>
    value === undefined ? NONE : text(value);

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const count: Write = write((value) => whole.format(value));

export const seconds: Write = write((ms) => `${(ms / 1000).toFixed(2)} s`);

/** Of short times: µs below one millisecond. */
export const milliseconds: Write = write((ms) => {
  if (Math.abs(ms) < 1) return `${Math.round(ms * 1000)} µs`;
  return `${ms.toFixed(Math.abs(ms) < 10 ? 2 : 0)} ms`;
});

export const ratio: Write = write((value) => `${value.toFixed(2)} ×`);

/** Exact while that can be read, then in kB or MB of 1,000. */
export const bytes: Write = write((value) => {
  if (value < 10_000) return `${whole.format(value)} B`;
  return value < 1_000_000 ? `${(value / 1_000).toFixed(1)} kB` : `${(value / 1_000_000).toFixed(2)} MB`;
});

/** Memory, in the MB of 1,048,576 that process limits are given in. */
export const memory: Write = write((value) => `${Math.round(value / 1024 ** 2)} MB`);

/** `1 GET list + 300 POST`. */
export function requests(counts: RequestCounts | undefined): string {
  if (counts === undefined) return NONE;
  const parts = Object.entries(counts).map(([operation, times]) => `${count(times)} ${operation}`);
  return parts.sort().join(" + ") || "0";
}
