import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { describe, expect, it } from "vitest";
import { hostPackages } from "./dynamic-host";
import { createWithMembers, setInputs, subjectInputs, updateWithMembers } from "./set-fixtures";
import { withHost } from "./with-host";

const env = { PULUMI_OPENMETER_DEBUG: "1" };
const config = { "openmeter:apiKey": "om-key-never-to-be-seen" };

/** What an engine is told to log. */
interface ListeningEngine {
  readonly address: string;
  readonly logged: LogRequest[];
  close(): void;
}

/** An engine that does nothing but listen to its log. */
async function listeningEngine(): Promise<ListeningEngine> {
  const logged: LogRequest[] = [];
  const log: IEngineServer["log"] = ({ request }, done) => {
    logged.push(request);
    done(null, new Empty());
  };
  const server = new Server();
  // Of the engine's calls this package makes one.
  const { log: definition } = EngineService;
  server.addService({ log: definition }, { log });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, logged, close: () => server.forceShutdown() };
}

describe.each(hostPackages)("on the dynamic host of %s, each request", (hostPackage) => {
  it("is a debug line of the engine's log, which Pulumi shows under --debug alone", async () => {
    const engine = await listeningEngine();
    try {
      await withHost(
        async ({ host }) => {
          const { outputs } = await host.create(subjectInputs({ key: "acme" }));
          await host.read("acme", outputs);
          await expect
            .poll(() => engine.logged.map((request) => request.getMessage()))
            .toEqual([
              expect.stringMatching(/^openmeter: POST \/api\/v1\/subjects: 200 in \d+ ms, try 1$/),
              expect.stringMatching(/^openmeter: GET \/api\/v1\/subjects\/acme: 200 in \d+ ms, try 1$/),
            ]);
          expect(engine.logged.map((request) => request.getSeverity())).toEqual(Array(2).fill(LogSeverity.DEBUG));
          expect(host.output).not.toContain("openmeter:");
        },
        { package: hostPackage, engineAddress: engine.address },
      );
    } finally {
      engine.close();
    }
  });
});

describe("with PULUMI_OPENMETER_DEBUG=1, each request", () => {
  it("is a line that is shown, try by try", async () => {
    await withHost(
      async ({ host, emulator }) => {
        emulator.faults.add({ kind: "status", status: 503, body: "", retryAfter: "0", match: { method: "POST" } });
        await host.create(subjectInputs({ key: "acme" }));
        expect(host.output).toMatch(/openmeter: POST \/api\/v1\/subjects: 503 in \d+ ms, try 1\n/);
        expect(host.output).toMatch(/openmeter: POST \/api\/v1\/subjects: 200 in \d+ ms, try 2\n/);
      },
      { env },
    );
  });

  it("shows neither API key nor secret keys, however short, whatever the operation", async () => {
    const members = { hush: {}, "7": {}, "hidden/42": { displayName: "Hidden" } };
    const marks = { secrets: ["subjects"], secretKeys: true as const };
    await withHost(
      async ({ host, another }) => {
        const before = await createWithMembers(host, setInputs(members, {}, marks));
        await host.set.read("customers", before.outputs);
        const { deletePhase } = await updateWithMembers(
          host,
          before,
          setInputs({ hush: {} }, { maxDeletions: 9 }, marks),
        );
        await deletePhase();
        const run = await another();
        await run.set.read("customers", before.outputs);
        await run.members.delete("customers", before.members);
        const said = `${host.output}${run.output}`;
        expect(said).toMatch(/openmeter: POST .*200/);
        expect(said).toMatch(/openmeter: DELETE .*204/);
        expect(said).not.toMatch(/hush|hidden|subjects\/7\b|om-key/i);
      },
      { env, config, emulator: { apiKey: config["openmeter:apiKey"] } },
    );
  });
});
