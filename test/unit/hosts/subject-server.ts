/** Subjects of an emulator. */
import { createEmulator, type SubjectUpsert } from "openmeter-emulator";
import { connectedTo, FakeClock } from "../connection";
import { type Server, strike } from "./server";

export function startSubjects(): Server {
  const emulator = createEmulator();
  const clock = new FakeClock();
  const store = emulator.subjects;
  const keyOf = (path: string) => {
    const target = decodeURIComponent(path.split("/").at(-1) ?? "");
    return store.getById(target)?.key ?? target;
  };
  return {
    clock,
    connect: () => {
      const { subjects: port, ...connection } = connectedTo(emulator, { clock });
      return { port, ...connection };
    },
    put: (key, fields) => void store.upsert({ key, ...fields } as SubjectUpsert),
    remove: (key) => void store.delete(key),
    keys: () => store.list().map(({ key }) => key),
    id: (key) => store.get(key)?.id,
    fields: (key) => {
      const { id: _id, key: _key, createdAt: _c, updatedAt: _u, ...fields } = store.get(key) ?? {};
      return store.get(key) && fields;
    },
    trouble: (trouble) => {
      const method = { read: "GET", write: "POST", delete: "DELETE" }[trouble.on];
      strike(emulator, trouble, { method }, (answer, change) =>
        Array.isArray(answer) ? answer.flatMap(change) : answer,
      );
    },
    cure: () => emulator.faults.clear(),
    requests: () => {
      const requests = emulator.requests.list().flatMap(({ method, path, body }) => {
        const written = Array.isArray(body) ? body.map(({ key }) => `write ${key}`) : ["read"];
        return method === "DELETE" ? [`delete ${keyOf(path)}`] : written;
      });
      emulator.requests.clear();
      return requests;
    },
  };
}
