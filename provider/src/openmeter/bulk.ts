/**
 * Writing many subjects: in chunks, a few at a time, and each that the server refuses found out, so that all others are stored.
 */
import { OpenMeterError } from "./errors";
import type { LiveSubject, SubjectId, SubjectUpsert } from "./subject";
import type { SubjectsClient } from "./subjects-client";

/** An item that was not written, and why. */
export interface Refusal {
  readonly key: string;
  readonly error: OpenMeterError;
}

/** What became of a bulk write. */
export interface BulkOutcome<Kept = LiveSubject> {
  /** The subjects that were written, each with what the caller keeps of the server's answer. */
  readonly stored: ReadonlyMap<string, Kept>;
  readonly refused: readonly Refusal[];
  /** Set when the server could not be reached any more (or refused everything): the rest was not sent. */
  readonly stoppedBy?: OpenMeterError;
}

/** Hears how far the work has come. */
export type Progress = (done: number) => void;

/**
 * Items of one upsert. The server takes 1.5 ms to create one and up to 5 ms to update one, so that 500 stay far from the
 * default timeout of 30 s, and 20 requests write 10,000. Larger chunks gained less than 10 % where it was measured.
 */
const chunkSize = 500;
const upsertsAtOnce = 4;

/** So many single subjects failing one after the other mean that the server is down, not that they are bad. */
const maxFailuresInARow = 5;

/** The same of subjects that take the server too long, each of which costs a whole timeout. */
const maxTimeoutsInARow = 3;

const deletesAtOnce = 8;

/**
 * Creates or changes subjects, whose keys must differ from each other. A chunk that the server refuses is divided until each
 * bad subject is known; one that it takes too long for, or fails at, is divided too, and so are all that follow.
 *
 * @param adopts whether a subject that somebody else creates at the same moment is taken over
 * @param keep what to remember of each answer: a hundred thousand whole ones fill the memory
 */
export async function upsertAll<Kept>(
  client: SubjectsClient,
  items: readonly SubjectUpsert[],
  keep: (request: SubjectUpsert, stored: LiveSubject) => Kept,
  progress?: Progress,
  adopts = true,
): Promise<BulkOutcome<Kept>> {
  const stored = new Map<string, Kept>();
  const refused = new Set<Refusal>();
  const conflicted = new Set<string>();
  const queue: (readonly SubjectUpsert[])[] = [];
  let next = 0;
  let size = chunkSize;
  /** Chunks as they were first cut; how many of them in a row were too much for the server, and the length of the last. */
  const whole = new Set<readonly SubjectUpsert[]>();
  let tooLargeInARow = 0;
  let tooLargeLength = size;
  /** The largest part of such a chunk that the server took. */
  let fits = 0;
  let failedInARow: Refusal[] = [];
  /** Parts of chunks that took too long: tried often enough not to be waited for again and again. */
  const slow = new Set<readonly SubjectUpsert[]>();
  let stoppedBy: OpenMeterError | undefined;

  const take = (): readonly SubjectUpsert[] | undefined => {
    if (stoppedBy !== undefined) return undefined;
    const again = queue.pop();
    if (again !== undefined) return again;
    // One chunk may be too much for one subject in it; a second one means that they are too large.
    if (tooLargeInARow > 1) size = Math.min(size, fits > 0 ? fits : Math.ceil(tooLargeLength / 2));
    const chunk = items.slice(next, next + size);
    next += chunk.length;
    if (chunk.length === 0) return undefined;
    whole.add(chunk);
    return chunk;
  };
  const write = async (chunk: readonly SubjectUpsert[]): Promise<void> => {
    try {
      const answered = await client.upsert(chunk, chunk.length > 1 || slow.has(chunk));
      for (const [index, request] of chunk.entries()) {
        const subject = answered[index];
        // Stryker disable next-line ConditionalExpression: the client answers each item, or throws
        if (subject !== undefined) stored.set(request.key, keep(request, subject));
      }
      failedInARow = [];
      if (whole.has(chunk)) tooLargeInARow = 0;
      else fits = Math.max(fits, chunk.length);
    } catch (error) {
      if (!(error instanceof OpenMeterError)) throw error;
      if (concernsAll(error)) stoppedBy ??= error;
      else if (chunk.length > 1) divide(chunk, error);
      else refuse(chunk, error);
    }
    progress?.(stored.size + refused.size);
  };
  const divide = (chunk: readonly SubjectUpsert[], error: OpenMeterError): void => {
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
      if (error.timedOut) slow.add(part);
      queue.push(part);
    }
  };
  const refuse = (chunk: readonly SubjectUpsert[], error: OpenMeterError): void => {
    for (const { key } of chunk) {
      // Somebody created the same key at this moment: now it is there to be adopted.
      if (adopts && error.status === 409 && !conflicted.has(key)) {
        conflicted.add(key);
        queue.push(chunk);
        continue;
      }
      const refusal = { key, error };
      refused.add(refusal);
      if (error.kind !== "unavailable") continue;
      failedInARow.push(refusal);
      const timeouts = failedInARow.filter(({ error: { timedOut } }) => timedOut).length;
      if (failedInARow.length < maxFailuresInARow && timeouts < maxTimeoutsInARow) continue;
      stoppedBy ??= error;
      // It was not for them.
      for (const one of failedInARow) refused.delete(one);
    }
  };
  await inParallel(upsertsAtOnce, take, write);
  return { stored, refused: [...refused], ...(stoppedBy !== undefined && { stoppedBy }) };
}

/** Deletes records by id, several at a time. Records that are gone already count as deleted. */
export async function deleteAll(
  client: SubjectsClient,
  records: ReadonlyMap<string, SubjectId>,
  progress?: Progress,
): Promise<{
  readonly deleted: ReadonlySet<string>;
  readonly refused: readonly Refusal[];
  readonly stoppedBy?: OpenMeterError;
}> {
  const deleted = new Set<string>();
  const refused: Refusal[] = [];
  const rest = records.entries();
  let stoppedBy: OpenMeterError | undefined;
  const take = (): [string, SubjectId] | undefined => (stoppedBy === undefined ? rest.next().value : undefined);
  await inParallel(deletesAtOnce, take, async ([key, id]) => {
    try {
      await client.delete(id);
      deleted.add(key);
    } catch (error) {
      if (!(error instanceof OpenMeterError)) throw error;
      if (!concernsAll(error) && error.kind === "refused") refused.push({ key, error });
      else stoppedBy ??= error;
    }
    progress?.(deleted.size + refused.length);
  });
  return { deleted, refused, ...(stoppedBy !== undefined && { stoppedBy }) };
}

/** Runs a piece of work for each that can be taken, a bounded number at a time. A thrown error ends it. */
export async function inParallel<Piece>(
  atOnce: number,
  take: () => Piece | undefined,
  work: (piece: Piece) => Promise<void>,
): Promise<void> {
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let piece = take(); piece !== undefined; piece = failed ? undefined : take()) {
      try {
        await work(piece);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Whether an error is about the connection or the account, so that the other items would meet it too. */
function concernsAll({ kind, status, timedOut }: OpenMeterError): boolean {
  if (kind === "refused") return status === 401 || status === 403;
  if (kind === "contested") return false;
  // A server that took too long for a request, or fell over it, may manage a smaller one; 503 says that it is not there.
  return !(timedOut || ((status ?? 0) >= 500 && status !== 503));
}
