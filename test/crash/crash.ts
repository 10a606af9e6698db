import type { Emulator } from "openmeter-emulator";
import { type Boundary, matchOf } from "./boundary";
import { ended, hostsProvider, kill, startedBy } from "./processes";
import type { Command, CrashProject, Finished } from "./project";

/** How a run ended that was cut. */
export interface Crash extends Finished {
  /** Whether the run has sent the request of the boundary. Two writes that meet need not send the same requests each time. */
  readonly isReached: boolean;
  /** What is wrong with the crash itself, before anything is repaired. */
  readonly complaints: readonly string[];
}

/** Runs `pulumi up` and kills the victim while the server holds the request of the boundary: no luck of timing. */
export async function crash(project: CrashProject, server: Emulator, boundary: Boundary): Promise<Crash> {
  const complaints: string[] = [];
  let isReached = false;
  const strike = async (): Promise<void> => {
    isReached = true;
    complaints.push(...(await killVictim(boundary, command)));
  };
  server.faults.add({
    kind: "call",
    match: matchOf(boundary.request),
    skip: boundary.request.nth,
    ...(boundary.moment === "after" && { after: strike }),
    ...(boundary.moment === "before" && {
      before: async () => {
        await strike();
        throw new Error("the one who asked is dead, and what it asked for was never applied");
      },
    }),
  });
  const command = project.start(["up", "--yes", "--skip-preview"], server.url);
  const finished = await command.finished;
  server.faults.clear();
  if (isReached && finished.code === 0) {
    complaints.push("the run was cut, and ended as if nothing had been");
  }
  return { ...finished, isReached, complaints };
}

/** @returns what went on living that should not have */
async function killVictim({ victim }: Boundary, { pid }: Command): Promise<string[]> {
  const started = await startedBy(pid);
  const hosts = started.filter(hostsProvider).map((process) => process.pid);
  const all = started.map((process) => process.pid);
  if (victim === "provider") kill(hosts);
  else if (victim === "everything") kill([pid, ...all]);
  else kill([pid]);
  const orphans = await ended(hosts);
  // Pulumi's own language host stays behind a killed engine for minutes.
  if (victim === "engine") kill(all);
  return orphans.length > 0 ? ["the provider lives on without its engine"] : [];
}
