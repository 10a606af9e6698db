import { reasonOf } from "./failure";
import { count } from "./figures";
import { type ImportTime, importTable } from "./import-time";
import { Ledger } from "./ledger";
import { describeMachine, type Machine } from "./machine";
import type { Options } from "./options";
import type { Failure, Sample } from "./sample";
import { asMarkdown, asText, type Table } from "./table";
import { tablesOf } from "./tables";
import { targetTable } from "./targets";

/** All that a run has measured. */
export interface Results {
  readonly machine: Machine;
  readonly options: Options;
  /** Whether the time limit ended it. */
  readonly cutShort: boolean;
  readonly imports: readonly ImportTime[];
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
}

/** For the terminal. */
export function resultsAsText(results: Results): string {
  return [...tables(results).map(asText), ...remarks(results)].join("\n\n");
}

/** To be included in a document, under a heading of its second level. */
export function resultsAsMarkdown(results: Results): string {
  return `${[...remarks(results), ...tables(results).map(asMarkdown)].join("\n\n")}\n`;
}

function tables({ imports, samples }: Results): Table[] {
  const ledger = new Ledger(samples);
  return [
    ...(imports.length > 0 ? [importTable(imports)] : []),
    ...tablesOf("singles", ledger),
    ...tablesOf("sets", ledger),
    ...tablesOf("accounts", ledger),
    ...tablesOf("customers", ledger),
    ...tablesOf("customerSets", ledger),
    ...(samples.length > 0 ? [targetTable(ledger)] : []),
  ];
}

function remarks({ machine, options, cutShort, failures }: Results): string[] {
  return [
    `${describeMachine(machine)}. Repetitions: ${options.repeat}.`,
    ...(cutShort ? ["The time limit ended this run: what came later was not measured, or not as many times."] : []),
    ...failures.map((failure) => {
      const { size, latencyMs, competitor, operation } = failure;
      return `${competitor} failed: ${operation}, ${count(size)} subjects, ${latencyMs} ms: ${reasonOf(failure)}`;
    }),
  ];
}
