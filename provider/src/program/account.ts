/** The account of OpenMeter that the program's look-ups read, by the stack's configuration. */
import { log, runtime } from "@pulumi/pulumi";
import type { Connection } from "../openmeter/connection";
import { warnOfPlainKey } from "./plain-key";
import { currentRun } from "./run";
import { runError } from "./stack-traces";

/** What look-ups ask. */
export interface Account {
  /**
   * Asks OpenMeter.
   *
   * @param what what is asked for, as a message begins that it was not read: `getSubject: subject "acme" was`
   * @throws {RunError} where the configuration is unusable, or OpenMeter does not answer
   */
  ask<T>(what: string, question: (connection: Connection) => Promise<T>): Promise<T>;
}

/** One connection for each run of a program: it bounds how many requests are under way at once. */
const connections = new WeakMap<object, Promise<Connection>>();

/** The account of the current run. To be taken at a call and not in an `apply`, where the run may not be known any more. */
export function accountOfRun(): Account {
  const run = currentRun();
  warnOfPlainKey(run);
  const connecting = (run && connections.get(run)) ?? connect(runtime.allConfig());
  // Each look-up that awaits it passes the error on.
  connecting.catch(() => {});
  if (run !== undefined) {
    connections.set(run, connecting);
  }
  return { ask: (what, question) => answered(connecting, what, question) };
}

async function connect(stackConfig: Readonly<Record<string, string>>): Promise<Connection> {
  // Loaded when needed: programs that look nothing up pay neither for the client nor for zod.
  const [{ readConfiguration }, { connectTo }, { isDebugging }] = await Promise.all([
    import("../openmeter/configuration.js"),
    import("../openmeter/connection.js"),
    import("../openmeter/http/trace.js"),
  ]);
  const configured = readConfiguration(stackConfig, process.env);
  if (!configured.ok) {
    throw runError(`the OpenMeter provider is not configured: ${configured.problems.join("; ")}`);
  }
  for (const warning of configured.warnings) {
    log.warn(warning);
  }
  const shown = isDebugging(process.env) ? log.info : log.debug;
  return connectTo(configured.configuration, { debug: (line) => void shown(line) });
}

async function answered<T>(
  connecting: Promise<Connection>,
  what: string,
  question: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connecting;
  const { OpenMeterError } = await import("../openmeter/errors.js");
  try {
    return await question(connection);
  } catch (error) {
    if (!(error instanceof OpenMeterError)) {
      throw error;
    }
    throw runError(`${what} not read: ${error.message}`);
  }
}
