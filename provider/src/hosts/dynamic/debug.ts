import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EngineService from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as EngineMessages from "@pulumi/pulumi/proto/engine_pb";
import type { Debug } from "../../openmeter/http/trace";

/**
 * Debug lines for the engine, which shows them under `--debug` and drops them otherwise: it does not tell a provider which.
 * Sent as every Pulumi provider sends its log, by the engine's `Log` call. What is needed for that is part of Pulumi's SDK,
 * which the host has loaded anyway.
 *
 * @param engineAddress where the engine listens; without one, lines are dropped
 */
export function debugThroughEngine(engineAddress: string): Debug {
  let debug: Debug | undefined;
  return (line) => {
    debug ??= connect(engineAddress);
    debug(line);
  };
}

function connect(engineAddress: string): Debug {
  if (engineAddress === "") {
    return () => {};
  }
  // Where packages are isolated from each other, only Pulumi's SDK can load what it depends on.
  const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials }: typeof Grpc = fromPulumi("@grpc/grpc-js");
  const { EngineClient }: typeof EngineService = fromPulumi("./proto/engine_grpc_pb.js");
  const { LogRequest, LogSeverity }: typeof EngineMessages = fromPulumi("./proto/engine_pb.js");
  const engine = new EngineClient(engineAddress, credentials.createInsecure());
  return (line) => {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.DEBUG);
    request.setMessage(line);
    // An operation does not fail because its debug line was lost.
    engine.log(request, () => {});
  };
}
