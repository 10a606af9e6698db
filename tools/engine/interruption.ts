const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The process was told to end while an engine was being made, and everything has been cleaned up. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Gives work that must be cleaned up after the chance to end in order when the process is told to end. */
export async function interruptible<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  // Later signals find the cleaning under way; terminals and process wrappers often send the same one twice.
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort(new InterruptedError(`stopped by ${received}`));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    // What the signal would have done right away, it does now.
    if (received) process.kill(process.pid, received);
  }
}
