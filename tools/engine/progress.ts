/** Where words for the person at the terminal go. */
export interface Voice {
  /** A line that stays. */
  say(line: string): void;
  /** A line that replaces the one shown before; "" takes it away. Absent where lines cannot be replaced, as in a CI log. */
  readonly show?: ((line: string) => void) | undefined;
}

const REPAINT_MS = 1_000;
const REPEAT_MS = 15_000;

/** A number of milliseconds as a person says it: `42s`, `3m 55s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/** Does work that may take minutes, telling all the while how long it has taken and, by `state`, how far it is. */
export async function narrated<T>(voice: Voice, state: () => string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const line = () => `  ${duration(Date.now() - started)}  ${state()}`;
  const { show } = voice;
  const timer = show ? setInterval(() => show(line()), REPAINT_MS) : setInterval(() => voice.say(line()), REPEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    show?.("");
  }
}
