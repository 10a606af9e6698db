import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";

/** How to wait for a lock. */
export interface LockOptions {
  /** Gives up waiting when aborted; the work is told by the signal that it is handed. */
  readonly signal: AbortSignal;
  /** Called once, when another process holds the lock. */
  readonly onWait: () => void;
  readonly pollMs?: number;
}

const POLL_MS = 1_000;
const HEARTBEAT_MS = 5_000;
// Three missed heartbeats: the process that holds the lock is dead.
const STALE_MS = 3 * HEARTBEAT_MS;

/** Does work that only one process at a time may do in a folder; a lock that a dead process left behind is taken over. */
export async function exclusively<T>(
  folder: string,
  options: LockOptions,
  work: (held: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const release = await acquire(folder, options, (why) => lost.abort(why));
  try {
    return await work(AbortSignal.any([options.signal, lost.signal]));
  } finally {
    // A lock that was lost, because this machine slept through its heartbeats, is another process's to release.
    if (!lost.signal.aborted) await release();
  }
}

async function acquire(
  folder: string,
  { signal, onWait, pollMs = POLL_MS }: LockOptions,
  onCompromised: (why: Error) => void,
): Promise<() => Promise<void>> {
  let waiting = false;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await lock(folder, {
        lockfilePath: path.join(folder, "engine.lock"),
        stale: STALE_MS,
        update: HEARTBEAT_MS,
        onCompromised,
      });
    } catch (error) {
      if (!isHeldByAnother(error)) throw error;
    }
    if (!waiting) onWait();
    waiting = true;
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function isHeldByAnother(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ELOCKED";
}
