import type { Emulator } from "openmeter-emulator";
import { type Boundary, boundariesOf, nameRequests } from "./boundary";
import { crash } from "./crash";
import { customersOf } from "./program";
import type { CrashProject } from "./project";
import { recordsOf } from "./records";
import { confirm, repair } from "./repair";
import type { MadeByOthers, Step, Story } from "./stories/story";
import { complaints, type End, misattributed, type Records, recreated } from "./verdict";

/** A step as it goes when nothing cuts it. */
export interface Rehearsal {
  readonly story: Story;
  readonly step: Step;
  /** The names of story and step. */
  readonly name: string;
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

/**
 * So often a run is tried until it sends the request: of two writes that meet, either may be first. One that comes again only when
 * writes meet may not be sent at all; then the run, which nothing has cut, has to come to the same end.
 */
const maxTries = 5;

/** Runs the steps once, undisturbed: which requests they send, and what the server holds then. */
export async function rehearse(
  project: CrashProject,
  story: Story,
  steps: readonly Step[] = story.steps,
): Promise<Rehearsal[]> {
  const rehearsals: Rehearsal[] = [];
  await project.restore();
  const server = await project.startServer(story);
  try {
    make(server, story.madeByOthers);
    for (const step of steps) {
      const name = `${story.name}: ${step.name}`;
      await project.keep(name);
      const before = recordsOf(server);
      server.requests.clear();
      await project.declare(step.program);
      await project.succeed(["up", "--yes", "--skip-preview"], server.url);
      const boundaries = step.swept ? boundariesOf(name, nameRequests(server)) : [];
      if (step.swept) {
        await confirm(project, server);
      }
      const undisturbed = await endOf(project, server);
      const lost = recreated(before, undisturbed.records);
      const wrong = misattributed(customersOf(step.program), undisturbed.records);
      if (lost.length > 0 || wrong.length > 0) {
        throw new Error(`${name}, which nothing cut, has deleted and made anew: ${lost}; ${wrong.join("; ")}`);
      }
      rehearsals.push({ story, step, name, before, undisturbed, boundaries });
    }
    return rehearsals;
  } finally {
    await server.close();
  }
}

function make({ subjects, customers, stripe }: Emulator, others: MadeByOthers): void {
  subjects.upsert(...(others.subjects ?? []));
  for (const { stripeCustomerId, ...customer } of others.customers ?? []) {
    const { id } = customers.create(customer);
    if (stripeCustomerId !== undefined) {
      stripe.link(id, stripe.appOf(id), { stripeCustomerId });
    }
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
  const { before, undisturbed } = rehearsal;
  const { program } = rehearsal.step;
  const found: string[] = [];
  let typed: readonly string[] = [];
  const server = await cut(project, rehearsal, boundary, found);
  try {
    typed = await repair(project, server, program, boundary);
    const repaired = await endOf(project, server);
    found.push(...complaints({ before, undisturbed, repaired }));
    found.push(...misattributed(customersOf(program), repaired.records));
    if (confirmed) {
      await confirm(project, server);
    }
  } catch (error) {
    found.push(error instanceof Error ? error.message : String(error));
  } finally {
    await server.close();
  }
  return { boundary, complaints: found, typed, ms: performance.now() - started };
}

/**
 * Begins the step until it is cut at the boundary.
 *
 * @param found gets what is wrong with that
 * @returns the server as the crash leaves it
 */
async function cut(project: CrashProject, { name, story, step }: Rehearsal, boundary: Boundary, found: string[]) {
  for (let tries = 1; ; tries++) {
    await project.restore(name);
    await project.declare(step.program);
    const server = await project.startServer(story);
    const { isReached, complaints } = await crash(project, server, boundary);
    if (isReached || tries >= maxTries) {
      const isMissed = !isReached && boundary.request.nth === 0;
      found.push(...complaints, ...(isMissed ? ["the request was never sent"] : []));
      return server;
    }
    await server.close();
  }
}

async function endOf(project: CrashProject, server: Emulator): Promise<End> {
  return { records: recordsOf(server), resources: await project.resources() };
}
