/** The passing of time, handed in so that tests can hold it still. All in milliseconds. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** A signal that aborts after the given time. */
  timeout(ms: number): AbortSignal;
  /** Does something again and again, each so long after the last time. Returns what ends it. Keeps no process alive. */
  every(ms: number, work: () => void): () => void;
  /** A number in [0, 1) for the jitter of waits. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  timeout: (ms) => AbortSignal.timeout(ms),
  every: (ms, work) => {
    const timer = setInterval(work, ms).unref();
    return () => clearInterval(timer);
  },
  random: () => Math.random(),
};
