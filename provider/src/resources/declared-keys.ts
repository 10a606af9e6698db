import { RunError, runtime } from "@pulumi/pulumi";
import { quoted } from "../printable";

/**
 * Keys that a run of a program has declared, with the name of the resource that did. Runs are told apart by their stack
 * resource (in unit tests with mocks, by their monitor), since Automation API runs several programs in one process.
 */
const runs = new WeakMap<object, Map<string, string>>();

/** What tells the current run of a program from others in this process. */
export function currentRun(): object | undefined {
  return runtime.getStackResource() ?? runtime.getMonitor();
}

/**
 * Notes that a resource declares a key. Call it once for each.
 *
 * @param resource what declares it, for messages: `Subject "acme"`
 * @param secret whether the key stays out of messages
 * @throws {RunError} when another resource of the same run declares it already; names both
 */
export function declareKey(run: object | undefined, key: string, resource: string, secret = false): void {
  if (run === undefined) return;
  const declared = runs.get(run) ?? new Map<string, string>();
  runs.set(run, declared);
  const other = declared.get(key);
  if (other !== undefined) {
    throw new RunError(
      `${resource} declares the key ${secret ? "[secret]" : quoted(key)}, which ${other} declares too. ` +
        "A key belongs to one resource: remove one of the two, or give it another key.",
    );
  }
  declared.set(key, resource);
}
