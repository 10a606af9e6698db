import { cpus, loadavg, totalmem } from "node:os";
import type { Engine } from "../engine";
import { memory } from "./figures";

/** Where a run took place. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly node: string;
  readonly engine: string;
  /** How many processes wanted a core in the minute before the run: what is more than 0 disturbs it. */
  readonly load: number;
}

export function thisMachine(engine: Engine): Machine {
  const cores = cpus();
  return {
    date: new Date().toISOString(),
    cpu: cores[0]?.model ?? "unknown",
    cores: cores.length,
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    engine: `Pulumi ${engine.version} (${engine.source})`,
    load: loadavg()[0] ?? 0,
  };
}

export function describeMachine(machine: Machine): string {
  const { date, cpu, cores, memoryBytes, platform, node, engine, load } = machine;
  const hardware = `${cpu}, ${cores} cores (load before the run ${load.toFixed(1)}), ${memory(memoryBytes)}`;
  return `${date.slice(0, 10)}, ${hardware}, ${platform}, Node.js ${node}, ${engine}`;
}
