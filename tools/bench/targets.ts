import {
  CUSTOMER,
  CUSTOMER_SET,
  DYNAMIC_RESOURCE,
  FLOOR,
  SCRIPT_CHUNKS,
  SCRIPT_EACH,
  SCRIPT_ONCE,
  SUBJECT,
  SUBJECT_SET,
} from "./competitors";
import { count, memory, ratio } from "./figures";
import { isDefined, type Ledger, median } from "./ledger";
import { total } from "./requests";
import { type Operation, operations, type Sample, type Scenario } from "./sample";
import type { Table } from "./table";

/** A figure that this package wants to reach. */
interface Target {
  readonly title: string;
  readonly value: number | undefined;
  readonly bound: { readonly most: number } | { readonly least: number };
  readonly write: (value: number | undefined) => string;
}

const SIZES = { singles: 300, account: 1_000, set: 10_000, smallSet: 10, largeSet: 100_000 };

/** Each target with what this run has measured. */
export function targetTable(ledger: Ledger): Table {
  const rows = targets(ledger).map(({ title, value, bound, write }) => [
    title,
    write(value),
    "most" in bound ? `≤ ${write(bound.most)}` : `≥ ${write(bound.least)}`,
    value === undefined ? "not measured" : isMet(value, bound) ? "met" : "not met",
  ]);
  return { title: "Targets", columns: ["figure", "value", "target", ""], rows, wordColumns: 1 };
}

export function isMet(value: number, bound: Target["bound"]): boolean {
  return "most" in bound ? value <= bound.most : value >= bound.least;
}

function targets(ledger: Ledger): Target[] {
  return [
    ...againstFloor(ledger),
    ...againstDynamicResource(ledger),
    ...refresh(ledger),
    ...sets(ledger),
    ...customers(ledger),
  ];
}

function againstFloor(ledger: Ledger): Target[] {
  return latenciesAt300(ledger).flatMap((scenario) =>
    (["create", "no-op", "preview with refresh"] as const).map((operation) => ({
      title: `${SUBJECT} / ${FLOOR}: ${operation}, ${describe(scenario)}`,
      value: ledger.ratio(
        { ...scenario, operation, competitor: SUBJECT },
        { ...scenario, operation, competitor: FLOOR },
      ),
      bound: { most: 1.1 },
      write: ratio,
    })),
  );
}

function againstDynamicResource(ledger: Ledger): Target[] {
  return latenciesAt300(ledger).flatMap((scenario) => {
    const created = (competitor: string) => ({ ...scenario, operation: "create" as const, competitor });
    const [theirs, ours] = [created(DYNAMIC_RESOURCE), created(SUBJECT)];
    return [
      {
        title: `${DYNAMIC_RESOURCE} / ${SUBJECT}: create, ${describe(scenario)}`,
        value: ledger.ratio(theirs, ours),
        bound: { least: 1.8 },
        write: ratio,
      },
      {
        title: `${DYNAMIC_RESOURCE} / ${SUBJECT}: bytes of state, ${describe(scenario)}`,
        value: ledger.ratio(theirs, ours, ({ stateBytes }) => stateBytes),
        bound: { least: 4 },
        write: ratio,
      },
    ];
  });
}

function refresh(ledger: Ledger): Target[] {
  const scenario = at("singles", SIZES.account, 0);
  const entry = { ...scenario, operation: "preview with refresh" as const, competitor: SUBJECT };
  return [
    {
      title: `${SUBJECT}: requests of a preview with refresh, ${describe(scenario)}`,
      value: ledger.median(entry, allRequests),
      bound: { most: 20 },
      write: count,
    },
  ];
}

