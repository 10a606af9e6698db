/** The Subject API as the port needs it. */
import type { ObjectApi } from "../objects-port";
import type { SubjectApi } from "./api";
import { deleteSubjects } from "./remover";
import { upsertAll } from "./writer";

/** @param maxConcurrency how many requests the connection has under way at once */
export function subjectsApi(api: SubjectApi, maxConcurrency: number): ObjectApi {
  return {
    get: (wanted) => api.get(wanted),
    look: (key) => api.get({ key }),
    hasRecord: (id) => api.hasRecord(id),
    list: (bounds) => api.list(bounds),
    write: (writes, options) => upsertAll(api, maxConcurrency, writes, options),
    delete: (records, options) => deleteSubjects(api, maxConcurrency, records, options),
    isFoundById: false,
    answers: api.answers,
  };
}
