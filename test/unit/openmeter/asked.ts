/** What the core asks of a port, in short. */
import type { LiveObject, Port, Wanted, Write, WriteOptions } from "../../../provider/src/core/port";

/** The write of these changes, whatever the object is. */
export function writeOf(key: string, changes: Write["changes"], rest: Partial<Write> = {}): Write {
  const write: Write = { key, changes, declared: Object.keys(changes), onto: () => write, ...rest };
  return write;
}

/** Objects to be read, by key alone. */
export function wanted(keys: readonly string[]): Wanted[] {
  return keys.map((key) => ({ key }));
}

/** Writes objects, and keeps the server's answers whole. By default nobody gives anything up. */
export function write(port: Port, items: readonly Write[], options: Partial<WriteOptions<LiveObject>> = {}) {
  return port.write<LiveObject>(items, {
    keep: (_request, stored) => stored,
    adopts: true,
    givesUp: async () => false,
    isNeeded: () => false,
    ...options,
  });
}
