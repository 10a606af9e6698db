import type { ContestEvent } from "./contest";
import { reasonOf } from "./failure";
import { count, requests, seconds } from "./figures";

/** The line that tells of one step: ` 12/90  singles 300, 80 ms  create                Subject  21.30 s  300 POST`. */
export function progressLine({ step, steps, outcome }: ContestEvent): string {
  const { kind, size, latencyMs, operation, competitor } = outcome;
  const words = [
    `${step}/${steps}`.padStart(9),
    `${kind} ${count(size)}, ${latencyMs} ms`.padEnd(21),
    operation.padEnd(20),
    competitor.padEnd(16),
  ];
  if ("message" in outcome) return [...words, `failed: ${reasonOf(outcome)}`].join("  ");
  return [...words, seconds(outcome.ms).padStart(9), requests(outcome.requests)].join("  ");
}
