/**
 * The engine's log, through which a message belongs to its resource, counts as a warning, or is only a status that gives way to
 * the next one. What the host's process prints, the engine can only show as messages of the stack, all of them to the end.
 *
 * Leans on the engine's `Log` call, as Pulumi's SDK does, by the SDK's own modules: `proto/engine_grpc_pb` and the `@grpc/grpc-js`
 * that it depends on. Where one of them is missing or the engine does not answer, the message is printed. A test on the engine
 * sees where messages are shown.
 */
import { createRequire } from "node:module";
import type { Report } from "../../core/surroundings";

/** Where messages go, and when all of them have arrived. */
export interface EngineLog {
  readonly report: Report;
  /** The engine ends the process once it has its answers, so that what is on its way then is lost. */
  readonly delivered: () => Promise<void>;
}

/** Sends one message. */
type Send = (message: string, about: Parameters<Report>[1]) => Promise<void>;

/** @param engineAddress `host:port` of the engine; empty where there is none */
export function engineLog(engineAddress: string): EngineLog {
  let last: Promise<void> = Promise.resolve();
  let send: Send | undefined;
  return {
    report: (message, about = {}) => {
      send ??= senderTo(engineAddress);
      const sent = send;
      if (about.level === "debug") {
        // The engine does not tell a provider whether anybody wants to see it, so nobody waits for it.
        sent(message, about).catch(() => {});
        return;
      }
      // One after the other, so that the order stays.
      last = last.then(() => sent(message, about).catch(() => print(message, about)));
    },
    delivered: () => last,
  };
}

function senderTo(engineAddress: string): Send {
  try {
    return clientOf(engineAddress);
  } catch {
    return async (message, about) => print(message, about);
  }
}

function clientOf(engineAddress: string): Send {
  const ofPulumi = createRequire(createRequire(__filename).resolve("@pulumi/pulumi/package.json"));
  const { credentials }: typeof import("@grpc/grpc-js") = ofPulumi("@grpc/grpc-js");
  const { EngineClient }: typeof import("@pulumi/pulumi/proto/engine_grpc_pb") = ofPulumi("./proto/engine_grpc_pb");
  const { LogRequest, LogSeverity }: typeof import("@pulumi/pulumi/proto/engine_pb") = ofPulumi("./proto/engine_pb");
  const client = new EngineClient(engineAddress, credentials.createInsecure());
  return (message, about) => {
    const request = new LogRequest();
    const severity = {
      info: LogSeverity.INFO,
      status: LogSeverity.INFO,
      warning: LogSeverity.WARNING,
      debug: LogSeverity.DEBUG,
    };
    request.setSeverity(severity[about?.level ?? "info"]);
    request.setMessage(message);
    request.setUrn(about?.urn ?? "");
    request.setEphemeral(about?.level === "status");
    return new Promise((resolve, reject) => {
      client.log(request, (error) => (error === null ? resolve() : reject(error)));
    });
  };
}

/** The engine shows what is printed as a message of the stack. */
function print(message: string, about: Parameters<Report>[1]): void {
  if (about?.level === "debug") {
    return;
  }
  console.log(about?.level === "warning" ? `warning: ${message}` : message);
}
