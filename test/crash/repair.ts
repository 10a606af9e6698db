import type { Emulator } from "openmeter-emulator";
import type { Boundary } from "./boundary";
import type { CrashProject } from "./project";
import { adoptingForOnce, careful, type Program } from "./scenario";

const up = ["up", "--yes", "--skip-preview"];
const emptyPreview = ["preview", "--refresh", "--expect-no-changes"];
const clearPending = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"];

/**
 * Types what a user types after a crash: docs/crash-recovery.md.
 *
 * @returns the commands, for people to read
 */
export async function repair(
  project: CrashProject,
  server: Emulator,
  program: Program,
  { victim }: Boundary,
): Promise<readonly string[]> {
  const typed: string[] = [];
  const type = async (args: readonly string[]): Promise<void> => {
    typed.push(args.slice(0, 1).join(" "));
    await project.succeed(args, server.url);
  };
  const wasCreated = sentBy(server, careful);
  // An engine that is killed leaves its lock. One that has lost its provider ends in order.
  if (victim !== "provider") {
    await project.repairBackend();
    await type(["cancel", "--yes"]);
  }
  // Both orders are right: what is pending may be cleared first, or when the engine has warned of it.
  if (victim === "everything") await type(clearPending);
  typed.push("up");
  const { code, text } = await project.start(up, server.url).finished;
  if (code !== 0) {
    if (!wasCreated || !isRefused(text)) throw new Error(`pulumi up ended with ${code}:\n${text}`);
    await project.declare(adoptingForOnce(program));
    await type(up);
    await project.declare(program);
    await type(up);
  }
  return typed;
}

/** Looks once more, as a careful user would: what is pending is cleared, and a preview with refresh has nothing to say. */
export async function confirm(project: CrashProject, server: Emulator): Promise<void> {
  if (await project.hasPendingOperations()) await project.succeed(clearPending, server.url);
  await project.succeed(emptyPreview, server.url);
}

function sentBy({ requests }: Emulator, wanted: string): boolean {
  return requests.list().some(({ body }) => Array.isArray(body) && body.some(({ key }) => key === wanted));
}

function isRefused(text: string): boolean {
  return text.includes(`subject "${careful}" exists in OpenMeter already, and onExisting is "fail"`);
}
