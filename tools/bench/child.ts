import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the process when aborted. */
  readonly signal: AbortSignal;
}

export interface Finished {
  readonly ms: number;
  readonly stdout: string;
}

/** So long a process that was asked to end may take until it is asked again, and then until it is killed. */
const PATIENCE_MS = 10_000;

/** So many characters of its last output explain a failure. */
const LAST_WORDS = 4_000;

/** Runs a command to its end and tells how long it took. Rejects unless it ends with 0. */
export async function runTimed(
  command: string,
  args: readonly string[],
  { cwd, env, signal }: ChildOptions,
): Promise<Finished> {
  signal.throwIfAborted();
  const output = { stdout: "", stderr: "" };
  const started = performance.now();
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C in the terminal must reach it once, from here: a second one makes the engine drop everything.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  const stopping = new AbortController();
  const stop = () => void endGently(child, stopping.signal);
  signal.addEventListener("abort", stop);
  try {
    const [code, endedBy] = await once(child, "close");
    const ms = performance.now() - started;
    signal.throwIfAborted();
    if (code === 0) return { ms, stdout: output.stdout };
    const words = `${output.stdout}\n${output.stderr}`.trim().slice(-LAST_WORDS);
    throw new Error(`${[command, ...args].join(" ")} ended with ${endedBy ?? `exit code ${code}`}\n${words}`);
  } finally {
    stopping.abort();
    signal.removeEventListener("abort", stop);
  }
}

/** As Ctrl-C does: the engine ends its plugins, which are in process groups of their own, only when it ends by itself. */
async function endGently(child: ChildProcess, ended: AbortSignal): Promise<void> {
  for (const signal of ["SIGINT", "SIGINT", "SIGKILL"] as const) {
    if (ended.aborted) return;
    child.kill(signal);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      ended.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
