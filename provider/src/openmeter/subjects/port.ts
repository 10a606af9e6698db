/** The Subject API as the port needs it. */
import type { ObjectApi } from "../objects-port";
import type { Turns } from "../turns";
import type { SubjectApi } from "./api";
import { deleteSubjects } from "./remover";
import { upsertAll } from "./writer";

/** @param maxConcurrency how many requests the connection has under way at once */
export function subjectsApi(api: SubjectApi, turns: Turns, maxConcurrency: number): ObjectApi {
  const inTurn: Pick<SubjectApi, "upsert"> = {
    upsert: (...args) => turns.during("subjects", () => api.upsert(...args)),
  };
  return {
    get: (wanted) => api.get(wanted),
    look: (key) => api.get({ key }),
    hasRecord: (id) => api.hasRecord(id),
    list: (bounds) => api.list(bounds),
    write: (writes, options) => upsertAll(inTurn, maxConcurrency, writes, options),
    delete: (records, options) => deleteSubjects(api, maxConcurrency, records, options),
    isFoundById: false,
    answers: api.answers,
  };
}
