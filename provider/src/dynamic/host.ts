/** How the dynamic host spells values and errors. */
import { formatPath, isPlainObject, mapValues, type Problem, problemText } from "../json";
import { unknown } from "../provider/declaration";
import { PartialFailure, SubjectFailure } from "../provider/failure";

export type Properties = Record<string, unknown>;

/** How the host spells a value that is not known yet (Pulumi's `unknownValue`), also inside of other values. */
const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The host's own input. */
const hostKey = "__provider";

/**
 * Bytes of properties that a failure may carry. The host sends them as base64 in a header of HTTP/2, and the engine's gRPC
 * client takes 16 MiB of headers (`defaultClientMaxHeaderListSize`): from 12.4 MB of a set's properties the state is kept,
 * from 12.6 MB only "COMPRESSION_ERROR" is told. The reasons travel in the same header, twice, so there is room left.
 */
export const maxPartialBytes = 8 * 1024 * 1024;

/** More than what protobuf adds to a value: its type, its length, and that of its name. */
const bytesAroundValue = 24;

/** Properties as the host hands them over: without the host's own, and with unknown values as such. */
export function fromHost({ [hostKey]: _code, ...properties }: Properties): Properties {
  return mapValues(properties, fromSentinel);
}

/** Properties as the host wants them. */
export function toHost(properties: Properties): Properties {
  return mapValues(properties, toSentinel);
}

/**
 * Problems as failures of a check. To a failure that names a property the engine adds its value, in clear even if it is
 * secret, and whole even if it is three megabytes long; so such a property is named by the reason alone.
 */
export function failuresOf(
  problems: readonly Problem[],
  isShown: (property: string) => boolean,
): { property: string; reason: string }[] {
  return problems.map((problem) => ({
    property: isShown(String(problem.path[0])) ? formatPath(problem.path) : "",
    reason: problemText(problem),
  }));
}

/** An operation of a check that failed, as a failure: an error thrown there would draw a stack trace. */
export async function failed(operation: () => Promise<void>): Promise<{ property: string; reason: string }[]> {
  try {
    await operation();
    return [];
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
    return [{ property: "", reason: error.message }];
  }
}

/** Problems that turn up where no check can report them. */
export function invalid(problems: readonly Problem[]): SubjectFailure {
  return new SubjectFailure(problems.map(problemText).join("; "));
}

/**
 * Gives errors the shape that the host turns into the best message.
 *
 * @param raw the properties that the host has handed over
 * @param writers write the outputs of a partial failure as properties; the first whose are small enough does
 */
export async function forHost<T, Outputs>(
  raw: Properties,
  writers: readonly ((outputs: Outputs) => Properties)[],
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof SubjectFailure)) throw error;
    const failure = error instanceof PartialFailure ? withProperties(error, raw, writers) : error;
    // Of diff, read and delete the host also prints `${error}: ${error.stack}`. The stack tells a user nothing.
    failure.stack = "the provider's own words; the engine repeats them below";
    throw failure;
  }
}

/**
 * A partial failure with what the engine is to put into the state, where it keeps the resource as "initialization failed".
 * Without the host's own property, which the host adds to results but not to these, no later refresh or destroy would find
 * this provider. One whose properties are too large is a plain failure, so that at least its message arrives.
 */
function withProperties<Outputs>(
  failure: PartialFailure<Outputs>,
  raw: Properties,
  writers: readonly ((outputs: Outputs) => Properties)[],
): SubjectFailure {
  for (const write of writers) {
    const properties = write(failure.outputs);
    if (sizeOf(properties) <= maxPartialBytes) {
      return Object.assign(failure, { properties: { ...properties, [hostKey]: raw[hostKey] } });
    }
  }
  return new SubjectFailure(failure.unkept, { cause: failure });
}

/** About the bytes that a value takes in a message of the host, rather too many than too few. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return bytesAroundValue + Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce((size: number, item) => size + sizeOf(item), bytesAroundValue);
  if (!isPlainObject(value)) return bytesAroundValue;
  return Object.entries(value).reduce(
    (size, [name, item]) => size + Buffer.byteLength(name) + sizeOf(item),
    bytesAroundValue,
  );
}

/** How Pulumi spells a secret in a message. The engine takes it out again before it asks this provider, which knows no secrets. */
export function asSecret(value: unknown): Properties {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

function fromSentinel(value: unknown): unknown {
  if (value === unknownSentinel) return unknown;
  if (Array.isArray(value)) return value.map(fromSentinel);
  return isPlainObject(value) ? mapValues(value, fromSentinel) : value;
}

function toSentinel(value: unknown): unknown {
  if (value === unknown) return unknownSentinel;
  if (Array.isArray(value)) return value.map(toSentinel);
  return isPlainObject(value) ? mapValues(value, toSentinel) : value;
}
