/** A resource as Pulumi's state has it, and the ways from the model to it and back. */
import { canonicalJson } from "../../provider/src/json";
import { type Fields, kindOf } from "./kinds";
import { type Declared, isCompanion, isSet, keyOf, type ProviderName, placeOfResource, setOf } from "./program";
import { bareKey, bareKeys, keyIn } from "./servers";
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
  readonly provider: ProviderName;
  readonly initErrors: boolean;
  /** Replaced, and still to be deleted. */
  readonly delete: boolean;
}

/** The URN of a resource of the model. */
export function urnOf(name: string): string {
  const ending = isCompanion(name) ? "SetMembers" : isSet(name) ? "Set" : "";
  const ownName = isCompanion(name) ? setOf(name) : name;
  return `urn:pulumi:test::subjects::pulumi-nodejs:dynamic/openmeter:${kindOf(name).type}${ending}::${ownName}`;
}

/** The inputs that a program registers. Those of a companion come from its set. */
export function inputsOf(name: string, { members, options }: Declared): Properties {
  const rest = {
    ...(options.keepsUndeclared && { undeclaredMetadata: "keep" }),
    __openmeter: { urn: urnOf(name) },
  };
  if (isSet(name)) {
    return { [kindOf(name).objects]: canonicalJson(bareKeys(members)), ...rest };
  }
  const key = keyOf(members);
  return canonical({ key: bareKey(key), ...members[key], ...rest });
}

/** The inputs that a set registers for its companion. */
export function companionInputs(set: string, ids: unknown): Properties {
  return { [kindOf(set).ids]: ids, __openmeter: { urn: urnOf(set) } };
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
  const { name, outputs, inputs, protect, retainOnDelete, provider } = resource;
  return {
    name,
    members: membersOf(resource),
    inputs: fieldsOf(name, inputs),
    protect,
    retainOnDelete,
    provider,
    keepsUndeclared: outputs.undeclaredMetadata === "keep",
    isReplaced: resource.delete,
    isUnsettled: shownOf(name, inputs) !== shownOf(name, outputs),
  };
}

/** What a person is shown of properties, without what only the server knows. */
function shownOf(name: string, properties: Properties): string {
  const isShown = ([property]: [string, unknown]) =>
    !property.startsWith("__") && (isCompanion(name) || !property.startsWith(kindOf(name).id));
  return canonicalJson(Object.fromEntries(Object.entries(properties).filter(isShown)));
}

function membersOf({ name, outputs, provider }: ResourceState): Map<string, Held> {
  const kind = kindOf(name);
  const place = placeOfResource(name, { elsewhere: provider === "elsewhere" });
  const keyOfMember = (key: string) => keyIn(place, key);
  if (!isSet(name) && !isCompanion(name)) {
    const member = { id: String(outputs[kind.id]), fields: fieldsOf(name, outputs) };
    return new Map([[keyOfMember(String(outputs.key)), member]]);
  }
  const ids: Record<string, unknown> = JSON.parse(String(outputs[kind.ids]));
  const members: Record<string, Properties> = isSet(name) ? JSON.parse(String(outputs[kind.objects])) : ids;
  return new Map(
    Object.entries(members).map(([key, fields]) => [
      keyOfMember(key),
      { id: String(ids[key]), fields: fieldsOf(name, fields) },
    ]),
  );
}

function fieldsOf(name: string, properties: Properties): Fields {
  const fields = kindOf(name).fields.filter((field) => properties[field] !== undefined);
  // The provider wrote them into the state, as JSON.
  return Object.fromEntries(fields.map((field) => [field, properties[field]])) as Fields;
}

function canonical(properties: Properties): Properties {
  return JSON.parse(canonicalJson(properties));
}

/**
 * A step of a preview, with the inputs that it shows as different.
 *
 * @param provider the one that carries it out
 */
export function stepOf(
  { name, op, provider }: Omit<AnnouncedStep, "changes">,
  from: Properties,
  to: Properties,
): AnnouncedStep {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (property) => !property.startsWith("__"),
  );
  const changed = names.filter((property) => canonicalJson(from[property]) !== canonicalJson(to[property]));
  return {
    name,
    op,
    provider,
    changes: Object.fromEntries(changed.map((property) => [property, { from: from[property], to: to[property] }])),
  };
}
