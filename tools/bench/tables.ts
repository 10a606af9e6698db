import {
  BY_PROVIDERS,
  CUSTOMER,
  CUSTOMER_SET,
  competitors,
  DYNAMIC_RESOURCE,
  FLOOR,
  SCRIPT_CHUNKS,
  SCRIPT_EACH,
  SUBJECT,
  SUBJECT_SET,
} from "./competitors";
import { bytes, count, memory, milliseconds, ratio, requests, seconds } from "./figures";
import { type Entry, isDefined, type Ledger, time } from "./ledger";
import { type Kind, operations, type Scenario } from "./sample";
import type { Table } from "./table";

const titles: Readonly<Record<Kind, string>> = {
  singles: "Single subjects",
  sets: "One set",
  accounts: "Several accounts",
  customers: "Single customers",
  customerSets: "One set of customers",
};

/** What is counted. */
const objects: Readonly<Record<Kind, "subject" | "customer">> = {
  singles: "subject",
  sets: "subject",
  accounts: "subject",
  customers: "customer",
  customerSets: "customer",
};

const MEDIANS = "Medians; a ratio is the median of the ratios of runs that were taken one right after the other.";

const notes: Readonly<Record<Kind, string>> = {
  singles: MEDIANS,
  accounts: `${MEDIANS} The same subjects by one provider, and by three \`Provider\`s, each a process of its own.`,
  customers: MEDIANS,
  customerSets: `${MEDIANS} The API has no request for many customers. The script creates one after the other.`,
  sets: `${MEDIANS} A script sends everything each time, so that all of its runs are like the first.`,
};

/** Which competitors' times are divided by which. */
const comparisons: Readonly<Record<Kind, readonly (readonly [string, string])[]>> = {
  singles: [
    [SUBJECT, FLOOR],
    [DYNAMIC_RESOURCE, SUBJECT],
  ],
  sets: [
    [SUBJECT_SET, FLOOR],
    [SUBJECT_SET, SCRIPT_CHUNKS],
  ],
  accounts: [[BY_PROVIDERS, SUBJECT]],
  customers: [[CUSTOMER, FLOOR]],
  customerSets: [
    [CUSTOMER_SET, SUBJECT_SET],
    [CUSTOMER_SET, SCRIPT_EACH],
  ],
};

/** All tables of the samples of one kind; none when nothing of it was measured. */
export function tablesOf(kind: Kind, ledger: Ledger): Table[] {
  if (ledger.sizes(kind).length === 0) return [];
  const all = [timeTable(kind, ledger), growthTable(kind, ledger), requestTable(kind, ledger), costTable(kind, ledger)];
  return all.filter(({ rows }) => rows.length > 0);
}

function timeTable(kind: Kind, ledger: Ledger): Table {
  const names = namesOf(kind);
  const rows = scenariosOf(kind, ledger).flatMap((scenario) =>
    operations.map((operation) => {
      const entry = (competitor: string): Entry => ({ ...scenario, operation, competitor });
      return [
        count(scenario.size),
        `${scenario.latencyMs} ms`,
        operation,
        ...names.map((name) => seconds(ledger.median(entry(name), time))),
        ...comparisons[kind].map(([above, below]) => ratio(ledger.ratio(entry(above), entry(below)))),
      ];
    }),
  );
  return {
    title: `${titles[kind]}: time of the whole command`,
    note: notes[kind],
    columns: [
      `${objects[kind]}s`,
      "latency",
      "operation",
      ...names,
      ...comparisons[kind].map(([above, below]) => `${above} / ${below}`),
    ],
    rows,
    wordColumns: 3,
  };
}

/** What each further subject or customer costs, from one size to the next: constant where cost grows with the number. */
function growthTable(kind: Kind, ledger: Ledger): Table {
  const sizes = ledger.sizes(kind);
  const spans = sizes.slice(1).map((to, index): readonly [number, number] => [sizes[index] ?? 0, to]);
  const latencies = [...new Set(scenariosOf(kind, ledger).map(({ latencyMs }) => latencyMs))];
  const rows = latencies.flatMap((latencyMs) =>
    operations.flatMap((operation) =>
      namesOf(kind).map((competitor) => {
        const at = (size: number) => ledger.median({ kind, latencyMs, operation, competitor, size }, time);
        const costs = spans.map(([from, to]) => {
          const [before, after] = [at(from), at(to)];
          return before === undefined || after === undefined ? undefined : (after - before) / (to - from);
        });
        return [`${latencyMs} ms`, operation, competitor, ...costs.map(milliseconds)];
      }),
    ),
  );
  return {
    title: `${titles[kind]}: time for each further ${objects[kind]}`,
    columns: ["latency", "operation", "", ...spans.map(([from, to]) => `${count(from)} → ${count(to)}`)],
    // A row of dashes says nothing.
    rows: rows.filter((row) => row.slice(3).some((cell) => /\d/.test(cell))),
    wordColumns: 3,
  };
}

function requestTable(kind: Kind, ledger: Ledger): Table {
  const names = competitors.filter((one) => one.kind === kind && one.writes).map(({ name }) => name);
  const rows = smallestLatencyOf(kind, ledger).flatMap((scenario) =>
    operations.map((operation) => [
      count(scenario.size),
      operation,
      ...names.map((competitor) => requests(ledger.of({ ...scenario, operation, competitor })[0]?.requests)),
    ]),
  );
  return {
    title: `${titles[kind]}: requests`,
    columns: [`${objects[kind]}s`, "operation", ...names],
    rows,
    wordColumns: 2,
  };
}

function costTable(kind: Kind, ledger: Ledger): Table {
  const rows = smallestLatencyOf(kind, ledger).flatMap((scenario) =>
    namesOf(kind).flatMap((competitor) => {
      const created: Entry = { ...scenario, competitor, operation: "create" };
      const state = ledger.median(created, (sample) => sample.stateBytes);
      if (state === undefined) return [];
      return [
        [
          count(scenario.size),
          competitor,
          bytes(state),
          bytes(state / scenario.size),
          bytes(ledger.median(created, (sample) => sample.providerBytes)),
          ...operations.map((operation) =>
            memory(ledger.median({ ...created, operation }, (sample) => sample.peakMemoryBytes)),
          ),
        ],
      ];
    }),
  );
  return {
    title: `${titles[kind]}: state, and peak memory of the provider`,
    note: "State after the creation. The state has `__provider` twice for each resource.",
    columns: [
      `${objects[kind]}s`,
      "",
      "state",
      `per ${objects[kind]}`,
      "__provider",
      ...operations.map((name) => `memory, ${name}`),
    ],
    rows,
    wordColumns: 2,
  };
}

function namesOf(kind: Kind): string[] {
  return competitors.filter((competitor) => competitor.kind === kind).map(({ name }) => name);
}

function scenariosOf(kind: Kind, ledger: Ledger): Scenario[] {
  return ledger
    .sizes(kind)
    .flatMap((size) => ledger.latencies(kind, size).map((latencyMs) => ({ kind, size, latencyMs })));
}

/** For what does not depend on latency. */
function smallestLatencyOf(kind: Kind, ledger: Ledger): Scenario[] {
  return ledger
    .sizes(kind)
    .map((size) => scenariosOf(kind, ledger).find((scenario) => scenario.size === size))
    .filter(isDefined);
}
