import type { Kind, Operation, Sample, Scenario } from "./sample";

/** Takes a figure from a sample; undefined where it has none. */
export type Figure = (sample: Sample) => number | undefined;

export const time: Figure = ({ ms }) => ms;

/** One operation of one competitor in one scenario. */
export interface Entry extends Scenario {
  readonly competitor: string;
  readonly operation: Operation;
}

/** The samples of a run, and what can be asked about them. Answers are undefined where nothing was measured. */
export class Ledger {
  constructor(private readonly samples: readonly Sample[]) {}

  /** The sizes that were measured, ascending. */
  sizes(kind: Kind): number[] {
    return ascending(this.samples.filter((sample) => sample.kind === kind).map(({ size }) => size));
  }

  /** The latencies at which a size was measured, ascending. */
  latencies(kind: Kind, size: number): number[] {
    const measured = this.samples.filter((sample) => sample.kind === kind && sample.size === size);
    return ascending(measured.map(({ latencyMs }) => latencyMs));
  }

  /** The samples of an entry by repetition. */
  of({ kind, size, latencyMs, competitor, operation }: Entry): Sample[] {
    return this.samples.filter(
      (sample) =>
        sample.kind === kind &&
        sample.size === size &&
        sample.latencyMs === latencyMs &&
        sample.competitor === competitor &&
        sample.operation === operation,
    );
  }

  median(entry: Entry, figure: Figure): number | undefined {
    return median(this.of(entry).map(figure).filter(isDefined));
  }

  /** The median of the ratios of samples that were taken side by side: what slowed both of them cancels out. */
  ratio(above: Entry, below: Entry, figure: Figure = time): number | undefined {
    const others = this.of(below);
    const ratios = this.of(above).flatMap((sample) => {
      const other = others.find(({ repetition }) => repetition === sample.repetition);
      const [a, b] = [figure(sample), other && figure(other)];
      return a === undefined || b === undefined ? [] : [a / b];
    });
    return median(ratios);
  }
}

/** The middle of the values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
