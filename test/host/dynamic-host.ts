import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import * as grpcService from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Properties = Record<string, JavaScriptValue | undefined>;

/** The packages that hold the dynamic host: the version that is locked, and the oldest that the provider supports. */
export const hostPackages = ["@pulumi/pulumi", "pulumi-oldest"] as const;
export type HostPackage = (typeof hostPackages)[number];

/** What the state of every stack says of a subject's provider. Written out here: it must never change. */
const provider = 'exports.handler=require("pulumi-openmeter/dynamic").subject';

/** How the host spells what is not known yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface HostOptions {
  readonly package?: HostPackage;
  /** The stack's configuration, keys with their namespace. */
  readonly config?: Record<string, string>;
  readonly env?: Record<string, string>;
}

/** An operation that failed, as the engine would see it. */
export class OperationError extends Error {
  constructor(
    message: string,
    /** Set when the resource exists all the same: what the engine puts into the state. */
    readonly partial?: { readonly id: string; readonly properties: Properties; readonly reasons: string[] },
  ) {
    super(message);
  }
}

/**
 * A real process of Pulumi's dynamic host, asked over gRPC as the engine asks it. One process is one run.
 */
export class DynamicHost {
  readonly #process: ChildProcess;
  readonly #client: InstanceType<typeof grpcService.ResourceProviderClient>;
  #output = "";

  private constructor(child: ChildProcess, port: string) {
    this.#process = child;
    this.#client = new grpcService.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    child.stdout?.on("data", (data: Buffer) => {
      this.#output += data.toString();
    });
    child.stderr?.on("data", (data: Buffer) => {
      this.#output += data.toString();
    });
  }

  static async start(options: HostOptions = {}): Promise<DynamicHost> {
    const manifest = createRequire(__filename).resolve(`${options.package ?? "@pulumi/pulumi"}/package.json`);
    const child = spawn(process.execPath, [join(dirname(manifest), "cmd", "dynamic-provider"), "127.0.0.1:1"], {
      // No variable of the surroundings may name another server.
      env: { PATH: process.env.PATH, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the dynamic host ended with ${code} before it named its port`)));
      child.stdout?.once("data", (data: Buffer) => resolve(data.toString().trim()));
    });
    const host = new DynamicHost(child, port);
    await host.#configure(options.config ?? {});
    return host;
  }

  /** What the provider has written for the person at the terminal. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async check(
    news: Properties,
    olds: Properties = {},
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new messages.CheckRequest();
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.#call<messages.CheckResponse>((done) => this.#client.check(request, done));
    return {
      inputs: properties(response.getInputs()),
      failures: response
        .getFailuresList()
        .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  async diff(id: string, olds: Properties, news: Properties): Promise<{ changes: boolean; replaces: string[] }> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.#call<messages.DiffResponse>((done) => this.#client.diff(request, done));
    return {
      changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
    };
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const request = new messages.CreateRequest();
    request.setProperties(struct(inputs));
    const response = await this.#call<messages.CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), outputs: properties(response.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.#call<messages.UpdateResponse>((done) => this.#client.update(request, done));
    return properties(response.getProperties());
  }

  async read(id: string, outputs: Properties = {}): Promise<{ id: string; outputs: Properties; inputs: Properties }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(struct(outputs));
    const response = await this.#call<messages.ReadResponse>((done) => this.#client.read(request, done));
    return {
      id: response.getId(),
      outputs: properties(response.getProperties()),
      inputs: properties(response.getInputs()),
    };
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(outputs));
    await this.#call((done) => this.#client.delete(request, done));
  }

  async stop(): Promise<void> {
    this.#client.close();
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  async #configure(config: Record<string, string>): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(config));
    await this.#call((done) => this.#client.configure(request, done));
  }

  #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => (error === null ? resolve(response) : reject(operationError(error))));
    });
  }
}

function struct(values: Properties): Struct {
  const known = Object.entries(values).filter((entry): entry is [string, JavaScriptValue] => entry[1] !== undefined);
  return Struct.fromJavaScript({ ...Object.fromEntries(known), __provider: provider });
}

function properties(answered: Struct | undefined): Properties {
  const { __provider: _code, ...rest } = answered?.toJavaScript() ?? {};
  return rest;
}

function operationError(error: ServiceError): OperationError {
  const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(packed instanceof Uint8Array)) return new OperationError(error.details);
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const failed = detail?.unpack(ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  if (failed === null || failed === undefined) return new OperationError(error.details);
  return new OperationError(error.details, {
    id: failed.getId(),
    properties: properties(failed.getProperties()),
    reasons: failed.getReasonsList(),
  });
}
