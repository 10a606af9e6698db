/**
 * What a process of the dynamic host has: it serves one operation of the engine on one stack, so there is one run and one
 * configuration in it. These are the only variables of modules in the provider.
 */
import type { dynamic } from "@pulumi/pulumi";
import { isPlainObject } from "../json";
import { systemClock } from "../openmeter/clock";
import { type ConfigurationResult, configurationKeys, readConfiguration } from "../openmeter/configuration";
import { type Connection, connectTo } from "../openmeter/connection";
import { SubjectFailure } from "../provider/failure";
import { Run } from "../provider/run";
import { endWithEngine } from "./engine";

/** What the engine has shown in this process. */
export const run = new Run();

let configured: ConfigurationResult = { ok: false, problems: ["the provider was used before it was configured"] };
let connection: Connection | undefined;
let lastDeclarationAt = 0;

/**
 * The engine asks to check all that a program declares within some milliseconds, while it carries out what came first. After
 * this long without another check, the program is taken to have declared what it declares.
 */
const quietMs = 500;

/** Reads the configuration. All of its work is done before the host could go on, which does not await it. */
export async function configure({ config }: dynamic.ConfigureRequest): Promise<void> {
  if (configured.ok) return;
  endWithEngine();
  configured = readConfiguration(stackConfig(config), process.env);
  if (configured.ok) for (const warning of configured.warnings) console.warn(`warning: ${warning}`);
}

/** What is wrong with the configuration, as failures of a check. */
export function configurationFailures(): dynamic.CheckFailure[] {
  lastDeclarationAt = systemClock.now();
  return configured.ok ? [] : configured.problems.map((reason) => ({ property: "", reason }));
}

/**
 * The connection that the configuration describes. Its modules are loaded along with the provider, not here: what the host's
 * process loads later, it did not find in a project whose packages are symbolic links (seen with the SDK's openapi-fetch).
 */
export function connect(): Connection {
  if (!configured.ok) {
    throw new SubjectFailure(`the OpenMeter provider is not configured: ${configured.problems.join("; ")}`);
  }
  connection ??= connectTo(configured.configuration);
  return connection;
}

/** Resolves when no check has come for a while. */
export async function declared(): Promise<void> {
  for (;;) {
    const quietFor = systemClock.now() - lastDeclarationAt;
    if (quietFor >= quietMs) return;
    await systemClock.sleep(quietMs - quietFor);
  }
}

/** What is written to the standard output, the engine shows to the user as a message of the stack. */
export function report(message: string): void {
  console.log(message);
}

/**
 * The stack's whole configuration. The host offers only a look-up of known names; unknown ones under `openmeter:` are
 * typing errors that should be told, so the record behind it is read where it is found.
 */
function stackConfig(config: dynamic.Config): Record<string, unknown> {
  const raw: unknown = Reflect.get(config, "rawConfig");
  if (isPlainObject(raw)) return raw;
  return Object.fromEntries(configurationKeys.map((key) => [`openmeter:${key}`, config.get(`openmeter:${key}`)]));
}
