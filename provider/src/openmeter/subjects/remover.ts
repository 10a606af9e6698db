/** Deleting subjects, each so that no other one can be taken for it. */
import type { DeleteOptions, DeleteOutcome, RecordId } from "../../core/port";
import { quoted } from "../../printable";
import { OpenMeterError } from "../errors";
import { deleteAll } from "../removal";
import type { SubjectApi } from "./api";

/** Deletes records by id, several at a time. */
export function deleteSubjects(
  api: SubjectApi,
  atOnce: number,
  records: ReadonlyMap<string, RecordId>,
  options: DeleteOptions,
): Promise<DeleteOutcome> {
  const isAmbiguous = (id: string) => options.isKey(id) || api.seenKeys.has(id);
  const remove = (key: string, id: RecordId) => (isAmbiguous(id) ? deleteAmbiguous(api, key, id) : api.deleteById(id));
  return deleteAll(atOnce, records, remove, options);
}

/**
 * Deletes a record whose id is a key as well. The server takes the first record of `id = X or key = X`, in no order, so that by
 * its id the other subject might be deleted. By its own key it cannot, unless that is the id of a third. What remains is a
 * subject that somebody re-creates under this key between the two requests.
 */
async function deleteAmbiguous(api: SubjectApi, key: string, id: RecordId): Promise<void> {
  const live = await api.get({ key });
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
