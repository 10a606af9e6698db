/** Run before demo and tests: makes sure that there is an engine, so that no test has to wait for one to be made. */
import { clearLine, cursorTo } from "node:readline";
import { type Engine, EngineUnavailableError, ensureEngine } from "./index";
import { InterruptedError } from "./interruption";

const SOURCES: Record<Engine["source"], string> = {
  path: "found on PATH",
  official: "official download",
  go: "built from Go modules",
};

function show(line: string): void {
  clearLine(process.stdout, 0);
  cursorTo(process.stdout, 0);
  process.stdout.write(line.slice(0, process.stdout.columns - 1));
}

async function main(): Promise<void> {
  const say = (line: string) => console.log(line);
  try {
    const engine = await ensureEngine(process.stdout.isTTY ? { say, show } : { say });
    console.log(`Engine: Pulumi ${engine.version} (${SOURCES[engine.source]}), ${engine.pulumi}`);
  } catch (error) {
    // Anything but the known outcomes is a fault of this program, whose stack is of use.
    const isKnown = error instanceof EngineUnavailableError || error instanceof InterruptedError;
    console.error(isKnown ? error.message : error);
    process.exitCode = 1;
  }
}

void main();
