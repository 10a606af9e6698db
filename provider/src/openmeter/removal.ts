/** Deleting many objects, several at a time. */
import type { DeleteOptions, DeleteOutcome, RecordId, Refusal } from "../core/port";
import { concernsAll, OpenMeterError } from "./errors";
import { inParallel } from "./parallel";

/**
 * Deletes records. Those that are gone already count as deleted.
 *
 * @param remove deletes one record; throws {@link OpenMeterError}
 */
export async function deleteAll(
  atOnce: number,
  records: ReadonlyMap<string, RecordId>,
  remove: (key: string, id: RecordId) => Promise<void>,
  { progress }: Pick<DeleteOptions, "progress">,
): Promise<DeleteOutcome> {
  const deleted = new Set<string>();
  const refused: Refusal[] = [];
  const rest = records.entries();
  let stoppedBy: OpenMeterError | undefined;
  const take = (): [string, RecordId] | undefined => (stoppedBy === undefined ? rest.next().value : undefined);
  await inParallel(atOnce, take, async ([key, id]) => {
    try {
      await remove(key, id);
      deleted.add(key);
    } catch (error) {
      if (!(error instanceof OpenMeterError)) {
        throw error;
      }
      if (!concernsAll(error) && error.kind === "refused") {
        refused.push({ key, error });
      } else {
        stoppedBy ??= error;
      }
    }
    progress?.(deleted.size + refused.length);
  });
  // In the order in which they were asked for, whichever was answered first.
  return { deleted, refused: sorted(refused, records), ...(stoppedBy !== undefined && { stoppedBy }) };
}

function sorted(refused: readonly Refusal[], records: ReadonlyMap<string, RecordId>): Refusal[] {
  const byKey = new Map(refused.map((one) => [one.key, one]));
  return [...records.keys()].flatMap((key) => byKey.get(key) ?? []);
}
