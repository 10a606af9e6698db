/** One object as a resource: its key and its fields are the inputs. */
import { checkObject, optionNames } from "../core/check";
import type { Kind } from "../core/kind";
import type { Fields, RecordId } from "../core/port";
import { type Previewed, unknown } from "../core/unknown";
import { namedKey } from "../core/words";
import { withValues } from "../json";
import type { Form } from "./objects";
import { marksOf, type Properties } from "./resource";

export function singleForm(kind: Kind): Form {
  const fieldNames = Object.keys(kind.fields);
  const fieldsOf = (values: Properties) => withValues(fieldNames.map((name) => [name, values[name]]));
  return {
    inputNames: ["key", ...fieldNames],
    optionNames: optionNames.single,
    declarer(properties) {
      const { key } = properties;
      const { urn, secrets = [] } = marksOf(properties);
      const secretKeys = secrets.includes("key");
      const label = typeof key === "string" ? `${kind.name} ${namedKey(key, secretKeys)}` : kind.name;
      // The program has them in the order of its arguments, which says nothing.
      return { urn, label, isSet: false, secretFields: [...secrets].sort(), secretKeys };
    },
    check(olds, news) {
      const { key } = news;
      const { value, problems } = checkObject(kind, news, olds);
      const fields = fieldsOf(value);
      return { value: objectsOf(key, fields), inputs: { key, ...fields }, problems };
    },
    // What the state or check gave has the fields' types.
    read: (properties) => objectsOf(properties.key, fieldsOf(properties) as Fields),
    // The id comes from an answer of the server.
    readIds: ({ key, [kind.names.id]: id }) => new Map([[String(key), id as RecordId]]),
    write(objects) {
      const [[key, fields] = []] = objects;
      return { key, ...fields };
    },
    writeIds: (ids) => ({ [kind.names.id]: [...ids.values()][0] }),
    failed: [(outputs) => outputs],
  };
}

/** While its key is unknown, an object is. */
function objectsOf<Values>(key: unknown, fields: Values): Previewed<ReadonlyMap<string, Values>> {
  return typeof key === "string" ? new Map([[key, fields]]) : unknown;
}
