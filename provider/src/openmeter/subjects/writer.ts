/**
 * Writing many subjects: in chunks, a few at a time, and each that the server refuses found out, so that all others are stored.
 */
import type { Write, WriteOptions, WriteOutcome } from "../../core/port";
import { concernsAll, OpenMeterError } from "../errors";
import { FailuresInARow } from "../failures-in-a-row";
import { inParallel } from "../parallel";
import type { SubjectApi } from "./api";

/**
 * Items of one upsert. The server takes 1.5 ms to create one and up to 5 ms to update one, so that 500 stay far from the
 * default timeout of 30 s, and 20 requests write 10,000. Larger chunks gained less than 10 % where it was measured.
 */
const chunkSize = 500;
const maxUpsertsAtOnce = 4;

/**
 * Creates or changes subjects, whose keys must differ from each other. A chunk that the server refuses is divided until each
 * bad subject is known; one that it takes too long for, or fails at, is divided too, and so are all that follow.
 */
export async function upsertAll<Kept>(
  api: Pick<SubjectApi, "upsert">,
  maxConcurrency: number,
  items: readonly Write[],
  { keep, adopts, progress }: WriteOptions<Kept>,
): Promise<WriteOutcome<Kept>> {
  const stored = new Map<string, Kept>();
  const failures = new FailuresInARow();
  const conflicted = new Set<string>();
  const queue: (readonly Write[])[] = [];
  let next = 0;
  let size = chunkSize;
  /** Chunks as they were first cut; how many of them in a row were too much for the server, and the length of the last. */
  const whole = new Set<readonly Write[]>();
  let tooLargeInARow = 0;
  let tooLargeLength = size;
  /** The largest part of such a chunk that the server took. */
  let fits = 0;
  /** Parts of chunks that took too long: tried often enough not to be waited for again and again. */
  const slow = new Set<readonly Write[]>();

  const take = (): readonly Write[] | undefined => {
    if (failures.stoppedBy !== undefined) {
      return undefined;
    }
    const again = queue.pop();
    if (again !== undefined) {
      return again;
    }
    // One chunk may be too much for one subject in it; a second one means that they are too large.
    if (tooLargeInARow > 1) {
      size = Math.min(size, fits > 0 ? fits : Math.ceil(tooLargeLength / 2));
    }
    const chunk = items.slice(next, next + size);
    next += chunk.length;
    whole.add(chunk);
    return chunk.length === 0 ? undefined : chunk;
  };
  const write = async (chunk: readonly Write[]): Promise<void> => {
    try {
      const answered = await api.upsert(chunk, chunk.length > 1 || slow.has(chunk));
      for (const request of chunk) {
        const object = answered.get(request.key);
        if (object instanceof OpenMeterError) {
          refuse([request], object);
          // Stryker disable next-line ConditionalExpression: the API answers each item, or throws
        } else if (object !== undefined) {
          stored.set(request.key, keep(request, object));
        }
      }
      failures.success();
      if (whole.has(chunk)) {
        tooLargeInARow = 0;
      } else {
        fits = Math.max(fits, chunk.length);
      }
    } catch (error) {
      if (!(error instanceof OpenMeterError)) {
        throw error;
      }
      if (concernsAll(error)) {
        failures.stop(error);
      } else if (chunk.length > 1) {
        divide(chunk, error);
      } else {
        refuse(chunk, error);
      }
    }
    progress?.(stored.size + failures.refused.length);
  };
  const divide = (chunk: readonly Write[], error: OpenMeterError): void => {
    const tooLarge = error.kind === "unavailable" || error.status === 413;
    if (tooLarge && whole.has(chunk)) {
      tooLargeInARow += 1;
      tooLargeLength = chunk.length;
    }
    // What took too long is cut into four: each round costs a whole timeout.
    const size = Math.ceil(chunk.length / (error.timedOut ? 4 : 2));
    const starts = Array.from({ length: Math.ceil(chunk.length / size) }, (_, index) => index * size);
    for (const start of starts.reverse()) {
      const part = chunk.slice(start, start + size);
      if (error.timedOut) {
        slow.add(part);
      }
      queue.push(part);
    }
  };
  const refuse = (chunk: readonly Write[], error: OpenMeterError): void => {
    for (const { key } of chunk) {
      // Somebody created the same key at this moment: now it is there to be adopted.
      if (adopts && error.status === 409 && !conflicted.has(key)) {
        conflicted.add(key);
        queue.push(chunk);
        continue;
      }
      failures.add({ key, error });
    }
  };
  await inParallel(Math.min(maxUpsertsAtOnce, maxConcurrency), take, write);
  const { refused, stoppedBy } = failures;
  return { stored, refused, ...(stoppedBy !== undefined && { stoppedBy }) };
}
