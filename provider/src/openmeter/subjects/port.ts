/** The port of subjects: the calls of the Subject API put together for what the core asks. */
import type { Port } from "../../core/port";
import type { Clock } from "../clock";
import type { Redactor } from "../redact/redactor";
import type { SubjectApi } from "./api";
import { SubjectReader } from "./reader";
import { deleteAll } from "./remover";
import { upsertAll } from "./writer";

/** @param maxConcurrency how many requests the connection has under way at once */
export function subjectsPort(api: SubjectApi, redactor: Redactor, clock: Clock, maxConcurrency: number): Port {
  const reader = new SubjectReader(api, clock, maxConcurrency);
  return {
    get: (key) => reader.get(key),
    getAll: (keys, take, options) => reader.getAll(keys, take, options),
    list: async () => {
      const { objects, withheld } = await api.list();
      // The API key may stand in a key, too.
      return { objects, withheld: withheld.map((key) => redactor.redact(key)) };
    },
    write: (writes, options) => {
      reader.changed(writes.map(({ key }) => key));
      return upsertAll(api, maxConcurrency, writes, options);
    },
    delete: (records, options) => {
      reader.changed(records.keys());
      return deleteAll(api, maxConcurrency, records, options);
    },
  };
}
