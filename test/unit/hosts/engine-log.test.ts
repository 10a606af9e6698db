import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { engineLog } from "../../../provider/src/hosts/dynamic/engine-log";

const running: Server[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of running.splice(0)) server.forceShutdown();
});

/** An engine that keeps what it is asked to log. Of its service, nothing else is called. */
async function startEngine() {
  const heard: object[] = [];
  const server = new Server();
  running.push(server);
  server.addService(
    { log: EngineService.log },
    {
      log: ({ request }: { request: LogRequest }, done: (error: null, answer: Empty) => void) => {
        const [severity, urn, message] = [request.getSeverity(), request.getUrn(), request.getMessage()];
        heard.push({ severity, urn, message, ephemeral: request.getEphemeral() });
        done(null, new Empty());
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { heard, address: `127.0.0.1:${port}` };
}

describe("the engine's log", () => {
  it("gets messages in their order, with level and resource, before they count as delivered", async () => {
    const { heard, address } = await startEngine();
    const { report, delivered } = engineLog(address);
    report("of the stack");
    report("may fail", { urn: "urn:a", level: "warning" });
    report("on its way", { urn: "urn:b", level: "status" });
    await delivered();
    expect(heard).toEqual([
      { severity: LogSeverity.INFO, urn: "", message: "of the stack", ephemeral: false },
      { severity: LogSeverity.WARNING, urn: "urn:a", message: "may fail", ephemeral: false },
      { severity: LogSeverity.INFO, urn: "urn:b", message: "on its way", ephemeral: true },
    ]);
  });

  it.each(["", "127.0.0.1:1"])("is the standard output where no engine answers (%j)", async (address) => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    const { report, delivered } = engineLog(address);
    report("of the stack");
    report("may fail", { urn: "urn:a", level: "warning" });
    await delivered();
    expect(print.mock.calls).toEqual([["of the stack"], ["warning: may fail"]]);
  });
});