function sets(ledger: Ledger): Target[] {
  const ours = (size: number, operation: Operation, latencyMs = 0) => ({
    ...at("sets", size, latencyMs),
    operation,
    competitor: SUBJECT_SET,
  });
  const growth = (operation: Operation, most: number): Target => ({
    title: `${SUBJECT_SET}: ${operation}, ${count(SIZES.set)} / ${count(SIZES.smallSet)} subjects, 0 ms`,
    value: ledger.ratio(ours(SIZES.set, operation), ours(SIZES.smallSet, operation)),
    bound: { most },
    write: ratio,
  });
  const peaks = operations.flatMap((operation) => ledger.of(ours(SIZES.largeSet, operation)));
  return [
    growth("no-op", 2),
    growth("preview with refresh", 2.5),
    beyondNoOp(ledger, SCRIPT_CHUNKS, 80, 0.5),
    beyondNoOp(ledger, SCRIPT_ONCE, 0, 1.2),
    {
      title: `${SUBJECT_SET}: writing requests of one change, ${count(SIZES.set)} subjects`,
      value: ledger.median(ours(SIZES.set, "one change"), writingRequests),
      bound: { most: 1 },
      write: count,
    },
    {
      title: `${SUBJECT_SET} / ${FLOOR}: no-op, ${count(SIZES.largeSet)} subjects, 0 ms`,
      value: ledger.ratio(ours(SIZES.largeSet, "no-op"), { ...ours(SIZES.largeSet, "no-op"), competitor: FLOOR }),
      bound: { most: 1.3 },
      write: ratio,
    },
    {
      title: `${SUBJECT_SET}: peak memory of the provider's process, ${count(SIZES.largeSet)} subjects, 0 ms`,
      value: largest(peaks.map(({ peakMemoryBytes }) => peakMemoryBytes)),
      bound: { most: 768 * 1024 ** 2 },
      write: memory,
    },
  ];
}

function customers(ledger: Ledger): Target[] {
  const single = at("customers", SIZES.singles, 0);
  const set = (size: number, latencyMs: number) => at("customerSets", size, latencyMs);
  const against = (
    scenario: Scenario,
    operation: Operation,
    [ours, theirs]: [string, string],
    most: number,
  ): Target => ({
    title: `${ours} / ${theirs}: ${operation}, ${count(scenario.size)} customers, ${scenario.latencyMs} ms`,
    value: ledger.ratio({ ...scenario, operation, competitor: ours }, { ...scenario, operation, competitor: theirs }),
    bound: { most },
    write: ratio,
  });
  return [
    against(single, "create", [CUSTOMER, FLOOR], 1.2),
    {
      title: `${CUSTOMER}: requests of a preview with refresh, ${count(SIZES.account)} customers, 0 ms`,
      value: ledger.median(
        { ...at("customers", SIZES.account, 0), operation: "preview with refresh", competitor: CUSTOMER },
        allRequests,
      ),
      bound: { most: 25 },
      write: count,
    },
    against(set(SIZES.set, 0), "no-op", [CUSTOMER_SET, SUBJECT_SET], 1.2),
    against(set(SIZES.set, 0), "preview with refresh", [CUSTOMER_SET, SUBJECT_SET], 1.2),
    against(set(SIZES.account, 80), "create", [CUSTOMER_SET, SCRIPT_EACH], 0.3),
  ];
}

/** Creating less what a run costs anyway, against the requests of a script alone. */
function beyondNoOp(ledger: Ledger, script: string, latencyMs: number, most: number): Target {
  const scenario = at("sets", SIZES.set, latencyMs);
  const samples = (competitor: string, operation: Operation) => ledger.of({ ...scenario, competitor, operation });
  const ratios = samples(SUBJECT_SET, "create").map(({ ms, repetition }) => {
    const sameTime = (sample: Sample) => sample.repetition === repetition;
    const noOp = samples(SUBJECT_SET, "no-op").find(sameTime)?.ms;
    const requestsMs = samples(script, "create").find(sameTime)?.upsertMs;
    return noOp === undefined || requestsMs === undefined ? undefined : (ms - noOp) / requestsMs;
  });
  return {
    title: `${SUBJECT_SET}, create less no-op / ${script}, its requests alone: ${describe(scenario)}`,
    value: median(ratios.filter(isDefined)),
    bound: { most },
    write: ratio,
  };
}

/** Where nothing was measured, the targets stand there without a value. */
function latenciesAt300(ledger: Ledger): Scenario[] {
  const measured = ledger.latencies("singles", SIZES.singles);
  return (measured.length === 0 ? [0] : measured).map((latencyMs) => at("singles", SIZES.singles, latencyMs));
}

function at(kind: Scenario["kind"], size: number, latencyMs: number): Scenario {
  return { kind, size, latencyMs };
}

function describe({ size, latencyMs }: Scenario): string {
  return `${count(size)} subjects, ${latencyMs} ms`;
}

function allRequests({ requests }: Sample): number {
  return total(requests);
}

function writingRequests({ requests }: Sample): number {
  return total(Object.fromEntries(Object.entries(requests).filter(([name]) => !name.startsWith("GET"))));
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(isDefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
