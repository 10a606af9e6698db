import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a child process is run. */
export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the process, and all that it started, when aborted. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /**
   * Hears each line of standard error as it comes, and answers whether it only told of progress: such lines are left out
   * of the error when the process fails.
   */
  readonly onErrorLine?: (line: string) => boolean;
}

/** A child process could not be started, failed, or was ended; the message says which command and shows its last words. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

const LAST_WORDS = 20;

/** Runs a program without a shell and answers with its standard output; throws `ChildError` unless it ends with 0. */
export async function run(command: string, args: readonly string[], options: ChildOptions = {}): Promise<string> {
  const stop = stopSignals(options);
  const title = [command, ...args].join(" ");
  const stdout: Buffer[] = [];
  const lastWords: string[] = [];

  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    // Standard input is never written to; that it closes is how a child learns of this process's death.
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own, so that the compilers and shells that it starts can be ended with it.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (options.onErrorLine?.(line)) return;
    lastWords.push(line);
    if (lastWords.length > LAST_WORDS) lastWords.shift();
  });

  const end = () => endWithDescendants(child);
  stop.addEventListener("abort", end);
  if (stop.aborted) end();
  try {
    const outcome = await ending(child);
    if (stop.aborted) throw new ChildError(`\`${title}\` ${stoppedBecause(stop.reason)}`);
    if (outcome !== 0) throw new ChildError([`\`${title}\` ${failed(outcome)}`, ...lastWords].join("\n"));
    return Buffer.concat(stdout).toString("utf8");
  } finally {
    stop.removeEventListener("abort", end);
  }
}

function stopSignals({ signal, timeoutMs }: ChildOptions): AbortSignal {
  return AbortSignal.any([
    ...(signal ? [signal] : []),
    ...(timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)]),
  ]);
}

function stoppedBecause(reason: unknown): string {
  const timedOut = reason instanceof DOMException && reason.name === "TimeoutError";
  return timedOut ? "took too long" : "was stopped";
}

/** The exit code, the signal that ended the process, or the reason why it could not be started. */
type Outcome = number | NodeJS.Signals | Error;

function ending(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, signal) => resolve(code ?? signal ?? new Error("ended without an exit code")));
  });
}

function failed(outcome: Outcome): string {
  if (typeof outcome === "number") return `failed with exit code ${outcome}`;
  if (typeof outcome === "string") return `was ended by ${outcome}`;
  const unknown = "code" in outcome && outcome.code === "ENOENT";
  return unknown ? "could not be run: there is no such program" : `could not be run: ${outcome.message}`;
}

function endWithDescendants({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group ended by itself in the meantime.
  }
}
