/** A Pulumi CLI for demo and tests, on a machine that may have none. */
export type { Engine } from "./engine";
export { type EnsureOptions, ensureEngine } from "./ensure";
export { EngineUnavailableError } from "./unavailable";
