/**
 * `npm run bench`: what the provider costs, against a provider that does nothing, a dynamic resource as one would write it,
 * and scripts without Pulumi. Everything runs in a temporary folder on emulated servers, both gone afterwards.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, EngineUnavailableError, ensureEngine } from "../engine";
import { InterruptedError, interruptible } from "../engine/interruption";
import { contest } from "./contest";
import { type ImportTime, measureImports } from "./import-time";
import { describeMachine, thisMachine } from "./machine";
import { type Options, readOptions, USAGE, UsageError } from "./options";
import { scenarios } from "./plan";
import { progressLine } from "./progress";
import { type Results, resultsAsMarkdown, resultsAsText } from "./results";
import type { Failure, Sample } from "./sample";

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(USAGE);
    return;
  }
  const engine = await ensureEngine({ say: console.log });
  const results = await interruptible((interrupted) => measure(engine, options, interrupted));
  console.log(`\n${resultsAsText(results)}`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, resultsAsMarkdown(results));
}

async function measure(engine: Engine, options: Options, interrupted: AbortSignal): Promise<Results> {
  const timeIsUp = new AbortController();
  const { timeLimitMs } = options;
  const timer = timeLimitMs && setTimeout(() => timeIsUp.abort(new Error("time is up")), timeLimitMs);
  const machine = thisMachine(engine);
  console.log(describeMachine(machine));

  const imports: ImportTime[] = [];
  const samples: Sample[] = [];
  const failures: Failure[] = [];
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-bench-"));
  const signal = AbortSignal.any([interrupted, timeIsUp.signal]);
  try {
    if (options.parts.includes("package")) imports.push(...(await measureImports(signal)));
    await contest(scenarios(options), {
      engine,
      folder,
      repeat: options.repeat,
      signal,
      report: (event) => {
        console.log(progressLine(event));
        if ("message" in event.outcome) failures.push(event.outcome);
        else samples.push(event.outcome);
      },
    });
  } catch (error) {
    interrupted.throwIfAborted();
    if (!timeIsUp.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  }
  return { machine, options, cutShort: timeIsUp.signal.aborted, imports, samples, failures };
}

main().catch((error: unknown) => {
  // Anything but the known outcomes is a fault of this program, whose stack is of use.
  const isKnown = [UsageError, EngineUnavailableError, InterruptedError].some((kind) => error instanceof kind);
  console.error(isKnown && error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
