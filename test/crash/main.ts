/**
 * `npm run test:crash`: cuts each request of the stories before and after it is applied, by killing the provider, the engine
 * or both, types what a user types then, and compares the end with that of an undisturbed run.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Engine, ensureEngine } from "../../tools/engine";
import { interruptible } from "../../tools/engine/interruption";
import { boundaryName, victims } from "./boundary";
import { CrashProject } from "./project";
import { stories } from "./stories";
import type { Story } from "./stories/story";
import { type Outcome, type Rehearsal, rehearse, survive } from "./sweep";

const usage = `Usage: npm run test:crash -- [--story NAME] [--list] [--only N[,N…]] [--grep PATTERN] [--jobs N] [--quick]

  --story NAME  takes one of: ${stories.map(({ name }) => name).join(", ")}
  --list        names the boundaries with their numbers
  --only N,N    cuts only at the boundaries with these numbers
  --grep PATTERN cuts only at the boundaries whose name this regular expression finds
  --jobs N      cuts so many runs at a time (default 1)
  --quick       holds server and state against those of the undisturbed run, and asks for no preview besides
`;

interface Choice {
  readonly stories: readonly Story[];
  readonly list: boolean;
  readonly jobs: number;
  readonly confirmed: boolean;
  readonly isChosen: (number: number, name: string) => boolean;
}

async function main(): Promise<void> {
  const choice = readChoice(process.argv.slice(2));
  if (choice === "help") return console.log(usage);
  const engine = await ensureEngine({ say: console.log });
  await interruptible((interrupted) => sweep(engine, choice, interrupted));
}

function readChoice(args: string[]): Choice | "help" {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args,
    options: { list: flag, help: flag, quick: flag, story: text, only: text, grep: text, jobs: text },
  });
  if (values.help) return "help";
  const chosen = stories.filter(({ name }) => values.story === undefined || name === values.story);
  if (chosen.length === 0) {
    throw new Error(`there is no story ${values.story}\n${usage}`);
  }
  const pattern = new RegExp(values.grep ?? "");
  const only = values.only?.split(",").map(Number);
  return {
    stories: chosen,
    list: values.list,
    jobs: Number(values.jobs ?? 1),
    confirmed: !values.quick,
    isChosen: (number, name) => (only?.includes(number) ?? true) && pattern.test(name),
  };
}

async function sweep(
  engine: Engine,
  { stories, list, jobs, confirmed, isChosen }: Choice,
  interrupted: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-crash-"));
  const started = performance.now();
  try {
    const project = await CrashProject.create(engine, folder);
    const rehearsals: Rehearsal[] = [];
    for (const story of stories) {
      rehearsals.push(...(await rehearse(project, story)));
    }
    const chosen = numbered(rehearsals).filter(({ number, name }) => isChosen(number, name));
    if (list) {
      for (const { number, name } of chosen) console.log(`${number}  ${name}`);
      return;
    }
    const outcomes: Outcome[] = [];
    const rest = chosen.values();
    const work = async (worker: CrashProject): Promise<void> => {
      // The workers share one iterator, so that each takes what is next.
      for (const { number, name, rehearsal, boundary } of rest) {
        interrupted.throwIfAborted();
        const outcome = await survive(worker, rehearsal, boundary, confirmed);
        outcomes.push(outcome);
        console.log(progressLine(`${outcomes.length}/${chosen.length}`, number, name, outcome));
      }
    };
    const workers = await Promise.all(Array.from({ length: jobs }, (_, index) => project.another(`worker-${index}`)));
    await Promise.all(workers.map(work));
    report(outcomes, rehearsals, performance.now() - started);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function progressLine(progress: string, number: number, name: string, { complaints, typed, ms }: Outcome): string {
  const verdict = complaints.length === 0 ? "survived" : "FAILED";
  const words = [
    progress.padStart(8),
    `#${number}`.padStart(5),
    verdict.padEnd(8),
    name,
    typed.join(", "),
    seconds(ms),
  ];
  return [words.join("  "), ...complaints.map((complaint) => `          ${complaint}`)].join("\n");
}

/** Boundaries with numbers that stay the same as long as the chosen stories do, whatever was sent first. */
function numbered(rehearsals: readonly Rehearsal[]) {
  return rehearsals
    .flatMap((rehearsal) =>
      rehearsal.boundaries
        .map((boundary) => ({ name: boundaryName(boundary), rehearsal, boundary }))
        .sort((one, other) => (one.name < other.name ? -1 : 1)),
    )
    .map((named, index) => ({ number: index + 1, ...named }));
}

function report(outcomes: readonly Outcome[], rehearsals: readonly Rehearsal[], ms: number): void {
  const rows = rehearsals
    .filter(({ step }) => step.swept)
    .map(({ name }) => {
      const cells = victims.map((victim) => {
        const all = outcomes.filter(({ boundary }) => boundary.step === name && boundary.victim === victim);
        return `${all.filter(({ complaints }) => complaints.length === 0).length} of ${all.length}`;
      });
      return [name.padEnd(40), ...cells.map((cell) => cell.padEnd(14))].join("");
    });
  const failed = outcomes.filter(({ complaints }) => complaints.length > 0).length;
  console.log(
    `\n${["survived".padEnd(40), ...victims.map((victim) => victim.padEnd(14))].join("")}\n${rows.join("\n")}`,
  );
  console.log(`\n${outcomes.length - failed} of ${outcomes.length} runs survived, in ${seconds(ms)}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

void main();
