import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureEngine } from "../../tools/engine";
import { boundaryName } from "../crash/boundary";
import { CrashProject } from "../crash/project";
import { subjects } from "../crash/stories/subjects";
import { type Rehearsal, rehearse, survive } from "../crash/sweep";
import { sample } from "../sample";

/**
 * Some of the boundaries that `npm run test:crash` sweeps, all of one step, one for each victim: between the update of a set and
 * its companion's replacement, between that and the deletions, and within the upserts of a set.
 */
describe("a run that is cut, and repaired as docs/crash-recovery.md says, comes to the end of one that is not", () => {
  let folder: string;
  let project: CrashProject;
  let rehearsal: Rehearsal | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-openmeter-crash-"));
    project = await CrashProject.create(await ensureEngine(), folder);
    const upToChange = subjects.steps.slice(1, 3).map((step) => ({ ...step, swept: step.name === "change" }));
    rehearsal = (await rehearse(project, subjects, upToChange)).at(-1);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(
    sample([
      "subjects: change: DELETE subject leaves, engine killed before it is applied",
      "subjects: change: GET subject pause-few, everything killed before it is applied",
      "subjects: change: POST subjects customer-549 (499), provider killed after it is applied",
    ]),
  )("%s", async (name) => {
    const boundary = rehearsal?.boundaries.find((candidate) => boundaryName(candidate) === name);
    if (rehearsal === undefined || boundary === undefined) {
      throw new Error("the scenario has no such boundary any more");
    }
    expect((await survive(project, rehearsal, boundary, true)).complaints).toEqual([]);
  });
});
