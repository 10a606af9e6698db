import { type ApiOptions, createEmulator } from "openmeter-emulator";
import { creation, update, workOf } from "../../../../provider/src/core/plan";
import type { Fields, RecordId, Write } from "../../../../provider/src/core/port";
import { customerKind } from "../../../../provider/src/kinds/customer/fields";
import type { Configuration } from "../../../../provider/src/openmeter/configuration";
import { connectedTo, FakeClock } from "../../connection";

/** The customers of an emulator, read and written through a connection. */
export function started(options: ApiOptions = {}, settings: Partial<Configuration> = {}) {
  const emulator = createEmulator(options);
  const clock = new FakeClock();
  const { customers, subjects } = connectedTo(emulator, { clock, configuration: settings });
  return {
    emulator,
    clock,
    customers,
    subjects,
    /** The id of the live customer of a key. */
    idOf: (key: string) => emulator.customers.get(key)?.id as RecordId,
    /** The requests since the last time: `GET acme`, `PUT acme/stripe`, and `POST` or `GET` of all of them. */
    requests: () => {
      const lines = emulator.requests.list().map(({ method, path }) => {
        const [, idOrKey = "", rest = ""] = /^\/api\/v1\/customers\/([^/?]+)(.*)$/.exec(path) ?? [];
        return `${method} ${emulator.customers.getById(idOrKey)?.key ?? idOrKey}${rest}`.trim();
      });
      emulator.requests.clear();
      return lines;
    },
  };
}

const declared = (key: string, fields: Fields) => ({ objects: new Map([[key, fields]]), options: {} });

/** The write that creates a customer, or takes it over. */
export function created(key: string, fields: Fields = {}): Write {
  return creation(customerKind, declared(key, fields), key, undefined);
}

/** The write that brings a customer from one declaration to the next. */
export function changed(key: string, id: RecordId, before: Fields, now: Fields): Write {
  const [was, is] = [declared(key, before), declared(key, now)];
  const names = workOf(customerKind, was.objects, is.objects).changed.get(key) ?? [];
  return update(customerKind, was, is, { key, id, names, live: undefined });
}
