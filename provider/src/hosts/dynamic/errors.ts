/** Errors in the shape that the dynamic host turns into the best message. */
import { Failure, PartialFailure } from "../../core/failure";
import type { Told } from "../../core/told";
import { isPlainObject, valuesIn } from "../../json";
import type { Properties, ResourceOperations } from "../resource";
import { fromHost, providerProperty, toHost } from "./values";

/**
 * Bytes of properties that a failure may carry. The host sends them as base64 in a header of HTTP/2, and the engine's gRPC
 * client takes 16 MiB of headers (`defaultClientMaxHeaderListSize`): from 12.4 MB of a set's properties the state is kept,
 * from 12.6 MB only "COMPRESSION_ERROR" is told. The reasons travel in the same header, twice, so there is room left.
 */
const maxPartialBytes = 8 * 1024 * 1024;

/** More than what protobuf adds to a value: its type, its length, and that of its name. */
const bytesAroundValue = 24;

type CanFailInPart = Pick<ResourceOperations, "partial">;

/** Carries out an operation on a resource, and gives its errors the host's shape. */
export async function withHostErrors<T>(
  { resource, told }: { readonly resource: CanFailInPart; readonly told: Told },
  raw: Properties,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    const failure = error instanceof PartialFailure ? withProperties(resource, error, raw) : error;
    failure.message = told.messageOf(failure);
    // Of check, diff, read and delete the host prints `${error}: ${error.stack}` besides, as a message of the stack.
    failure.toString = () => failure.shared?.label ?? "A resource";
    failure.stack = "failed (see its own message)";
    throw failure;
  }
}

/**
 * A partial failure with what the engine is to put into the state, where it keeps the resource as "initialization failed".
 * Without the host's own property, which the host adds to results but not to these, no later refresh or destroy would find
 * this provider. One whose properties are too large is another failure, so that at least its message arrives.
 */
function withProperties(resource: CanFailInPart, failure: PartialFailure, raw: Properties): Failure {
  const { id, forms } = resource.partial?.({ state: failure.state, inputs: fromHost(raw) }) ?? { id: "", forms: [] };
  for (const form of forms) {
    const properties = toHost(form());
    if (sizeOf(properties) <= maxPartialBytes) {
      properties[providerProperty] = raw[providerProperty];
      return Object.assign(failure, { id, reasons: failure.words.reasons, properties });
    }
  }
  return new Failure(failure.words.withoutState, { cause: failure });
}

/** About the bytes that a value takes in a message of the host, rather too many than too few. */
function sizeOf(value: unknown): number {
  const text = typeof value === "string" ? value : Object.keys(isPlainObject(value) ? value : {}).join("");
  const ownSize = bytesAroundValue + Buffer.byteLength(text);
  return valuesIn(value).reduce((size: number, item) => size + sizeOf(item), ownSize);
}
