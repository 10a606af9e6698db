/** Many objects as a resource: one input holds all of them as one text. */
import { marksProperty } from "../contract";
import { checkObjects, optionNames } from "../core/check";
import type { Kind } from "../core/kind";
import type { Fields, RecordId } from "../core/port";
import { isUnknown, unknown } from "../core/unknown";
import { shortName } from "../core/words";
import { encodeByKey, problemsAt } from "../json";
import type { Form } from "./objects";
import { marksOf, type Properties } from "./resource";
import { decodeByKey, pack } from "./set-text";

export function setForm(kind: Kind): Form {
  const { objects: objectsName, ids: idsName } = kind.names;
  const failed = (outputs: Properties): Properties => {
    return { ...outputs, [marksProperty]: { ...marksOf(outputs), partial: true } };
  };
  return {
    inputNames: [objectsName],
    optionNames: optionNames.set,
    declarer(properties) {
      const { urn, secrets, secretKeys } = marksOf(properties);
      return {
        urn,
        label: `set "${shortName(urn ?? "")}"`,
        isSet: true,
        secretFields: secrets?.includes(objectsName) ? Object.keys(kind.fields) : [],
        secretKeys: secretKeys === true,
      };
    },
    check(olds, news, who) {
      const text = news[objectsName];
      // What the state has just so was checked then, and ten megabytes need not be read.
      if (isUnknown(text) || text === olds[objectsName]) {
        return { value: unknown, inputs: { [objectsName]: text }, problems: [] };
      }
      const { value, problems } = checkObjects(kind, decodeByKey(text), who);
      return { value, inputs: { [objectsName]: encodeByKey(value) }, problems: problemsAt([objectsName], problems) };
    },
    // Check, or an earlier operation, has written them.
    read: ({ [objectsName]: text }) => (isUnknown(text) ? unknown : (decodeByKey(text) as ReadonlyMap<string, Fields>)),
    // Ids of the state were read from answers of the server.
    readIds: ({ [idsName]: text }) => decodeByKey(text) as ReadonlyMap<string, RecordId>,
    write: (objects) => ({ [objectsName]: encodeByKey(objects) }),
    writeIds: (ids) => ({ [idsName]: encodeByKey(ids) }),
    failed: [
      failed,
      (outputs) => failed({ ...outputs, [objectsName]: pack(outputs[objectsName]), [idsName]: pack(outputs[idsName]) }),
    ],
  };
}
