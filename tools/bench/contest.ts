import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine";
import { canDo, competitors } from "./competitors";
import { Contender } from "./contender";
import { countOperations, inTurn } from "./plan";
import { type Failure, operations, type Sample, type Scenario } from "./sample";

/** What a contest needs. */
export interface Arena {
  readonly engine: Engine;
  readonly folder: string;
  readonly repeat: number;
  /** Aborted when the run has to end. */
  readonly signal: AbortSignal;
  /** Hears of each operation that was measured, or failed. */
  readonly report: (event: ContestEvent) => void;
}

/** One step of the contest, the `step`th of `steps`. */
export interface ContestEvent {
  readonly step: number;
  readonly steps: number;
  readonly outcome: Sample | Failure;
}

/**
 * Measures the scenarios, all of them once before any is repeated, so that a time limit costs repetitions first. All
 * competitors do an operation one right after the other, in changing order, so that whatever else goes on at the machine
 * meets all of them.
 */
export async function contest(planned: readonly Scenario[], arena: Arena): Promise<void> {
  const steps = countOperations(planned, arena.repeat);
  let step = 0;
  for (let repetition = 0; repetition < arena.repeat; repetition++) {
    for (const [index, scenario] of planned.entries()) {
      await compete(scenario, repetition, join(arena.folder, `${repetition}-${index}`), arena, (outcome) => {
        step += 1;
        arena.report({ step, steps, outcome });
      });
    }
  }
}

async function compete(
  scenario: Scenario,
  repetition: number,
  folder: string,
  { engine, signal }: Arena,
  report: (outcome: Sample | Failure) => void,
): Promise<void> {
  const contenders: Contender[] = [];
  const failed = new Set<Contender>();
  try {
    for (const [index, competitor] of competitors.filter(({ kind }) => kind === scenario.kind).entries()) {
      contenders.push(
        await Contender.enter(competitor, scenario, { engine, folder: join(folder, `${index}`), signal }),
      );
    }
    for (const [turn, operation] of operations.entries()) {
      for (const contender of inTurn(contenders, repetition + turn)) {
        if (!canDo(contender.competitor, operation) || failed.has(contender)) continue;
        const subject = { ...scenario, competitor: contender.competitor.name, operation };
        try {
          report({ ...subject, repetition, ...(await contender.measure(operation)) });
        } catch (error) {
          signal.throwIfAborted();
          failed.add(contender);
          report({ ...subject, message: error instanceof Error ? error.message : String(error) });
        }
      }
    }
  } finally {
    for (const contender of contenders) await contender.close();
    await rm(folder, { recursive: true, force: true });
  }
}
