import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import * as grpcService from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { clockArguments, HostClock } from "./clock/host-clock";
import { call, type HostClient, Operations, type Properties } from "./operations";

/** The packages that hold the dynamic host: the version that is locked, and the oldest that the provider supports. */
export const hostPackages = ["@pulumi/pulumi", "pulumi-oldest"] as const;
export type HostPackage = (typeof hostPackages)[number];

/** What the state of every stack says of its resources' providers. Written out here: they must never change. */
const subjectProvider = 'exports.handler=require("pulumi-openmeter/dynamic").subject';
const setProvider = 'exports.handler=require("pulumi-openmeter/dynamic").subjectSet';
const membersProvider = 'exports.handler=require("pulumi-openmeter/dynamic").subjectSetMembers';

/** How the host spells what is not known yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine takes answers of 400 MB; by itself this client takes 4 MB. */
const clientOptions = { "grpc.max_receive_message_length": 400 * 1024 * 1024 };

export interface HostOptions {
  readonly package?: HostPackage;
  /** The stack's configuration, keys with their namespace; or the inputs of a `Provider`. */
  readonly config?: Properties;
  readonly env?: Record<string, string>;
  /** The address of the engine that the process belongs to, by which it finds the facts of its run. Default: of no run. */
  readonly engineAddress?: string;
  /** Whether the provider's clock is the test's, so that waiting takes no time. */
  readonly heldClock?: boolean;
}

/**
 * A real process of Pulumi's dynamic host, asked over gRPC as the engine asks it: about subjects by itself, about sets of
 * them by `set`, about the companions of sets by `members`. One process is one run, unless it is given the engine of another.
 */
export class DynamicHost extends Operations {
  /** The same process, asked about sets. */
  readonly set: Operations;
  /** The same process, asked about the companions of sets. */
  readonly members: Operations;
  /** Without effect if the clock is not held. */
  readonly clock: HostClock;
  readonly #process: ChildProcess;
  readonly #client: HostClient;
  #output = "";

  private constructor(child: ChildProcess, port: string) {
    const client = new grpcService.ResourceProviderClient(
      `127.0.0.1:${port}`,
      credentials.createInsecure(),
      clientOptions,
    );
    super(client, subjectProvider);
    this.set = new Operations(client, setProvider);
    this.members = new Operations(client, membersProvider);
    this.clock = new HostClock(child);
    this.#process = child;
    this.#client = client;
    child.stdout?.on("data", (data: Buffer) => {
      this.#output += data.toString();
    });
    child.stderr?.on("data", (data: Buffer) => {
      this.#output += data.toString();
    });
  }

  static async start(options: HostOptions = {}): Promise<DynamicHost> {
    const manifest = createRequire(__filename).resolve(`${options.package ?? "@pulumi/pulumi"}/package.json`);
    const nodeArguments = options.heldClock ? clockArguments : [];
    const hostArguments = [join(dirname(manifest), "cmd", "dynamic-provider"), options.engineAddress ?? "127.0.0.1:1"];
    const child = spawn(process.execPath, [...nodeArguments, ...hostArguments], {
      // No variable of the surroundings may name another server.
      env: { PATH: process.env.PATH, ...options.env },
      // As with the engine, the standard input is a pipe that stays open and empty.
      stdio: ["pipe", "pipe", "pipe", "ipc"],
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

  /** The same process, asked about what another line of code provides. */
  of(provider: string): Operations {
    return new Operations(this.#client, provider);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Lets go of the process as an engine does that is killed. Resolves when the process has ended by itself. */
  async loseEngine(): Promise<void> {
    const ended = this.#ended();
    this.#process.stdin?.end();
    await ended;
  }

  async stop(): Promise<void> {
    this.#client.close();
    this.#process.kill("SIGKILL");
    await this.#ended();
  }

  async #ended(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    await new Promise((resolve) => this.#process.once("exit", resolve));
  }

  async #configure(config: Properties): Promise<void> {
    const request = new messages.ConfigureRequest();
    const given = Object.entries(config).filter((entry): entry is [string, JavaScriptValue] => entry[1] !== undefined);
    request.setArgs(Struct.fromJavaScript(Object.fromEntries(given)));
    await call((done) => this.#client.configure(request, done));
  }
}
