/** A Pulumi CLI for demo and tests, on a machine that may have none. */
export type { Engine } from "./engine";
export { ensureEngine } from "./ensure";
export { EngineUnavailableError } from "./unavailable";
