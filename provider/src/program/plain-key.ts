import { log, runtime } from "@pulumi/pulumi";
import { perRun } from "./run";

const apiKey = "openmeter:apiKey";

/** Whether the run has been looked at. */
const looked = perRun(() => ({ at: false }));

/**
 * Warns, once in each run, of an API key that the stack's configuration holds in plain text. Pulumi copies the configuration
 * into the state, so the key would be in plain text there too. Only the program is told what is secret in it.
 */
export function warnOfPlainKey(): void {
  const run = looked();
  if (run.at) {
    return;
  }
  run.at = true;
  if (runtime.allConfig()[apiKey] === undefined || isSecret()) {
    return;
  }
  log.warn(
    `${apiKey} is not set as a secret, so Pulumi stores it in plain text in the stack's settings file and in the state. Create a new key in OpenMeter, and set it with: pulumi config set --secret ${apiKey}`,
  );
}

/** Pulumi exports this, but not its type. Where it is missing one day, nothing is said. */
function isSecret(): boolean {
  const judge: unknown = Reflect.get(runtime, "isConfigSecret");
  return typeof judge !== "function" || judge(apiKey) === true;
}
