import type { ServiceError } from "@grpc/grpc-js";
import type * as grpcService from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Properties = Record<string, JavaScriptValue | undefined>;

export type HostClient = InstanceType<typeof grpcService.ResourceProviderClient>;

/** An operation that failed, as the engine would see it. */
export class OperationError extends Error {
  constructor(
    message: string,
    /** Set when the resource exists all the same: what the engine puts into the state. */
    readonly partial?: {
      readonly id: string;
      readonly properties: Properties;
      readonly reasons: string[];
      /** By what the engine will find the provider again. */
      readonly provider: unknown;
    },
  ) {
    super(message);
  }
}

/** What the engine asks the host about one kind of resource, which it names by the line of code in the resource's state. */
export class Operations {
  constructor(
    private readonly client: HostClient,
    private readonly provider: string,
  ) {}

  async check(
    news: Properties,
    olds: Properties = {},
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
    const request = new messages.CheckRequest();
    request.setOlds(struct(olds, this.provider));
    request.setNews(struct(news, this.provider));
    const response = await call<messages.CheckResponse>((done) => this.client.check(request, done));
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
    request.setOlds(struct(olds, this.provider));
    request.setNews(struct(news, this.provider));
    const response = await call<messages.DiffResponse>((done) => this.client.diff(request, done));
    return {
      changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
    };
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const request = new messages.CreateRequest();
    request.setProperties(struct(inputs, this.provider));
    const response = await call<messages.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), outputs: properties(response.getProperties()) };
  }

  async update(id: string, olds: Properties, news: Properties): Promise<Properties> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(struct(olds, this.provider));
    request.setNews(struct(news, this.provider));
    const response = await call<messages.UpdateResponse>((done) => this.client.update(request, done));
    return properties(response.getProperties());
  }

  /** Without inputs in the answer, the engine keeps those that it has. */
  async read(
    id: string,
    outputs: Properties = {},
  ): Promise<{ id: string; outputs: Properties; inputs: Properties | undefined }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(struct(outputs, this.provider));
    const response = await call<messages.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: response.getId(),
      outputs: properties(response.getProperties()),
      inputs: response.hasInputs() ? properties(response.getInputs()) : undefined,
    };
  }

  async delete(id: string, outputs: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(struct(outputs, this.provider));
    await call((done) => this.client.delete(request, done));
  }
}

/** One call over gRPC. */
export function call<Response>(
  send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(operationError(error))));
  });
}

function struct(values: Properties, provider: string): Struct {
  const known = Object.entries(values).filter((entry): entry is [string, JavaScriptValue] => entry[1] !== undefined);
  return Struct.fromJavaScript({ ...withoutSecretMarks(Object.fromEntries(known)), __provider: provider });
}

/** The engine hands bare values to a provider that, as the dynamic host, does not take secrets. */
export function withoutSecretMarks<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_name, one: unknown) =>
    isSecretMark(one) ? Reflect.get(one, "value") : one,
  );
}

function isSecretMark(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    "value" in value &&
    Reflect.get(value, "4dabf18193072939515e22adb298388d") === "1b47061264138c4ac30d75fd1eb44270"
  );
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
    provider: failed.getProperties()?.toJavaScript().__provider,
  });
}
