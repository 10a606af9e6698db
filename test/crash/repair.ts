import type { Emulator } from "openmeter-emulator";
import type { Boundary } from "./boundary";
import { adoptingForOnce, type Program } from "./program";
import type { CrashProject } from "./project";

const up = ["up", "--yes", "--skip-preview"];
const emptyPreview = ["preview", "--refresh", "--expect-no-changes"];
const clearPending = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"];

/** So often what a failed run says is done, and the run repeated. */
const maxRounds = 4;

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
  const sent = keysSentTo(server);
  // An engine that is killed leaves its lock. One that has lost its provider ends in order.
  if (victim !== "provider") {
    await project.repairBackend();
    await type(["cancel", "--yes"]);
  }
  // Both orders are right: what is pending may be cleared first, or when the engine has warned of it.
  if (victim === "everything") {
    await type(clearPending);
  }
  for (let round = 1; ; round++) {
    typed.push("up");
    const { code, text } = await project.start(up, server.url).finished;
    if (code === 0) {
      break;
    }
    const inTheWay = madeForSubjects(server, text);
    if (round >= maxRounds || (inTheWay.length === 0 && !isCareful(text, sent))) {
      throw new Error(`pulumi up ended with ${code}:\n${text}`);
    }
    for (const id of inTheWay) {
      typed.push("DELETE");
      server.customers.remove(id);
    }
    if (inTheWay.length === 0) {
      await project.declare(adoptingForOnce(program));
      await type(up);
      await project.declare(program);
    }
  }
  return typed;
}

/** Looks once more, as a careful user would: what is pending is cleared, and a preview with refresh has nothing to say. */
export async function confirm(project: CrashProject, server: Emulator): Promise<void> {
  if (await project.hasPendingOperations()) {
    await project.succeed(clearPending, server.url);
  }
  await project.succeed(emptyPreview, server.url);
}

/** Keys of what a run has written. */
function keysSentTo({ requests }: Emulator): ReadonlySet<unknown> {
  return new Set(requests.list().flatMap(({ body }) => [body].flat().map((one) => Object(one).key)));
}

/** Whether a run was refused to create, with onExisting "fail", what the run before has sent. */
function isCareful(text: string, sent: ReadonlySet<unknown>): boolean {
  const refused = /"([^"]+)" exists in OpenMeter already, and onExisting is "fail"/.exec(text);
  return refused !== null && sent.has(refused[1]);
}

/** Customers that the server's hook has made for subjects, and that have a subject key which the program needs. */
function madeForSubjects({ customers }: Emulator, text: string): string[] {
  const holders = [...text.matchAll(/is attributed to customer "[^"]+" \(id ([0-9A-Z]{26})\)/g)].map(([, id]) => id);
  return [...new Set(holders)].flatMap((id) =>
    id !== undefined && customers.getById(id)?.annotations?.createdBy === "customer.provisioner" ? [id] : [],
  );
}
