/** The accounts of OpenMeter that the program's look-ups read: by the stack's configuration, or by a `Provider`. */
import { log, runtime } from "@pulumi/pulumi";
import { type ConfigurationResult, readConfiguration } from "../openmeter/configuration";
import type { Connection } from "../openmeter/connection";
import { warnOfPlainKey } from "./plain-key";
import { configurationOf, type ProviderAccess } from "./provider-access";
import { currentRun } from "./run";
import { runError } from "./stack-traces";

/** What look-ups ask. */
export interface Account {
  /**
   * Asks OpenMeter.
   *
   * @param what what is asked for, as a message begins that it was not read: `getSubject: subject "acme" was`
   * @throws {RunError} where the configuration is unusable or not known yet, or OpenMeter does not answer
   */
  ask<T>(what: string, question: (connection: Connection) => Promise<T>): Promise<T>;
}

/** One connection for each provider, or run of a program: it bounds how many requests are under way at once. */
const connections = new WeakMap<object, Promise<Connection>>();

/**
 * The account of a provider; without one, that of the current run, which is to be taken at a call and not in an `apply`, where
 * the run may not be known any more.
 */
export function accountOf(access: ProviderAccess | undefined): Account {
  if (access === undefined) {
    warnOfPlainKey();
  }
  const owner = access ?? currentRun();
  const connecting =
    (owner && connections.get(owner)) ??
    connect(access === undefined ? readConfiguration(runtime.allConfig(), process.env) : whenKnown(access));
  // Each look-up that awaits it passes the error on.
  connecting.catch(() => {});
  if (owner !== undefined) {
    connections.set(owner, connecting);
  }
  return { ask: (what, question) => answered(connecting, what, question) };
}

/** The configuration of a provider, where it is known. */
async function whenKnown(access: ProviderAccess): Promise<ConfigurationResult> {
  const why = "an argument of the provider is not known yet: use the Output form of the look-up, which waits for it";
  return (await configurationOf(access)) ?? { ok: false, problems: [`${access.label}: ${why}`] };
}

async function connect(configuring: ConfigurationResult | Promise<ConfigurationResult>): Promise<Connection> {
  // Loaded when needed: programs that look nothing up pay neither for the client nor for zod.
  const [{ connectTo }, { isDebugging }] = await Promise.all([
    import("../openmeter/connection.js"),
    import("../openmeter/http/trace.js"),
  ]);
  const configured = await configuring;
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
