import { runTimed } from "./child";
import { milliseconds } from "./figures";
import { median } from "./ledger";
import type { Table } from "./table";

/** How long it takes to import a module in a process that has imported @pulumi/pulumi already. */
export interface ImportTime {
  readonly module: string;
  /** One value for each process that tried. */
  readonly ms: readonly number[];
}

const PULUMI = "@pulumi/pulumi";
const modules = [PULUMI, "pulumi-openmeter", "pulumi-openmeter/dynamic", "@openmeter/sdk"];
const TRIES = 5;

// Arguments: what is imported before the clock starts ("" for nothing), and what is imported then.
const PROGRAM = `
  const [before, module] = process.argv.slice(1);
  if (before) require(before);
  const started = performance.now();
  require(module);
  console.log(performance.now() - started);
`;

/** Measures each module in processes of its own, in turns. */
export async function measureImports(signal: AbortSignal): Promise<ImportTime[]> {
  const times = new Map(modules.map((module) => [module, [] as number[]]));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    for (const [module, ms] of times) {
      const before = module === PULUMI ? "" : PULUMI;
      const { stdout } = await runTimed(process.execPath, ["-e", PROGRAM, before, module], {
        cwd: __dirname,
        env: process.env,
        signal,
      });
      ms.push(Number(stdout));
    }
  }
  return [...times].map(([module, ms]) => ({ module, ms }));
}

export function importTable(imports: readonly ImportTime[]): Table {
  return {
    title: "Time to import",
    note: `Medians of ${TRIES} processes. All but ${PULUMI} in a process that has imported that already.`,
    columns: ["module", "time"],
    rows: imports.map(({ module, ms }) => [module, milliseconds(median(ms))]),
    wordColumns: 1,
  };
}
