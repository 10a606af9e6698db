import { MINIMUM_GO, MINIMUM_PULUMI } from "./version";

/** One way to an engine that was tried, and why it led nowhere. */
export interface Attempt {
  readonly way: string;
  readonly reason: string;
}

/** No Pulumi engine could be found, installed or built. The message lists each way tried, and the remedy. */
export class EngineUnavailableError extends Error {
  override readonly name = "EngineUnavailableError";

  constructor(readonly attempts: readonly Attempt[]) {
    super(explain(attempts));
  }
}

function explain(attempts: readonly Attempt[]): string {
  return [
    "No Pulumi engine could be had. Tried:",
    ...attempts.map(({ way, reason }) => `  - ${way}: ${reason.replaceAll("\n", "\n    ")}`),
    "Any one of these helps; then run this again:",
    `  - install Pulumi ${shortVersion(MINIMUM_PULUMI)} or newer: https://www.pulumi.com/docs/install/`,
    `  - install Go ${shortVersion(MINIMUM_GO)} or newer, to have it built here: https://go.dev/doc/install`,
    "  - if one of them is installed already, put its folder on PATH",
  ].join("\n");
}

function shortVersion(version: string): string {
  return version.replace(/\.0$/, "");
}
