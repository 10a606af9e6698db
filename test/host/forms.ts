import type { DynamicHost } from "./dynamic-host";
import type { Operations, Properties } from "./operations";
import { parsed, setInputs, subjectInputs } from "./set-fixtures";

/** A subject by itself or in a set, so that what holds for both is tested on both. Its key is `acme`. */
export interface Form {
  readonly form: string;
  readonly operations: (host: DynamicHost) => Operations;
  /** Inputs that declare these fields, with these options. */
  readonly inputs: (fields: Properties, options?: Properties) => Properties;
  /** The subject's fields in inputs or outputs. */
  readonly fieldsOf: (properties: Properties) => unknown;
}

const single: Form = {
  form: "a Subject",
  operations: (host) => host,
  inputs: (fields, options) => subjectInputs({ key: "acme", ...fields, ...options }),
  fieldsOf: ({ displayName, metadata }) => ({
    ...(displayName !== undefined && { displayName }),
    ...(metadata !== undefined && { metadata }),
  }),
};

const inSet: Form = {
  form: "a set",
  operations: (host) => host.set,
  inputs: (fields, options) => setInputs({ acme: fields }, options),
  fieldsOf: ({ subjects }) => parsed(subjects).acme,
};

export const forms: readonly Form[] = [single, inSet];

/** What the engine does for a resource that it has: an update where the diff says so. */
export async function update(
  operations: Operations,
  outputs: Properties,
  inputs: Properties,
): Promise<{ readonly changes: boolean; readonly outputs: Properties }> {
  const { subjectId: _id, subjectIds: _ids, ...previous } = outputs;
  const checked = await operations.check(inputs, previous);
  if (checked.failures.length > 0) {
    throw new Error(checked.failures.map(({ reason }) => reason).join("; "));
  }
  const { changes } = await operations.diff("acme", outputs, checked.inputs);
  return { changes, outputs: changes ? await operations.update("acme", outputs, checked.inputs) : outputs };
}
