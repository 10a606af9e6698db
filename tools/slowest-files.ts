import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const shown = 10;

/** Prints the slowest test files at the end of a run, so that a slow one is seen on the day that it comes. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= shown) {
      return;
    }
    const slowest = modules
      .map((module) => ({ name: relative(process.cwd(), module.moduleId), ms: module.diagnostic().duration }))
      .sort((one, other) => other.ms - one.ms)
      .slice(0, shown)
      .map(({ name, ms }) => `  ${(ms / 1_000).toFixed(1).padStart(6)} s  ${name}`);
    console.log(`\nSlowest files:\n${slowest.join("\n")}`);
  }
}
