/** A resource as Pulumi's state has it, and the ways from the model to it and back. */
import { canonicalJson } from "../../provider/src/json";
import { type Declared, type FieldName, type Fields, fieldNames, isSet, keyOf, type Members } from "./program";
import type { AnnouncedStep } from "./stack-under-trial";
import type { Held, HeldResource } from "./state";

/** Inputs or outputs, without `__provider`. */
export type Properties = Readonly<Record<string, unknown>>;

/** An entry of the state. Pulumi's names, where it has some. */
export interface ResourceState {
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly initErrors: boolean;
  /** Replaced, and still to be deleted. */
  readonly delete: boolean;
  /** Deleted before its replacement, which is still to be created. */
  readonly pendingReplacement: boolean;
}

/** The inputs that a program registers. */
export function inputsOf(name: string, members: Members): Properties {
  if (isSet(name)) return { subjects: canonicalJson(members), __setName: name };
  const key = keyOf(members);
  return canonical({ key, ...members[key] });
}

/** `ignoreChanges`: properties that get their old values back, or go if they had none. */
export function processIgnoreChanges({ options }: Declared, inputs: Properties, olds: Properties): Properties {
  const kept: Record<string, unknown> = { ...inputs };
  for (const field of options.ignoreChanges ?? []) {
    if (field in olds) kept[field] = olds[field];
    else delete kept[field];
  }
  return kept;
}

/** An entry of the state, as the model sees it. */
export function heldResource(resource: ResourceState): HeldResource {
  const { name, outputs, inputs, protect, retainOnDelete } = resource;
  const pending = resource.delete ? "deletion" : resource.pendingReplacement ? "creation" : undefined;
  return {
    name,
    members: isSet(name) ? membersOf(outputs) : new Map([[String(outputs.key), heldOf(outputs.subjectId, outputs)]]),
    protect,
    retainOnDelete,
    ...(pending !== undefined && { pending }),
    isUnsettled: shownOf(inputs) !== shownOf(outputs),
  };
}

/** What a person is shown of properties, without what only the server knows. */
function shownOf(properties: Properties): string {
  const shown = Object.entries(properties).filter(([name]) => !name.startsWith("__") && !name.startsWith("subjectId"));
  return canonicalJson(Object.fromEntries(shown));
}

function membersOf({ subjects, subjectIds }: Properties): Map<string, Held> {
  const ids: Record<string, unknown> = JSON.parse(String(subjectIds));
  const members: Record<string, Properties> = JSON.parse(String(subjects));
  return new Map(Object.entries(members).map(([key, fields]) => [key, heldOf(ids[key], fields)]));
}

function heldOf(id: unknown, properties: Properties): Held {
  const fields: Partial<Record<FieldName, unknown>> = {};
  for (const name of fieldNames) if (properties[name] !== undefined) fields[name] = properties[name];
  // The provider wrote them into the state, in their shape.
  return { id: String(id), fields: fields as Fields };
}

function canonical(properties: Properties): Properties {
  return JSON.parse(canonicalJson(properties));
}

/** A step of a preview, with the inputs that it shows as different. */
export function stepOf(name: string, op: string, from: Properties, to: Properties): AnnouncedStep {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (property) => !property.startsWith("__"),
  );
  const changed = names.filter((property) => canonicalJson(from[property]) !== canonicalJson(to[property]));
  return {
    name,
    op,
    changes: Object.fromEntries(changed.map((property) => [property, { from: from[property], to: to[property] }])),
  };
}
