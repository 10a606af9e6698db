import { delimiter } from "node:path";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { ensureEngine } from "../../tools/engine";

/** Puts the engine first on PATH, where the Automation API and the tests' child processes look for it. */
const engine = await ensureEngine();
process.env.PATH = engine.env(process.env).PATH ?? `${engine.binDir}${delimiter}${process.env.PATH}`;

/*
 * Pulumi closes no inline program's connection to its engine (`disconnectSync` closes the process's alone), and gRPC shares connections
 * by address: an engine that gets the port of an earlier one would be taken for it, and be "unavailable". So no sharing.
 */
Object.assign(Reflect.get(settings, "grpcClientOptions"), { "grpc.use_local_subchannel_pool": 1 });
