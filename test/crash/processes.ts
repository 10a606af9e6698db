/** The processes of one run of the engine, as `ps` tells. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** So long a process may take to notice that its engine is gone, on a machine that has other things to do. */
const patienceMs = 60_000;
const pollMs = 100;

/** All processes that this one has started, directly or not. */
export async function startedBy(pid: number): Promise<readonly Process[]> {
  const all = await running();
  const found: Process[] = [];
  const parents = new Set([pid]);
  // A child may have a smaller number than its parent, so one pass is not enough.
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    for (const process of all) {
      if (!parents.has(process.parent) || parents.has(process.pid)) continue;
      parents.add(process.pid);
      found.push(process);
    }
  }
  return found;
}

/** Whether a process hosts the provider. */
export function hostsProvider({ command }: Process): boolean {
  return /dynamic-provider/.test(command);
}

/** Kills processes, as `kill -9` does; those that are gone already are no error. */
export function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

/** Resolves when these processes have ended; to those that have not after a long while. */
export async function ended(pids: readonly number[]): Promise<readonly number[]> {
  for (const start = performance.now(); ; await sleep(pollMs)) {
    const alive = new Set((await running()).map(({ pid }) => pid));
    const left = pids.filter((pid) => alive.has(pid));
    if (left.length === 0 || performance.now() - start > patienceMs) return left;
  }
}

/** Without those that have ended and wait for their parent to notice. */
async function running(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-ww", "-o", "pid=,ppid=,stat=,command="], {
    maxBuffer: 2 ** 24,
  });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, status, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (command === undefined || status?.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
