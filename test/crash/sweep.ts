import type { Emulator } from "openmeter-emulator";
import { type Boundary, boundariesOf, nameRequests } from "./boundary";
import { crash } from "./crash";
import type { CrashProject } from "./project";
import { confirm, repair } from "./repair";
import { madeByOthers, type Step } from "./scenario";
import { complaints, type End, type Records, recreated } from "./verdict";

/** A step as it goes when nothing cuts it. */
export interface Rehearsal {
  readonly step: Step;
  readonly before: Records;
  readonly undisturbed: End;
  readonly boundaries: readonly Boundary[];
}

/** What came of one boundary. */
export interface Outcome {
  readonly boundary: Boundary;
  /** Empty if the run has survived. */
  readonly complaints: readonly string[];
  /** The commands that a user has to type after it. */
  readonly typed: readonly string[];
  readonly ms: number;
}

/** Runs the steps once, undisturbed: which requests they send, and what the server holds then. */
export async function rehearse(project: CrashProject, steps: readonly Step[]): Promise<Rehearsal[]> {
  const rehearsals: Rehearsal[] = [];
  const server = await project.startServer();
  try {
    server.subjects.upsert(...madeByOthers);
    for (const step of steps) {
      await project.keep(step.name);
      const before = server.subjects.all();
      server.requests.clear();
      await project.declare(step.program);
      await project.succeed(["up", "--yes", "--skip-preview"], server.url);
      const boundaries = step.swept ? boundariesOf(step.name, nameRequests(server)) : [];
      if (step.swept) await confirm(project, server);
      const undisturbed = await endOf(project, server);
      const lost = recreated(before, undisturbed.records);
      if (lost.length > 0) throw new Error(`${step.name}, which nothing cut, has deleted and made anew: ${lost}`);
      rehearsals.push({ step, before, undisturbed, boundaries });
    }
    return rehearsals;
  } finally {
    await server.close();
  }
}

/**
 * Cuts a step at one boundary, repairs it as a user would, and compares.
 *
 * @param confirmed whether to ask the engine too; else it has to do that server and state are as after the rehearsal, whose
 * preview with refresh was empty
 */
export async function survive(
  project: CrashProject,
  rehearsal: Rehearsal,
  boundary: Boundary,
  confirmed: boolean,
): Promise<Outcome> {
  const started = performance.now();
  const { step, before, undisturbed } = rehearsal;
  await project.restore(step.name);
  await project.declare(step.program);
  const server = await project.startServer();
  const found: string[] = [];
  let typed: readonly string[] = [];
  try {
    found.push(...(await crash(project, server, boundary)).complaints);
    server.faults.clear();
    typed = await repair(project, server, step.program, boundary);
    found.push(...complaints({ before, undisturbed, repaired: await endOf(project, server) }));
    if (confirmed) await confirm(project, server);
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
  } finally {
    await server.close();
  }
  return { boundary, complaints: found, typed, ms: performance.now() - started };
}

async function endOf(project: CrashProject, server: Emulator): Promise<End> {
  return { records: server.subjects.all(), resources: await project.resources() };
}
