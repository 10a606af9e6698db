import { isPlainObject } from "../json";
import { ownableFields, type PreviewedDeclaration, unknown } from "./declaration";

/**
 * Reads what a program has told a set of its other resources: keys by the names of the fields that are declared of them.
 *
 * @returns declarations by key, of which the values are unknown
 */
export function* readElsewhere(text: string): Generator<readonly [string, PreviewedDeclaration]> {
  const told: unknown = JSON.parse(text);
  if (!isPlainObject(told)) return;
  for (const [names, keys] of Object.entries(told)) {
    const declared = names.split(",");
    const fields = Object.fromEntries(
      ownableFields.filter((field) => declared.includes(field)).map((field) => [field, unknown]),
    );
    if (Array.isArray(keys)) for (const key of keys) yield [key, { ...fields, key }];
  }
}
