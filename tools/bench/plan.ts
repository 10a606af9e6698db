import { canDo, competitors } from "./competitors";
import type { Options } from "./options";
import { type Kind, operations, type Scenario } from "./sample";

/** So many subjects by one provider, and by three `Provider`s of 50 each: what a process for each account costs. */
const byProviders = 150;

/** Customers are written one by one: more take too long to be measured, and with a latency fewer, which a script waits for each time. */
const mostCustomers = 10_000;
const mostByScript = 1_000;

/**
 * What is to be measured, in order. The sizes between the smallest and the largest come last: if the time limit cuts them
 * off, one still sees what is gained, and how cost grows.
 */
export function scenarios({ parts, singles, sets, latencies, furtherLatencies }: Options): Scenario[] {
  const customerSets = sets.filter((size) => size <= mostCustomers);
  const sizes: Readonly<Record<Kind, readonly number[]>> = {
    singles,
    sets,
    accounts: [byProviders],
    customers: singles,
    customerSets,
  };
  const largest = Math.max(...sets);
  return (["singles", "sets", "accounts", "customers", "customerSets"] as const)
    .filter((kind) => parts.includes(kind))
    .flatMap((kind) => sizes[kind].flatMap((size) => latencies.map((latencyMs) => ({ kind, size, latencyMs }))))
    .filter(({ kind, size, latencyMs }) => {
      const isFirst = latencyMs === latencies[0];
      if (kind === "customerSets") {
        return isFirst || size <= mostByScript;
      }
      const isEverywhere = furtherLatencies === "everywhere" && kind !== "accounts";
      return isFirst || isEverywhere || (kind === "sets" && size === largest);
    })
    .sort((a, b) => Number(isBetween(a)) - Number(isBetween(b)) || weight(a) - weight(b));

  function isBetween({ kind, size }: Scenario): boolean {
    return kind === "accounts" || (size !== Math.min(...sizes[kind]) && size !== Math.max(...sizes[kind]));
  }
}

/**
 * Roughly the milliseconds that a scenario takes: the engine's work for each single subject, and what the waiting for the
 * server comes to, of which the most is that of a set's deletion, subject by subject.
 */
function weight({ kind, size, latencyMs }: Scenario): number {
  if (kind === "customerSets") {
    return size * (10 + 2 * latencyMs);
  }
  return kind !== "sets" ? size * (270 + latencyMs / 2) : size * (0.5 + latencyMs / 10);
}

/** The number of operations that will be measured. */
export function countOperations(planned: readonly Scenario[], repeat: number): number {
  const each = planned.flatMap(({ kind }) =>
    competitors
      .filter((competitor) => competitor.kind === kind)
      .flatMap((competitor) => operations.filter((operation) => canDo(competitor, operation))),
  );
  return each.length * repeat;
}

/** The competitors, in another order each time: whoever is first pays for what all find warm afterwards. */
export function inTurn<T>(contenders: readonly T[], turn: number): T[] {
  const start = contenders.length === 0 ? 0 : turn % contenders.length;
  return [...contenders.slice(start), ...contenders.slice(0, start)];
}
