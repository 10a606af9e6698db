/** Deleting many subjects, each so that no other one can be taken for it. */
import type { DeleteOptions, DeleteOutcome, RecordId, Refusal } from "../../core/port";
import { quoted } from "../../printable";
import { concernsAll, OpenMeterError } from "../errors";
import { inParallel } from "../parallel";
import type { SubjectApi } from "./api";

/** Deletes records by id, several at a time. Records that are gone already count as deleted. */
export async function deleteAll(
  api: SubjectApi,
  atOnce: number,
  records: ReadonlyMap<string, RecordId>,
  { isKey, progress }: DeleteOptions,
): Promise<DeleteOutcome> {
  const deleted = new Set<string>();
  const refused: Refusal[] = [];
  const rest = records.entries();
  let stoppedBy: OpenMeterError | undefined;
  const take = (): [string, RecordId] | undefined => (stoppedBy === undefined ? rest.next().value : undefined);
  await inParallel(atOnce, take, async ([key, id]) => {
    try {
      await (isKey(id) || api.seenKeys.has(id) ? deleteAmbiguous(api, key, id) : api.deleteById(id));
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

/**
 * Deletes a record whose id is a key as well. The server takes the first record of `id = X or key = X`, in no order, so that by
 * its id the other subject might be deleted. By its own key it cannot, unless that is the id of a third. What remains is a
 * subject that somebody re-creates under this key between the two requests.
 */
async function deleteAmbiguous(api: SubjectApi, key: string, id: RecordId): Promise<void> {
  const live = await api.get(key);
  if (live?.id !== id) {
    return;
  }
  if (api.seenIds.has(key)) {
    throw new OpenMeterError(
      "refused",
      `its id ${quoted(id)} is the key of another subject, and its key is the id of another one, so OpenMeter might delete one of those instead. Delete subject ${quoted(id)} first`,
    );
  }
  await api.deleteByKey(key);
}
